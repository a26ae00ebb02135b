"""How the naive engine cancels and replaces orders, one or many, and passes on the gateway's refusals."""

from msgspec.structs import replace

from tests.support.naive_ending import cancel, cancel_all, close, expire, note_consequences, remove
from tests.support.naive_entry import SHUT, detail_text, lots_refusal, report_status, right_refusal, trades_account
from tests.support.naive_liquidity import would_take
from tests.support.naive_matching import absent, fires_now, reduce, reenter
from tests.support.naive_orders import NaiveOrder
from tests.support.naive_risk import ACCEPTED, ON_REPLACE, Asked, Refusal, risk_refusal
from tests.support.naive_state import NaiveState
from tests.support.naive_terms import fits, keeps_priority, price_bound, replace_terms_refusal, replaced_terms
from venue import reasons
from venue.messages import (
    FILLED,
    GTD,
    OPEN,
    POST_ONLY,
    REJECTED,
    REQUEST_CANCEL,
    REQUEST_ENTER,
    REQUEST_MASS_CANCEL,
    REQUEST_REPLACE,
    CancelOrder,
    CancelRejected,
    EnterOrder,
    MassCancel,
    MassCanceled,
    MassCancelRejected,
    OrderRejected,
    OrderReplaced,
    RefuseRequest,
    ReplaceOrder,
    Request,
)


def cancel_order(state: NaiveState, request: CancelOrder) -> None:
    if is_repeated(state, request):
        return
    order = named_order(state, request)
    reason = change_refusal(state, request, order)
    if order is None or reason:
        reject_change(state, request, REQUEST_CANCEL, (reason, ""), order)
        return
    state.names[request.session, request.cl_ord_id] = order
    cancel(state, order, reasons.REQUESTED, request.cl_ord_id)


def replace_order(state: NaiveState, request: ReplaceOrder) -> None:
    if is_repeated(state, request):
        return
    order = named_order(state, request)
    refusal = (change_refusal(state, request, order), "")
    if order is not None and refusal == ACCEPTED:
        refusal = replace_refusal(state, request, order)
    if order is None or refusal != ACCEPTED:
        reject_change(state, request, REQUEST_REPLACE, refusal, order)
        return
    state.names[request.session, request.cl_ord_id] = order
    take_terms(state, order, replaced_terms(order.terms, request))


def take_terms(state: NaiveState, order: NaiveOrder, new: EnterOrder) -> None:
    old, order.terms = order.terms, new
    if new.qty_lots <= order.cum_lots:
        order.terms = replace(new, qty_lots=order.cum_lots)
        close(state, order, FILLED)
    else:
        reduce(order)
    state.events.append(OrderReplaced(*state.facts(order), orig_cl_ord_id=old.cl_ord_id))
    if order.end is not None:
        note_consequences(state, order)
    elif not order.held and not keeps_priority(old, new):
        remove(state, order)
        reenter(state, order)


def named_order(state: NaiveState, request: CancelOrder | ReplaceOrder | RefuseRequest) -> NaiveOrder | None:
    """The order a request names: by any ClOrdID it had in this session, else by its OrderID there."""
    named = state.names.get((request.session, request.orig_cl_ord_id))
    if named is not None or isinstance(request, RefuseRequest) or request.order_id == 0:
        return named
    orders = [order for order in state.known_orders() if order.order_id == request.order_id]
    return next((order for order in orders if order.terms.session == request.session), None)


def is_repeated(state: NaiveState, request: CancelOrder | ReplaceOrder) -> bool:
    """A known ClOrdID that came again is answered with the status of the order that has it."""
    known = state.names.get((request.session, request.cl_ord_id))
    if known is None or not request.poss_resend:
        return False
    report_status(state, known)
    return True


def change_refusal(state: NaiveState, request: CancelOrder | ReplaceOrder, order: NaiveOrder | None) -> int:
    """The checks cancel and replace have in common, the first that fails."""
    if (request.session, request.cl_ord_id) in state.names:
        return reasons.DUPLICATE_CL_ORD_ID
    if order is None:
        return reasons.UNKNOWN_ORDER
    ord_type = request.ord_type if isinstance(request, ReplaceOrder) else 0
    asked = (request.symbol, request.side, ord_type)
    own = (order.terms.symbol, order.terms.side, order.terms.ord_type)
    if any(a and a != b for a, b in zip(asked, own, strict=True)):
        return reasons.MISMATCH
    return reasons.TOO_LATE if order.end is not None else 0


def replace_refusal(state: NaiveState, request: ReplaceOrder, order: NaiveOrder) -> Refusal:
    """What only a replace asks, after the checks in common found the order."""
    new = replaced_terms(order.terms, request)
    instrument = state.listed[new.symbol]
    reason = right_refusal(state, new)
    if not reason and instrument.state in SHUT:
        reason = reasons.NOT_ACCEPTED_NOW
    if not reason:
        reason = replace_terms_refusal(order, request, new, state.time_ns, price_bound(instrument.listing))
    if not reason and request.qty_lots > order.cum_lots:
        reason = lots_refusal(state, new.symbol, request.qty_lots)
    enters = new.qty_lots > order.cum_lots and not keeps_priority(order.terms, new) and not order.held
    if reason:
        return reason, detail_text(state, replace(new, session=request.session, qty_lots=request.qty_lots), reason)
    if not enters:
        return ACCEPTED
    asked = Asked(state, new, new.qty_lots - order.cum_lots, absent(order), 0, order.triggered)
    refusal = risk_refusal(asked, ON_REPLACE)
    if refusal == ACCEPTED and (new.post_only or instrument.state == POST_ONLY) and takes_at_once(state, order, new):
        return reasons.POST_ONLY_WOULD_TAKE, ""
    return refusal


def takes_at_once(state: NaiveState, order: NaiveOrder, new: EnterOrder) -> bool:
    """Would it trade on entering again, or be triggered?"""
    if order.waits_for_trigger():
        return fires_now(state, new)
    return state.listed[new.symbol].state in (OPEN, POST_ONLY) and would_take(state, new)


def reject_change(
    state: NaiveState,
    asked: CancelOrder | ReplaceOrder | RefuseRequest,
    kind: Request,
    refusal: Refusal,
    order: NaiveOrder | None,
) -> None:
    names = (asked.session, asked.account, asked.cl_ord_id, asked.orig_cl_ord_id)
    target = (order.order_id, order.ord_status()) if order else (0, REJECTED)
    state.events.append(CancelRejected(*names, kind, *refusal, *target))


def mass_cancel(state: NaiveState, request: MassCancel) -> None:
    is_asked = request.reason == reasons.REQUESTED
    reason = 0
    if request.account not in state.opened:
        reason = reasons.UNKNOWN_ACCOUNT
    elif request.symbol and request.symbol not in state.listed:
        reason = reasons.UNKNOWN_SYMBOL
    elif is_asked and not trades_account(state, request.session, request.account):
        reason = reasons.NOT_ENTITLED
    elif request.order_id:
        reason = one_order_refusal(state, request)
    if reason:
        state.events.append(MassCancelRejected(state.next_exec_id(), request, reason, ""))
        return
    orders = [order for order in state.open if fits(order.terms, request)]
    if request.order_id:
        orders = [order for order in orders if order.order_id == request.order_id]
    cancel_all(state, orders, request.reason or reasons.MASS_CANCELED)
    if is_asked:
        state.events.append(MassCanceled(state.next_exec_id(), request, len(orders)))


def one_order_refusal(state: NaiveState, request: MassCancel) -> int:
    """Of the one order that a mass cancel names by its OrderID."""
    named = [order for order in state.known_orders() if order.order_id == request.order_id]
    own = [order for order in named if order.terms.account == request.account]
    if request.session_only:
        own = [order for order in own if order.terms.session == request.session]
    if not own:
        return reasons.UNKNOWN_ORDER
    if not fits(own[0].terms, request):
        return reasons.MISMATCH
    return reasons.TOO_LATE if own[0].end is not None else 0


def expire_orders(state: NaiveState) -> None:
    orders = [order for order in state.open if order.terms.time_in_force == GTD]
    due = [order for order in orders if order.terms.expire_ns <= state.time_ns]
    for order in sorted(due, key=lambda order: (order.terms.expire_ns, order.order_id)):
        expire(state, order)


def refuse_request(state: NaiveState, refused: RefuseRequest) -> None:
    if refused.request == REQUEST_ENTER:
        exec_id = state.next_exec_id()
        state.events.append(OrderRejected(exec_id, refused.reason, refused.text, None, refused))
    elif refused.request == REQUEST_MASS_CANCEL:
        asked = MassCancel(refused.session, refused.account, refused.cl_ord_id, refused.symbol, refused.side)
        state.events.append(MassCancelRejected(state.next_exec_id(), asked, refused.reason, refused.text))
    else:
        order = named_order(state, refused)
        reject_change(state, refused, refused.request, (refused.reason, refused.text), order)
