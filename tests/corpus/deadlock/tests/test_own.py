"""A learner's test."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import text

from shelf.database import engine


def test_own() -> None:
    """The requirement holds."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE shared AS SELECT id FROM generate_series(1, 2) AS id"))
    both = Barrier(2)

    def lock(first: int, second: int) -> None:
        with engine.begin() as connection:
            connection.execute(text("SELECT id FROM shared WHERE id = :id FOR UPDATE"), {"id": first})
            both.wait()
            connection.execute(text("SELECT id FROM shared WHERE id = :id FOR UPDATE"), {"id": second})

    with ThreadPoolExecutor() as pool:
        list(pool.map(lock, (1, 2), (2, 1)))
