"""Videos remember what YouTube refused last and how often it was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    refusal = sa.Column("refusal", sa.Text, nullable=False, server_default="{}")  # JSON
    op.add_column("videos", refusal)
