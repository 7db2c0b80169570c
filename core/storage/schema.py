"""The tables of library.db, as SQLAlchemy sees them; migrations/ is what creates them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

metadata = MetaData()
_Real: TypeEngine[float] = Double().with_variant(REAL, "sqlite")  # STRICT tables know no DOUBLE
_Long: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")  # seeds: 32 bits


def _table(name: str, *columns: SchemaItem) -> Table:
    return Table(name, metadata, *columns, sqlite_strict=True)


def _video_id() -> Column:
    return Column("video_id", Text, ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True)


def _run_id() -> Column:
    cascade = ForeignKey("runs.id", ondelete="CASCADE")
    return Column("run_id", Text, cascade, nullable=False, index=True)


def _clustering_id() -> Column:
    cascade = ForeignKey("clusterings.id", ondelete="CASCADE")
    return Column("clustering_id", Text, cascade, primary_key=True)


def _columns(kind: Any, *names: str, nullable: bool = False) -> list[Column]:
    return [Column(name, kind, nullable=nullable) for name in names]


def _written(*names: str) -> list[Column]:
    """What somebody may have typed, "" where nobody has."""
    return [Column(name, Text, nullable=False, server_default="") for name in names]


def _without() -> list[Column]:
    """Which frames an analysis did not take, as a mark, and how many by reason, as JSON."""
    return [
        Column("without", Text, nullable=False, server_default=""),
        Column("left_out", Text, nullable=False, server_default="{}"),
    ]


def _changed_at() -> Column:
    return Column("changed_at", _Real, nullable=False, server_default="0")


videos = _table(
    "videos",
    Column("id", Text, primary_key=True),
    *_columns(Text, "title", "group", "source", "origin", "language"),
    *_columns(Text, "youtube_id", "media_file", nullable=True),
    *_columns(Text, "caption_origin", "state", "message"),
    *_columns(_Real, "duration_s", "every_s", "added_at"),
    *_columns(Integer, "width", "height", "frames", "captions", "captions_timed"),
    Column("provenance", Text, nullable=False, server_default="{}"),  # JSON object
    *_columns(_Real, "from_s", "until_s", "retry_at", nullable=True),
    Column("refusal", Text, nullable=False, server_default="{}"),  # JSON object
)

video_columns = _table(  # what an analyst knows of videos beside their groups
    "video_columns",
    Column("name", Text, primary_key=True),
    Column("added_at", _Real, nullable=False),
)

video_values = _table(
    "video_values",
    _video_id(),
    Column(
        "column",
        Text,
        ForeignKey("video_columns.name", ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("value", Text, nullable=False),
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
    *_columns(_Real, "start_s", "end_s"),
    Column("text", Text, nullable=False),
    Column("original_text", Text),
    *_columns(_Real, "original_start_s", "original_end_s", "confidence", nullable=True),
    Column("word_times", Text, nullable=False, server_default="[]"),  # JSON list
)

caption_changes = _table(  # by hand, the newest with the highest position
    "caption_changes",
    _video_id(),
    Column("position", Integer, primary_key=True),
    Column("label", Text, nullable=False),
    Column("first", Integer, nullable=False),  # position of the first caption that it changed
    *_columns(Text, "before", "after"),  # JSON lists of captions
    Column("undone", Integer, nullable=False, server_default="0"),
)

screen_texts = _table(  # what is written in the picture and is no subtitle
    "screen_texts",
    _video_id(),
    Column("position", Integer, primary_key=True),
    *_columns(_Real, "start_s", "end_s"),
    Column("text", Text, nullable=False),
    Column("confidence", _Real),
)

runs = _table(
    "runs",
    Column("id", Text, primary_key=True),
    *_columns(Text, "name", "model", "preset", "state", "device", "message"),
    Column("video_ids", Text, nullable=False),  # JSON list, in training order
    Column("config", Text, nullable=False),  # JSON of RunConfig
    *_columns(Integer, "automatic", "frames", "latent_size"),
    *_columns(_Real, "error_train", "error_held_out", "seconds", "finished_at", nullable=True),
    Column("created_at", _Real, nullable=False),
    Column("left_out", Text, nullable=False, server_default="{}"),  # JSON: what was not trained on
)

clusterings = _table(
    "clusterings",
    Column("id", Text, primary_key=True),
    _run_id(),
    Column("method", Text, nullable=False),
    Column("k", Integer, nullable=False),
    Column("seed", _Long, nullable=False),
    Column("created_at", _Real, nullable=False),
    Column("weights", Text, nullable=False, server_default="{}"),  # JSON
    Column("smallest", Integer, nullable=False, server_default="0"),
    Column("edit", Text, nullable=False, server_default="{}"),  # JSON
    *_without(),
)

cluster_marks = _table(  # what an analyst gave to a cluster, or what was carried over to it
    "cluster_marks",
    _clustering_id(),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    *_written("colour", "note"),
    Column("carried_from", Text),  # a clustering's id; NULL where the analyst wrote it here
    Column("agreement", _Real),  # Jaccard overlap with the cluster it was carried from
    _changed_at(),
)

cluster_merges = _table(
    "cluster_merges",
    _clustering_id(),
    Column("position", Integer, primary_key=True),  # later merges have higher ones
    Column("members", Text, nullable=False),  # JSON list of cluster numbers
    *_written("name", "colour", "note"),
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
    *_written("text"),
    _changed_at(),
)

selections = _table(
    "selections",
    Column("name", Text, primary_key=True),
    *_written("note"),
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

left_out = _table(  # of trainings, clusters, maps, comparisons and tables
    "left_out",
    _video_id(),
    Column("index", Integer, primary_key=True),
    *_written("reason"),
    _changed_at(),
)

looked_at = _table(  # no run's: that something was tried stays
    "looked_at",
    Column("id", Text, primary_key=True),
    *_columns(Text, "kind", "what"),  # what: JSON object
    *_columns(Integer, "tests", "times"),
    *_columns(_Real, "first_at", "last_at"),
)

acts = _table(  # a log of all changes by those who are signed in
    "acts",
    Column("id", Integer, primary_key=True),
    *_columns(_Real, "at"),
    *_columns(Text, "who", "did", "subject"),
)

changes = _table(  # a log: it stays when what it tells of is deleted
    "changes",
    Column("id", Integer, primary_key=True),
    Column("at", _Real, nullable=False),
    *_written("who", "run_id", "clustering_id", "said"),
    Column("inverse", Text, nullable=False),  # JSON
    Column("undone", Integer, nullable=False, server_default="0"),
)

saved_views = _table(
    "saved_views",
    Column("name", Text, primary_key=True),
    Column("choices", Text, nullable=False),  # JSON object
    _changed_at(),
)

link_texts = _table(  # selections too long for an address
    "link_texts",
    Column("id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("used_at", _Real, nullable=False),
)

projections = _table(
    "projections",
    Column("id", Text, primary_key=True),
    _run_id(),
    Column("method", Text, nullable=False),
    Column("settings", Text, nullable=False),  # JSON
    Column("created_at", _Real, nullable=False),
    *_without(),
)

categories = _table(  # the codebook
    "categories",
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent", Text, ForeignKey("categories.id", ondelete="CASCADE")),
    Column("position", Integer, nullable=False),  # among those of one parent
    *_written("colour", "definition", "inclusion", "exclusion"),
)

category_examples = _table(
    "category_examples",
    Column("category", Text, ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True),
    _video_id(),
    Column("index", Integer, primary_key=True),
)

coding_samples = _table(
    "coding_samples",
    Column("name", Text, primary_key=True),
    *_written("by"),  # the videos' column that it is stratified by
    Column("seed", _Long, nullable=False),
    Column("created_at", _Real, nullable=False),
)


def _sample() -> Column:
    cascade = ForeignKey("coding_samples.name", ondelete="CASCADE")
    return Column("sample", Text, cascade, primary_key=True)


coding_units = _table(
    "coding_units",
    _sample(),
    Column("position", Integer, primary_key=True),
    Column(
        "video_id", Text, ForeignKey("videos.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("index", Integer, nullable=False),
    Column("until", Integer),  # the last frame of a shot; NULL where a frame is coded
)

codings = _table(  # one category for each coder and unit; NULL says that none fits
    "codings",
    _sample(),
    Column("coder", Text, primary_key=True),
    _video_id(),
    Column("index", Integer, primary_key=True),
    Column("category", Text, ForeignKey("categories.id", ondelete="CASCADE")),
    Column("coded_at", _Real, nullable=False),
)

intruder_answers = _table(  # who found the frame of another cluster among four of one
    "intruder_answers",
    _clustering_id(),
    Column("coder", Text, primary_key=True),
    Column("trial", Integer, primary_key=True),
    Column("number", Integer, nullable=False),  # of the cluster as it was shown
    Column("members", Text, nullable=False),  # JSON list: what was merged into it then
    Column("found", Integer, nullable=False),
    Column("answered_at", _Real, nullable=False),
)

writes = _table(  # PostgreSQL's: one row, which each write counts up and so holds until its end
    "writes",
    Column("id", Integer, primary_key=True),
    Column("count", _Long, nullable=False),
)

workers = _table(  # of several on PostgreSQL; times are the database's
    "workers",
    Column("name", Text, primary_key=True),
    *_columns(Text, "host", "queues", "version", "devices"),
    *_columns(Integer, "pid", "processors"),
    Column("memory", _Long, nullable=False),  # bytes
    *_columns(_Real, "began_at", "beat_at"),
    Column("flops", _Real, nullable=False, server_default="0"),
    Column("device_memory", _Long, nullable=False, server_default="0"),
)

attempts = _table(
    "attempts",
    Column("work", Text, primary_key=True),
    Column("attempt", Integer, nullable=False),
)

stored_files = _table(  # those that lie in a bucket; core.storage.stored
    "stored_files",
    Column("name", Text, primary_key=True),
    *_columns(Text, "owner", "part"),
    *_columns(_Long, "version", "before", "size"),
    Column("gone", Integer, nullable=False),
    Column("change", _Long, nullable=False, index=True),
    Index("ix_stored_files_owner", "owner", "part"),
)

job_progress = _table(
    "job_progress",
    Column("job_id", Text, primary_key=True),
    Column("said", Text, nullable=False),  # JSON object
    Column("at", _Real, nullable=False),
)
