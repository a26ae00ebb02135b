"""Cancel requests, mass cancel, and what the gateway refused."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.engine.builders import X, accepted, cancel, canceled, change, enter, opened
from venue import reasons
from venue.messages import (
    BUY,
    CANCEL_ONLY,
    CANCELED,
    FILLED,
    HALTED,
    NEW,
    PARTIALLY_FILLED,
    POST_ONLY,
    REJECTED,
    REQUEST_CANCEL,
    REQUEST_ENTER,
    REQUEST_MASS_CANCEL,
    REQUEST_REPLACE,
    SELL,
    STOP,
    AnyCommand,
    CancelRejected,
    MassCancel,
    MassCanceled,
    MassCancelRejected,
    OrderRejected,
    OrderStatus,
    OrderStatusReported,
    RefuseRequest,
    SetSession,
    SetTradingState,
)

ORDER = enter("a1", BUY, 5, 100)


def refused(reason: int, request: Any, order_id: int = 0, ord_status: Any = REJECTED) -> CancelRejected:
    return CancelRejected(
        request.session, request.account, request.cl_ord_id, request.orig_cl_ord_id, REQUEST_CANCEL, reason, "",
        order_id, ord_status,
    )  # fmt: skip


def test_cancel_ends_the_order_under_its_own_cl_ord_id() -> None:
    """The cancel's ClOrdID becomes the order's last one, the one before it is OrigClOrdID(41) (B.1.a)."""
    play = opened(ORDER)
    assert play(cancel("a2", "a1")) == [canceled(1, 2, ORDER, reasons.REQUESTED, cl_ord_id="a2")]
    assert play.engine.best("X") == (0, 0, 0, 0, 0)
    ended = replace(ORDER, cl_ord_id="a2")
    assert play.engine.find_order("ANN", "a2") == OrderStatus(1, ended, CANCELED, 0, 0, 0, False, 1)


def test_cancel_of_a_partly_filled_order_keeps_what_it_did() -> None:
    """cum_lots and notional stay, leaves_lots is 0 (B.1.b)."""
    play = opened(ORDER, enter("b1", SELL, 2, 100))
    assert play(cancel("a2", "a1")) == [
        canceled(1, 5, ORDER, reasons.REQUESTED, cum_lots=2, notional=200, cl_ord_id="a2")
    ]


def test_cancel_of_a_waiting_stop_ends_it() -> None:
    """An order in the trigger book is canceled as one in the book, and fires no more."""
    stop = enter("a1", BUY, 5, ord_type=STOP, stop_ticks=100)
    play = opened(stop)
    assert play(cancel("a2", "a1")) == [canceled(1, 2, stop, reasons.REQUESTED, cl_ord_id="a2")]
    assert len(play(enter("b1", SELL, 1, 100), enter("c1", BUY, 1, 100))) == 2


@pytest.mark.parametrize("name", ["a1", "a2", "a3"])
def test_any_cl_ord_id_the_order_ever_had_finds_it(name: str) -> None:
    """OrigClOrdID(41) may be any of the order's; the event says the last one."""
    play = opened(ORDER, change("a2", "a1", qty_lots=4), change("a3", "a2", qty_lots=3))
    terms = replace(ORDER, cl_ord_id="a3", qty_lots=3)
    assert play(cancel("a4", name)) == [canceled(1, 4, terms, reasons.REQUESTED, cl_ord_id="a4")]


def test_order_id_finds_an_order_of_the_session() -> None:
    """With an unknown OrigClOrdID(41), OrderID(37) finds the order."""
    play = opened(ORDER)
    assert play(cancel("a2", "NONE", order_id=1)) == [canceled(1, 2, ORDER, reasons.REQUESTED, cl_ord_id="a2")]


def test_order_of_another_session_is_unknown() -> None:
    """Neither its ClOrdID nor its OrderID(37) opens another session's order."""
    play = opened(ORDER)
    request = cancel("b1", "a1", order_id=1)
    assert play(request) == [refused(reasons.UNKNOWN_ORDER, request)]


def test_cancel_of_an_unknown_order_is_refused_and_leaves_its_cl_ord_id_free() -> None:
    """UNKNOWN_ORDER has no order_id and consumes nothing (B.1.f)."""
    play = opened()
    request = cancel("a1", "a0")
    assert play(request) == [refused(reasons.UNKNOWN_ORDER, request)]
    assert play(ORDER) == [accepted(1, 1, ORDER)]


@pytest.mark.parametrize("changes", [{"symbol": "Y"}, {"side": SELL}], ids=str)
def test_cancel_that_does_not_match_the_order_is_refused(changes: dict[str, Any]) -> None:
    """Symbol(55) or Side(54), when given, must be the order's."""
    play = opened(ORDER)
    request = cancel("a2", "a1", **changes)
    assert play(request) == [refused(reasons.MISMATCH, request, 1, NEW)]


def test_cancel_that_matches_the_order_is_accepted() -> None:
    """Symbol(55) and Side(54) that are the order's do no harm."""
    assert len(opened(ORDER)(cancel("a2", "a1", symbol="X", side=BUY))) == 1


@pytest.mark.parametrize(
    ("end", "ord_status"),
    [(enter("b1", SELL, 5, 100), FILLED), (cancel("a2", "a1"), CANCELED)],
    ids=["filled", "canceled"],
)
def test_cancel_of_a_closed_order_is_too_late(end: AnyCommand, ord_status: int) -> None:
    """TOO_LATE carries the status the order ended with (B.1.c)."""
    play = opened(ORDER, end)
    request = cancel("a3", "a1")
    assert play(request) == [refused(reasons.TOO_LATE, request, 1, ord_status)]


def test_cancel_under_a_known_cl_ord_id_is_refused_with_the_order_it_named() -> None:
    """DUPLICATE_CL_ORD_ID tells id and status of the order named, not of the one that has the ClOrdID."""
    play = opened(ORDER, enter("a2", BUY, 5, 99), enter("b1", SELL, 2, 100))
    request = cancel("a2", "a1")
    assert play(request) == [refused(reasons.DUPLICATE_CL_ORD_ID, request, 1, PARTIALLY_FILLED)]


def test_cancel_that_came_again_reports_the_order_it_canceled() -> None:
    """With PossResend(97) the known ClOrdID is answered with the status of the order that has it."""
    play = opened(ORDER, cancel("a2", "a1"))
    status = OrderStatus(1, replace(ORDER, cl_ord_id="a2"), CANCELED, 0, 0, 0, False, 1)
    assert play(cancel("a2", "a1", poss_resend=True)) == [OrderStatusReported(3, status)]


@pytest.mark.parametrize("state", [HALTED, CANCEL_ONLY, POST_ONLY])
def test_cancel_is_accepted_in_every_trading_state(state: Any) -> None:
    """A client can always take its order back."""
    play = opened(ORDER, SetTradingState("X", state, "operator", "drill"))
    assert play(cancel("a2", "a1")) == [canceled(1, 2, ORDER, reasons.REQUESTED, cl_ord_id="a2")]


def test_cancel_leaves_the_others_in_their_order() -> None:
    """From the front, the middle and the back of a level: the rest keeps its priority."""
    play = opened(*(enter(f"a{n}", BUY, 1, 100) for n in range(1, 6)))
    play(cancel("a6", "a3"), cancel("a7", "a1"), cancel("a8", "a5"))
    assert play.engine.depth("X", 1)[0] == [(100, 2, 2)]
    taken = play(enter("b1", SELL, 2, 100))[1:]
    assert [event.maker_order_id for event in taken] == [2, 4]  # type: ignore[union-attr]


# ---------------------------------------------------------------------------------------------------
# Mass cancel


def mass_play() -> Any:
    """Six orders: ANN's 1 (X buy), 2 (X sell), 3 (Y buy, of session TWO), 5 (X buy stop), and 4, 6 of others."""
    return opened(
        replace(X, symbol="Y"),
        SetSession("TWO", ("ANN",), (), "operator", "test"),
        enter("a1", BUY, 5, 100),
        enter("a2", SELL, 5, 101),
        enter("a3", BUY, 5, 100, symbol="Y", session="TWO"),
        enter("b1", BUY, 5, 99),
        enter("a4", BUY, 5, ord_type=STOP, stop_ticks=200),
        enter("c1", SELL, 5, 102),
    )


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, [1, 2, 3, 5]),
        ({"symbol": "X"}, [1, 2, 5]),
        ({"side": BUY}, [1, 3, 5]),
        ({"symbol": "X", "side": BUY}, [1, 5]),
        ({"session_only": True}, [1, 2, 5]),
        ({"symbol": "Y", "side": SELL}, []),
    ],
    ids=str,
)
def test_mass_cancel_ends_the_accounts_orders_that_fit(changes: dict[str, Any], found: list[int]) -> None:
    """In ascending order_id, each MASS_CANCELED under its own ClOrdID, then the count."""
    play = mass_play()
    before = {status.order_id: status.terms for status in play.engine.open_orders("ANN")}
    request = replace(MassCancel("ANN", "ANN", "m1"), **changes)
    assert play(request) == [
        *(canceled(order_id, 7 + n, before[order_id], reasons.MASS_CANCELED) for n, order_id in enumerate(found)),
        MassCanceled(7 + len(found), request, len(found)),
    ]
    assert [status.order_id for status in play.engine.open_orders("ANN")] == sorted(before.keys() - found)


def test_mass_cancel_by_the_venue_has_its_own_reason_and_no_answer() -> None:
    """With a reason of its own the orders say it, and no MassCanceled follows."""
    play = opened(ORDER)
    request = MassCancel("ANN", "ANN", "", session_only=True, reason=reasons.CONNECTION_LOST)
    assert play(request) == [canceled(1, 2, ORDER, reasons.CONNECTION_LOST)]
    assert play(request) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"account": "NOBODY", "symbol": "Z"}, reasons.UNKNOWN_ACCOUNT), ({"symbol": "Z"}, reasons.UNKNOWN_SYMBOL)],
    ids=str,
)
def test_mass_cancel_of_what_is_not_there_is_rejected(changes: dict[str, Any], reason: int) -> None:
    """Unknown account, then unknown symbol."""
    request = replace(MassCancel("ANN", "ANN", "m1"), **changes)
    assert opened(ORDER)(request) == [MassCancelRejected(2, request, reason, "")]


@pytest.mark.parametrize("reason", [reasons.REQUESTED, reasons.BY_OPERATOR])
def test_mass_cancel_of_one_order_ends_that_one_whoever_entered_it(reason: int) -> None:
    """order_id picks one order of the account, also another session's; when REQUESTED the count follows."""
    play = mass_play()
    terms = play.engine.find_order_by_id(3).terms
    request = replace(MassCancel("ANN", "ANN", "m1", by="ann", why="asked"), order_id=3, reason=reason)
    answer = [] if reason else [MassCanceled(8, request, 1)]
    assert play(request) == [canceled(3, 7, terms, reason or reasons.MASS_CANCELED), *answer]
    assert [status.order_id for status in play.engine.open_orders("ANN")] == [1, 2, 5]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"order_id": 4}, reasons.UNKNOWN_ORDER),
        ({"order_id": 7}, reasons.UNKNOWN_ORDER),
        ({"order_id": -1}, reasons.UNKNOWN_ORDER),
        ({"order_id": 3, "session_only": True}, reasons.UNKNOWN_ORDER),
        ({"order_id": 1, "symbol": "Y"}, reasons.MISMATCH),
        ({"order_id": 1, "side": SELL}, reasons.MISMATCH),
        ({"order_id": 2, "side": BUY}, reasons.MISMATCH),
        ({"order_id": 2}, reasons.TOO_LATE),
        ({"order_id": 1, "account": "NOBODY"}, reasons.UNKNOWN_ACCOUNT),
        ({"order_id": 1, "session": "BOB"}, reasons.NOT_ENTITLED),
    ],
    ids=str,
)
def test_mass_cancel_of_one_order_that_cannot_be_is_rejected(changes: dict[str, Any], reason: int) -> None:
    """Not the account's, not as it was described, or no longer open: nothing is canceled, whatever else is open."""
    play = mass_play()
    play(cancel("a5", "a2"))
    request = replace(MassCancel("ANN", "ANN", "m1"), **changes)
    assert play(request) == [MassCancelRejected(8, request, reason, "")]
    assert [status.order_id for status in play.engine.open_orders("ANN")] == [1, 3, 5]


def test_mass_cancel_does_not_use_up_its_cl_ord_id() -> None:
    """The ClOrdID of a mass cancel is not remembered."""
    play = opened(MassCancel("ANN", "ANN", "a1"))
    assert play(ORDER) == [accepted(1, 2, ORDER)]


# ---------------------------------------------------------------------------------------------------
# Refused by the gateway


def refusal(request: Any, orig_cl_ord_id: str = "") -> RefuseRequest:
    return RefuseRequest("ANN", "ANN", "a9", orig_cl_ord_id, request, "X", BUY, reasons.OFF_TICK, "price was 1.005")


def test_refused_new_order_becomes_a_rejection() -> None:
    """OrderRejected with what the gateway could not express."""
    refused_request = refusal(REQUEST_ENTER)
    assert opened()(refused_request) == [OrderRejected(1, reasons.OFF_TICK, "price was 1.005", None, refused_request)]


@pytest.mark.parametrize("request_kind", [REQUEST_CANCEL, REQUEST_REPLACE])
@pytest.mark.parametrize(("orig", "order_id", "ord_status"), [("a1", 1, NEW), ("a0", 0, REJECTED)])
def test_refused_cancel_or_replace_tells_the_orders_status(
    request_kind: Any, orig: str, order_id: int, ord_status: Any
) -> None:
    """CancelRejected with id and status of the order, if it is known."""
    assert opened(ORDER)(refusal(request_kind, orig)) == [
        CancelRejected(
            "ANN", "ANN", "a9", orig, request_kind, reasons.OFF_TICK, "price was 1.005", order_id, ord_status
        )
    ]


def test_refused_mass_cancel_becomes_a_rejection() -> None:
    """MassCancelRejected with the request as far as it was understood."""
    assert opened()(refusal(REQUEST_MASS_CANCEL)) == [
        MassCancelRejected(1, MassCancel("ANN", "ANN", "a9", "X", BUY), reasons.OFF_TICK, "price was 1.005")
    ]
