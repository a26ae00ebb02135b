"""The checks of a new order, in the order of the rules."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, accepted, enter, flipped, opened, rejected, traded
from venue import reasons
from venue.messages import (
    BUY,
    CANCEL_ONLY,
    DAY,
    FOK,
    GTD,
    HALTED,
    IOC,
    MARKET,
    OPEN,
    PARTIALLY_FILLED,
    POST_ONLY,
    SELL,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    UNCHANGED,
    OrderRejected,
    OrderStatus,
    OrderStatusReported,
    SetSession,
    SetTradingState,
)
from venue.names import STATES


def test_known_cl_ord_id_is_rejected_with_the_order_that_has_it() -> None:
    """A duplicate ClOrdID(11) is rejected with id, status and quantities of the first order (F.1.a)."""
    play = opened(enter("a1", BUY, 5, 100), enter("b1", SELL, 2, 100))
    again = enter("a1", BUY, 7, 90)
    assert play(again) == [
        OrderRejected(5, reasons.DUPLICATE_CL_ORD_ID, "", again, None, 1, PARTIALLY_FILLED, 2, 3, 200)
    ]


def test_known_cl_ord_id_with_poss_resend_reports_the_order() -> None:
    """PossResend(97) with a known ClOrdID changes nothing and answers the order's status (F.1.b)."""
    first = enter("a1", BUY, 5, 100)
    play = opened(first)
    status = OrderStatus(1, first, 0, 0, 5, 0, False, 1)
    assert play(replace(first, poss_resend=True)) == [OrderStatusReported(2, status)]
    assert play.engine.open_orders("ANN") == [status]


def test_unknown_cl_ord_id_with_poss_resend_is_a_new_order() -> None:
    """PossResend(97) with a ClOrdID never seen enters the order (F.1.b)."""
    order = enter("a1", BUY, 5, 100, poss_resend=True)
    assert opened()(order) == [accepted(1, 1, order)]


def test_cl_ord_id_belongs_to_its_session_alone() -> None:
    """The same ClOrdID in another session is no duplicate."""
    play = opened(enter("a1", BUY, 5, 100), SetSession("BOB", ("ANN", "BOB"), (), "operator", "test"))
    other = replace(enter("a1", BUY, 5, 100), session="BOB")
    assert play(other) == [accepted(2, 2, other)]


def test_rejected_order_consumes_neither_order_id_nor_cl_ord_id() -> None:
    """After a rejection the same ClOrdID is entered, with the order_id the rejected one did not take."""
    play = opened(enter("a1", BUY, 5000, 100))
    order = enter("a1", BUY, 5, 100)
    assert play(order) == [accepted(1, 2, order)]


REFUSED: list[tuple[str, dict[str, Any], int]] = [
    ("unknown symbol", {"symbol": "Z", "account": "NOBODY"}, reasons.UNKNOWN_SYMBOL),
    ("unknown account", {"account": "NOBODY", "qty_lots": -1}, reasons.UNKNOWN_ACCOUNT),
    ("negative quantity", {"qty_lots": -1, "price_ticks": 0}, reasons.BAD_VALUE),
    ("negative price", {"price_ticks": -1}, reasons.BAD_VALUE),
    ("negative stop", {"stop_ticks": -1}, reasons.BAD_VALUE),
    ("negative cash", {"cash_units": -1}, reasons.BAD_VALUE),
    ("negative display", {"display_lots": -1}, reasons.BAD_VALUE),
    ("negative minimum", {"min_lots": -1}, reasons.BAD_VALUE),
    ("negative expiry", {"expire_ns": -1}, reasons.BAD_VALUE),
    ("no quantity", {"qty_lots": 0}, reasons.BAD_VALUE),
    ("limit without price", {"price_ticks": 0, "stop_ticks": 9}, reasons.PRICE_MISSING),
    ("stop limit without price", {"ord_type": STOP_LIMIT, "price_ticks": 0}, reasons.PRICE_MISSING),
    ("take profit limit without price", {"ord_type": TAKE_PROFIT_LIMIT, "price_ticks": 0}, reasons.PRICE_MISSING),
    ("stop without stop", {"ord_type": STOP}, reasons.STOP_PX_MISSING),
    ("stop limit without stop", {"ord_type": STOP_LIMIT}, reasons.STOP_PX_MISSING),
    ("take profit without stop", {"ord_type": TAKE_PROFIT}, reasons.STOP_PX_MISSING),
    ("take profit limit without stop", {"ord_type": TAKE_PROFIT_LIMIT}, reasons.STOP_PX_MISSING),
    ("market with price", {"ord_type": MARKET}, reasons.FIELD_NOT_ALLOWED),
    ("stop with price", {"ord_type": STOP, "stop_ticks": 9}, reasons.FIELD_NOT_ALLOWED),
    ("take profit with price", {"ord_type": TAKE_PROFIT, "stop_ticks": 9}, reasons.FIELD_NOT_ALLOWED),
    ("market with stop", {"ord_type": MARKET, "price_ticks": 0, "stop_ticks": 9}, reasons.FIELD_NOT_ALLOWED),
    ("limit with stop", {"stop_ticks": 9}, reasons.FIELD_NOT_ALLOWED),
    ("limit with cash", {"qty_lots": 0, "cash_units": 9}, reasons.FIELD_NOT_ALLOWED),
    ("cash beside quantity", {"ord_type": MARKET, "price_ticks": 0, "cash_units": 9}, reasons.FIELD_NOT_ALLOWED),
    ("post only that may not rest", {"post_only": True, "time_in_force": IOC}, reasons.FIELD_NOT_ALLOWED),
    ("post only with minimum", {"post_only": True, "min_lots": 1}, reasons.FIELD_NOT_ALLOWED),
    ("post only market", {"post_only": True, "ord_type": MARKET, "price_ticks": 0}, reasons.FIELD_NOT_ALLOWED),
    ("display that may not rest", {"display_lots": 1, "time_in_force": FOK}, reasons.FIELD_NOT_ALLOWED),
    ("display of market", {"display_lots": 1, "ord_type": MARKET, "price_ticks": 0}, reasons.FIELD_NOT_ALLOWED),
    ("display above quantity", {"display_lots": 6}, reasons.FIELD_NOT_ALLOWED),
    ("minimum of stop limit", {"ord_type": STOP_LIMIT, "stop_ticks": 9, "min_lots": 1}, reasons.FIELD_NOT_ALLOWED),
    ("minimum above quantity", {"min_lots": 6}, reasons.FIELD_NOT_ALLOWED),
    (
        "minimum of cash",
        {"ord_type": MARKET, "price_ticks": 0, "qty_lots": 0, "cash_units": 900, "min_lots": 1},
        reasons.FIELD_NOT_ALLOWED,
    ),
    (
        "market until a date",
        {"ord_type": MARKET, "price_ticks": 0, "time_in_force": GTD, "expire_ns": 9},
        reasons.FIELD_NOT_ALLOWED,
    ),
    (
        "stop at once",
        {"ord_type": STOP, "price_ticks": 0, "stop_ticks": 9, "time_in_force": IOC},
        reasons.FIELD_NOT_ALLOWED,
    ),
    (
        "stop limit all or none",
        {"ord_type": STOP_LIMIT, "stop_ticks": 9, "time_in_force": FOK},
        reasons.FIELD_NOT_ALLOWED,
    ),
    ("no time in force", {"time_in_force": UNCHANGED}, reasons.FIELD_NOT_ALLOWED),
    ("expiry of a day order", {"time_in_force": DAY, "expire_ns": 9}, reasons.FIELD_NOT_ALLOWED),
    ("date without expiry", {"time_in_force": GTD}, reasons.EXPIRE_TIME_PAST),
    ("expiry that is now", {"time_in_force": GTD, "expire_ns": 1}, reasons.EXPIRE_TIME_PAST),
    ("quantity below the minimum", {"qty_lots": 2}, reasons.QTY_TOO_SMALL),
    ("quantity above the maximum", {"qty_lots": 1001}, reasons.QTY_TOO_LARGE),
]


LIMITS_TOLD = {
    reasons.QTY_TOO_SMALL: "limit 0.003 BASE, was 0.002 BASE",
    reasons.QTY_TOO_LARGE: "limit 1.000 BASE, was 1.001 BASE",
}


@pytest.mark.parametrize(("changes", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_order_with_a_wrong_term_is_rejected_with_the_reason(changes: dict[str, Any], reason: int) -> None:
    """Each term that cannot be is refused with its own reason, and the first check decides."""
    request = replace(enter("a1", BUY, 5, 100), **changes)
    play = opened(replace(X, min_lots=3))
    assert play(request) == [rejected(1, reason, request, LIMITS_TOLD.get(reason, ""))]
    assert play.engine.open_orders("ANN") == []


ALLOWED: list[tuple[str, dict[str, Any]]] = [
    ("day", {"time_in_force": DAY}),
    ("date", {"time_in_force": GTD, "expire_ns": 2}),
    ("iceberg that shows all", {"display_lots": 5}),
    ("post only", {"post_only": True, "time_in_force": DAY}),
    ("post only iceberg", {"post_only": True, "display_lots": 2}),
    ("stop", {"ord_type": STOP, "price_ticks": 0, "stop_ticks": 120}),
    ("iceberg stop limit", {"ord_type": STOP_LIMIT, "stop_ticks": 120, "display_lots": 2}),
    ("take profit", {"ord_type": TAKE_PROFIT, "price_ticks": 0, "stop_ticks": 80}),
    (
        "take profit until a date",
        {"ord_type": TAKE_PROFIT_LIMIT, "stop_ticks": 80, "time_in_force": GTD, "expire_ns": 2},
    ),
    ("smallest quantity", {"qty_lots": 1}),
    ("largest quantity", {"qty_lots": 1000}),
]


@pytest.mark.parametrize("changes", [row[1] for row in ALLOWED], ids=[row[0] for row in ALLOWED])
def test_order_with_terms_that_fit_is_accepted_and_open(changes: dict[str, Any]) -> None:
    """Each combination the rules allow is accepted with its whole quantity open."""
    request = replace(enter("a1", BUY, 5, 100), **changes)
    play = opened()
    assert play(request) == [accepted(1, 1, request)]
    assert [order.leaves_lots for order in play.engine.open_orders("ANN")] == [request.qty_lots]


@pytest.mark.parametrize("state", [HALTED, CANCEL_ONLY])
def test_halted_or_cancel_only_instrument_accepts_no_order(state: Any) -> None:
    """NOT_ACCEPTED_NOW comes before any look at the terms, and no matter what order it is."""
    play = opened(SetTradingState("X", state, "operator", "drill"))
    request = enter("a1", BUY, -5, 100)
    assert play(request) == [rejected(1, reasons.NOT_ACCEPTED_NOW, request, f"X is {STATES[state]}")]


@pytest.mark.parametrize(
    "changes",
    [
        {"ord_type": MARKET, "price_ticks": 0},
        {"ord_type": STOP, "price_ticks": 0, "stop_ticks": 120},
        {"ord_type": STOP_LIMIT, "stop_ticks": 120},
        {"time_in_force": IOC},
        {"time_in_force": FOK},
        {"min_lots": 1},
    ],
    ids=str,
)
def test_post_only_instrument_accepts_only_limits_that_may_rest(changes: dict[str, Any]) -> None:
    """In POST_ONLY whatever would have to trade is NOT_ACCEPTED_NOW."""
    play = opened(SetTradingState("X", POST_ONLY, "operator", "drill"))
    request = replace(enter("a1", BUY, 5, 100), **changes)
    assert play(request) == [rejected(1, reasons.NOT_ACCEPTED_NOW, request, "X is post-only")]


def test_post_only_instrument_rejects_a_limit_that_would_take() -> None:
    """In POST_ONLY a plain LIMIT rests below the best offer and is refused at it."""
    play = opened(enter("b1", SELL, 5, 100), SetTradingState("X", POST_ONLY, "operator", "drill"))
    taking, resting = enter("a1", BUY, 5, 100), enter("a1", BUY, 5, 99)
    assert play(taking) == [rejected(2, reasons.POST_ONLY_WOULD_TAKE, taking)]
    assert play(resting) == [accepted(2, 3, resting)]


@pytest.mark.parametrize(("side", "price", "beyond"), [(BUY, 100, 99), (SELL, 100, 101)])
def test_post_only_order_rests_or_is_rejected_but_never_takes(side: Any, price: int, beyond: int) -> None:
    """post_only at a price that takes is POST_ONLY_WOULD_TAKE, also against an own order; one tick off it rests."""
    play = opened(enter("a1", flipped(side), 5, price))
    taking, resting = enter("a2", side, 5, price, post_only=True), enter("a2", side, 5, beyond, post_only=True)
    assert play(taking) == [rejected(2, reasons.POST_ONLY_WOULD_TAKE, taking)]
    assert play(resting) == [accepted(2, 3, resting)]


# ---------------------------------------------------------------------------------------------------
# CashOrderQty(152)


def test_cash_order_buys_what_the_cash_pays_for() -> None:
    """Levels are taken whole while they fit; of the first that does not, as many lots as fit (L.1.b)."""
    asks = enter("b1", SELL, 2, 100), enter("b2", SELL, 5, 110)
    play = opened(*asks)
    request = enter("a1", BUY, 0, cash_units=200 + 2 * 110 + 109)
    terms = replace(request, qty_lots=4)
    assert play(request) == [
        accepted(3, 3, terms),
        traded(1, 100, 2, (1, 4, asks[0]), (2, 0, 200), (3, 5, terms), (2, 2, 200)),
        traded(2, 110, 2, (2, 6, asks[1]), (2, 3, 220), (3, 7, terms), (4, 0, 420)),
    ]


def test_cash_order_that_sells_stops_at_the_first_level_not_taken_whole() -> None:
    """Cash left over at a better price is not spent at a worse one, where a lot costs less."""
    play = opened(enter("b1", BUY, 5, 100), enter("b2", BUY, 5, 10))
    request = enter("a1", SELL, 0, cash_units=390)
    assert play(request)[0] == accepted(3, 3, replace(request, qty_lots=3))


def test_cash_order_counts_notional_factor() -> None:
    """A lot costs price_ticks x notional_factor units of cash."""
    play = opened(replace(X, symbol="Y", notional_factor=7), enter("b1", SELL, 5, 10, symbol="Y"))
    request = enter("a1", BUY, 0, cash_units=209, symbol="Y")
    assert play(request)[0] == accepted(2, 2, replace(request, qty_lots=2))


@pytest.mark.parametrize("cash_units", [1, 99])
def test_cash_order_below_one_lot_is_rejected_as_it_came(cash_units: int) -> None:
    """Cash that buys no lot here now: BOOK_EMPTY, as on an empty side."""
    play = opened(enter("b1", SELL, 5, 100))
    request = enter("a1", BUY, 0, cash_units=cash_units)
    assert play(request) == [rejected(2, reasons.BOOK_EMPTY, request)]
    empty = enter("a1", SELL, 0, cash_units=1000)
    assert play(empty) == [rejected(3, reasons.BOOK_EMPTY, empty)]


def test_cash_order_of_a_computed_quantity_out_of_limits_is_rejected_as_it_came() -> None:
    """The computed quantity obeys the instrument's limits; the rejection carries the request unchanged."""
    play = opened(replace(X, min_lots=3, max_lots=4), enter("b1", SELL, 4, 100), enter("b2", SELL, 4, 100))
    small, large = enter("a1", BUY, 0, cash_units=250), enter("a1", BUY, 0, cash_units=500)
    assert play(small) == [rejected(3, reasons.QTY_TOO_SMALL, small, "limit 0.003 BASE, was 0.002 BASE")]
    assert play(large) == [rejected(4, reasons.QTY_TOO_LARGE, large, "limit 0.004 BASE, was 0.005 BASE")]


def test_cash_order_counts_own_orders_as_fok_does() -> None:
    """Cash does not count what stands at and behind an own order that would end the matching."""
    play = opened(enter("b1", SELL, 2, 100), enter("a1", SELL, 2, 100), enter("b2", SELL, 2, 100))
    request = enter("a2", BUY, 0, cash_units=10_000)
    assert play(request)[0] == accepted(4, 4, replace(request, qty_lots=2))


def test_reopened_instrument_accepts_orders_again() -> None:
    """OPEN after HALTED: everything is accepted as before, and what stood in the book still stands."""
    play = opened(enter("b1", SELL, 5, 100), SetTradingState("X", HALTED, "operator", "drill"))
    play(SetTradingState("X", OPEN, "operator", "drill"))
    order, resting = enter("a1", BUY, 5, 100), enter("b1", SELL, 5, 100)
    assert play(order) == [
        accepted(2, 2, order),
        traded(1, 100, 5, (1, 3, resting), (5, 0, 500), (2, 4, order), (5, 0, 500)),
    ]
