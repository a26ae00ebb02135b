"""How far the history goes: a row that moves in the transaction of the rows it stands for.

It is moved from where the recorder knows it to be, and by nobody else: a second recorder that writes the same history
finds it elsewhere, and so does one that does not know whether its last commit went through.
"""

from typing import Final, NamedTuple

from sqlalchemy import Connection, insert, select, update

from venue.engine.engine import ENGINE_VERSION
from venue.errors import JournalError, OperatorError
from venue.journal import JournalReader
from venue.recorder import tables


class HistoryPosition(NamedTuple):
    """The end of the batch of the journal that was projected last; journal_seq 0: none was yet."""

    journal_seq: int
    chain_hash: bytes
    time_ns: int = 0


EMPTY: Final = HistoryPosition(0, b"")


def read_position(connection: Connection) -> HistoryPosition:
    column = tables.progress.c
    row = connection.execute(select(column.journal_seq, column.chain_hash, column.time_ns)).one_or_none()
    return HistoryPosition(row[0], bytes(row[1]), row[2]) if row else EMPTY


def move(connection: Connection, before: HistoryPosition, to: HistoryPosition) -> bool:
    """False: it is there already, and all that belongs to it. Raises OperatorError when it is at neither of the two."""
    found = read_position(connection)
    if found[:2] == to[:2]:
        return False
    if found[:2] != before[:2]:
        raise _moved_by_another(found, before)
    moved = {**to._asdict(), "engine_version": ENGINE_VERSION}
    if not before.journal_seq:
        connection.execute(insert(tables.progress).values(id=1, **moved))
        return True
    column = tables.progress.c
    wanted = update(tables.progress).where(column.journal_seq == before.journal_seq).values(moved)
    if connection.execute(wanted).rowcount != 1:  # it was moved since it was read
        raise _moved_by_another(read_position(connection), before)
    return True


def require_same_journal(position: HistoryPosition, reader: JournalReader) -> None:
    """Raises OperatorError when the history was made of another journal, or of more of it than there is."""
    if not position.journal_seq:
        return
    last_seq = reader.last_seq()
    if position.journal_seq > last_seq:
        raise OperatorError(
            f"the history goes up to journal_seq {position.journal_seq}, the journal ends at {last_seq}: commands are "
            "lost, or the history is of another journal: restore the journal, or name another database in recorder.url"
        )
    if position.journal_seq < reader.first_seq():
        raise OperatorError(
            f"the history goes up to journal_seq {position.journal_seq}, the journal begins at {reader.first_seq()}: "
            "what comes between was archived or pruned: put back the files of the archive, or restore the history "
            "from a newer copy"
        )
    try:
        (batch,) = reader.read(position.journal_seq, position.journal_seq)
    except JournalError as error:
        raise OperatorError(f"the journal cannot be read where the history ends: {error}") from error
    if (batch.last_seq, batch.chain_hash) != position[:2]:
        raise OperatorError(
            f"the history is of another journal: the chain hash at its journal_seq {position.journal_seq} is not the "
            "one it was projected at: name another database in recorder.url, or move the history away, and it is made "
            "anew"
        )


def _moved_by_another(found: HistoryPosition, expected: HistoryPosition) -> OperatorError:
    return OperatorError(
        f"the history goes up to journal_seq {found.journal_seq}, this recorder brought it to {expected.journal_seq}: "
        "another one writes it, and there may be only one"
    )
