"""A clustering may be one that an analyst edited: then it says of which, and how."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    edit = sa.Column("edit", sa.Text, nullable=False, server_default="{}")  # JSON
    op.add_column("clusterings", edit)
