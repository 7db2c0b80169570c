"""Changes of captions by hand are kept, to be undone and done again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    cascade = sa.ForeignKey("videos.id", ondelete="CASCADE")
    op.create_table(
        "caption_changes",
        sa.Column("video_id", sa.Text, cascade, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("before", sa.Text, nullable=False),  # JSON list of captions
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("undone", sa.Integer, nullable=False, server_default="0"),
        sqlite_strict=True,
    )
