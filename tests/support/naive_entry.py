"""How single orders and lists enter the naive engine: the checks of an entry, and what comes of it."""

from msgspec.structs import replace

from tests.support.naive_bands import qty_text, reference_ticks
from tests.support.naive_liquidity import lots_for_cash, would_take
from tests.support.naive_matching import enter, follow_reference
from tests.support.naive_money import highest_rate
from tests.support.naive_orders import NaiveList, NaiveOrder
from tests.support.naive_risk import ACCEPTED, ON_ENTRY, ON_HOLD, Asked, Refusal, limit_text, risk_refusal
from tests.support.naive_state import NaiveState
from tests.support.naive_terms import MAY_REST, entry_terms_refusal, list_fault, price_bound
from venue import reasons
from venue.messages import (
    ACCOUNT,
    AUCTION,
    CANCEL_ONLY,
    CLOSED,
    FIRM,
    HALTED,
    LIMIT,
    OCO,
    POST_ONLY,
    PRE_OPEN,
    SESSION,
    TRAILING_STOP,
    VENUE,
    EnterList,
    EnterOrder,
    ListAccepted,
    ListRejected,
    OrderAccepted,
    OrderRejected,
    OrderStatusReported,
)
from venue.names import STATES

SHUT = (HALTED, CANCEL_ONLY, CLOSED)
NOTHING_TAKES = (PRE_OPEN, AUCTION)


def enter_order(state: NaiveState, request: EnterOrder) -> None:
    known = state.names.get((request.session, request.cl_ord_id))
    if known and request.poss_resend:
        report_status(state, known)
        return
    if known:
        reject(state, request, (reasons.DUPLICATE_CL_ORD_ID, ""), known)
        return
    refusal = entry_refusal(state, request)
    if refusal != ACCEPTED:
        reject(state, request, refusal)
        return
    enter(state, accept(state, request))


def enter_list(state: NaiveState, request: EnterList) -> None:
    known = [state.names.get((order.session, order.cl_ord_id)) for order in request.orders]
    if known and all(known) and request.orders[0].poss_resend:
        for order in known:
            assert order is not None
            report_status(state, order)
        return
    for leg in range(max(1, len(request.orders))):
        reason, text = leg_refusal(state, request, leg)
        if reason:
            state.events.append(ListRejected(request, leg, reason, text))
            return
    of_one = NaiveList(request.list_id, request.session, request.account, request.contingency)
    first_id = state.order_id + 1
    order_ids = tuple(range(first_id, first_id + len(request.orders)))
    state.events.append(ListAccepted(request, order_ids))
    for leg, terms in enumerate(request.orders):
        of_one.orders.append(accept(state, terms, is_held(request, leg), of_one))
    for order in of_one.orders:
        if order.end is None and not order.held:
            enter(state, order)


def is_held(request: EnterList, leg: int) -> bool:
    return request.contingency != OCO and leg > 0


def leg_refusal(state: NaiveState, request: EnterList, leg: int) -> Refusal:
    if list_fault(request, leg):
        return reasons.FIELD_NOT_ALLOWED, ""
    terms = request.orders[leg]
    names = [(order.session, order.cl_ord_id) for order in request.orders[:leg]]
    if (terms.session, terms.cl_ord_id) in names or (terms.session, terms.cl_ord_id) in state.names:
        return reasons.DUPLICATE_CL_ORD_ID, ""
    if is_held(request, leg):
        return entry_refusal(state, terms, held=True)
    return entry_refusal(state, terms, entering=len(request.orders) if leg == 0 else None)


def entry_refusal(state: NaiveState, request: EnterOrder, *, held: bool = False, entering: int | None = 1) -> Refusal:
    """Checks 2 to 7, the first that fails. `entering`: orders that would be open; None: not asked again."""
    reason = right_refusal(state, request) or (0 if held else state_refusal(state, request))
    reason = reason or terms_refusal(state, request) or qty_refusal(state, request, held)
    if reason:
        return reason, detail_text(state, request, reason)
    terms = completed(state, request, held)
    checks = [check for check in ON_ENTRY if entering is not None or check.__name__ != "open_orders_limit"]
    asked = Asked(state, terms, terms.qty_lots, [], entering or 1)
    refusal = risk_refusal(asked, ON_HOLD if held else tuple(checks))
    if refusal != ACCEPTED or held:
        return refusal
    trading_state = state.listed[request.symbol].state
    guarded = request.post_only or trading_state == POST_ONLY
    if guarded and trading_state not in NOTHING_TAKES and would_take(state, request):
        return reasons.POST_ONLY_WOULD_TAKE, ""
    return ACCEPTED


def right_refusal(state: NaiveState, terms: EnterOrder) -> int:
    """Check 2: the instrument and account are there, the session may, and no switch is engaged."""
    if terms.symbol not in state.listed:
        return reasons.UNKNOWN_SYMBOL
    if terms.account not in state.opened:
        return reasons.UNKNOWN_ACCOUNT
    instruments = state.opened[terms.account].opened.instruments
    if not trades_account(state, terms.session, terms.account) or (instruments and terms.symbol not in instruments):
        return reasons.NOT_ENTITLED
    return reasons.KILLED if is_killed(state, terms.account, terms.session) else 0


def detail_text(state: NaiveState, terms: EnterOrder, reason: int) -> str:
    """What a refusal that is not of pre-trade risk adds to its reason; `terms` have the quantity at fault."""
    instrument = state.listed.get(terms.symbol)
    if instrument is None:
        return ""
    if reason == reasons.NOT_ENTITLED:
        return f"{terms.account} in {terms.symbol}"
    if reason == reasons.NOT_ACCEPTED_NOW:
        return f"{terms.symbol} is {STATES[instrument.state]}"
    if reason == reasons.KILLED:
        firm = state.opened[terms.account].opened.firm
        switches = {(VENUE, ""): "of the venue", (FIRM, firm): f"of firm {firm}"}
        switches |= {(ACCOUNT, terms.account): f"of account {terms.account}"}
        switches |= {(SESSION, terms.session): f"of session {terms.session}"}
        return next(text for switch, text in switches.items() if switch in state.switches)
    listing = instrument.listing
    limits = {reasons.QTY_TOO_SMALL: listing.min_lots, reasons.QTY_TOO_LARGE: listing.max_lots}
    if reason not in limits:
        return ""
    qty_lots = lots_for_cash(state, terms) if terms.cash_units else terms.qty_lots
    return limit_text([qty_text(instrument, lots) for lots in (limits[reason], qty_lots)], listing.base)


def trades_account(state: NaiveState, session: str, account: str) -> bool:
    setting = state.session_settings.get(session)
    return setting is not None and account in setting.trades


def is_killed(state: NaiveState, account: str, session: str | None = None) -> bool:
    firm = state.opened[account].opened.firm
    scopes = [(VENUE, ""), (FIRM, firm), (ACCOUNT, account), (SESSION, session)]
    return any(scope in state.switches for scope in scopes)


def state_refusal(state: NaiveState, terms: EnterOrder) -> int:
    """Check 3."""
    trading_state = state.listed[terms.symbol].state
    rests = terms.ord_type == LIMIT and terms.time_in_force in MAY_REST and not terms.min_lots
    if trading_state in SHUT or (trading_state in (POST_ONLY, PRE_OPEN, AUCTION) and not rests):
        return reasons.NOT_ACCEPTED_NOW
    return 0


def terms_refusal(state: NaiveState, terms: EnterOrder) -> int:
    """Check 4."""
    return entry_terms_refusal(terms, state.time_ns, price_bound(state.listed[terms.symbol].listing))


def qty_refusal(state: NaiveState, terms: EnterOrder, held: bool) -> int:
    """Check 5."""
    qty_lots = lots_for_cash(state, terms) if terms.cash_units else terms.qty_lots
    if qty_lots == 0:
        return reasons.BOOK_EMPTY
    instrument = state.listed[terms.symbol]
    reason = lots_refusal(state, terms.symbol, qty_lots) or group_refusal(state, terms)
    if reason or held or terms.ord_type != TRAILING_STOP:
        return reason
    return 0 if reference_ticks(instrument) else reasons.NO_REFERENCE


def lots_refusal(state: NaiveState, symbol: str, qty_lots: int) -> int:
    listing = state.listed[symbol].listing
    if qty_lots < listing.min_lots:
        return reasons.QTY_TOO_SMALL
    return reasons.QTY_TOO_LARGE if qty_lots > listing.max_lots else 0


def group_refusal(state: NaiveState, terms: EnterOrder) -> int:
    group = state.opened[terms.account].groups.get(terms.order_group)
    if not terms.order_group:
        return 0
    if group is None:
        return reasons.UNKNOWN_GROUP
    if group.setting.symbol != terms.symbol:
        return reasons.MISMATCH
    return reasons.GROUP_TRIPPED if group.tripped else 0


def completed(state: NaiveState, terms: EnterOrder, held: bool) -> EnterOrder:
    """The request with the quantity its cash buys and the stop at which a trailing stop begins."""
    if terms.cash_units:
        return replace(terms, qty_lots=lots_for_cash(state, terms))
    if held:
        return terms
    order = NaiveOrder(0, terms, 0, 0)
    follow_reference(state, order)
    return order.terms


def accept(state: NaiveState, request: EnterOrder, held: bool = False, of_one: NaiveList | None = None) -> NaiveOrder:
    terms = completed(state, request, held)
    state.order_id += 1
    order = NaiveOrder(state.order_id, terms, state.time_ns, leaves_lots=terms.qty_lots, held=held, list=of_one)
    order.lock_rate = highest_rate(state, state.opened[terms.account], state.listed[terms.symbol].listing.quote)
    state.open.append(order)
    state.names[terms.session, terms.cl_ord_id] = order
    state.events.append(OrderAccepted(*state.facts(order)))
    return order


def reject(state: NaiveState, request: EnterOrder, refusal: Refusal, known: NaiveOrder | None = None) -> None:
    rejected = OrderRejected(state.next_exec_id(), *refusal, request)
    if known is not None:
        rejected = replace(
            rejected,
            order_id=known.order_id,
            ord_status=known.ord_status(),
            cum_lots=known.cum_lots,
            leaves_lots=known.leaves_lots,
            notional=known.notional,
        )
    state.events.append(rejected)


def report_status(state: NaiveState, order: NaiveOrder) -> None:
    state.events.append(OrderStatusReported(state.next_exec_id(), order.status()))
