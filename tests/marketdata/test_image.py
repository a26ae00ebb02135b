"""What the readers of a book are told, delta by delta."""

import pytest

from tests.engine.builders import ACCOUNTS, SESSIONS, X, cancel, change, enter
from tests.marketdata.readers import Reader, crc_32
from tests.marketdata.stage import Stage
from venue.errors import InvariantError
from venue.marketdata import BookDelta, BookOrder, Level, Quote, checksum_of
from venue.messages import (
    AUCTION,
    BUY,
    LIMIT,
    ON_LAST,
    OPEN,
    SELL,
    STOP_LIMIT,
    AnyCommand,
    ListInstrument,
    OpenAccount,
    SetTradingState,
)

OPENING: tuple[AnyCommand, ...] = (X, *(OpenAccount(account) for account in ACCOUNTS), *SESSIONS)


@pytest.fixture
def stage() -> Stage:
    return Stage(*OPENING)


def flushed(stage: Stage) -> BookDelta:
    delta = stage.instrument().image.flush()
    assert delta is not None
    return delta


def joining(order_id: int, side: int, price_ticks: int, lots: int) -> BookOrder:
    return BookOrder(order_id, side, price_ticks, lots, is_joining=True)


def changed(order_id: int, side: int, price_ticks: int, lots: int) -> BookOrder:
    return BookOrder(order_id, side, price_ticks, lots, is_joining=False)


def test_delta_has_the_levels_best_first_and_the_orders_in_their_queues(stage: Stage) -> None:
    """One delta for all that was entered since; journal_seq and time are the last command's."""
    stage.at(7, enter("a1", BUY, 5, 98), enter("b1", BUY, 6, 99), enter("c1", BUY, 7, 98), enter("d1", SELL, 2, 101))
    assert flushed(stage) == BookDelta(
        "X",
        1,
        stage.engine.journal_seq,
        7,
        [Level(99, 6, 1), Level(98, 12, 2)],
        [Level(101, 2, 1)],
        [joining(1, BUY, 98, 5), joining(3, BUY, 98, 7), joining(2, BUY, 99, 6), joining(4, SELL, 101, 2)],
        checksum_of(["0.99:0.006", "0.98:0.012"], ["1.01:0.002"]),
    )


def test_delta_numbers_are_contiguous_and_nothing_is_told_twice(stage: Stage) -> None:
    """No change, no number: None, and the next delta has the next feed_seq."""
    image = stage.instrument().image
    assert image.flush() is None
    stage(enter("a1", BUY, 5, 98))
    assert flushed(stage).feed_seq == 1
    assert image.flush() is None
    stage(enter("a2", SELL, 5, 0))  # no one to sell to but itself: canceled, the book stays as it is
    assert image.flush() is None
    stage(cancel("a3", "a1"))
    assert flushed(stage).feed_seq == image.feed_seq == 2


def test_delta_of_an_order_that_came_and_went_is_none(stage: Stage) -> None:
    """What a reader could not have seen is not told, also when the book was looked at in between."""
    stage(enter("a1", BUY, 5, 98))
    assert stage.instrument().image.best.bid_ticks == 98
    stage(cancel("a2", "a1"))
    assert stage.instrument().image.flush() is None


def test_delta_of_a_trade_changes_the_maker_in_its_place(stage: Stage) -> None:
    """The maker keeps its place with fewer lots, the taker was never on the book."""
    stage(enter("a1", BUY, 5, 98), enter("b1", BUY, 5, 98))
    flushed(stage)
    stage(enter("c1", SELL, 2, 98))
    delta = flushed(stage)
    assert (delta.bids, delta.asks, delta.orders) == ([Level(98, 8, 2)], [], [changed(1, BUY, 98, 3)])


def test_delta_of_a_level_that_is_gone_has_zeros(stage: Stage) -> None:
    """Level and order with zeros: both are gone, and the checksum is an empty book's."""
    stage(enter("a1", BUY, 5, 98))
    flushed(stage)
    stage(cancel("a2", "a1"))
    delta = flushed(stage)
    assert (delta.bids, delta.orders) == ([Level(98, 0, 0)], [changed(1, BUY, 98, 0)])
    assert delta.checksum == checksum_of([], [])


def test_delta_of_an_iceberg_shows_slices_and_its_new_place(stage: Stage) -> None:
    """Only the slice is told; with the next one the order stands behind the others at its price."""
    stage(enter("a1", BUY, 10, 98, display_lots=2), enter("b1", BUY, 3, 98))
    assert flushed(stage).bids == [Level(98, 5, 2)]
    stage(enter("c1", SELL, 2, 98))
    delta = flushed(stage)
    assert (delta.bids, delta.orders) == ([], [joining(1, BUY, 98, 2)])
    snapshot = stage.instrument().image.orders_snapshot()
    assert [order.order_id for order in snapshot.bids] == [2, 1]


def test_delta_of_a_reduced_order_keeps_its_place_and_of_a_moved_one_does_not(stage: Stage) -> None:
    """Less quantity keeps the place; another price, or more quantity, goes to the back."""
    stage(enter("a1", BUY, 5, 98), enter("b1", BUY, 5, 98), enter("c1", BUY, 5, 97))
    flushed(stage)
    stage(change("a2", "a1", qty_lots=4))
    assert flushed(stage).orders == [changed(1, BUY, 98, 4)]
    stage(change("a3", "a2", qty_lots=6))
    assert flushed(stage).orders == [joining(1, BUY, 98, 6)]
    stage(change("a4", "a3", price_ticks=97))
    delta = flushed(stage)
    assert delta.bids == [Level(98, 5, 1), Level(97, 11, 2)]
    assert delta.orders == [joining(1, BUY, 97, 6)]


def test_delta_of_an_order_that_left_and_came_back_behind_a_newcomer_says_so(stage: Stage) -> None:
    """Between two flushes its level was empty: it stands behind the order that came meanwhile."""
    stage(enter("a1", BUY, 5, 98), enter("b1", BUY, 5, 98))
    flushed(stage)
    instrument = stage.instrument()
    reader = Reader(instrument.image, instrument.listing)
    stage(
        change("b2", "b1", price_ticks=97),
        cancel("a2", "a1"),
        enter("c1", BUY, 5, 98),
        change("b3", "b2", price_ticks=98),
    )
    reader.apply(flushed(stage))
    assert reader.queues() == [(BUY, 98, 5, 3), (BUY, 98, 5, 2)]


def test_image_does_not_show_orders_that_wait(stage: Stage) -> None:
    """A stop is not on the public side until it is triggered."""
    stage(enter("a1", SELL, 1, 100), enter("b1", BUY, 1, 100))
    stage(enter("a2", BUY, 3, 105, ord_type=STOP_LIMIT, stop_ticks=103, trigger=ON_LAST))
    assert stage.instrument().image.flush() is None
    stage(enter("c1", SELL, 1, 103), enter("d1", BUY, 1, 103))
    assert flushed(stage).bids == [Level(105, 3, 1)]


def test_image_shows_a_crossed_book_in_an_auction(stage: Stage) -> None:
    """What crosses before the uncross is told as it stands; after it the rest."""
    stage(SetTradingState("X", AUCTION, "operator", "test"), enter("a1", BUY, 5, 102), enter("b1", SELL, 3, 99))
    assert stage.instrument().image.best == Quote(102, 5, 1, 99, 3, 1)
    delta = flushed(stage)
    assert (delta.bids, delta.asks) == ([Level(102, 5, 1)], [Level(99, 3, 1)])
    stage(SetTradingState("X", OPEN, "operator", "test"))
    assert stage.instrument().image.best == Quote(102, 2, 1, 0, 0, 0)


def test_snapshots_have_the_book_and_the_numbers_of_the_last_delta(stage: Stage) -> None:
    """L2 cut to the levels asked for, L3 whole; feed_seq, journal_seq, time and checksum are the delta's."""
    stage.at(9, enter("a1", BUY, 5, 98), enter("b1", BUY, 6, 99), enter("c1", SELL, 7, 101), enter("d1", BUY, 1, 99))
    delta = flushed(stage)
    image = stage.instrument().image
    depth, orders = image.depth_snapshot(1), image.orders_snapshot()
    assert (depth.bids, depth.asks) == ([Level(99, 7, 2)], [Level(101, 7, 1)])
    assert orders.bids == [joining(2, BUY, 99, 6), joining(4, BUY, 99, 1), joining(1, BUY, 98, 5)]
    assert orders.asks == [joining(3, SELL, 101, 7)]
    assert [order.order_id for order in image.orders_snapshot(1).bids] == [2, 4]
    for snapshot in (depth, orders):
        assert (snapshot.feed_seq, snapshot.journal_seq, snapshot.time_ns, snapshot.checksum) == (
            delta.feed_seq,
            delta.journal_seq,
            delta.time_ns,
            delta.checksum,
        )


@pytest.mark.parametrize(("orders_max", "told"), [(0, []), (1, []), (2, [2, 4]), (3, [2, 4]), (4, [2, 4, 1, 3])])
def test_snapshot_order_by_order_tells_whole_levels_within_the_bound(
    stage: Stage, orders_max: int, told: list[int]
) -> None:
    """Of each side the best levels that have so many orders together: a queue is never told in part."""
    stage(*(enter(f"b{number}", BUY, 1, 98 + number % 2) for number in (0, 1, 2, 3)), enter("a", SELL, 1, 105))
    flushed(stage)
    image = stage.instrument().image
    assert image.order_count == 5
    snapshot = image.orders_snapshot(orders_max=orders_max)
    assert [order.order_id for order in snapshot.bids] == told
    assert [order.order_id for order in snapshot.asks] == [5][:orders_max]


def test_snapshot_between_two_deltas_is_refused(stage: Stage) -> None:
    """A reader that began with it might keep what no delta takes back."""
    stage(enter("a1", BUY, 5, 98))
    with pytest.raises(InvariantError, match=r"snapshot of X .* flush first"):
        stage.instrument().image.depth_snapshot(10)
    with pytest.raises(InvariantError, match=r"snapshot of X .* flush first"):
        stage.instrument().image.orders_snapshot()


def test_first_delta_beside_a_running_engine_has_what_changed_since(stage: Stage) -> None:
    """The book that was there belongs to feed_seq 0."""
    stage(enter("a1", BUY, 5, 98), enter("b1", SELL, 5, 102))
    later = Stage.beside(stage.engine)
    assert later.instrument().image.depth_snapshot(9).feed_seq == 0
    later(enter("c1", BUY, 1, 97))
    delta = flushed(later)
    assert (delta.feed_seq, delta.bids, delta.asks) == (1, [Level(97, 1, 1)], [])
    assert delta.orders == [joining(3, BUY, 97, 1)]


def test_market_names_the_instruments_that_changed_once(stage: Stage) -> None:
    """In the order they changed first; those that nothing happened to are not named."""
    others = [ListInstrument(name, "BASE", "USD", "0.01", "0.001", 5, 1, 1, 1000) for name in ("Y", "Z")]
    stage(*others)
    assert stage.market.symbols() == ["X", "Y", "Z"]
    stage.market.take_changed()
    stage(enter("a1", BUY, 1, 98, symbol="Z"), enter("a2", BUY, 1, 98), enter("a3", BUY, 1, 97, symbol="Z"))
    assert stage.market.take_changed() == ["Z", "X"]
    assert stage.market.take_changed() == []
    assert stage.market.instrument("nothing") is None


def test_market_names_an_instrument_whose_trading_state_changed(stage: Stage) -> None:
    """Its book is as it was, and no delta comes of it."""
    stage.market.take_changed()
    stage(SetTradingState("X", AUCTION, "operator", "test"))
    assert stage.market.take_changed() == ["X"]
    assert stage.instrument().image.flush() is None
    assert stage.instrument().state == AUCTION


def test_checksum_of_the_examples_in_its_definition() -> None:
    """What a client's author compares with."""
    bids, asks = ["45000.50:0.75000", "45000.00:2.00000"], ["45001.00:1.25000"]
    assert checksum_of(bids, asks) == crc_32("45000.50:0.75000,45000.00:2.00000|45001.00:1.25000") == 3049598822
    assert checksum_of([], []) == crc_32("|") == 2343686810


def test_image_follows_far_more_orders_than_it_remembers_to_look_up(stage: Stage) -> None:
    """Thousands of orders between two flushes: the delta has the difference, however many came and went."""
    for number in range(3_000):
        stage(enter(f"a{number}", BUY, 1, 90 + number % 5, ord_type=LIMIT))
        if number % 3:
            stage(cancel(f"a-{number}", f"a{number}"))
    delta = flushed(stage)
    assert sum(level.order_count for level in delta.bids) == len(delta.orders) == 1_000
