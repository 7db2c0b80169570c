"""Runs and their analyses say which frames they were made without."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    counts = sa.Column("left_out", sa.Text, nullable=False, server_default="{}")
    op.add_column("runs", counts.copy())
    for table in ("clusterings", "projections"):
        op.add_column(table, sa.Column("without", sa.Text, nullable=False, server_default=""))
        op.add_column(table, counts.copy())
