"""Several workers on PostgreSQL: who they are, attempts, progress, a row that each write locks."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_REAL: sa.types.TypeEngine[float] = sa.Double().with_variant(
    sa.REAL, "sqlite"
)  # STRICT tables know no DOUBLE
_LONG: sa.types.TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    op.create_table(
        "writes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("count", _LONG, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.Text, primary_key=True),
        *(_text(name) for name in ("host", "queues", "version", "devices")),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("processors", sa.Integer, nullable=False),
        sa.Column("memory", _LONG, nullable=False),
        sa.Column("began_at", _REAL, nullable=False),
        sa.Column("beat_at", _REAL, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "attempts",
        sa.Column("work", sa.Text, primary_key=True),
        sa.Column("attempt", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "job_progress",
        sa.Column("job_id", sa.Text, primary_key=True),
        _text("said"),
        sa.Column("at", _REAL, nullable=False),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("INSERT INTO writes (id, count) VALUES (1, 0)"))
        # Its INTEGER has 31 bits, and a seed 32.
        for table in ("clusterings", "coding_samples"):
            op.alter_column(table, "seed", type_=sa.BigInteger)
