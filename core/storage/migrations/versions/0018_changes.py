"""A log of what analysts change of clusters and of what is left out, with the way back."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE


def upgrade() -> None:
    written = (
        sa.Column(name, sa.Text, nullable=False, server_default="")
        for name in ("who", "run_id", "clustering_id", "said")
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", _REAL, nullable=False),
        *written,
        sa.Column("inverse", sa.Text, nullable=False),
        sa.Column("undone", sa.Integer, nullable=False, server_default="0"),
        sqlite_strict=True,
    )
