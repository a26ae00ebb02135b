"""The one place where book deltas are made: each is told to everybody once, whoever asked for it."""

from admin_api.books import Books
from tests.marketdata.stage import Stage
from venue.marketdata import BookDelta
from venue.messages import BUY, GTC, LIMIT, EnterOrder, ListInstrument, OpenAccount, SetSession

OPENING = (
    ListInstrument("X", "X", "USD", "0.01", "1", 8, 1_000_000, 1, 1_000),
    OpenAccount("A"),
    SetSession("A", ("A",), (), "tests", "a test"),
)


def bid(number: int, price_ticks: int) -> EnterOrder:
    return EnterOrder("A", "A", f"bid-{number}", "X", BUY, LIMIT, GTC, 5, price_ticks)


def test_flush_hands_the_delta_to_all_who_listen() -> None:
    """In the order they came, each the same delta; what has not changed is no delta."""
    stage = Stage(*OPENING)
    books, told = Books(stage.market), list[tuple[str, BookDelta]]()
    books.tell.append(lambda delta: told.append(("first", delta)))
    books.tell.append(lambda delta: told.append(("second", delta)))
    books.flush("X")
    assert told == []
    stage(bid(1, 9_990))
    books.flush("X")
    books.flush("X")
    assert [name for name, _ in told] == ["first", "second"]
    assert told[0][1] is told[1][1]


def test_snapshot_after_a_flush_stands_between_two_deltas() -> None:
    """Its feed_seq and checksum are the last delta's; the next delta has the number after it."""
    stage, told = Stage(*OPENING), list[BookDelta]()
    books = Books(stage.market)
    books.tell.append(told.append)
    for number in range(1, 6):
        stage(bid(number, 9_990 - number))
        snapshot = books.flush("X").depth_snapshot(10)
        assert (snapshot.feed_seq, snapshot.checksum) == (told[-1].feed_seq, told[-1].checksum)
    assert [delta.feed_seq for delta in told] == [1, 2, 3, 4, 5]
