"""Which rule refused a row: PostgreSQL names it; SQLite names the columns, and of a foreign key nothing."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError


def violates(error: IntegrityError, constraint: UniqueConstraint) -> bool:
    """Whether there was a row with these values already."""
    if (diagnostics := getattr(error.orig, "diag", None)) is not None:
        return bool(diagnostics.constraint_name == constraint.name)
    columns = ", ".join(map(str, constraint.columns))
    return str(error.orig) == f"UNIQUE constraint failed: {columns}"


# PostgreSQL's for a row that refers to nothing; since 18, of RESTRICT for a row that others refer to; and SQLite's.
FOREIGN_KEY = {"23503", "23001", "SQLITE_CONSTRAINT_FOREIGNKEY", "SQLITE_CONSTRAINT_TRIGGER"}


def violates_foreign_key(error: IntegrityError) -> bool:
    """Whether a row refers to one that is missing, or one was to go that others refer to."""
    return any(getattr(error.orig, name, None) in FOREIGN_KEY for name in ("pgcode", "sqlite_errorname"))
