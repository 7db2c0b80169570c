"""What is coded can be a shot: its last frame beside its first."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("coding_units", sa.Column("until", sa.Integer, nullable=True))
