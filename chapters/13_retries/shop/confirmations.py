"""Sends the confirmations of orders, in a process of its own: `python -m shop.confirmations`."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import database
from shop.models import Confirmation


def send_next(session: Session, send: Callable[[int], object]) -> bool:
    """Send the oldest confirmation that no other worker has in hand; False if there is none. The caller commits.

    Its row is locked meanwhile. If the worker dies, the lock goes with it, and another one sends: once at least.
    """
    free = select(Confirmation).order_by(Confirmation.order_id).limit(1).with_for_update(skip_locked=True)
    waiting = session.scalar(free)
    if waiting is None:
        return False
    send(waiting.order_id)
    session.delete(waiting)
    return True


def send_all(send: Callable[[int], object]) -> int:
    """Send what there is to send, each in a transaction of its own; returns how many were sent."""
    sent = 0
    while True:
        with database.SessionLocal.begin() as session:
            if not send_next(session, send):
                return sent
        sent += 1


if __name__ == "__main__":
    send_all(lambda order_id: print(f"Order {order_id} is confirmed."))
