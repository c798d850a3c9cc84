"""A verdict says what the test met on its way: the app's own answer, the database, the dependency that was meant."""

from __future__ import annotations

import pytest
from corpora import TOYS

from workbook.chapters.workspace import workspace
from workbook.postgres import databases
from workbook.report.verdict import Verdict
from workbook.runner import Runner

STORE = TOYS.find("02_store")
HEAD = "from fastapi.testclient import TestClient\n\nfrom shelf.main import app\n\n\n"
CUP = "{'name': 'cup', 'price': 350}"
FACTORY = {"Depends(get_session)": "Depends(sessions)", "import get_session": "import sessions"}


def told(runner: Runner, test: str, files: dict[str, str | None] | None = None) -> str:
    """The verdict on one test, its words in one line."""
    own = {"exercise/test_exercise.py": f"{HEAD}{test}\n"}
    with workspace(STORE, files={**(files or {}), **own}) as folder, databases.fresh("context") as url:
        run = runner.run(folder, ["exercise"], database_url=url)
    assert run.status == "red"
    return " ".join(" ".join(Verdict(run).lines()).split())


@pytest.mark.parametrize(
    ("test", "words"),
    [
        pytest.param(
            "def test_a(client):\n    assert client.post('/items', json={'name': 'cup'}).status_code == 201",
            "the app says body.price: Field required",
            id="422",
        ),
        pytest.param(
            f"def test_a(client):\n    assert client.post('/items', data={CUP}).status_code == 201",
            "send `json=…`, not `data=…`",
            id="form",
        ),
        pytest.param(
            "def test_a(client):\n    assert client.get('/items/cup').json()['name'] == 'cup'",
            'expected something with \'name\' in it got {"detail":"No such item."}',
            id="answer-without-a-key",
        ),
        pytest.param(
            "def test_a(client):\n    prices = {'cup': 350}\n    assert prices['mug'] == 1",
            "expected something with 'mug' in it got {'cup': 350}",
            id="mapping-without-a-key",
        ),
        pytest.param(
            "def get_session():\n    yield None\n\n\ndef test_a(client):\n"
            "    app.dependency_overrides[get_session] = get_session\n    assert client.get('/items/cup') is None",
            "The tests override exercise.test_exercise.get_session, and no route depends on that: the app depends on "
            "shelf.database.get_session.",
            id="override-by-another-key",
        ),
    ],
)
def test_verdict_says_what_the_test_met(runner: Runner, test: str, words: str) -> None:
    """The first cause stands beside the expected and the got."""
    assert words in told(runner, test)


def test_verdict_knows_a_missing_table(runner: Runner) -> None:
    """Which database was asked, what the models describe, what is overridden: one of them is not as it was meant."""
    said = told(runner, "def test_a():\n    assert TestClient(app).get('/items/cup').status_code == 404")

    assert "SQLSTATE 42P01 database workbook_context" in said
    assert "models item" in said


@pytest.mark.parametrize("asked", ["SELECT title FROM item", "SELECT title FROM made"])
def test_verdict_names_the_columns_that_there_are(runner: Runner, asked: str) -> None:
    """Of the models, and of tables that the app's own SQL makes."""
    made = '"""SQL."""\n\nMADE = "CREATE TABLE made (id serial PRIMARY KEY, price numeric(10, 2), name varchar(9))"\n'
    test = "from sqlalchemy import text\n\nfrom shelf.database import Base, engine\nfrom shelf.plain import MADE\n\n\n"
    test += "def test_a():\n    Base.metadata.create_all(engine)\n    with engine.connect() as connection:\n"
    test += f"        connection.execute(text(MADE))\n        connection.execute(text('{asked}'))"

    assert "columns item: name, price; made: id, price, name" in told(runner, test, {"shelf/plain.py": made})


def test_verdict_knows_a_session_factory_that_is_no_dependency(runner: Runner) -> None:
    """FastAPI asks the client for what the factory takes."""
    main = (STORE.folder / "shelf/main.py").read_text(encoding="utf-8")
    for one, other in FACTORY.items():
        main = main.replace(one, other)
    more = (STORE.folder / "shelf/database.py").read_text(encoding="utf-8")
    more = more.replace("import DeclarativeBase, Session", "import DeclarativeBase, Session, sessionmaker")
    files: dict[str, str | None] = {"shelf/main.py": main}
    files["shelf/database.py"] = f"{more}\n\nsessions = sessionmaker(engine)\n"

    said = told(runner, f"def test_a(client):\n    assert client.post('/items', json={CUP}).status_code == 201", files)

    assert "query.local_kw: Field required" in said
    assert "depend on a function that yields a session" in said


def test_verdict_says_why_a_token_was_refused(runner: Runner) -> None:
    """The app swallowed the reason, as it should."""
    main = (STORE.folder / "shelf/main.py").read_text(encoding="utf-8")
    files = {
        "shelf/main.py": f"""{main}

import jwt


@app.get("/me")
def me(token: str) -> str:
    try:
        return str(jwt.decode(token, "s" * 32, ["HS256"], audience="shelf")["sub"])
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Log in first.") from None
"""
    }
    test = """import jwt


def test_a(client):
    token = jwt.encode({"sub": "ada", "aud": "elsewhere"}, "s" * 32, "HS256")
    assert client.get("/me", params={"token": token}).status_code == 200"""

    assert "refused Audience doesn't match" in told(runner, test, files)
