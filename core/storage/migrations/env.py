"""Alembic's entry: runs the numbered migrations on the connection that `database` hands it."""

from alembic import context

from core.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
