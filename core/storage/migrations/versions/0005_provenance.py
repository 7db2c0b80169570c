"""Videos know where they come from, which part was taken and when they are tried again.

Caption segments know how sure a machine was of them; text in the picture has a table of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE


def upgrade() -> None:
    provenance = sa.Column("provenance", sa.Text, nullable=False, server_default="{}")
    op.add_column("videos", provenance)
    for name in ("from_s", "until_s", "retry_at"):
        op.add_column("videos", sa.Column(name, _REAL))
    op.add_column("captions", sa.Column("confidence", _REAL))
    times = sa.Column("word_times", sa.Text, nullable=False, server_default="[]")
    op.add_column("captions", times)
    cascade = sa.ForeignKey("videos.id", ondelete="CASCADE")
    op.create_table(
        "screen_texts",
        sa.Column("video_id", sa.Text, cascade, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("start_s", _REAL, nullable=False),
        sa.Column("end_s", _REAL, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("confidence", _REAL),
        sqlite_strict=True,
    )
