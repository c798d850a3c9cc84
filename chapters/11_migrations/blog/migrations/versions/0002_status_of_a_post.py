"""A post has a status, and those that are there already are new."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Add the column with a default, which the rows get that are there already."""
    with op.batch_alter_table("posts") as posts:
        posts.add_column(sa.Column("status", sa.String(8), server_default="new", nullable=False))
        posts.create_check_constraint(op.f("posts_status_check"), "status IN ('new', 'reviewed', 'archived')")


def downgrade() -> None:
    """Drop the column; what it said is lost."""
    with op.batch_alter_table("posts") as posts:
        posts.drop_constraint(op.f("posts_status_check"), type_="check")
        posts.drop_column("status")
