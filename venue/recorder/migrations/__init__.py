"""The history's tables, step by step: each file of versions/ is one step, in Alembic's form.

`migrate` takes them in one transaction at the recorder's start; a history that a newer venue has brought further is
refused. A change of tables.py needs a new step:

    venue/recorder/migrations/versions/<what_changes>.py    revision = "2", down_revision = "1"
"""

import logging
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select

from venue.errors import OperatorError

VERSION_TABLE: Final = "history_version"
_LOCK: Final = 0x686973746F7279  # "history": PostgreSQL advisory lock, so that two starts take turns

logging.getLogger("alembic").setLevel(logging.WARNING)  # each step is told here, in one line

log = logging.getLogger(__name__)


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest version, making them where there are none.

    Raises OperatorError, with nothing changed, when the history was written by a newer venue.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # ends with the transaction; on SQLite it has the lock already
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        before = version(connection)
        newest = _require_known(before)
        if before != newest:
            _upgrade(connection)
            log.info("the history's tables are of version %s now, %s", newest, f"were of {before}" if before else "new")


def version(connection: Connection) -> str | None:
    """The revision its tables are of; None: there are none yet."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def _require_known(found: str | None) -> str:
    """Returns the newest version there is."""
    script = ScriptDirectory.from_config(_config())
    known = [step.revision for step in script.walk_revisions()]
    if found is not None and found not in known:
        raise OperatorError(
            f"the history's tables were of version {found}, written by a newer version of the venue; this one knows "
            f"up to {known[0]}: use the version that wrote it, or name another database in recorder.url"
        )
    return known[0]


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
