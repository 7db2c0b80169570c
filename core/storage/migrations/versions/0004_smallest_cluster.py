"""Clusterings remember the size that HDBSCAN's clusters have at least; the other methods have 0."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    smallest = sa.Column("smallest", sa.Integer, nullable=False, server_default="0")
    op.add_column("clusterings", smallest)
