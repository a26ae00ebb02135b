"""Cancel/replace requests: which new terms are possible, and what keeps the order's place."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, cancel, change, enter, flipped, opened, traded
from venue import reasons
from venue.messages import (
    ACCOUNT,
    BUY,
    CANCEL_ONLY,
    CANCELED,
    DAY,
    FILLED,
    FOK,
    GTC,
    GTD,
    HALTED,
    IOC,
    LIMIT,
    NEW,
    PARTIALLY_FILLED,
    POST_ONLY,
    REQUEST_REPLACE,
    SELL,
    STOP,
    STOP_LIMIT,
    UNITS_MAX,
    VENUE,
    AnyCommand,
    CancelRejected,
    EnterOrder,
    OpenAccount,
    OrderCanceled,
    OrderReplaced,
    OrderStatus,
    OrderStatusReported,
    OrderTriggered,
    ReplaceOrder,
    SetKillSwitch,
    SetOrderLimits,
    SetPriceLimits,
    SetSession,
    SetTradingState,
    Side,
)
from venue.names import STATES

ORDER = enter("a1", BUY, 5, 100)
STOPPED = enter("a1", BUY, 5, ord_type=STOP, stop_ticks=120)


def refused(
    reason: int, request: ReplaceOrder, order_id: int = 1, ord_status: Any = NEW, text: str = ""
) -> CancelRejected:
    return CancelRejected(
        request.session, request.account, request.cl_ord_id, request.orig_cl_ord_id, REQUEST_REPLACE, reason, text,
        order_id, ord_status,
    )  # fmt: skip


def replaced(exec_id: int, terms: EnterOrder, cum_lots: int = 0, notional: int = 0) -> OrderReplaced:
    """Of order 1, from a1."""
    return OrderReplaced(1, exec_id, terms, cum_lots, terms.qty_lots - cum_lots, notional, "a1")


@pytest.mark.parametrize(
    ("changes", "leaves"),
    [
        ({"qty_lots": 4}, 4),
        ({"price_ticks": 90}, 5),
        ({"display_lots": 2}, 5),
        ({"time_in_force": DAY}, 5),
        ({"qty_lots": 9, "price_ticks": 101}, 9),
        ({"time_in_force": GTD, "expire_ns": 2}, 5),
    ],
    ids=str,
)
def test_replace_changes_the_given_terms_and_leaves_the_others(changes: dict[str, Any], leaves: int) -> None:
    """0 (or UNCHANGED) leaves a term as it is; the replace's ClOrdID becomes the order's (C.1.a)."""
    play = opened(ORDER)
    terms = replace(ORDER, cl_ord_id="a2", **changes)
    assert play(change("a2", "a1", **changes)) == [replaced(2, terms)]
    assert play.engine.find_order("ANN", "a1") == OrderStatus(1, terms, NEW, 0, leaves, 0, False, 1)
    assert play.engine.best("X")[:2] == (terms.price_ticks, terms.display_lots or leaves)


def test_replace_after_a_trade_counts_what_was_executed() -> None:
    """OrderQty(38) of a replace is the new total; leaves = qty - cum (C.3.a)."""
    play = opened(ORDER, enter("b1", SELL, 2, 100))
    assert play(change("a2", "a1", qty_lots=4)) == [replaced(5, replace(ORDER, cl_ord_id="a2", qty_lots=4), 2, 200)]
    assert play.engine.best("X")[:2] == (100, 2)


@pytest.mark.parametrize("qty_lots", [1, 2])
def test_replace_at_or_below_the_executed_quantity_ends_the_order_as_filled(qty_lots: int) -> None:
    """terms.qty_lots becomes cum_lots, leaves 0 (C.3.b, C.3.c); limits of the instrument do not apply."""
    play = opened(replace(X, min_lots=2), ORDER, enter("b1", SELL, 2, 100))
    ended = replace(ORDER, cl_ord_id="a2", qty_lots=2)
    assert play(change("a2", "a1", qty_lots=qty_lots)) == [replaced(5, ended, 2, 200)]
    assert play.engine.find_order("ANN", "a2") == OrderStatus(1, ended, FILLED, 2, 0, 200, False, 1)
    assert play.engine.depth("X", 1) == ([], [])


REFUSED: list[tuple[str, EnterOrder, dict[str, Any], int]] = [
    ("negative quantity", ORDER, {"qty_lots": -1}, reasons.BAD_VALUE),
    ("negative price", ORDER, {"price_ticks": -1, "stop_ticks": 9}, reasons.BAD_VALUE),
    ("negative stop", ORDER, {"stop_ticks": -1}, reasons.BAD_VALUE),
    ("negative display", ORDER, {"display_lots": -1}, reasons.BAD_VALUE),
    ("negative expiry", ORDER, {"expire_ns": -1}, reasons.BAD_VALUE),
    ("price of a stop", STOPPED, {"price_ticks": 9}, reasons.FIELD_NOT_ALLOWED),
    ("stop of a limit", ORDER, {"stop_ticks": 9}, reasons.FIELD_NOT_ALLOWED),
    ("display of a stop", STOPPED, {"display_lots": 1}, reasons.FIELD_NOT_ALLOWED),
    ("display above the new quantity", ORDER, {"qty_lots": 3, "display_lots": 4}, reasons.FIELD_NOT_ALLOWED),
    ("display above the old quantity", ORDER, {"display_lots": 6}, reasons.FIELD_NOT_ALLOWED),
    ("immediate", ORDER, {"time_in_force": IOC}, reasons.FIELD_NOT_ALLOWED),
    ("all or none", ORDER, {"time_in_force": FOK}, reasons.FIELD_NOT_ALLOWED),
    ("expiry without a date", ORDER, {"expire_ns": 9}, reasons.FIELD_NOT_ALLOWED),
    ("expiry of a day order", ORDER, {"time_in_force": DAY, "expire_ns": 9}, reasons.FIELD_NOT_ALLOWED),
    ("date without expiry", ORDER, {"time_in_force": GTD}, reasons.EXPIRE_TIME_PAST),
    ("expiry that is now", ORDER, {"time_in_force": GTD, "expire_ns": 1}, reasons.EXPIRE_TIME_PAST),
    ("below the minimum", ORDER, {"qty_lots": 2}, reasons.QTY_TOO_SMALL),
    ("above the maximum", ORDER, {"qty_lots": 1001}, reasons.QTY_TOO_LARGE),
    ("other symbol", ORDER, {"symbol": "Y", "qty_lots": -1}, reasons.MISMATCH),
    ("other side", ORDER, {"side": SELL}, reasons.MISMATCH),
    ("other type", ORDER, {"ord_type": STOP_LIMIT}, reasons.MISMATCH),
]


@pytest.mark.parametrize(("order", "changes", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_replace_with_a_wrong_term_is_refused_and_changes_nothing(
    order: EnterOrder, changes: dict[str, Any], reason: int
) -> None:
    """The order stays as it is, and the replace's ClOrdID stays free."""
    play = opened(replace(X, min_lots=3), order)
    request = change("a2", "a1", **changes)
    limits = {
        reasons.QTY_TOO_SMALL: "limit 0.003 BASE, was 0.002 BASE",
        reasons.QTY_TOO_LARGE: "limit 1.000 BASE, was 1.001 BASE",
    }
    assert play(request) == [refused(reason, request, text=limits.get(reason, ""))]
    assert play.engine.open_orders("ANN") == [OrderStatus(1, order, NEW, 0, 5, 0, False, 1)]
    assert play.engine.find_order("ANN", "a2") is None


def test_replace_of_the_orders_own_symbol_side_and_type_is_accepted() -> None:
    """What is given and the order's own does no harm."""
    assert len(opened(ORDER)(change("a2", "a1", symbol="X", side=BUY, ord_type=LIMIT, qty_lots=4))) == 1


def test_replace_of_a_closed_order_is_too_late() -> None:
    """Filled and canceled are terminal: no replace up of a filled order (C.1.c, exchange variant)."""
    play = opened(ORDER, enter("b1", SELL, 5, 100))
    request = change("a2", "a1", qty_lots=9)
    assert play(request) == [refused(reasons.TOO_LATE, request, 1, FILLED)]


def test_replace_under_a_known_cl_ord_id_is_refused() -> None:
    """DUPLICATE_CL_ORD_ID comes first and tells the named order's status."""
    play = opened(ORDER, enter("b1", SELL, 2, 100))
    request = change("a1", "a1", qty_lots=-1)
    assert play(request) == [refused(reasons.DUPLICATE_CL_ORD_ID, request, 1, PARTIALLY_FILLED)]


def test_replace_that_came_again_reports_the_order() -> None:
    """With PossResend(97) the known ClOrdID is answered with the order's status."""
    play = opened(ORDER, change("a2", "a1", qty_lots=4))
    status = OrderStatus(1, replace(ORDER, cl_ord_id="a2", qty_lots=4), NEW, 0, 4, 0, False, 1)
    assert play(change("a2", "a1", qty_lots=4, poss_resend=True)) == [OrderStatusReported(3, status)]


@pytest.mark.parametrize("state", [HALTED, CANCEL_ONLY])
def test_replace_is_not_accepted_when_halted_or_cancel_only(state: Any) -> None:
    """NOT_ACCEPTED_NOW comes before any look at the terms."""
    play = opened(ORDER, SetTradingState("X", state, "operator", "drill"))
    request = change("a2", "a1", qty_lots=-1)
    assert play(request) == [refused(reasons.NOT_ACCEPTED_NOW, request, text=f"X is {STATES[state]}")]


def test_replaced_chain_goes_from_id_to_id() -> None:
    """Each replace names the last ClOrdID or any before it (D.1.a)."""
    play = opened(ORDER, change("a2", "a1", qty_lots=4))
    last = replace(ORDER, cl_ord_id="a3", qty_lots=3)
    assert play(change("a3", "a1", qty_lots=3)) == [OrderReplaced(1, 3, last, 0, 3, 0, "a2")]


# ---------------------------------------------------------------------------------------------------
# Priority


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"qty_lots": 4}, "a2"),
        ({"qty_lots": 5}, "a2"),
        ({"price_ticks": 100}, "a2"),
        ({"time_in_force": DAY}, "a2"),
        ({"qty_lots": 6}, "b1"),
        ({"display_lots": 2}, "b1"),
    ],
    ids=str,
)
def test_replace_keeps_priority_unless_price_or_display_change_or_quantity_grows(
    changes: dict[str, Any], first: str
) -> None:
    """Less quantity or another time in force keep the place; anything else goes to the back."""
    play = opened(ORDER, enter("b1", BUY, 1, 100), change("a2", "a1", **changes))
    (_, trade) = play(enter("c1", SELL, 1, 100))
    assert trade.maker.cl_ord_id == first  # type: ignore[union-attr]


def test_reduced_iceberg_keeps_its_place_and_shows_the_smaller_of_slice_and_leaves() -> None:
    """A replace down to less than the slice shows what is left."""
    play = opened(enter("a1", BUY, 9, 100, display_lots=4), change("a2", "a1", qty_lots=6))
    assert play.engine.best("X")[:2] == (100, 4)
    play(change("a3", "a2", qty_lots=3))
    assert play.engine.best("X")[:2] == (100, 3)


@pytest.mark.parametrize("side", [BUY, SELL])
def test_replace_to_a_price_that_takes_trades_under_the_new_terms(side: Side) -> None:
    """OrderReplaced, then the order enters again and trades; the rest rests at the new price."""
    away = 1 if side == BUY else -1
    resting, order = enter("b1", flipped(side), 2, 100 + away), enter("a1", side, 5, 100)
    play = opened(order, resting)
    terms = replace(order, cl_ord_id="a2", price_ticks=100 + away)
    assert play(change("a2", "a1", price_ticks=100 + away)) == [
        replaced(3, terms),
        traded(1, 100 + away, 2, (2, 4, resting), (2, 0, 200 + 2 * away), (1, 5, terms), (2, 3, 200 + 2 * away)),
    ]
    assert play.engine.best("X")[:4] == ((101, 3, 0, 0) if side == BUY else (0, 0, 99, 3))


def test_min_lots_is_not_applied_again() -> None:
    """An order that rests after its minimum traded may be replaced to less than the minimum."""
    order = enter("a1", BUY, 9, 100, min_lots=5)
    play = opened(enter("b1", SELL, 5, 100), order, enter("b2", SELL, 1, 101))
    terms = replace(order, cl_ord_id="a2", price_ticks=101)
    assert play(change("a2", "a1", price_ticks=101))[0] == OrderReplaced(2, 6, terms, 5, 4, 500, "a1")
    assert play.engine.best("X") == (101, 3, 0, 0, 101)


@pytest.mark.parametrize("price_ticks", [101, 102])
def test_post_only_order_is_not_replaced_to_a_price_that_takes(price_ticks: int) -> None:
    """post_only stays as it was entered; what would take is POST_ONLY_WOULD_TAKE."""
    play = opened(replace(ORDER, post_only=True), enter("b1", SELL, 5, 101))
    request = change("a2", "a1", price_ticks=price_ticks)
    assert play(request) == [refused(reasons.POST_ONLY_WOULD_TAKE, request)]


def test_replace_in_post_only_must_not_take() -> None:
    """In POST_ONLY a plain limit may move, but not to a price that takes."""
    play = opened(ORDER, enter("b1", SELL, 5, 102), SetTradingState("X", POST_ONLY, "operator", "drill"))
    request = change("a2", "a1", price_ticks=102)
    assert play(request) == [refused(reasons.POST_ONLY_WOULD_TAKE, request)]
    assert play(change("a2", "a1", price_ticks=101)) == [replaced(3, replace(ORDER, cl_ord_id="a2", price_ticks=101))]


def test_replace_in_post_only_fires_no_stop() -> None:
    """A stop whose new price is reached waits on: orders fire in OPEN only."""
    trades = enter("b1", SELL, 1, 100), enter("c1", BUY, 1, 100)
    play = opened(STOPPED, *trades, SetTradingState("X", POST_ONLY, "operator", "drill"))
    assert play(change("a2", "a1", stop_ticks=100)) == [replaced(6, replace(STOPPED, cl_ord_id="a2", stop_ticks=100))]


# ---------------------------------------------------------------------------------------------------
# Stops and dates


def test_waiting_stop_replaced_to_a_reached_stop_fires() -> None:
    """The order enters again: a stop that is reached triggers at once."""
    trades = enter("b1", SELL, 1, 100), enter("c1", BUY, 1, 100), enter("b2", SELL, 5, 101)
    play = opened(STOPPED, *trades)
    terms = replace(STOPPED, cl_ord_id="a2", stop_ticks=100)
    assert play(change("a2", "a1", stop_ticks=100)) == [
        replaced(7, terms),
        OrderTriggered(1, 8, terms, 0, 5, 0),
        traded(2, 101, 5, (4, 9, enter("b2", SELL, 5, 101)), (5, 0, 505), (1, 10, terms), (5, 0, 505)),
    ]


def test_waiting_stop_replaced_to_another_price_waits_at_the_back() -> None:
    """More quantity costs a waiting order its place among equal stops; less does not."""
    play = opened(STOPPED, enter("b1", BUY, 5, ord_type=STOP, stop_ticks=120), change("a2", "a1", qty_lots=4))
    fire = enter("c1", SELL, 1, 120), enter("d1", BUY, 1, 120)
    first = [event.terms.cl_ord_id for event in play(*fire) if isinstance(event, OrderTriggered)]
    assert first == ["a2", "b1"]
    play = opened(STOPPED, enter("b1", BUY, 5, ord_type=STOP, stop_ticks=120), change("a2", "a1", qty_lots=6))
    second = [event.terms.cl_ord_id for event in play(*fire) if isinstance(event, OrderTriggered)]
    assert second == ["b1", "a2"]


def test_triggered_stop_limit_takes_a_new_price_but_no_new_stop() -> None:
    """Once triggered it is a limit order: stop_ticks is FIELD_NOT_ALLOWED, price_ticks is not."""
    order = enter("a1", BUY, 5, 90, ord_type=STOP_LIMIT, stop_ticks=100)
    play = opened(order, enter("b1", SELL, 1, 100), enter("c1", BUY, 1, 100))
    request = change("a2", "a1", stop_ticks=130)
    assert play(request) == [refused(reasons.FIELD_NOT_ALLOWED, request)]
    terms = replace(order, cl_ord_id="a2", price_ticks=91)
    assert play(change("a2", "a1", price_ticks=91)) == [replaced(7, terms)]
    assert play.engine.best("X")[:2] == (91, 5)


def test_order_that_is_no_longer_gtd_has_no_expiry() -> None:
    """expire_ns becomes 0 with another time in force, and nothing is left to expire."""
    play = opened(replace(ORDER, time_in_force=GTD, expire_ns=50))
    assert play.engine.next_expiry_ns == 50
    assert play(change("a2", "a1", time_in_force=GTC)) == [replaced(2, replace(ORDER, cl_ord_id="a2"))]
    assert play.engine.next_expiry_ns == 0


def test_gtd_order_keeps_its_expiry_or_takes_a_new_one() -> None:
    """A replace without expire_ns keeps the date, one with it moves the date."""
    order = replace(ORDER, time_in_force=GTD, expire_ns=50)
    play = opened(order, change("a2", "a1", qty_lots=4))
    assert play.engine.next_expiry_ns == 50
    play(change("a3", "a2", expire_ns=70))
    assert play.engine.next_expiry_ns == 70
    play(cancel("a4", "a3"))
    assert play.engine.next_expiry_ns == 0


def test_gtd_order_past_its_date_is_not_replaced() -> None:
    """Its own expire_ns is checked where none is given."""
    play = opened(replace(ORDER, time_in_force=GTD, expire_ns=50))
    play.time_ns = 50
    request = change("a2", "a1", qty_lots=4)
    assert play(request) == [refused(reasons.EXPIRE_TIME_PAST, request)]


# ---------------------------------------------------------------------------------------------------
# Rights, bounds and limits

NO_SESSION = SetSession("ANN", (), (), "operator", "drill")
OTHER_INSTRUMENT = OpenAccount("ANN", instruments=("Y",))
KILLS = [SetKillSwitch(VENUE, "", True, "operator", "drill"), SetKillSwitch(ACCOUNT, "ANN", True, "operator", "drill")]


@pytest.mark.parametrize("lost", [NO_SESSION, OTHER_INSTRUMENT])
def test_session_that_lost_its_right_replaces_nothing_and_cancels(lost: AnyCommand) -> None:
    """NOT_ENTITLED as at entry, also for new terms that keep the place; a cancel needs no right."""
    play = opened(ORDER, lost)
    request = change("a2", "a1", qty_lots=4)
    assert play(request) == [refused(reasons.NOT_ENTITLED, request, text="ANN in X")]
    (event,) = play(cancel("a2", "a1"))
    assert isinstance(event, OrderCanceled)


@pytest.mark.parametrize("kill", KILLS)
def test_kill_switch_ends_the_order_it_would_keep_from_being_replaced(kill: SetKillSwitch) -> None:
    """An engaged switch cancels what is open: the replace comes too late."""
    play = opened(ORDER, kill)
    request = change("a2", "a1", qty_lots=4)
    assert play(request) == [refused(reasons.TOO_LATE, request, ord_status=CANCELED)]


@pytest.mark.parametrize("field", ["price_ticks", "stop_ticks"])
def test_price_above_the_instruments_bound_is_bad(field: str) -> None:
    """UNITS_MAX over the largest quantity, 1,000 lots here: one more is refused, the bound itself is not."""
    order = enter("a1", BUY, 5, 100, ord_type=STOP_LIMIT, stop_ticks=120)
    bound = UNITS_MAX // 1_000
    play = opened(order)
    request = change("a2", "a1", **{field: bound + 1})
    assert play(request) == [refused(reasons.BAD_VALUE, request)]
    assert play(change("a2", "a1", **{field: bound})) == [replaced(2, replace(order, cl_ord_id="a2", **{field: bound}))]


def test_order_does_not_grow_at_a_price_above_a_bound_that_has_come_down() -> None:
    """Larger orders are allowed since, at lower prices: this one may shrink, not grow past 64 bits."""
    listing = replace(X, max_lots=1_000_000)
    bound = UNITS_MAX // 1_000
    order = enter("a1", BUY, 5, bound)
    play = opened(order, listing)
    request = change("a2", "a1", qty_lots=6)
    assert play(request) == [refused(reasons.BAD_VALUE, request)]
    assert play(change("a2", "a1", qty_lots=4)) == [replaced(2, replace(order, cl_ord_id="a2", qty_lots=4))]


def test_new_terms_must_fit_the_accounts_limits_as_if_the_order_were_not_there() -> None:
    """5 of 7 lots are its own: 7 is possible, 8 is not, and the refusal names limit and value."""
    limit = SetOrderLimits("ANN", "X", long_lots_max=7, by="operator")
    play = opened(limit, ORDER)
    request = change("a2", "a1", qty_lots=8)
    text = "limit 0.007 BASE, was 0.008 BASE"
    assert play(request) == [replace(refused(reasons.POSITION_LIMIT, request), text=text)]
    assert play(change("a2", "a1", qty_lots=7)) == [replaced(2, replace(ORDER, cl_ord_id="a2", qty_lots=7))]


def test_executed_part_counts_in_the_position_and_not_twice() -> None:
    """3 of 5 lots bought, the limit 7: a new total of 7 leaves 4 open, which is the limit."""
    limit = SetOrderLimits("ANN", "X", long_lots_max=7, by="operator")
    play = opened(limit, ORDER, enter("b1", SELL, 3, 100))
    request = change("a2", "a1", qty_lots=8)
    (event,) = play(request)
    assert isinstance(event, CancelRejected)
    assert (event.reason, event.text) == (reasons.POSITION_LIMIT, "limit 0.007 BASE, was 0.008 BASE")
    (event,) = play(change("a2", "a1", qty_lots=7))
    assert isinstance(event, OrderReplaced)


def test_terms_that_keep_the_place_are_not_asked_for_limits() -> None:
    """A smaller quantity is always possible, whatever was limited since."""
    play = opened(ORDER, SetOrderLimits("ANN", "X", order_lots_max=1, long_lots_max=1, by="operator"))
    assert play(change("a2", "a1", qty_lots=4)) == [replaced(2, replace(ORDER, cl_ord_id="a2", qty_lots=4))]


def test_new_price_beyond_the_collar_is_refused() -> None:
    """5 % around the reference: 105 is the highest price a buy may be moved to."""
    play = opened(SetPriceLimits("X", collar_bp=500, reference_ticks=100, by="operator"), ORDER)
    request = change("a2", "a1", price_ticks=106)
    text = "limit 1.05 USD, was 1.06 USD"
    assert play(request) == [replace(refused(reasons.PRICE_COLLAR, request), text=text)]
    assert play(change("a2", "a1", price_ticks=105)) == [replaced(2, replace(ORDER, cl_ord_id="a2", price_ticks=105))]
