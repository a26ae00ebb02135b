"""What the engine remembers: ids, closed orders and their ClOrdIDs, and all of it as bytes."""

import gc
import sys

import msgspec
import pytest
from msgspec.structs import replace

from tests.engine.builders import X, accepted, cancel, change, enter, opened
from venue import reasons
from venue.engine.dump import ENGINE_VERSION
from venue.engine.engine import Engine
from venue.errors import InvariantError, OperatorError
from venue.messages import (
    AUCTION,
    BUY,
    GTD,
    OPEN,
    SELL,
    STOP,
    TAKE_PROFIT_LIMIT,
    UNITS_MAX,
    AnyCommand,
    AuctionUncrossed,
    CancelRejected,
    ExpireOrders,
    ListInstrument,
    MassCancel,
    OpenAccount,
    RollDay,
    SetTradingState,
    decode_events,
    encode_events,
)


def closing(name: str) -> tuple[AnyCommand, AnyCommand]:
    """An order of ANN that is entered and canceled."""
    return enter(f"a{name}", BUY, 1, 100), cancel(f"aX{name}", f"a{name}")


def test_closed_order_is_remembered_until_enough_newer_ones_have_closed() -> None:
    """Kept while two newer ones have closed, forgotten with the third, when three are kept."""
    play = opened(*closing("1"), *closing("2"), *closing("3"), closed_orders_max=3)
    assert play.engine.find_order("ANN", "a1") is not None
    again = enter("a1", BUY, 1, 100)
    assert play(again)[0].reason == reasons.DUPLICATE_CL_ORD_ID  # type: ignore[union-attr]
    play(*closing("4"))
    assert play.engine.find_order("ANN", "a1") is None
    assert play.engine.find_order_by_id(1) is None


def test_forgotten_order_is_unknown_and_its_cl_ord_ids_are_free() -> None:
    """All its ClOrdIDs, of entry, replace and cancel, may be used again; a request for it is UNKNOWN_ORDER."""
    play = opened(
        enter("a1", BUY, 2, 100), change("a2", "a1", qty_lots=1), cancel("a3", "a2"), *closing("9"), closed_orders_max=1
    )
    (refused,) = play(cancel("a8", "a1", order_id=1))
    assert isinstance(refused, CancelRejected)
    assert (refused.reason, refused.order_id) == (reasons.UNKNOWN_ORDER, 0)
    for name in ("a1", "a2", "a3"):
        assert type(play(enter(name, BUY, 1, 100))[0]).__name__ == "OrderAccepted"


def test_open_order_is_never_forgotten() -> None:
    """However many orders close after it."""
    play = opened(enter("a1", BUY, 1, 99), *closing("2"), *closing("3"), *closing("4"), closed_orders_max=1)
    assert play.engine.find_order("ANN", "a1") is not None
    assert len(play(cancel("a9", "a1"))) == 1


def test_ids_are_counters_from_one() -> None:
    """order_id, exec_id and trade_id begin at 1; a trade takes two exec_ids, the maker's first."""
    play = opened()
    first, second = enter("a1", SELL, 1, 100), enter("b1", BUY, 1, 100)
    assert play(first) == [accepted(1, 1, first)]
    trade = play(second)[1]
    assert (trade.trade_id, trade.maker_exec_id, trade.taker_exec_id) == (1, 3, 4)  # type: ignore[union-attr]


# ---------------------------------------------------------------------------------------------------
# The engine's own promises


def test_command_out_of_order_is_an_invariant_error() -> None:
    """A journal_seq that is not the next one changes nothing and says both numbers."""
    play = opened()
    before = play.engine.dump()
    for journal_seq in (0, play.engine.journal_seq, play.engine.journal_seq + 2):
        with pytest.raises(InvariantError, match=f"journal_seq was {journal_seq}"):
            play.engine.apply(ExpireOrders(), journal_seq, 1)
    assert play.engine.dump() == before


def test_time_that_runs_backwards_is_an_invariant_error() -> None:
    """A command older than the one before it changes nothing."""
    play = opened()
    play.time_ns = 5
    play(ExpireOrders())
    with pytest.raises(InvariantError, match="time_ns was 4"):
        play.engine.apply(ExpireOrders(), play.engine.journal_seq + 1, 4)


def test_views_of_what_is_not_there_are_empty() -> None:
    """Unknown names give nothing, no error."""
    engine = opened().engine
    assert engine.find_order("NOBODY", "a1") is None
    assert engine.find_order_by_id(7) is None
    assert engine.open_orders("NOBODY") == []
    assert engine.best("Z") == (0, 0, 0, 0, 0)
    assert engine.depth("Z", 5) == ([], [])


def test_depth_is_best_first_and_bounded() -> None:
    """As many levels as asked for, each with visible lots and the number of orders."""
    play = opened(*(enter(f"a{n}", BUY, 2, 90 + n) for n in range(1, 5)), enter("b1", BUY, 9, 94, display_lots=3))
    play(enter("c1", SELL, 1, 97), enter("c2", SELL, 1, 96))
    assert play.engine.depth("X", 2) == ([(94, 5, 2), (93, 2, 1)], [(96, 1, 1), (97, 1, 1)])
    assert play.engine.best("X") == (94, 5, 96, 1, 0)


# ---------------------------------------------------------------------------------------------------
# Dump and load

EVERYTHING: tuple[AnyCommand, ...] = (
    enter("a1", BUY, 9, 100, display_lots=2),
    enter("b1", BUY, 5, 100),
    enter("c1", SELL, 1, 100),  # one lot of the iceberg's slice is gone
    enter("b2", SELL, 5, 110, time_in_force=GTD, expire_ns=50),
    enter("a2", BUY, 5, ord_type=STOP, stop_ticks=105),
    enter("c2", SELL, 5, 120, ord_type=TAKE_PROFIT_LIMIT, stop_ticks=105, display_lots=1),
    enter("d1", SELL, 5, ord_type=STOP, stop_ticks=95),
    change("b3", "b1", qty_lots=4),
    enter("d2", BUY, 5, 99),
    cancel("d3", "d2"),
    OpenAccount("BOB", 4, "G"),
    RollDay(1000),
)  # fmt: skip

AFTERWARDS: tuple[AnyCommand, ...] = (
    enter("d4", SELL, 4, 100),
    enter("a3", BUY, 7, 110),
    cancel("b4", "b1"),
    ExpireOrders(),
    MassCancel("ANN", "ANN", "m1"),
    cancel("d5", "d2"),
)


def test_dump_load_dump_is_identical() -> None:
    """A loaded engine has the same bytes, the same hash and the same views."""
    engine = opened(*EVERYTHING).engine
    loaded = Engine.load(engine.dump())
    assert loaded.dump() == engine.dump()
    assert loaded.state_hash() == engine.state_hash()
    assert loaded.depth("X", 9) == engine.depth("X", 9) == ([(100, 5, 2)], [(110, 5, 1)])
    assert loaded.next_expiry_ns == 50
    assert loaded.day_end_ns == 1000


def test_loaded_engine_goes_on_as_the_one_that_was_dumped() -> None:
    """Priority, slices, waiting orders, ids and memory are all there: the same events follow."""
    play = opened(*EVERYTHING)
    twin = opened()
    twin.engine = Engine.load(play.engine.dump())
    for command in AFTERWARDS:
        assert encode_events(play(command)) == encode_events(twin(command))
    assert play.engine.state_hash() == twin.engine.state_hash()


def test_sums_beyond_64_bits_survive_a_dump() -> None:
    """Each trade fits into 64 bits, their sums need not: kept exactly, told up to the bound of a message."""
    price = UNITS_MAX // 1000
    play = opened()
    for n in range(5):
        play(enter(f"a{n}", SELL, 1000, price), enter(f"b{n}", BUY, 1000, price))
    loaded = Engine.load(play.engine.dump())
    assert loaded.dump() == play.engine.dump()
    (position,) = loaded.positions("BOB")
    assert (position.qty_lots, position.open_notional) == (5000, UNITS_MAX)
    for n in range(5):
        for order in (enter(f"b{n + 5}", SELL, 1000, price), enter(f"a{n + 5}", BUY, 1000, price)):
            assert play(order) == loaded.apply(order, loaded.journal_seq + 1, 1)
    assert loaded.positions("BOB") == play.engine.positions("BOB") == []


def test_sums_of_an_auction_beyond_64_bits_are_told_as_the_greatest() -> None:
    """What is willing to trade is a sum of many orders: volume and surplus stay writable."""
    large: ListInstrument = replace(X, max_lots=UNITS_MAX)
    play = opened(large, SetTradingState("X", AUCTION, "operator", "test"))
    for number in range(9):
        play(enter(f"a{number}", BUY, UNITS_MAX, 1), enter(f"b{number}", SELL, UNITS_MAX // 4, 1))
    status = play.engine.instrument("X")
    assert status is not None
    assert (status.indicative_ticks, status.indicative_lots) == (1, UNITS_MAX)
    events = play(SetTradingState("X", OPEN, "operator", "test"))
    assert events[0] == AuctionUncrossed("X", 1, UNITS_MAX, UNITS_MAX)
    assert decode_events(encode_events(events)) == events


def test_state_hash_is_32_bytes_and_tells_states_apart() -> None:
    """One more command is another hash."""
    play = opened()
    before = play.engine.state_hash()
    play(ExpireOrders())
    assert len(before) == 32
    assert play.engine.state_hash() != before


@pytest.mark.parametrize("rest", [None, [[7, 0], [], []]], ids=["same shape", "another shape"])
def test_dump_of_another_version_is_refused(rest: list[object] | None) -> None:
    """The text says both versions, whatever else another version wrote."""
    version, *own = msgspec.msgpack.decode(opened().engine.dump())
    other = msgspec.msgpack.encode([version + 1, *(own if rest is None else rest)])
    with pytest.raises(OperatorError, match=f"was {ENGINE_VERSION + 1}, this venue has {ENGINE_VERSION}"):
        Engine.load(other)


@pytest.mark.parametrize("payload", [b"", b"\x90", b"nonsense"])
def test_bytes_that_are_no_dump_are_refused(payload: bytes) -> None:
    """Broken bytes raise, they make no engine."""
    with pytest.raises(msgspec.DecodeError):
        Engine.load(payload)


def test_engine_that_goes_lets_go_of_its_open_orders() -> None:
    """Orders refer to each other and are outside the garbage collector: the state parts them when it goes."""
    orders = [enter(f"a{n}", BUY, 2, 100) for n in range(3)] + [enter("b1", BUY, 2, ord_type=STOP, stop_ticks=200)]
    before = [sys.getrefcount(order) for order in orders]
    play = opened(*orders, enter("c1", SELL, 1, 100))
    assert [sys.getrefcount(order) for order in orders] != before
    del play
    gc.collect()
    assert [sys.getrefcount(order) for order in orders] == before
