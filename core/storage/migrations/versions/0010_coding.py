"""A codebook, samples of frames, what coders gave to them, and tests of clusters by people."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _real(name: str) -> sa.Column:
    return sa.Column(name, _REAL, nullable=False)


def _integer(name: str, key: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=False, primary_key=key)


def _of(name: str, target: str, key: bool = True, onupdate: str | None = None) -> sa.Column:
    cascade = sa.ForeignKey(target, ondelete="CASCADE", onupdate=onupdate)
    return sa.Column(name, sa.Text, cascade, primary_key=key, nullable=False)


def _category(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, sa.ForeignKey("categories.id", ondelete="CASCADE"))


def upgrade() -> None:
    op.create_table(
        "categories",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        _category("parent"),
        _integer("position"),
        *(_text(name) for name in ("colour", "definition", "inclusion", "exclusion")),
        sqlite_strict=True,
    )
    op.create_table(
        "category_examples",
        _of("category", "categories.id"),
        _of("video_id", "videos.id"),
        _integer("index", key=True),
        sqlite_strict=True,
    )
    op.create_table(
        "coding_samples",
        sa.Column("name", sa.Text, primary_key=True),
        _text("by"),
        _integer("seed"),
        _real("created_at"),
        sqlite_strict=True,
    )
    sample = "coding_samples.name"
    op.create_table(
        "coding_units",
        _of("sample", sample),
        _integer("position", key=True),
        sa.Column(
            "video_id",
            sa.Text,
            sa.ForeignKey("videos.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        _integer("index"),
        sqlite_strict=True,
    )
    op.create_table(
        "codings",
        _of("sample", sample),
        sa.Column("coder", sa.Text, primary_key=True),
        _of("video_id", "videos.id"),
        _integer("index", key=True),
        _category("category"),
        _real("coded_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "intruder_answers",
        _of("clustering_id", "clusterings.id"),
        sa.Column("coder", sa.Text, primary_key=True),
        _integer("trial", key=True),
        _integer("number"),
        sa.Column("members", sa.Text, nullable=False),
        _integer("found"),
        _real("answered_at"),
        sqlite_strict=True,
    )
