"""A user's posts and a post's owner are one fact, told from both ends."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, configure_mappers

from blog.models import Post, User


def post(title: str = "Apollo", **given: object) -> Post:
    """A post that nobody has stored."""
    return Post(title=title, content="…", **given)


def test_every_name_resolves() -> None:
    """What the relationships refer to exists; without this, the first query of a service would find out."""
    configure_mappers()


def test_a_post_of_a_user_has_that_owner(margaret: User) -> None:
    """Put into one end, it's at the other at once, before anything is sent."""
    apollo = post()

    margaret.posts.append(apollo)

    assert apollo.owner is margaret


def test_a_post_with_an_owner_is_among_the_posts(session: Session, margaret: User) -> None:
    """The other way round as well."""
    apollo = post(owner=margaret)
    session.add(apollo)

    assert margaret.posts == [apollo]


def test_the_number_follows_the_object(session: Session, margaret: User) -> None:
    """No one has to write the foreign key: the flush does."""
    apollo = post(owner=margaret)
    session.add(apollo)
    session.commit()

    assert apollo.owner_id == margaret.id


def test_posts_are_in_the_order_of_their_ids(session: Session, margaret: User) -> None:
    """Read back from the database, the oldest comes first."""
    session.add_all(post(str(id), id=id, owner_id=margaret.id) for id in (3, 1, 2))
    session.commit()
    session.expire_all()

    assert [one.title for one in margaret.posts] == ["1", "2", "3"]


def test_the_database_keeps_an_author(session: Session, margaret: User) -> None:
    """Deleting a user with posts is refused, and the session has not taken their owner away before."""
    session.add(post(owner=margaret))
    session.commit()
    assert margaret.posts

    session.delete(margaret)
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        session.flush()
