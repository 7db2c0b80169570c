"""Which files lie in a bucket: each one's version is a part of its object's name."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_LONG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "stored_files",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("version", _LONG, nullable=False),
        sa.Column("before", _LONG, nullable=False),
        sa.Column("size", _LONG, nullable=False),
        sa.Column("gone", sa.Integer, nullable=False),
        sa.Column("change", _LONG, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_stored_files_owner", "stored_files", ["owner", "part"])
    op.create_index("ix_stored_files_change", "stored_files", ["change"])
