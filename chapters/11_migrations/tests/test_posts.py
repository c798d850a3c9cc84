"""Posts are added and read, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from blog import crud
from blog.models import Post, User
from blog.schemas import PostCreate

LONG_AGO = datetime(1969, 7, 20, 20, 17, tzinfo=UTC)


def post_of(owner_id: int) -> dict[str, object]:
    """What a client sends."""
    return {"title": "Software engineering", "content": "A new name.", "owner_id": owner_id}


def test_a_new_post_is_answered_and_read_again(client: TestClient, margaret: User) -> None:
    """POST /posts answers 201, and GET /posts/{id} the same: the row was committed."""
    created = client.post("/posts", json=post_of(margaret.id))

    assert created.status_code == 201
    assert created.json().items() >= (post_of(margaret.id) | {"published": False}).items()
    assert client.get(f"/posts/{created.json()['id']}").json().items() >= created.json().items()


def test_a_post_may_be_published_at_once(client: TestClient, margaret: User) -> None:
    """A post is a draft unless it says otherwise."""
    assert client.post("/posts", json=post_of(margaret.id) | {"published": True}).json()["published"] is True


def test_a_post_has_a_status(client: TestClient, margaret: User) -> None:
    """A post is new unless it says otherwise, and it's answered with what was stored."""
    created = [client.post("/posts", json=post_of(margaret.id) | more).json() for more in ({}, {"status": "archived"})]

    assert [one["status"] for one in created] == ["new", "archived"]
    assert client.get(f"/posts/{created[1]['id']}").json()["status"] == "archived"


def test_a_post_needs_an_owner(client: TestClient, margaret: User) -> None:
    """An owner that nobody is: 404, on either database."""
    response = client.post("/posts", json=post_of(margaret.id + 1000))

    assert response.status_code == 404
    assert response.json() == {"detail": f"There is no user {margaret.id + 1000}."}


def test_another_violation_is_not_a_missing_owner(session: Session, margaret: User) -> None:
    """A post that another rule refuses is a mistake of ours, and stays visible."""
    post = PostCreate.model_validate(post_of(margaret.id))
    session.execute(text("CREATE UNIQUE INDEX one_title_each ON posts (title)"))
    crud.create_post(session, post)

    with pytest.raises(IntegrityError):
        crud.create_post(session, post)


def test_no_post_is_404(client: TestClient) -> None:
    """An id that was never given out is not found, and the answer says so."""
    response = client.get("/posts/2147483647")

    assert (response.status_code, response.json()) == (404, {"detail": "There is no post 2147483647."})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("title", "", id="title-empty"),
        pytest.param("title", "t" * 201, id="title-long"),
        pytest.param("title", "t\0", id="title-nul"),
        pytest.param("content", "", id="content-empty"),
        pytest.param("content", "c" * 20_001, id="content-long"),
        pytest.param("content", "c\0", id="content-nul"),
        pytest.param("published", "yes", id="published-text"),
        pytest.param("status", "lost", id="status-unknown"),
        pytest.param("owner_id", True, id="owner-true"),
        pytest.param("owner_id", "1", id="owner-text"),
        pytest.param("owner_id", 0, id="owner-zero"),
        pytest.param("owner_id", 2**31, id="owner-large"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(client: TestClient, margaret: User, field: str, value: object) -> None:
    """The same 422 on both databases, before either is asked."""
    assert client.post("/posts", json=post_of(margaret.id) | {field: value}).status_code == 422


def test_the_longest_values_fit(client: TestClient, margaret: User) -> None:
    """A title and a content as long as they may be are stored."""
    longest = post_of(margaret.id) | {"title": "t" * 200, "content": "c" * 20_000}

    assert client.post("/posts", json=longest).status_code == 201


def test_a_moment_is_told_in_utc(client: TestClient, margaret: User) -> None:
    """Both databases answer with the offset of UTC, and with a time that is now."""
    created = client.post("/posts", json=post_of(margaret.id)).json()

    for moment in (datetime.fromisoformat(created[name]) for name in ("created_at", "updated_at")):
        assert moment.utcoffset() == timedelta(0)
        assert abs(moment - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_moment_elsewhere_is_the_same_moment(session: Session, margaret: User) -> None:
    """A time that was given in Tokyo is stored as what it is in UTC, and read as that by a session in Tokyo too."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TIME ZONE 'Asia/Tokyo'"))
    there = LONG_AGO.astimezone(timezone(timedelta(hours=9)))
    session.add(Post(title="Tokyo", content="…", owner_id=margaret.id, created_at=there))
    session.commit()

    stored = session.query(Post).one().created_at
    assert (stored, stored.utcoffset()) == (LONG_AGO, timedelta(0))


def test_a_change_is_dated(session: Session, margaret: User) -> None:
    """A changed post has another time of its last change, and the old time of its creation."""
    post = Post(title="Old", content="…", owner_id=margaret.id, created_at=LONG_AGO, updated_at=LONG_AGO)
    session.add(post)
    session.commit()

    post.title = "New"
    session.commit()

    assert post.created_at == LONG_AGO
    assert post.updated_at > LONG_AGO


def test_the_owner_of_a_post_has_an_index(session: Session) -> None:
    """No database makes one for a foreign key by itself."""
    indexes = inspect(session.connection()).get_indexes("posts")

    assert ["owner_id"] in [index["column_names"] for index in indexes]
