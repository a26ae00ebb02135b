"""Who may ask what: one table. Every route has its row, or the app does not start.

    PUBLIC   anybody: what says whether the venue is there, and the documents
    VIEW     any key: market data, instruments, what the venue as a whole does
    TRADE    a trader's key for the accounts it trades (to read: those it watches too), an operator's for all
    OPERATE  an operator's key: every account, every control

A caller without a key has the role that `api.anonymous` gives, from loopback only. Routes are named by their
function, which is their operationId in the OpenAPI document too.
"""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from admin_api.principals import Principal
from admin_api.problems import ProblemError
from venue import reasons


class Access(IntEnum):
    """In ascending order: a role that may do one may do those before it."""

    PUBLIC = 0
    VIEW = 1
    TRADE = 2
    OPERATE = 3


RULES: Final[Mapping[str, Access]] = MappingProxyType(
    {
        # system
        "health": Access.PUBLIC,
        "readiness": Access.PUBLIC,
        "list_problems": Access.PUBLIC,
        "get_problem": Access.PUBLIC,
        "custom_swagger_ui_html": Access.PUBLIC,  # /docs
        "swagger_ui_redirect": Access.PUBLIC,
        # sign-in of browsers, and the dashboard
        "sign_in": Access.VIEW,
        "sign_out": Access.VIEW,
        "get_sign_in": Access.VIEW,
        "page": Access.PUBLIC,  # who may see what on it stands in admin_api/dashboard/pages.py
        "sign_in_page": Access.PUBLIC,
        "asset": Access.PUBLIC,
        # orders
        "place_order": Access.TRADE,
        "place_order_list": Access.TRADE,
        "get_order": Access.TRADE,
        "list_orders": Access.TRADE,
        "amend_order": Access.TRADE,
        "cancel_order": Access.TRADE,
        "mass_cancel_orders": Access.TRADE,
        # market data
        "get_order_book": Access.VIEW,
        "list_bbo": Access.VIEW,
        "get_bbo": Access.VIEW,
        "list_all_trades": Access.VIEW,
        "list_trades": Access.VIEW,
        "list_candles": Access.VIEW,
        "list_statistics": Access.VIEW,
        "get_statistics": Access.VIEW,
        "get_analytics": Access.VIEW,
        # instruments
        "list_instruments": Access.VIEW,
        "get_instrument": Access.VIEW,
        "list_trading_states": Access.VIEW,
        # accounts
        "list_accounts": Access.TRADE,
        "get_account": Access.TRADE,
        "list_positions": Access.TRADE,
        "list_balances": Access.TRADE,
        "get_pnl": Access.TRADE,
        "get_pnl_history": Access.TRADE,
        "get_account_fees": Access.TRADE,
        "get_account_limits": Access.TRADE,
        "list_groups": Access.TRADE,
        # fees
        "list_fees": Access.VIEW,
        "get_revenue": Access.OPERATE,
        # history
        "get_history": Access.VIEW,
        "list_history_orders": Access.TRADE,
        "get_history_order": Access.TRADE,
        "list_order_messages": Access.TRADE,
        "list_history_executions": Access.TRADE,
        "list_history_trades": Access.VIEW,  # whose they are is told to their owners
        "list_history_candles": Access.VIEW,
        "list_history_positions": Access.TRADE,
        "list_history_balances": Access.TRADE,
        "list_balance_moves": Access.TRADE,
        "list_history_fees": Access.TRADE,
        "list_history_audit": Access.OPERATE,
        # performance
        "get_performance": Access.VIEW,
        "get_overview": Access.VIEW,
        "get_metrics": Access.VIEW,
        "prometheus_metrics": Access.VIEW,
        # streams: the addresses, then the channels
        "get_asyncapi": Access.PUBLIC,
        "stream": Access.PUBLIC,  # an auth message may follow
        "stream_trades": Access.VIEW,
        "stream_orderbook": Access.VIEW,
        "stream_bbo": Access.VIEW,
        "stream_analytics": Access.VIEW,
        "no_stream": Access.PUBLIC,
        "channel_trades": Access.VIEW,
        "channel_orderbook": Access.VIEW,
        "channel_depth": Access.VIEW,
        "channel_bbo": Access.VIEW,
        "channel_analytics": Access.VIEW,
        "channel_candles": Access.VIEW,
        "channel_states": Access.VIEW,
        "channel_overview": Access.VIEW,
        "channel_executions": Access.TRADE,
        "channel_positions": Access.TRADE,
        # kill switches
        "list_kill_switches": Access.OPERATE,
        "set_kill_switch": Access.OPERATE,
        "set_venue_kill_switch": Access.OPERATE,
        # control of accounts, limits, fees
        "open_account": Access.OPERATE,
        "change_account": Access.OPERATE,
        "deposit": Access.OPERATE,
        "withdraw": Access.OPERATE,
        "set_account_limits": Access.OPERATE,
        "set_order_limits": Access.OPERATE,
        "set_loss_cap": Access.OPERATE,
        "release_loss_caps": Access.OPERATE,
        "set_group": Access.OPERATE,
        "reset_group": Access.OPERATE,
        "end_group": Access.OPERATE,
        "set_fee_schedule": Access.OPERATE,
        "set_account_fees": Access.OPERATE,
        "end_account_fees": Access.OPERATE,
        # control of the market
        "list_instrument": Access.OPERATE,
        "change_quantities": Access.OPERATE,
        "set_price_limits": Access.OPERATE,
        "set_trading_state": Access.OPERATE,
        "set_all_trading_states": Access.OPERATE,
        "bust_trade": Access.OPERATE,
        "correct_trade": Access.OPERATE,
        # sessions
        "list_sessions": Access.OPERATE,
        "get_session": Access.OPERATE,
        "set_entitlements": Access.OPERATE,
        "log_out_session": Access.OPERATE,
        "reset_session": Access.OPERATE,
        "cancel_session_orders": Access.OPERATE,
        "list_session_messages": Access.OPERATE,
        # journal
        "get_journal": Access.OPERATE,
        "list_commands": Access.OPERATE,
        "list_replicas": Access.OPERATE,
        "list_snapshots": Access.OPERATE,
        "take_snapshot": Access.OPERATE,
        "get_snapshot_job": Access.OPERATE,
        "list_verifications": Access.OPERATE,
        "start_verification": Access.OPERATE,
        "get_verification": Access.OPERATE,
        "start_replay": Access.OPERATE,
        "get_replay": Access.OPERATE,
        "list_audit": Access.OPERATE,
        "list_alerts": Access.OPERATE,
    }
)

# They speak of this process, not of the venue's state, which is not known before the journal is replayed.
_OF_THIS_PROCESS: Final = frozenset(
    ("get_journal", "get_metrics", "get_performance", "list_replicas", "prometheus_metrics")
)

_ROLES: Final = {"viewer": Access.VIEW, "trader": Access.TRADE, "operator": Access.OPERATE}


def require(principal: Principal | None, name: str) -> None:
    """Raises ProblemError when this caller (None: nobody) may not use the route or channel of this name."""
    rule = RULES[name]
    if rule is Access.PUBLIC:
        return
    if principal is None:
        raise ProblemError(
            reasons.UNAUTHENTICATED,
            "send the header `Authorization: Bearer KEY`; `venue key add` makes keys",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if not may(principal, rule):
        raise ProblemError(
            reasons.ROLE_MISSING, f"role was {principal.role}: must be {' or '.join(roles_that_may(rule))}"
        )


def may(principal: Principal | None, needs: Access) -> bool:
    """Whether this caller's role (None: nobody) is large enough."""
    return needs is Access.PUBLIC or (principal is not None and _ROLES[principal.role] >= needs)


def may_be_asked_while_replaying(name: str) -> bool:
    """Whether the answer is no older for it: nobody shall read, or write back, what was true long ago."""
    return RULES[name] is Access.PUBLIC or name in _OF_THIS_PROCESS


def roles_that_may(rule: Access) -> list[str]:
    """In ascending order; none for what is public."""
    return [] if rule is Access.PUBLIC else [role for role, access in _ROLES.items() if access >= rule]
