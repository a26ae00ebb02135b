"""What Alembic runs for each command: the steps, on the connection that `migrate` gives, in its transaction."""

from alembic import context

from venue.recorder.migrations import VERSION_TABLE
from venue.recorder.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
