"""`venue verify` and the history: orders, positions, balances and fees must be those of the engine there."""

from typing import Final

import pytest

from tests.journal.journals import execute
from tests.recorder.histories import Place as JournalAndHistory
from tests.recorder.histories import flow
from tests.snapshots.places import Place
from tests.verify.verifying import verified
from venue.errors import OperatorError
from venue.journal.retention import prune
from venue.recorder.recording import project_journal

COMMANDS = 600


@pytest.fixture
def kept(place: Place, history_url: str) -> str:
    """A history of orders of all kinds, of accounts with balances, that goes to the journal's end."""
    pair = JournalAndHistory(place.journal_url, history_url)
    pair.grow(flow("money", COMMANDS))
    assert pair.project() == pair.reader.last_seq()
    return history_url


def test_a_history_that_is_what_the_journal_gives_differs_in_nothing(place: Place, kept: str) -> None:
    """Told with its place, and the journal's end with the state hash there."""
    engine = place.replayed()
    assert verified(place, kept) == (
        [
            f"journal_seq {engine.journal_seq:,}: the history is what the journal gives",
            f"journal_seq {engine.journal_seq:,}: the end, state hash {engine.state_hash().hex()}",
        ],
        [],
    )


def test_a_history_is_compared_where_it_ends_between_the_snapshots(place: Place, sqlite_history_url: str) -> None:
    """What comes behind it in the journal is not yet in it."""
    place.take(300)
    place.grow(450)
    project_journal(place.reader, sqlite_history_url)
    place.take(600)
    place.grow(900)
    told, differences = verified(place, sqlite_history_url)
    assert differences == []
    assert [line.partition(": ")[0] for line in told] == [f"journal_seq {seq}" for seq in (300, 450, 600, 900)]


# In the order of the tables: a change behind the recorder's back, and what is said of it.
CHANGES: Final = {
    "UPDATE history_order SET cum_qty = 7 WHERE order_id = 3": [
        ": order 3: cum_qty is kept as 7, the journal gives 0.000"
    ],
    "UPDATE history_order SET ord_status = '0' WHERE order_id = 4": [
        ": order 4: ord_status is kept as 0, the journal gives 4"
    ],
    "DELETE FROM history_order WHERE order_id = 5": [" has no order 5"],
    "DELETE FROM history_order WHERE order_id = 148": [" has no order 148"],
    "UPDATE history_position SET realized = 7 WHERE account = 'CAT' AND symbol = 'X'": [
        ": position of CAT in X: realized is kept as 7, the journal gives -0.00002"
    ],
    "DELETE FROM history_balance WHERE account = 'CAT' AND currency = 'USD'": [
        ": balance of CAT in USD: total is kept as 0, the journal gives 0.00104"
    ],
    "UPDATE history_fee SET paid = 77 WHERE day = 0 AND account = 'CAT' AND currency = 'USD'": [
        ": CAT: fees in USD is kept as 77.00000, the journal gives 0.00008",
        ": all fees in USD is kept as 77.00003, the journal gives 0.00011",
    ],
}


def test_each_difference_is_named_with_its_place(place: Place, kept: str) -> None:
    """Of which order, account or currency, and both values; one more with each change."""
    expected: list[str] = []
    for statement, sentences in CHANGES.items():
        execute(kept, statement)
        expected += [f"the history at {place.reader.last_seq()}{sentence}" for sentence in sentences]
        assert verified(place, kept)[1] == expected


def test_what_is_not_of_this_journal_is_found(place: Place, kept: str) -> None:
    """By the chain hash, and by a journal_seq that there is not, or that no batch ends at."""
    last_seq = place.reader.last_seq()
    execute(kept, f"UPDATE history_progress SET journal_seq = {last_seq - 1}")
    (difference,) = verified(place, kept)[1]
    assert difference.startswith(f"the history at {last_seq - 1} is of another journal")
    execute(kept, f"UPDATE history_progress SET journal_seq = {last_seq + 1}")
    (difference,) = verified(place, kept)[1]
    assert difference.startswith(f"the history at {last_seq + 1} is beyond the journal, which ends at {last_seq}")


def test_no_history_is_told_and_no_difference(place: Place, history_url: str) -> None:
    """A venue without a recorder can be verified; a database that is away is refused."""
    place.grow(300)
    told, differences = verified(place, history_url)
    assert differences == []
    assert told[0].startswith("there is no history at ")
    with pytest.raises(OperatorError, match="cannot be read now"):
        verified(place, "postgresql+psycopg://nobody@/nothing?host=/nowhere")


def test_a_history_before_what_was_pruned_is_told_and_not_compared(place: Place, sqlite_history_url: str) -> None:
    """Its commands are gone."""
    place.grow(200)
    project_journal(place.reader, sqlite_history_url)
    place.take(600)
    prune(place.journal_url, 600)
    place.grow(900)
    told, differences = verified(place, sqlite_history_url)
    assert differences == []
    assert "the history at 200 is not compared: the replay begins behind it" in told
