"""A link keeps a selection that is too long for an address under a short id."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE


def upgrade() -> None:
    op.create_table(
        "link_texts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("used_at", _REAL, nullable=False),
        sqlite_strict=True,
    )
