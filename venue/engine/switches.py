"""Kill switches: of a session, an account, a firm, or the whole venue. Engaged ones refuse all new risk."""

from typing import TYPE_CHECKING

from venue.engine.ending import cancel
from venue.engine.order import Order, order_id_of
from venue.messages import ACCOUNT, FIRM, SESSION, VENUE, SetKillSwitch, SettingChanged
from venue.reasons import BAD_VALUE, KILL_SWITCH, UNKNOWN_ACCOUNT, UNKNOWN_FIRM, UNKNOWN_SESSION

if TYPE_CHECKING:
    from venue.engine.accounts import Account
    from venue.engine.state import State


def set_kill_switch(state: "State", request: SetKillSwitch) -> int:
    """Engage or release a switch. Cost: O(accounts), and O(open orders) to engage it."""
    reason = scope_reason(state, request)
    if reason:
        return reason
    key = (request.scope, request.name)
    if request.engaged:
        state.switches[key] = request
    else:
        state.switches.pop(key, None)
    take_switches(state)
    state.events.append(SettingChanged(request))
    if request.engaged:
        for order in orders_in_scope(state, request):
            if not order.ended_as:
                cancel(state, order, KILL_SWITCH)
    return 0


def scope_reason(state: "State", request: SetKillSwitch) -> int:
    """Why there is nothing such a switch could be of; 0: there is, or was when it was engaged."""
    name = request.name
    if (request.scope, name) in state.switches:
        return 0
    if request.scope == SESSION:
        session = state.sessions.get(name)
        return UNKNOWN_SESSION if session is None or session.setting is None else 0
    if request.scope == ACCOUNT:
        return 0 if name in state.accounts else UNKNOWN_ACCOUNT
    if request.scope == FIRM:
        is_known = any(account.listing.firm == name for account in state.accounts.values())
        return 0 if name and is_known else UNKNOWN_FIRM
    return BAD_VALUE if name else 0


def take_switches(state: "State") -> None:
    """Bring what sessions and accounts know of the switches up to date."""
    for name, session in state.sessions.items():
        session.is_killed = (SESSION, name) in state.switches
    for account in state.accounts.values():
        account.is_killed = is_killed(state, account)


def is_killed(state: "State", account: "Account") -> bool:
    """Whether a switch of the account, its firm or the venue is engaged."""
    switches = state.switches
    return (VENUE, "") in switches or (ACCOUNT, account.name) in switches or (FIRM, account.listing.firm) in switches


def orders_in_scope(state: "State", request: SetKillSwitch) -> list[Order]:
    """The open orders under a switch, in ascending order_id."""
    found = [order for account in state.accounts.values() for order in account.open_orders() if under(request, order)]
    found.sort(key=order_id_of)
    return found


def under(request: SetKillSwitch, order: Order) -> bool:
    listing = order.account.listing
    names = {SESSION: order.terms.session, ACCOUNT: listing.account, FIRM: listing.firm, VENUE: ""}
    return names[request.scope] == request.name
