"""A learner's test."""

from sqlalchemy.orm import Session

from shelf.models import Item


def test_own(session: Session) -> None:
    """The requirement holds."""
    session.add_all([Item(name="cup", price=1)])
    session.flush()
    session.expunge_all()
    session.add(Item(name="cup", price=2))
    session.flush()
