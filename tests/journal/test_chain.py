"""What was changed, cut or lost in a journal is found, and named by its journal_seq."""

from pathlib import Path

import pytest

from tests.journal.journals import execute, fill
from venue.errors import JournalError
from venue.journal import Batch, open_reader, verify
from venue.journal.batch import BEGINNING, GENESIS, Epoch, chain, check_link
from venue.messages import ExpireOrders, encode_commands

INSIDE = "UPDATE journal_batch SET {} WHERE first_seq = 10"  # the batch of journal_seq 10 to 14


def _flipped(octets: bytes, bit: int) -> bytes:
    changed = bytearray(octets)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_flipped_bit_in_a_payload_is_located(url: str) -> None:
    """Any bit of a payload counts: first, last and one inside."""
    payload = fill(url)[4].payload
    for bit in (0, 7, len(payload) * 4 + 3, len(payload) * 8 - 1):
        execute(url, INSIDE.format("payload = :payload"), payload=_flipped(payload, bit))
        _assert_broken_at(url, "journal_seq 10 to 14: the chain hash was")


def test_flipped_bit_in_a_chain_hash_is_located(url: str) -> None:
    """A damaged hash breaks its own batch, and the next one for who starts reading there."""
    chain_hash = fill(url)[4].chain_hash
    execute(url, INSIDE.format("chain_hash = :chain_hash"), chain_hash=_flipped(chain_hash, 100))
    _assert_broken_at(url, "journal_seq 10 to 14: the chain hash was")
    with pytest.raises(JournalError, match="journal_seq 15 to 23: the chain hash was"):
        list(open_reader(url).read(15))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("time_ns = time_ns + 1", "journal_seq 10 to 14: the chain hash was"),
        ("epoch = epoch + 1", "journal_seq 10 to 14: the epoch was 2, of which the journal knows no writer"),
        ("epoch = epoch - 1", "journal_seq 10 to 14: the epoch was 0, after 1"),
        ("last_seq = 13", "journal_seq 10 to 13: the chain hash was"),
        ("first_seq = 11", "journal_seq 10: the next batch found was journal_seq 11 to 14"),
        ("payload = :empty", "journal_seq 10 to 14: the chain hash was"),
        ("chain_hash = :empty", "journal_seq 10 to 14: the chain hash was"),
    ],
)
def test_changed_column_is_located(url: str, change: str, found: str) -> None:
    """Every column of a batch is under the chain."""
    fill(url)
    execute(url, INSIDE.format(change), **({"empty": b""} if ":empty" in change else {}))
    _assert_broken_at(url, found)


def test_rewritten_batch_breaks_the_next_one(url: str) -> None:
    """A batch forged with a hash that fits it does not fit what follows."""
    before, old = fill(url)[3:5]
    payload = encode_commands([ExpireOrders()] * 5)
    forged = chain(before.chain_hash, _seal(url, old), old.first_seq, old.last_seq, old.time_ns, payload)
    execute(url, INSIDE.format("payload = :payload, chain_hash = :forged"), payload=payload, forged=forged)
    _assert_broken_at(url, "journal_seq 15 to 23: the chain hash was")


@pytest.mark.parametrize(
    ("first_seq", "found"),
    [(1, "journal_seq 1: the next batch found was journal_seq 4 to 4"), (10, "journal_seq 10: .* 15 to 23")],
)
def test_missing_batch_is_located(url: str, first_seq: int, found: str) -> None:
    """A gap is named by the journal_seq that should have come, for every way to read over it."""
    fill(url)
    execute(url, "DELETE FROM journal_batch WHERE first_seq = :first_seq", first_seq=first_seq)
    _assert_broken_at(url, found)
    with pytest.raises(JournalError, match=found):
        list(open_reader(url).read(first_seq, first_seq))


def test_missing_newest_batch_is_noticed_by_who_knows_of_it(url: str) -> None:
    """The chain alone cannot see a cut end; a reader that asks for more than there is can."""
    fill(url)
    execute(url, "DELETE FROM journal_batch WHERE first_seq = 26")
    assert verify(open_reader(url)).last_seq == 25
    with pytest.raises(JournalError, match="ends at journal_seq 25, it was asked for 31"):
        list(open_reader(url).read(32))


def test_batch_of_another_epoch_order_is_located(url: str) -> None:
    """A batch an older writer slipped in behind a newer one is refused, even with a hash that fits."""
    fill(url)
    newest = fill(url, (1,))[-1]
    payload = encode_commands([ExpireOrders()])
    hashed = chain(newest.chain_hash, _seal(url, newest), 33, 33, newest.time_ns, payload)
    execute(
        url,
        "INSERT INTO journal_batch VALUES (33, 33, 1, :time_ns, :payload, :hashed)",
        time_ns=newest.time_ns,
        payload=payload,
        hashed=hashed,
    )
    _assert_broken_at(url, "journal_seq 33 to 33: the epoch was 1, after 2")


def test_payload_of_another_count_is_located(url: str) -> None:
    """A batch must hold the commands it claims, or every later one would get another's journal_seq."""
    newest = fill(url)[-1]
    payload = encode_commands([ExpireOrders()])
    hashed = chain(newest.chain_hash, _seal(url, newest), 32, 33, newest.time_ns, payload)
    execute(
        url,
        "INSERT INTO journal_batch VALUES (32, 33, 1, :time_ns, :payload, :hashed)",
        time_ns=newest.time_ns,
        payload=payload,
        hashed=hashed,
    )
    _assert_broken_at(url, "journal_seq 32 to 33: the payload held 1 commands")


def test_wrong_type_in_a_column_is_located(sqlite_url: str) -> None:
    """SQLite keeps any type in any column; the reader does not, also when it is no UTF-8."""
    fill(sqlite_url)
    for change in ("payload = 'text'", "payload = CAST(x'80ff' AS TEXT)", "epoch = 'one'", "last_seq = x'00'"):
        execute(sqlite_url, INSIDE.format(change))
        _assert_broken_at(sqlite_url, "journal_seq 10 to .*: a column was of the wrong type")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_cut_database_file_is_refused(sqlite_url: str, share: float) -> None:
    """A file that lost its end is a JournalError, whichever page is missing."""
    fill(sqlite_url, (100,) * 40)
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    octets = path.read_bytes()
    path.write_bytes(octets[: int(len(octets) * share)])
    with pytest.raises(JournalError):
        verify(open_reader(sqlite_url))


def test_file_that_is_no_database_is_refused(sqlite_url: str) -> None:
    """Something else under the journal's name is not overwritten."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(JournalError, match="not a database"):
        open_reader(sqlite_url)
    with pytest.raises(JournalError, match="not a database"):
        fill(sqlite_url)
    assert path.read_bytes() == b"no database at all" * 1000


def test_chain_hash_is_what_it_says() -> None:
    """The documented formula, computed by hand: older journals must verify for ever."""
    assert GENESIS.hex() == "b760a67358316739b69acffac8dfedba6559a791b1fa1b6950d785b276a74876"
    epoch = Epoch(epoch=3, first_seq=1, engine_version=2, opened_ns=4, writer="process 5")
    batch = Batch(1, 2, 3, 6, b"payload", chain(GENESIS, epoch.seal(), 1, 2, 6, b"payload"))
    assert epoch.seal().hex() == "db69959813a0b219cbf907f6aeac6543a32fc6ef1242553411245e8b33125dc8"
    assert batch.chain_hash.hex() == "530a254a9455e305726a67df787b7fa3ea41c487a2d996d064f3f1173b11d8f2"
    check_link(BEGINNING, batch, epoch)


@pytest.mark.parametrize(
    "change",
    ["first_seq = first_seq - 1", "engine_version = engine_version + 1", "opened_ns = opened_ns - 1", "writer = 'me'"],
)
def test_changed_epoch_is_located(url: str, change: str) -> None:
    """Every column of an epoch is under the chain of its batches: nobody can say that others traded them."""
    fill(url)
    fill(url, (2,))
    execute(url, f"UPDATE journal_epoch SET {change} WHERE epoch = 2")
    _assert_broken_at(url, "journal_seq 32 to 33: ")


def test_missing_epoch_is_located(url: str) -> None:
    """A batch whose writer is not known is not replayed."""
    fill(url)
    fill(url, (2,))
    execute(url, "DELETE FROM journal_epoch WHERE epoch = 2")
    _assert_broken_at(url, "journal_seq 32 to 33: the epoch was 2, of which the journal knows no writer")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("last_seq = 3", "journal_seq 4: the next batch found was journal_seq 1 to 3"),
        ("epoch = 2", "journal_seq 1 to 3: the epoch was 1, after 2"),
        ("chain_hash = :empty", "journal_seq 1 to 3: the chain hash was"),
    ],
)
def test_changed_base_is_located(url: str, change: str, found: str) -> None:
    """The oldest batch follows the base: who changed it to hide that batches are gone is found."""
    fill(url)
    execute(url, f"UPDATE journal_base SET {change}", **({"empty": b""} if ":empty" in change else {}))
    _assert_broken_at(url, found)


def _seal(url: str, batch: Batch) -> bytes:
    """Of the batch's epoch, as whoever forges a batch could compute it."""
    (epoch,) = (epoch for epoch in open_reader(url).epochs() if epoch.epoch == batch.epoch)
    return epoch.seal()


def _assert_broken_at(url: str, found: str) -> None:
    with pytest.raises(JournalError, match=found):
        verify(open_reader(url))
