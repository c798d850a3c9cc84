"""The app's own engine, session and start, which the other tests replace or leave out."""

from contextlib import contextmanager

from fastapi.testclient import TestClient
from sqlalchemy import inspect, text

from shop.database import engine, get_db
from shop.main import app


def test_the_service_makes_its_tables_and_says_who_it_is() -> None:
    """After the start they are there, also the second time."""
    for _ in range(2):
        with TestClient(app) as client:
            described = client.get("/openapi.json").json()["info"]
    tables = set(inspect(engine).get_table_names())
    engine.dispose()

    assert tables >= {"product", "customer_order", "order_item", "confirmation"}
    assert (described["title"], described["version"]) == ("shop", "0.1.0")


def test_a_forgotten_transaction_ends_after_a_minute() -> None:
    """The server is told with every connection."""
    [session] = get_db()
    assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"
    session.close()
    engine.dispose()


def test_a_request_has_a_session_that_is_closed_after_it() -> None:
    """What it began does not outlive it."""
    with contextmanager(get_db)() as session:
        session.execute(text("SELECT 1"))

    assert not session.in_transaction()
    engine.dispose()


def test_refusals_are_described() -> None:
    """Whoever reads the description learns what may be answered."""
    paths = app.openapi()["paths"]

    assert {*paths["/orders"]["post"]["responses"]} == {"201", "404", "409", "422", "503"}
    assert {*paths["/orders/{order_id}"]["get"]["responses"]} == {"200", "404", "422"}
    assert {*paths["/products/{product_id}"]["get"]["responses"]} == {"200", "404", "422"}
