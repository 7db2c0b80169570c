"""Clusterings remember the weights of the latent's blocks; those that are there had none moved."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    weights = sa.Column("weights", sa.Text, nullable=False, server_default="{}")  # JSON
    op.add_column("clusterings", weights)
