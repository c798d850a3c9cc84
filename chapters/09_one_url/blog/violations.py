"""Which rule refused a row: PostgreSQL names it; SQLite names the columns, and of a foreign key nothing."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError


def violates(error: IntegrityError, constraint: UniqueConstraint) -> bool:
    """Whether there was a row with these values already."""
    if (diagnostics := getattr(error.orig, "diag", None)) is not None:
        return bool(diagnostics.constraint_name == constraint.name)
    columns = ", ".join(map(str, constraint.columns))
    return str(error.orig) == f"UNIQUE constraint failed: {columns}"


def violates_foreign_key(error: IntegrityError) -> bool:
    """Whether the row that it refers to is missing."""
    codes = {getattr(error.orig, name, None) for name in ("pgcode", "sqlite_errorname")}
    return not codes.isdisjoint({"23503", "SQLITE_CONSTRAINT_FOREIGNKEY"})
