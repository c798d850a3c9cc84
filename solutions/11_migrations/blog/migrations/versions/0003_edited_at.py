"""The column of a post's last change has another name, and keeps what is in it."""

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Rename it; both databases do that in place."""
    op.alter_column("posts", "updated_at", new_column_name="edited_at")


def downgrade() -> None:
    """Give it the old name back."""
    op.alter_column("posts", "edited_at", new_column_name="updated_at")
