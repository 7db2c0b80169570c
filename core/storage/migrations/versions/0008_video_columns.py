"""Videos have columns of the library's own: any name, one value a video."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE


def upgrade() -> None:
    op.create_table(
        "video_columns",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("added_at", _REAL, nullable=False),
        sqlite_strict=True,
    )
    videos = sa.ForeignKey("videos.id", ondelete="CASCADE")
    columns = sa.ForeignKey("video_columns.name", ondelete="CASCADE", onupdate="CASCADE")
    op.create_table(
        "video_values",
        sa.Column("video_id", sa.Text, videos, primary_key=True),
        sa.Column("column", sa.Text, columns, primary_key=True, index=True),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_strict=True,
    )
