"""The tables are made by steps: all steps together make what the code expects, and what is newer is refused."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from tests.recorder.histories import Place, flow
from venue.errors import OperatorError
from venue.recorder.database import open_to_write
from venue.recorder.migrations import VERSION_TABLE, migrate, version
from venue.recorder.tables import metadata


def test_steps_make_exactly_the_tables_of_the_code(history_url: str) -> None:
    """Alembic, which compares tables, columns, types, NULLs and indexes, finds nothing that a step forgot."""
    database = open_to_write(history_url)
    migrate(database)
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_tables_that_are_there_are_left_alone(place: Place) -> None:
    """A second start makes nothing and changes nothing."""
    place.grow(flow("all", 100))
    place.project()
    before = place.rows()
    migrate(open_to_write(place.history_url))
    assert place.rows() == before


def test_history_of_a_newer_venue_is_refused(history_url: str) -> None:
    """The sentence names the version and the remedy; nothing is changed."""
    database = open_to_write(history_url)
    migrate(database)
    with database.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '999'"))
    with pytest.raises(OperatorError, match="of version 999, written by a newer version of the venue"):
        migrate(database)
    with database.connect() as connection:
        assert version(connection) == "999"


def test_making_that_fails_half_way_leaves_nothing(history_url: str) -> None:
    """One transaction: a table that is in the way of the last ones leaves the first ones unmade too."""
    plain = create_engine(history_url, poolclass=NullPool)
    with plain.begin() as connection:
        connection.execute(text("CREATE TABLE history_candle (mine INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        migrate(open_to_write(history_url))
    assert inspect(plain).get_table_names() == ["history_candle"]
