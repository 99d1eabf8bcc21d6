"""Runs the migrations on the connection `open_store` brings."""

from alembic import context

from ml_connector.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
