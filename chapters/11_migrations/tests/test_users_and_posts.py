"""What the API tells of users with their posts, and what it does when one of them is to go."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from blog import crud
from blog.models import Post, User


@pytest.fixture
def apollo(session: Session, margaret: User) -> Post:
    """The first of two posts by Margaret."""
    posts = [Post(title=title, content="…", owner=margaret) for title in ("Apollo", "Skylab")]
    session.add_all(posts)
    session.commit()
    return posts[0]


def test_a_user_is_answered_with_the_posts(client: TestClient, margaret: User, apollo: Post) -> None:
    """GET /users/{id}/posts: who it is, and every post, the oldest first."""
    response = client.get(f"/users/{margaret.id}/posts")

    assert response.status_code == 200
    assert response.json()["username"] == "margaret"
    assert [post["title"] for post in response.json()["posts"]] == ["Apollo", "Skylab"]
    assert response.json()["posts"][0]["id"] == apollo.id


def test_only_ones_own_posts_are_answered(client: TestClient, session: Session, margaret: User, apollo: Post) -> None:
    """A user without posts has an empty list, whatever others have written."""
    other = User(username="ada", email="ada@example.org", password="a hash")
    session.add(other)
    session.commit()

    assert client.get(f"/users/{other.id}/posts").json()["posts"] == []


def test_a_post_is_answered_with_its_owner(client: TestClient, margaret: User, apollo: Post) -> None:
    """GET /posts/{id}: the post, and who has written it."""
    response = client.get(f"/posts/{apollo.id}")

    assert response.status_code == 200
    assert response.json()["title"] == "Apollo"
    assert (response.json()["owner"]["id"], response.json()["owner"]["username"]) == (margaret.id, "margaret")


def test_no_answer_tells_the_password(client: TestClient, margaret: User, apollo: Post) -> None:
    """Neither the address nor the hash goes out, however deep a user is nested."""
    said = "".join(client.get(path).text for path in (f"/users/{margaret.id}/posts", f"/posts/{apollo.id}"))

    assert not [secret for secret in (margaret.password, margaret.email, '"password"') if secret in said]


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/users/2147483647/posts", "There is no user 2147483647."),
        ("DELETE", "/users/2147483647", "There is no user 2147483647."),
        ("GET", "/posts/2147483647", "There is no post 2147483647."),
        ("DELETE", "/posts/2147483647", "There is no post 2147483647."),
    ],
)
def test_what_does_not_exist_is_404(client: TestClient, method: str, path: str, said: str) -> None:
    """The answer says what is missing."""
    response = client.request(method, path)

    assert response.status_code == 404
    assert response.json() == {"detail": said}


def test_a_user_without_posts_is_deleted(client: TestClient, margaret: User) -> None:
    """DELETE answers 204 with nothing in it, and then the user is gone."""
    deleted = client.delete(f"/users/{margaret.id}")

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get(f"/users/{margaret.id}").status_code == 404


def test_an_author_is_not_deleted(client: TestClient, margaret: User, apollo: Post) -> None:
    """A user who has posts stays, and so do the posts; the answer says why."""
    response = client.delete(f"/users/{margaret.id}")

    assert response.status_code == 409
    assert response.json() == {"detail": "That user has written something."}
    assert len(client.get(f"/users/{margaret.id}/posts").json()["posts"]) == 2


def test_without_posts_an_author_may_go(client: TestClient, margaret: User, apollo: Post) -> None:
    """Once every post is deleted, nothing keeps the user."""
    first = apollo.id
    for post in client.get(f"/users/{margaret.id}/posts").json()["posts"]:
        deleted = client.delete(f"/posts/{post['id']}")
        assert (deleted.status_code, deleted.content) == (204, b"")

    assert client.get(f"/posts/{first}").status_code == 404
    assert client.delete(f"/users/{margaret.id}").status_code == 204


def test_another_violation_is_no_post(session: Session, margaret: User) -> None:
    """A change that another rule refuses is a mistake of ours, and stays visible."""
    other = User(username="ada", email="ada@example.org", password="another hash")
    session.add(other)
    session.commit()
    session.execute(text("CREATE UNIQUE INDEX one_hash_each ON users (password)"))
    margaret.password = other.password

    with pytest.raises(IntegrityError):
        crud.delete_user(session, other)
