"""What lessons promise, measured: a line for each, `name: ratio (bound)`; ends with 1 where a bound is missed.

    python benchmarks/lessons.py               # in the activated .venv; every lesson
    python benchmarks/lessons.py orders        # one of them
    python benchmarks/lessons.py orders --json # what was counted, for a program

Each variant of an app runs in a process of its own, on a database of its own. DATABASE_URL, where it is set, says on
which PostgreSQL; otherwise it is the workbook's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from workbook import course  # noqa: E402
from workbook.chapters.workspace import put, workspace  # noqa: E402
from workbook.nb.source_view import swapped_in  # noqa: E402
from workbook.postgres.chapter_databases import database  # noqa: E402

Counted = dict[str, dict[str, Any]]

CLIENTS, ORDERS, STOCK = 8, 4, 1_000  # clients at once, orders of each, units of each product
CIRCLE = "50ms"  # how long a session waits for a lock before it looks for a deadlock
RETRIES = 100  # of one unit of work, before it counts as failed
FEW = 1 / 3  # of the orders must fail before the cure, or there was nothing to cure
WAYS: Mapping[str, Mapping[str, str]] = {
    "UPDATE as they come": {"sorted(wanted.items())": "wanted.items()"},
    "UPDATE in id order": {},
    "row locks in id order": {
        "    price = session.scalar(taken)\n": (
            "    locked = select(Product).where(Product.id == product_id).with_for_update()\n"
            "    product = session.scalar(locked)\n"
            "    price = product.price if product and product.stock >= quantity else None\n"
            "    if product and price is not None:\n"
            "        product.stock -= quantity\n"
        )
    },
    "SERIALIZABLE, tried again": {},
}


@dataclass(frozen=True)
class Lesson:
    """How it is counted, and what that comes to: the line that is printed, and whether the bound holds."""

    count: Callable[[], Counted]
    judge: Callable[[Counted], tuple[str, bool]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", nargs="?", choices=LESSONS, help="one lesson; all without it")
    parser.add_argument("--json", action="store_true", help="print what was counted instead")
    parser.add_argument("--inside", choices=WAYS, help=argparse.SUPPRESS)  # what the processes of this script are told
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(place_orders(serializable=arguments.inside.startswith("SERIALIZABLE"))))
        return
    missed = False
    for name in [arguments.name] if arguments.name else LESSONS:
        counted = LESSONS[name].count()
        if arguments.json:
            print(json.dumps(counted, indent=1))
            continue
        line, holds = LESSONS[name].judge(counted)
        print(f"{'✓' if holds else '✗'} {name}: {line}")
        missed |= not holds
    sys.exit(missed)


def count_orders() -> Counted:
    """What becomes of orders of two products, half of them in the opposite direction, in each way of taking them."""
    chapter = course.load().find("orders")
    counted = {}
    for name, pieces in WAYS.items():
        with workspace(chapter) as folder, database(chapter, "lessons") as url:
            put(folder, {"shop/orders.py": swapped_in(folder, "shop/orders.py", pieces)})
            environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(folder)}
            command = [sys.executable, __file__, "--inside", name]
            ran = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, check=True)
        counted[name] = json.loads(ran.stdout)
    return counted


def judge_orders(counted: Counted) -> tuple[str, bool]:
    """Of the orders that failed: none with a cure, and a good part before it; the stock is exact in any way."""
    before, *cured = counted.values()
    part = before["failed"] / before["orders"]
    failed = sum(way["failed"] for way in cured)
    exact = all(way["exact"] for way in counted.values())
    said = f"{failed} of {sum(way['orders'] for way in cured)} fail, stock {'exact' if exact else 'WRONG'}"
    return f"{said} (0, exact), against {part:.2f} before (at least {FEW:.2f})", exact and not failed and part >= FEW


def place_orders(*, serializable: bool) -> dict[str, Any]:
    """Place all orders with the app in this folder, each client in a thread."""
    from sqlalchemy import event, select
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.orm import Session

    from shop import orders  # type: ignore[import-not-found]
    from shop.database import Base, engine  # type: ignore[import-not-found]
    from shop.models import Product  # type: ignore[import-not-found]

    Base.metadata.create_all(engine)

    @event.listens_for(engine, "checkout")
    def impatient(connection: DBAPIConnection, *_: object) -> None:
        """Look for a circle sooner than after the server's own second."""
        with closing(connection.cursor()) as cursor:
            cursor.execute(f"SET deadlock_timeout = '{CIRCLE}'")

    with Session(engine) as session:
        session.add_all([Product(name=name, price="9.90", stock=STOCK) for name in ("lamp", "bulb")])
        session.commit()
        lamp, bulb = session.scalars(select(Product.id).order_by(Product.id))
    level = {"isolation_level": "SERIALIZABLE"} if serializable else {}
    bound, barrier = engine.execution_options(**level), Barrier(CLIENTS, timeout=30)

    def unit(wanted: dict[int, int]) -> bool:
        try:
            with Session(bound) as session:
                orders.place(session, uuid4(), wanted)
                session.commit()
        except OperationalError:
            return False
        return True

    def client(number: int) -> list[int]:
        """How often each order had to be tried again; RETRIES where that did not help."""
        wanted = {lamp: 1, bulb: 1} if number % 2 else {bulb: 1, lamp: 1}
        barrier.wait()
        tries = range(RETRIES if serializable else 1)
        return [next((again for again in tries if unit(wanted)), RETRIES) for _ in range(ORDERS)]

    with ThreadPoolExecutor(CLIENTS) as threads:
        again = [one for many in threads.map(client, range(CLIENTS)) for one in many]
    with Session(engine) as session:
        left = set(session.scalars(select(Product.stock)))
    engine.dispose()
    failed = again.count(RETRIES)
    return {
        "orders": len(again),
        "failed": failed,
        "repeated": sum(again) - RETRIES * failed,
        "exact": left == {STOCK - len(again) + failed},
    }


LESSONS = {"orders": Lesson(count_orders, judge_orders)}

if __name__ == "__main__":
    main()
