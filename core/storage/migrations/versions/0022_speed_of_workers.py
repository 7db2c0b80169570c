"""How fast a worker trains, and the memory that it trains in: what an estimate asks."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE
_LONG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    for name, kind in (("flops", _REAL), ("device_memory", _LONG)):
        op.add_column("workers", sa.Column(name, kind, nullable=False, server_default="0"))
