"""Readers comment on posts.

`POST /posts/{post_id}/comments` takes `{"text": …, "author_id": …}`, where the text has 1 to 2000 characters. It
answers 201 with `{"id": …, "text": …, "created_at": …, "author": {…}}`, and the author is as in other answers.
`GET /posts/{post_id}/comments` answers the comments of that post, the oldest first. What doesn't exist is 404.
The table `comments` has the columns `text`, `post_id` and `author_id`.
"""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from blog.models import User

COUNT = text("SELECT count(*) FROM comments")
MISSING = 2**31 - 1


def say(client: TestClient, post_id: int, author: User, words: str = "Well done.") -> dict[str, object]:
    """Comment on a post; returns what the API answers."""
    response = client.post(f"/posts/{post_id}/comments", json={"text": words, "author_id": author.id})
    assert response.status_code == 201
    answer: dict[str, object] = response.json()
    return answer


def heard(client: TestClient, post_id: int) -> list[str]:
    """The texts of the comments on a post, in the order of the answer."""
    response = client.get(f"/posts/{post_id}/comments")
    assert response.status_code == 200
    return [comment["text"] for comment in response.json()]


def test_a_comment_is_answered_with_its_author(client: TestClient, posts: tuple[int, int], vera: User) -> None:
    """The answer names who has written it, and tells neither address nor hash."""
    comment = say(client, posts[0], vera)

    assert set(comment) == {"id", "text", "created_at", "author"}
    assert comment["text"] == "Well done."
    assert isinstance(comment["author"], dict)
    assert set(comment["author"]) == {"id", "username", "created_at"}
    assert comment["author"]["username"] == "vera"


def test_a_listed_comment_is_as_it_was_answered(client: TestClient, posts: tuple[int, int], vera: User) -> None:
    """GET answers what POST answered: the comment was committed."""
    comment = say(client, posts[0], vera)

    assert client.get(f"/posts/{posts[0]}/comments").json() == [comment]


def test_comments_are_listed_with_the_oldest_first(
    client: TestClient, session: Session, posts: tuple[int, int], vera: User, margaret: User
) -> None:
    """The order is that of the ids, also after one of them was changed."""
    for words, author in (("One", vera), ("Two", margaret), ("Three", vera)):
        say(client, posts[0], author, words)
    session.execute(text("UPDATE comments SET text = 'Uno' WHERE text = 'One'"))
    session.commit()

    assert heard(client, posts[0]) == ["Uno", "Two", "Three"]


def test_each_post_has_its_own(client: TestClient, posts: tuple[int, int], vera: User) -> None:
    """A comment is listed with its post and no other; a post without comments has an empty list."""
    say(client, posts[0], vera)

    assert heard(client, posts[0]) == ["Well done."]
    assert heard(client, posts[1]) == []


def test_a_post_that_does_not_exist_has_no_comments(client: TestClient, posts: tuple[int, int], vera: User) -> None:
    """It's 404 for those who read and those who write, while the post beside it is there."""
    say(client, posts[0], vera)
    body = {"text": "Where?", "author_id": vera.id}

    assert client.get(f"/posts/{MISSING}/comments").status_code == 404
    assert client.post(f"/posts/{MISSING}/comments", json=body).status_code == 404


def test_an_author_who_does_not_exist_is_not_found(client: TestClient, posts: tuple[int, int]) -> None:
    """It's 404, on either database, and it says so."""
    response = client.post(f"/posts/{posts[0]}/comments", json={"text": "Who?", "author_id": MISSING})

    assert response.status_code == 404
    assert str(MISSING) in response.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("text", "", id="text-empty"),
        pytest.param("text", "t" * 2001, id="text-long"),
        pytest.param("text", "t\0", id="text-nul"),
        pytest.param("author_id", True, id="author-true"),
        pytest.param("author_id", 2**31, id="author-large"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(
    client: TestClient, posts: tuple[int, int], vera: User, field: str, value: object
) -> None:
    """The same 422 on both databases, before either is asked."""
    body = {"text": "t", "author_id": vera.id, field: value}

    assert client.post(f"/posts/{posts[0]}/comments", json=body).status_code == 422


def test_the_longest_text_fits(client: TestClient, posts: tuple[int, int], vera: User) -> None:
    """A text as long as it may be is stored."""
    say(client, posts[0], vera, "t" * 2000)

    assert heard(client, posts[0]) == ["t" * 2000]


def test_a_deleted_post_takes_its_comments_along(
    client: TestClient, session: Session, posts: tuple[int, int], vera: User
) -> None:
    """DELETE /posts/{id} answers 204, and only the other post's comments are left."""
    for post_id in posts:
        say(client, post_id, vera)

    assert client.delete(f"/posts/{posts[0]}").status_code == 204
    assert heard(client, posts[1]) == ["Well done."]
    assert session.scalar(COUNT) == 1


def test_the_database_sees_to_it(client: TestClient, session: Session, posts: tuple[int, int], vera: User) -> None:
    """A post that is deleted with SQL by hand takes its comments along as well."""
    say(client, posts[0], vera)

    session.execute(text("DELETE FROM posts WHERE id = :id"), {"id": posts[0]})

    assert session.scalar(COUNT) == 0


def test_a_user_who_has_commented_stays(
    client: TestClient, session: Session, posts: tuple[int, int], vera: User
) -> None:
    """DELETE /users/{id} is refused with 409, and the comment is still there."""
    say(client, posts[0], vera)

    assert client.delete(f"/users/{vera.id}").status_code == 409
    assert heard(client, posts[0]) == ["Well done."]


@pytest.mark.parametrize("column", ["post_id", "author_id"])
def test_a_foreign_key_has_an_index(session: Session, column: str) -> None:
    """Deleting a post or a user looks for its comments."""
    tables = inspect(session.connection())
    assert "comments" in tables.get_table_names()

    assert column in [index["column_names"][0] for index in tables.get_indexes("comments")]
