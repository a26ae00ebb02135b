"""Cancel and mass cancel requests, and how any request finds the order it names."""

from typing import TypeAlias

from msgspec.structs import replace

from venue.engine.ending import cancel
from venue.engine.order import Order
from venue.engine.state import State
from venue.messages import (
    REQUEST_CANCEL,
    REQUEST_REPLACE,
    CancelOrder,
    CancelRejected,
    MassCancel,
    MassCanceled,
    MassCancelRejected,
    OrderStatusReported,
    ReplaceOrder,
)
from venue.reasons import (
    DUPLICATE_CL_ORD_ID,
    MASS_CANCELED,
    MISMATCH,
    NOT_ENTITLED,
    REQUESTED,
    TOO_LATE,
    UNKNOWN_ACCOUNT,
    UNKNOWN_ORDER,
    UNKNOWN_SYMBOL,
)

ChangeRequest: TypeAlias = CancelOrder | ReplaceOrder


def cancel_order(state: State, request: CancelOrder) -> None:
    """Cost: O(1), and O(log levels) when it was the last order of its level."""
    cl_ord_id = request.cl_ord_id
    cl_ord_ids = state.cl_ord_ids(request.session)
    order = open_order(state, request, cl_ord_ids, cl_ord_id, 0)
    if order is None:
        return
    cl_ord_ids[cl_ord_id] = order
    order.canceled_as = cl_ord_id
    cancel(state, order, REQUESTED, cl_ord_id)


def open_order(
    state: State, request: ChangeRequest, cl_ord_ids: dict[str, Order], cl_ord_id: str, ord_type: int
) -> Order | None:
    """The open order a cancel or replace names; None when the request is answered already."""
    known = cl_ord_ids.get(cl_ord_id)
    if known is not None:
        if request.poss_resend:
            state.events.append(OrderStatusReported(state.exec_id(), known.status()))
        else:
            refuse(state, request, DUPLICATE_CL_ORD_ID)
        return None
    order = cl_ord_ids.get(request.orig_cl_ord_id)
    if order is None:
        order = state.own_order(request.session, request.order_id)
        if order is None:
            refuse(state, request, UNKNOWN_ORDER)
            return None
    symbol, side = request.symbol, request.side
    if (
        (symbol and symbol != order.book.symbol)
        or (side and side != order.side)
        or (ord_type and ord_type != order.terms.ord_type)
    ):
        refuse(state, request, MISMATCH)
        return None
    if order.ended_as:
        refuse(state, request, TOO_LATE)
        return None
    return order


def refuse(state: State, request: ChangeRequest, reason: int, text: str = "") -> None:
    """Refuse a cancel or replace, for any reason with the status of the order it named, if that is known."""
    order = state.cl_ord_ids(request.session).get(request.orig_cl_ord_id)
    if order is None:
        order = state.own_order(request.session, request.order_id)
    rejected = CancelRejected(
        request.session,
        request.account,
        request.cl_ord_id,
        request.orig_cl_ord_id,
        REQUEST_CANCEL if type(request) is CancelOrder else REQUEST_REPLACE,
        reason,
        text,
    )
    if order is not None:
        rejected = replace(rejected, order_id=order.order_id, ord_status=order.ord_status())
    state.events.append(rejected)


def mass_cancel(state: State, request: MassCancel) -> None:
    """Cancel the account's open orders that fit. Cost: O(open orders of the account), O(1) with an order_id."""
    account = state.accounts.get(request.account)
    reason = mass_cancel_reason(state, request)
    if account is None or reason:
        state.events.append(MassCancelRejected(state.exec_id(), request, reason, ""))
        return
    if request.order_id:
        fitting = [state.orders[request.order_id]]
    else:
        fitting = [order for order in account.open_orders() if fits(request, order)]
    for order in fitting:
        if not order.ended_as:  # by the list of one before it
            cancel(state, order, request.reason or MASS_CANCELED)
    if request.reason == REQUESTED:
        state.events.append(MassCanceled(state.exec_id(), request, len(fitting)))


def mass_cancel_reason(state: State, request: MassCancel) -> int:
    """Why the request finds nothing to cancel; the venue's own ones need no entitlement."""
    if request.account not in state.accounts:
        return UNKNOWN_ACCOUNT
    if request.symbol and request.symbol not in state.books:
        return UNKNOWN_SYMBOL
    if request.reason == REQUESTED and request.account not in state.session(request.session).trades:
        return NOT_ENTITLED
    return one_order_reason(state, request) if request.order_id else 0


def one_order_reason(state: State, request: MassCancel) -> int:
    """Why the one order it names is not canceled."""
    order = state.orders.get(request.order_id)
    if order is None or order.account.name != request.account:
        return UNKNOWN_ORDER
    if request.session_only and request.session != order.terms.session:
        return UNKNOWN_ORDER
    if not fits(request, order):
        return MISMATCH
    return TOO_LATE if order.ended_as else 0


def fits(request: MassCancel, order: Order) -> bool:
    return (
        request.symbol in ("", order.book.symbol)
        and request.side in (0, order.side)
        and (not request.session_only or request.session == order.terms.session)
    )
