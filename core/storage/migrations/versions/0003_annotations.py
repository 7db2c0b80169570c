"""What analysts write down: tags, notes, selections, saved views; clusters coloured and merged."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE


def _key(name: str, target: str, onupdate: str | None = None) -> sa.Column:
    cascade = sa.ForeignKey(target, ondelete="CASCADE", onupdate=onupdate)
    return sa.Column(name, sa.Text, cascade, primary_key=True)


def _index() -> sa.Column:
    return sa.Column("index", sa.Integer, primary_key=True)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _real(name: str) -> sa.Column:
    return sa.Column(name, _REAL, nullable=False, server_default="0")


def upgrade() -> None:
    op.rename_table("cluster_names", "cluster_marks")
    for column in (
        _text("colour"),
        _text("note"),
        sa.Column("carried_from", sa.Text),
        sa.Column("agreement", _REAL),
        _real("changed_at"),
    ):
        op.add_column("cluster_marks", column)
    op.create_table(
        "cluster_merges",
        _key("clustering_id", "clusterings.id"),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("members", sa.Text, nullable=False),
        *(_text(n) for n in ("name", "colour", "note")),
        _real("changed_at"),
        sqlite_strict=True,
    )
    # Frames are written anew when a video is read again: what is kept on them hangs on the video.
    op.create_table(
        "frame_tags",
        _key("video_id", "videos.id"),
        _index(),
        sa.Column("tag", sa.Text, primary_key=True, index=True),
        sqlite_strict=True,
    )
    op.create_table(
        "frame_notes",
        _key("video_id", "videos.id"),
        _index(),
        _text("text"),
        _real("changed_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "selections",
        sa.Column("name", sa.Text, primary_key=True),
        _text("note"),
        _real("changed_at"),
        sqlite_strict=True,
    )
    op.create_table(
        "selection_frames",
        _key("selection", "selections.name", onupdate="CASCADE"),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column(
            "video_id",
            sa.Text,
            sa.ForeignKey("videos.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("index", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "saved_views",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("choices", sa.Text, nullable=False),
        _real("changed_at"),
        sqlite_strict=True,
    )
