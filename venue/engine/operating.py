"""The operator's commands: instruments, accounts, trading states; and requests the gateway refused."""

from msgspec.structs import replace

from venue.engine.accounts import Account
from venue.engine.book import Book
from venue.engine.state import State
from venue.messages import (
    ACCOUNT_DEFAULT,
    REQUEST_ENTER,
    REQUEST_MASS_CANCEL,
    AccountOpened,
    CancelRejected,
    InstrumentListed,
    ListInstrument,
    MassCancel,
    MassCancelRejected,
    OpenAccount,
    OperationRefused,
    OrderRejected,
    RefuseRequest,
    SetSession,
    SettingChanged,
)
from venue.reasons import BAD_VALUE, MISMATCH, UNKNOWN_ACCOUNT


def list_instrument(state: State, request: ListInstrument) -> None:
    """List an instrument, or change the limits of a listed one; its trading state stays."""
    if min(request.notional_factor, request.min_lots) < 1 or request.max_lots < request.min_lots:
        state.events.append(OperationRefused(BAD_VALUE, ""))
        return
    book = state.books.get(request.symbol)
    if book is None:
        state.books[request.symbol] = Book(request, request.state)
    else:
        listed = book.listing
        if replace(request, min_lots=listed.min_lots, max_lots=listed.max_lots, state=listed.state) != listed:
            state.events.append(OperationRefused(MISMATCH, ""))
            return
        book.change(request)
    state.events.append(InstrumentListed(request))


def open_account(state: State, request: OpenAccount) -> None:
    if request.self_match == ACCOUNT_DEFAULT:
        state.events.append(OperationRefused(BAD_VALUE, ""))
        return
    account = state.accounts.get(request.account)
    if account is None:
        state.accounts[request.account] = Account(request, len(state.accounts))
    else:
        account.change(request)
    state.events.append(AccountOpened(request))


def set_session(state: State, request: SetSession) -> None:
    """Say which accounts a session may trade; what it traded before is no more."""
    if any(account not in state.accounts for account in (*request.trades, *request.watches)):
        state.events.append(OperationRefused(UNKNOWN_ACCOUNT, ""))
        return
    session = state.session(request.session)
    session.setting = request
    session.trades = {name: state.accounts[name] for name in request.trades}
    state.events.append(SettingChanged(request))


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
