"""A subscriber that does not read: it is told what it missed, or ended, and nobody else notices."""

import itertools
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
import pytest
from websockets.sync.client import connect

from tests.admin_api.desk import BUY, SELL, Desk, limit_order
from tests.admin_api.listening import Follower, Listener, listening
from tests.admin_api.random_flow import MIDDLE_TICKS
from tests.support.api_process import ApiProcess, running_api
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until
from venue.client.feed_book import QueueBook
from venue.messages import MassCancel

STREAM_BYTES_MAX: Final = 100_000  # so that a test need not send megabytes
RECEIVE_BYTES: Final = 4_096  # of the slow client's socket
BATCHES: Final = 80
LEVELS: Final = 100  # changed by one batch: an L3 delta of 9 KB


@pytest.fixture(scope="module")
def api(venue: VenueProcess) -> Iterator[ApiProcess]:
    with running_api(venue, stream_bytes_max=STREAM_BYTES_MAX) as process:
        yield process


@contextmanager
def slow_listening(api: ApiProcess, path: str) -> Iterator[Listener]:
    """It reads no more than a message or two ahead of what the test receives."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    connection.connect(("127.0.0.1", api.port))
    url = f"ws://127.0.0.1:{api.port}{path}"
    with connect(url, sock=connection, max_queue=1, max_size=None, ping_interval=None) as slow:
        yield Listener(slow)


def flood_book(desk: Desk, symbol: str) -> int:
    """Hundreds of kilobytes of book changes; returns the last feed_seq."""
    for number in range(BATCHES):
        desk.enter(*(limit_order("MAKER", symbol, BUY, 10, MIDDLE_TICKS - level) for level in range(LEVELS)))
        desk.get(f"/orderbook/{symbol}", levels=1)  # makes it a delta of its own
        desk.enter(MassCancel("MAKER", "MAKER", f"{symbol}-{number}", symbol))
    desk.enter(limit_order("MAKER", symbol, BUY, 70, MIDDLE_TICKS))
    feed_seq: int = desk.get(f"/orderbook/{symbol}")["feed_seq"]
    return feed_seq


def trade(desk: Desk, symbol: str, count: int) -> None:
    """So many trades, in batches of ten, no faster than a reader keeps up with."""
    for _ in range(count // 10):
        makers = [limit_order("MAKER", symbol, SELL, 10, MIDDLE_TICKS) for _ in range(10)]
        takers = [limit_order("TAKER", symbol, BUY, 10, MIDDLE_TICKS) for _ in range(10)]
        desk.enter(*makers, *takers)


def connections(http: httpx.Client) -> int:
    """How many streams there are, by the metrics."""
    text = http.get(str(http.base_url.copy_with(path="/metrics"))).text
    found = re.search(r"^venue_stream_connections (\d+)", text, re.MULTILINE)
    assert found
    return int(found[1])


def test_slow_reader_of_a_book_is_told_and_given_a_new_snapshot_while_the_fast_one_gets_everything(
    api: ApiProcess, desk: Desk, symbol: str
) -> None:
    """Its deltas are left out and counted; what it gets still makes a book whose feed_seq and checksum are right."""
    with Follower(api, symbol, l3=True) as fast, slow_listening(api, f"/ws/orderbook/{symbol}?l3=true") as slow:
        fast.wait_for_book()
        feed_seq = flood_book(desk, symbol)
        fast.wait_for_feed_seq(feed_seq)
        assert (fast.feed.resubscriptions, fast.feed.connections) == (0, 1)
        assert sorted(fast.books) == list(range(min(fast.books), feed_seq + 1)), "the fast one missed nothing"
        book, missed = QueueBook(), 0
        while book.feed_seq < feed_seq:
            message = slow.receive()
            if message["type"] == "conflated":
                missed += message["missed"]
                assert slow.expect("orders_snapshot")["feed_seq"] == book.feed_seq + message["missed"]
                message = slow.messages[-1]
            book.take(message)
        assert missed > 0
        assert book.bids() == fast.book.bids() == [("100.00", "7.0", 1)]


def test_slow_reader_of_trades_is_told_how_many_it_missed_while_the_fast_one_gets_all(
    api: ApiProcess, desk: Desk, symbol: str
) -> None:
    """What came and what is said to be missing are all the trades there were; then they come again."""
    path = f"/ws/trades?symbol={symbol}"
    with listening(api, path) as fast, slow_listening(api, path) as slow:
        slow.wait_for("trades_snapshot")
        trade(desk, symbol, 2_000)
        while sum(message["type"] == "trade" for message in fast.messages) < 2_000:
            fast.receive()
        gap = slow.wait_for("gap", lambda message: message["symbol"] == symbol)
        came = sum(message["type"] == "trade" for message in slow.messages)
        assert came + gap["missed"] == 2_000
        assert gap["last_trade_id"] == fast.messages[-1]["trade_id"]
        trade(desk, symbol, 100)
        slow.wait_for("trade", lambda message: message["trade_id"] == gap["last_trade_id"] + 100)


def test_slow_reader_of_executions_misses_none_until_it_is_ended_with_the_reason(
    api: ApiProcess, desk: Desk, symbol: str
) -> None:
    """1013, after everything that was sent before it, in order and without a gap; the fast one gets all."""
    with listening(api) as fast, slow_listening(api, "/ws") as slow:
        for listener in (fast, slow):
            listener.subscribe("executions", account="MAKER")
        trade(desk, symbol, 1_000)
        while sum(message["type"] == "execution" for message in fast.messages) < 2_000:
            fast.receive()
        end = slow.wait_for_end()
        assert (end.code, end.reason.partition(":")[0]) == (1013, "too slow")
        told, whole = (
            [message["exec_id"] for message in listener.messages if message["type"] == "execution"]
            for listener in (slow, fast)
        )
        assert 0 < len(told) < len(whole)
        assert told == whole[: len(told)]


def test_reader_that_stays_behind_is_ended_and_cut_off(
    api: ApiProcess, desk: Desk, http: httpx.Client, symbol: str
) -> None:
    """Nobody waits for it for ever: its connection is gone, and trading and others went on meanwhile."""
    with Follower(api, symbol) as fast, slow_listening(api, f"/ws/orderbook/{symbol}?l3=true"):
        fast.wait_for_book()
        before = connections(http)
        fast.wait_for_feed_seq(flood_book(desk, symbol))
        wait_until(lambda: connections(http) == before - 1, "the slow one was ended", patience_s=30)
        desk.enter(limit_order("MAKER", symbol, BUY, 10, MIDDLE_TICKS - 1))
        wait_until(lambda: len(fast.book.bids()) == 2, "the fast one hears of the next order")


def test_states_and_quotes_of_a_slow_reader_begin_anew(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """Whatever else it listens to on the same connection is conflated too, each channel told by itself."""
    with slow_listening(api, f"/ws/orderbook/{symbol}?l3=true") as slow:
        slow.subscribe("bbo", symbol=symbol)
        flood_book(desk, symbol)
        told = {"orderbook", "bbo"}
        while told:
            message = slow.receive()
            if message["type"] == "conflated":
                told.discard(message["channel"])
        kinds = [message["type"] for message in slow.messages]
        pairs = set(itertools.pairwise([*kinds, slow.receive()["type"]]))
        assert {after for before, after in pairs if before == "conflated"} == {"orders_snapshot", "bbo"}
