"""The tables of library.db, as SQLAlchemy sees them; migrations/ is what creates them."""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    Column,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData()
_Real: TypeEngine[float] = Double().with_variant(REAL, "sqlite")  # STRICT tables know no DOUBLE


def _table(name: str, *columns: Column) -> Table:
    return Table(name, metadata, *columns, sqlite_strict=True)


def _video_id() -> Column:
    return Column("video_id", Text, ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True)


def _run_id(primary_key: bool = False) -> Column:
    return Column(
        "run_id",
        Text,
        ForeignKey("runs.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
        index=not primary_key,
    )


videos = _table(
    "videos",
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("group", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("youtube_id", Text),
    Column("media_file", Text),
    Column("duration_s", _Real, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("every_s", _Real, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("captions", Integer, nullable=False),
    Column("caption_origin", Text, nullable=False),
    Column("captions_timed", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("added_at", _Real, nullable=False),
)

frames = _table(
    "frames",
    _video_id(),
    Column("index", Integer, primary_key=True),
    Column("time_s", _Real, nullable=False),
    Column("file", Text, nullable=False),
)

captions = _table(
    "captions",
    _video_id(),
    Column("position", Integer, primary_key=True),
    Column("start_s", _Real, nullable=False),
    Column("end_s", _Real, nullable=False),
    Column("text", Text, nullable=False),
    Column("original_text", Text),
    Column("original_start_s", _Real),
    Column("original_end_s", _Real),
)

runs = _table(
    "runs",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("preset", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("video_ids", Text, nullable=False),  # JSON list, in training order
    Column("config", Text, nullable=False),  # JSON of RunConfig
    Column("automatic", Integer, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("latent_size", Integer, nullable=False),
    Column("error_train", _Real),
    Column("error_held_out", _Real),
    Column("seconds", _Real),
    Column("device", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("created_at", _Real, nullable=False),
    Column("finished_at", _Real),
)

clusterings = _table(
    "clusterings",
    Column("id", Text, primary_key=True),
    _run_id(),
    Column("method", Text, nullable=False),
    Column("k", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("created_at", _Real, nullable=False),
    Column("weights", Text, nullable=False, server_default="{}"),  # JSON
)

cluster_names = _table(
    "cluster_names",
    Column(
        "clustering_id",
        Text,
        ForeignKey("clusterings.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
)

projections = _table(
    "projections",
    Column("id", Text, primary_key=True),
    _run_id(),
    Column("method", Text, nullable=False),
    Column("settings", Text, nullable=False),  # JSON
    Column("created_at", _Real, nullable=False),
)
