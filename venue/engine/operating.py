"""The operator's commands: instruments, accounts, sessions; and requests the gateway refused."""

from msgspec.structs import replace

from venue.engine.accounts import Account
from venue.engine.book import Book
from venue.engine.decimals import DECIMALS_MAX, is_step
from venue.engine.fees import Till
from venue.engine.state import State
from venue.engine.switches import is_killed
from venue.messages import (
    ACCOUNT_DEFAULT,
    REQUEST_ENTER,
    REQUEST_MASS_CANCEL,
    SESSION,
    UNITS_MAX,
    AccountOpened,
    CancelRejected,
    ControlSession,
    InstrumentListed,
    ListInstrument,
    MassCancel,
    MassCancelRejected,
    OpenAccount,
    OrderRejected,
    RefuseRequest,
    SessionControlled,
    SetSession,
    SettingChanged,
)
from venue.reasons import BAD_VALUE, IN_USE, MISMATCH, UNKNOWN_ACCOUNT, UNKNOWN_SESSION


def list_instrument(state: State, request: ListInstrument) -> int:
    """List an instrument, or change the limits of a listed one; its trading state stays."""
    reason = listing_reason(state, request)
    if reason:
        return reason
    book = state.books.get(request.symbol)
    if book is None:
        state.books[request.symbol] = Book(request, request.state)
        for currency, decimals in currencies_of(request):
            if currency not in state.tills:
                state.tills[currency] = Till(currency, decimals)
    else:
        book.change(request)
    state.events.append(InstrumentListed(request))
    return 0


def listing_reason(state: State, request: ListInstrument) -> int:
    """Terms the listed instrument has otherwise, then impossible ones, then decimals a currency has otherwise."""
    book = state.books.get(request.symbol)
    if book is not None and not is_same_but_for_limits(request, book.listing):
        return MISMATCH
    factor, lot_units = request.notional_factor, request.lot_units
    if not are_units(request):
        return BAD_VALUE
    if min(factor, lot_units, request.min_lots) < 1 or request.max_lots < request.min_lots:
        return BAD_VALUE
    if request.max_lots * max(factor, lot_units) > UNITS_MAX:
        return BAD_VALUE
    for currency, decimals in currencies_of(request):
        till = state.tills.get(currency)
        if till is not None and till.decimals != decimals:
            return MISMATCH
    is_torn = request.base == request.quote and request.base_decimals != request.quote_decimals
    return MISMATCH if is_torn else 0


def are_units(listing: ListInstrument) -> bool:
    """Whether symbol and currencies have names, and the steps and decimals numbers can be written with."""
    names, decimals = (listing.symbol, listing.base, listing.quote), (listing.base_decimals, listing.quote_decimals)
    return (
        all(names)
        and is_step(listing.tick_size)
        and is_step(listing.lot_size)
        and min(decimals) >= 0
        and max(decimals) <= DECIMALS_MAX
    )


def currencies_of(listing: ListInstrument) -> list[tuple[str, int]]:
    """What the instrument trades in, with the decimals it gives them."""
    return [(listing.base, listing.base_decimals), (listing.quote, listing.quote_decimals)]


def is_same_but_for_limits(one: ListInstrument, other: ListInstrument) -> bool:
    limits = {"min_lots": other.min_lots, "max_lots": other.max_lots}
    return replace(one, **limits, state=other.state, by=other.by, why=other.why) == other


def open_account(state: State, request: OpenAccount) -> int:
    account = state.accounts.get(request.account)
    reason = 0
    if request.self_match == ACCOUNT_DEFAULT or not request.account:
        reason = BAD_VALUE
    elif account is not None and request.settlement != account.listing.settlement and is_in_use(account):
        reason = IN_USE
    if reason:
        return reason
    if account is None:
        account = state.accounts[request.account] = Account(request, len(state.accounts))
    else:
        account.change(request)
    account.is_killed = is_killed(state, account)
    state.events.append(AccountOpened(request))
    return 0


def is_in_use(account: Account) -> bool:
    """Whether anything of it depends on how it settles."""
    return (
        account.first_open is not None
        or any(holding.position_lots for holding in account.holdings.values())
        or any(held.total for held in account.purses.values())
    )


def set_session(state: State, request: SetSession) -> int:
    """Say which accounts a session may trade; what it traded before is no more."""
    if not request.session:
        return BAD_VALUE
    if any(account not in state.accounts for account in (*request.trades, *request.watches)):
        return UNKNOWN_ACCOUNT
    session = state.session(request.session)
    session.setting = request
    session.trades = {name: state.accounts[name] for name in request.trades}
    session.is_killed = (SESSION, request.session) in state.switches
    state.events.append(SettingChanged(request))
    return 0


def control_session(state: State, request: ControlSession) -> int:
    """Tell the gateway to log the session out or set its numbers back; here nothing changes."""
    session = state.sessions.get(request.session)
    if session is None or session.setting is None:
        return UNKNOWN_SESSION
    state.events.append(SessionControlled(request))
    return 0


def refuse_request(state: State, request: RefuseRequest) -> None:
    """Give a refusal decided by the gateway its place in the one sequence of events."""
    if request.request == REQUEST_ENTER:
        state.events.append(OrderRejected(state.exec_id(), request.reason, request.text, None, request))
        return
    if request.request == REQUEST_MASS_CANCEL:
        asked = MassCancel(request.session, request.account, request.cl_ord_id, request.symbol, request.side)
        state.events.append(MassCancelRejected(state.exec_id(), asked, request.reason, request.text))
        return
    rejected = CancelRejected(
        request.session,
        request.account,
        request.cl_ord_id,
        request.orig_cl_ord_id,
        request.request,
        request.reason,
        request.text,
    )
    order = state.cl_ord_ids(request.session).get(request.orig_cl_ord_id)
    if order is not None:
        rejected = replace(rejected, order_id=order.order_id, ord_status=order.ord_status())
    state.events.append(rejected)
