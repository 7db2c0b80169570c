"""Frames can be left out of what is compared, each with a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE


def upgrade() -> None:
    cascade = sa.ForeignKey("videos.id", ondelete="CASCADE")
    op.create_table(
        "left_out",
        sa.Column("video_id", sa.Text, cascade, primary_key=True),
        sa.Column("index", sa.Integer, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("changed_at", _REAL, nullable=False, server_default="0"),
        sqlite_strict=True,
    )
