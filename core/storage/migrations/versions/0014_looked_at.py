"""What analysts looked at is kept: each analysis once, with when and how often."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE


def upgrade() -> None:
    op.create_table(
        "looked_at",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("tests", sa.Integer, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("first_at", _REAL, nullable=False),
        sa.Column("last_at", _REAL, nullable=False),
        sqlite_strict=True,
    )
