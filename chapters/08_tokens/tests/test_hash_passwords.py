"""The one-off command: after it, no password is in the clear, whether its owner ever logs in again or not."""

import pytest
from fastapi.testclient import TestClient
from pydantic import Secret
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from fastauth import hash_passwords
from fastauth.hash_passwords import hash_clear_passwords
from fastauth.models import UserInfo
from fastauth.passwords import Passwords

CLEAR = {"ada": "engine", "alan": "enigma", "grace": "cobol"}


@pytest.fixture
def users(session: Session) -> Session:
    """A session on a table of users from the days when passwords were stored as they were typed."""
    for username, password in CLEAR.items():
        session.add(UserInfo(username=username, password=password, fullname=username.title()))
    session.commit()
    return session


def stored(session: Session) -> dict[str, str]:
    """What each user's row holds for a password."""
    session.expire_all()
    return {user.username: user.password for user in session.scalars(select(UserInfo))}


def test_no_clear_password_is_left(users: Session, passwords: Passwords) -> None:
    """Every row holds an Argon2 hash, without waiting for a login."""
    hash_clear_passwords(users, passwords)

    assert all(password.startswith("$argon2id$") for password in stored(users).values())


def test_it_says_how_many_there_were(users: Session, passwords: Passwords) -> None:
    """The first run counts every row; the second finds nothing to do."""
    assert [hash_clear_passwords(users, passwords) for _ in range(2)] == [3, 0]


def test_everybody_can_log_in_afterwards(users: Session, passwords: Passwords, client: TestClient) -> None:
    """The users keep their passwords."""
    hash_clear_passwords(users, passwords)

    answers = {name: client.post("/login", data={"username": name, "password": CLEAR[name]}) for name in CLEAR}

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(CLEAR, 200)


def test_a_hash_is_left_as_it_is(users: Session, passwords: Passwords) -> None:
    """A second run doesn't hash the hashes."""
    hash_clear_passwords(users, passwords)
    before = stored(users)

    hash_clear_passwords(users, passwords)

    assert stored(users) == before


class Interrupted(Passwords):
    """Hashes one password; at the second one somebody presses Ctrl+C."""

    def __init__(self, passwords: Passwords) -> None:
        self._passwords = passwords
        self._done = False

    def hash(self, password: Secret[str]) -> str:
        if self._done:
            raise KeyboardInterrupt
        self._done = True
        return self._passwords.hash(password)


def test_what_was_hashed_before_an_interruption_stays_hashed(users: Session, passwords: Passwords) -> None:
    """After an interrupted run one row is done, and the next run does the others."""
    with pytest.raises(KeyboardInterrupt):
        hash_clear_passwords(users, Interrupted(passwords))
    users.rollback()

    assert hash_clear_passwords(users, passwords) == 2


@pytest.fixture
def service_database(race_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A database for the command to find where the service has its own."""
    monkeypatch.setattr(hash_passwords, "SessionLocal", sessionmaker(race_engine))
    return race_engine


def test_the_command_uses_the_database_of_the_service(
    service_database: Engine, passwords: Passwords, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It commits, and says how many passwords it hashed and none of them."""
    monkeypatch.setattr(hash_passwords, "get_passwords", lambda: passwords)
    with Session(service_database) as session:
        session.add(UserInfo(username="ada", password="engine", fullname="Ada Lovelace"))
        session.commit()

        hash_passwords.main()

        assert stored(session)["ada"].startswith("$argon2id$")
    assert capsys.readouterr().out == "Passwords hashed: 1\n"
