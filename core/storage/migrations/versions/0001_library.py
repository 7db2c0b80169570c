"""The first library: videos, frames, captions, runs, clusterings, projections."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE


def _key(name: str, target: str) -> sa.Column:
    cascade = sa.ForeignKey(target, ondelete="CASCADE")
    return sa.Column(name, sa.Text, cascade, primary_key=True)


def _run() -> sa.Column:
    cascade = sa.ForeignKey("runs.id", ondelete="CASCADE")
    return sa.Column("run_id", sa.Text, cascade, nullable=False, index=True)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def _integer(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=False)


def _real(name: str) -> sa.Column:
    return sa.Column(name, _REAL, nullable=False)


def upgrade() -> None:
    op.create_table(
        "videos",
        sa.Column("id", sa.Text, primary_key=True),
        *(_text(n) for n in ("title", "group", "source", "origin", "language")),
        sa.Column("youtube_id", sa.Text),
        sa.Column("media_file", sa.Text),
        _real("duration_s"),
        _integer("width"),
        _integer("height"),
        _real("every_s"),
        _integer("frames"),
        _integer("captions"),
        _text("caption_origin"),
        _integer("captions_timed"),
        _text("state"),
        _text("message"),
        _real("added_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "frames",
        _key("video_id", "videos.id"),
        sa.Column("index", sa.Integer, primary_key=True),
        _real("time_s"),
        _text("file"),
        sqlite_strict=True,
    )
    op.create_table(
        "captions",
        _key("video_id", "videos.id"),
        sa.Column("position", sa.Integer, primary_key=True),
        _real("start_s"),
        _real("end_s"),
        _text("text"),
        sa.Column("original_text", sa.Text),
        sa.Column("original_start_s", _REAL),
        sa.Column("original_end_s", _REAL),
        sqlite_strict=True,
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Text, primary_key=True),
        *(_text(n) for n in ("name", "model", "preset", "state", "video_ids", "config")),
        *(_integer(n) for n in ("automatic", "frames", "latent_size")),
        *(sa.Column(n, _REAL) for n in ("error_train", "error_held_out", "seconds")),
        _text("device"),
        _text("message"),
        _real("created_at"),
        sa.Column("finished_at", _REAL),
        sqlite_strict=True,
    )
    op.create_table(
        "clusterings",
        sa.Column("id", sa.Text, primary_key=True),
        _run(),
        _text("method"),
        _integer("k"),
        _integer("seed"),
        _real("created_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "cluster_names",
        _key("clustering_id", "clusterings.id"),
        sa.Column("number", sa.Integer, primary_key=True),
        _text("name"),
        sqlite_strict=True,
    )
    op.create_table(
        "projections",
        sa.Column("id", sa.Text, primary_key=True),
        _run(),
        _text("method"),
        _text("settings"),
        _real("created_at"),
        sqlite_strict=True,
    )
