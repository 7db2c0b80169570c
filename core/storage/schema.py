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


def _clustering_id() -> Column:
    cascade = ForeignKey("clusterings.id", ondelete="CASCADE")
    return Column("clustering_id", Text, cascade, primary_key=True)


def _written(name: str) -> Column:
    """What somebody may have typed, "" where nobody has."""
    return Column(name, Text, nullable=False, server_default="")


def _changed_at() -> Column:
    return Column("changed_at", _Real, nullable=False, server_default="0")


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
    Column("smallest", Integer, nullable=False, server_default="0"),
)

cluster_marks = _table(  # what an analyst gave to a cluster, or what was carried over to it
    "cluster_marks",
    _clustering_id(),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    _written("colour"),
    _written("note"),
    Column("carried_from", Text),  # a clustering's id; NULL where the analyst wrote it here
    Column("agreement", _Real),  # Jaccard overlap with the cluster it was carried from
    _changed_at(),
)

cluster_merges = _table(
    "cluster_merges",
    _clustering_id(),
    Column("position", Integer, primary_key=True),  # later merges have higher ones
    Column("members", Text, nullable=False),  # JSON list of cluster numbers
    _written("name"),
    _written("colour"),
    _written("note"),
    _changed_at(),
)

frame_tags = _table(  # on the video, not on its frame: those are written anew when it is read again
    "frame_tags",
    _video_id(),
    Column("index", Integer, primary_key=True),
    Column("tag", Text, primary_key=True, index=True),
)

frame_notes = _table(
    "frame_notes",
    _video_id(),
    Column("index", Integer, primary_key=True),
    _written("text"),
    _changed_at(),
)

selections = _table(
    "selections",
    Column("name", Text, primary_key=True),
    _written("note"),
    _changed_at(),
)

selection_frames = _table(
    "selection_frames",
    Column(
        "selection",
        Text,
        ForeignKey("selections.name", ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True,
    ),
    Column("position", Integer, primary_key=True),
    Column(
        "video_id", Text, ForeignKey("videos.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("index", Integer, nullable=False),
)

saved_views = _table(
    "saved_views",
    Column("name", Text, primary_key=True),
    Column("choices", Text, nullable=False),  # JSON object
    _changed_at(),
)

projections = _table(
    "projections",
    Column("id", Text, primary_key=True),
    _run_id(),
    Column("method", Text, nullable=False),
    Column("settings", Text, nullable=False),  # JSON
    Column("created_at", _Real, nullable=False),
)
