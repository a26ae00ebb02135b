"""Waiting for the history's database: it is away, trading goes on, and what it misses is written when it is back."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

log = logging.getLogger(__name__)

RETRY_S: Final = 1.0

Done = TypeVar("Done")


class Outage:
    """Of one database. It is told once when it begins, and once when it is over."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._is_away = False

    def outlast(self, action: Callable[[], Done]) -> Done | None:
        """What the action gives, tried again until the database takes it; None when it was still away at the end.

        Raises what the action raises, when that is no sign of a database that is away."""
        while True:
            try:
                done = action()
            except DBAPIError as error:
                if not is_away(error):
                    raise
                self._note_away(error)
            else:
                self._note_back()
                return done
            if self._stopping.wait(RETRY_S):
                return None

    def _note_away(self, error: DBAPIError) -> None:
        if not self._is_away:
            self._is_away = True
            log.error(
                "the history's database does not take what happens: %s: trading goes on; it is tried again every "
                "%g s, and nothing of it will be missing",
                str(error.orig).strip(),
                RETRY_S,
            )

    def _note_back(self) -> None:
        if self._is_away:
            self._is_away = False
            log.warning("the history's database is back")


def is_away(error: DBAPIError) -> bool:
    """Whether it is worth trying again: the connection broke, or was refused; SQLite's file is locked, or its disk
    full. Not when the tables are gone or wrong: then the recorder must begin anew."""
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode != sqlite3.SQLITE_ERROR  # that is SQL it does not understand
    return isinstance(error, OperationalError | InterfaceError)
