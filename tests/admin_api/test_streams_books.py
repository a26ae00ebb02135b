"""Books that clients rebuild from the stream are the engine's, whatever happens to orders and connections."""

import itertools

import pytest

from tests.admin_api.desk import BUY, SELL, Desk, limit_order
from tests.admin_api.listening import Follower, listening
from tests.admin_api.random_flow import MIDDLE_TICKS, engine_levels, random_batches
from tests.support.api_process import ApiProcess
from tests.support.venue_process import VenueProcess
from tests.support.waiting import wait_until
from venue.client.feed_book import QueueBook


@pytest.mark.parametrize("l3", [False, True])
def test_book_rebuilt_during_random_flow_is_the_engines_and_that_of_every_rest_snapshot(
    l3: bool, venue: VenueProcess, api: ApiProcess, desk: Desk, symbol: str
) -> None:
    """Levels and checksum are right at every message, and equal REST's at each feed_seq REST tells."""
    snapshots = []
    with Follower(api, symbol, l3) as follower:
        follower.wait_for_book()
        for number, batch in enumerate(random_batches(symbol, 7, 1_500)):
            desk.enter(*batch)
            if number % 3 == 0:
                snapshots.append(desk.http.get(f"/orderbook/{symbol}", params={"levels": 1_000}).json())
        snapshots.append(desk.get(f"/orderbook/{symbol}", levels=1_000))
        follower.wait_for_feed_seq(snapshots[-1]["feed_seq"])
        assert (follower.book.bids(), follower.book.asks()) == engine_levels(venue, symbol)
        for snapshot in snapshots:
            bids, asks = follower.books[snapshot["feed_seq"]]
            assert [list(level) for level in bids] == snapshot["bids"]
            assert [list(level) for level in asks] == snapshot["asks"]
        assert follower.feed.resubscriptions == 0
        assert len(follower.books) > 20, "the flow came as more than a few updates"


def test_orders_rebuilt_one_by_one_stand_in_the_queue_as_rest_tells_it(
    api: ApiProcess, desk: Desk, symbol: str
) -> None:
    """L3 keeps the queue at each price: who joins is last, who only shrinks keeps its place."""
    with Follower(api, symbol, l3=True) as follower:
        follower.wait_for_book()
        for batch in random_batches(symbol, 11, 800):
            desk.enter(*batch)
        told = desk.get(f"/orderbook/{symbol}", levels=1_000, l3=True)
        follower.wait_for_feed_seq(told["feed_seq"])
        assert isinstance(follower.book, QueueBook)
        bids, asks = follower.book.orders()
        assert [list(order) for order in bids] == told["bid_orders"]
        assert [list(order) for order in asks] == told["ask_orders"]
        assert bids or asks


def test_subscribers_in_the_middle_of_flow_have_the_same_book(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """Snapshot and deltas fit whenever somebody joins: none is missing between them, none comes twice."""
    with Follower(api, symbol) as first:
        for number, batch in enumerate(random_batches(symbol, 5, 600)):
            desk.enter(*batch)
            if number % 10 == 0:
                with Follower(api, symbol) as other:
                    other.wait_for_book()
                    assert other.feed.resubscriptions == 0
        last = desk.get(f"/orderbook/{symbol}", levels=1_000)
        first.wait_for_feed_seq(last["feed_seq"])
        assert [list(level) for level in first.book.bids()] == last["bids"]


def test_missing_delta_is_noticed_and_the_book_subscribed_anew(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """A client that lost a message finds a gap in feed_seq, and a new snapshot mends it on the same connection."""
    with Follower(api, symbol) as follower:
        follower.wait_for_book()
        follower.book.feed_seq += 1  # as if the next delta had been lost
        desk.enter(limit_order("MAKER", symbol, BUY, 50, MIDDLE_TICKS))
        last = desk.get(f"/orderbook/{symbol}")
        wait_until(lambda: follower.feed.resubscriptions == 1, "the gap was noticed")
        wait_until(lambda: follower.book.bids() == [("100.00", "5.0", 1)], "the new snapshot came")
        assert follower.book.feed_seq == last["feed_seq"]
        assert follower.feed.connections == 1


def test_wrong_checksum_is_noticed_and_the_book_subscribed_anew(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """A book that differs from the venue's for whatever reason is found out by the next message."""
    with Follower(api, symbol) as follower:
        desk.enter(limit_order("MAKER", symbol, BUY, 50, MIDDLE_TICKS))
        wait_until(lambda: len(follower.book.bids()) == 1, "the order is in the book")
        follower.book.bids_by_price.clear()
        desk.enter(limit_order("MAKER", symbol, SELL, 50, MIDDLE_TICKS + 1))
        wait_until(lambda: len(follower.book.bids()) == 1, "the book is right again")
        assert follower.feed.resubscriptions == 1


def test_admin_process_killed_and_back_gives_clients_that_connect_again_the_same_book(
    venue: VenueProcess, api: ApiProcess, desk: Desk, symbol: str
) -> None:
    """kill -9 of the admin process: trading goes on, and the clients' books are right when it is back."""
    with Follower(api, symbol) as follower:
        desk.enter(limit_order("MAKER", symbol, BUY, 50, MIDDLE_TICKS))
        wait_until(lambda: bool(follower.book.bids()), "the order is in the book")
        api.kill()
        desk.enter(limit_order("MAKER", symbol, SELL, 70, MIDDLE_TICKS + 5))
        api.start()
        wait_until(lambda: bool(follower.book.asks()), "the client is connected again")
        assert (follower.book.bids(), follower.book.asks()) == engine_levels(venue, symbol)
        assert follower.feed.connections >= 2


def test_bbo_follows_the_best_prices(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """Best prices with quantity and number of orders, the feed_seq of the book they are of, and the last trade."""
    with listening(api, f"/ws/bbo/{symbol}") as listener:
        listener.expect("subscribed", channel="bbo", symbol=symbol)
        listener.expect("bbo", bid=None, ask=None, last=None)
        desk.enter(*(limit_order("MAKER", symbol, BUY, qty_lots, MIDDLE_TICKS) for qty_lots in (50, 30)))
        told = listener.wait_for("bbo", lambda bbo: bbo["bid_orders"] == 2)
        assert (told["bid"], told["bid_quantity"]) == ("100.00", "8.0")
        desk.enter(limit_order("TAKER", symbol, SELL, 50, MIDDLE_TICKS))
        told = listener.wait_for("bbo", lambda bbo: bbo["last"] == "100.00")
        assert (told["bid_quantity"], told["bid_orders"], told["ask"]) == ("3.0", 1, None)
        assert told["feed_seq"] == desk.get(f"/orderbook/{symbol}")["feed_seq"]


def test_feed_seq_of_deltas_is_contiguous_however_often_rest_asks(api: ApiProcess, desk: Desk, symbol: str) -> None:
    """REST flushes the book too: its deltas go into the stream like all others."""
    with listening(api, f"/ws/orderbook/{symbol}") as listener:
        for price_ticks in range(MIDDLE_TICKS, MIDDLE_TICKS + 40):
            desk.enter(limit_order("MAKER", symbol, SELL, 10, price_ticks))
            last = desk.get(f"/orderbook/{symbol}")
        listener.wait_for("book_delta", lambda delta: delta["feed_seq"] == last["feed_seq"])
        numbers = [message["feed_seq"] for message in listener.messages if message["type"].startswith("book_")]
        assert all(after == before + 1 for before, after in itertools.pairwise(numbers))
        assert len(numbers) > 20
