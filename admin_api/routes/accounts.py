"""Accounts: who they are, what they have, what they won, what bounds them."""

import time
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query

from admin_api import naming
from admin_api.models.accounts import (
    AccountAnswer,
    AccountList,
    BalanceList,
    PositionList,
    account_of,
    balance_of,
    position_of,
)
from admin_api.models.fees import AccountFees, account_fee_of
from admin_api.models.limits import AccountLimits, FillRateGroupList, account_limits, group_of
from admin_api.models.pnl import Pnl, PnlHistory, course_of, currency_pnls, instrument_pnl
from admin_api.models.values import AccountName
from admin_api.pnl_history import MINUTES_MAX
from admin_api.principals import Asking, Principal, require_sees
from admin_api.problems import responses, wrong_field
from admin_api.view import Seen, View
from venue import reasons
from venue.messages import Limits, OpenAccount

router = APIRouter(prefix="/accounts", tags=["accounts"])

ACCOUNTS_MAX: Final = 1_000
REFUSALS: Final = responses(reasons.UNKNOWN_ACCOUNT, reasons.ROLE_MISSING)


async def _visible(account: Annotated[AccountName, Path(examples=["DEMO1"])], view: Seen, asking: Asking) -> str:
    """The account in the path. Raises ProblemError when the caller may not see it, or there is none."""
    require_sees(asking, account, view.entitlements.of(asking.session))
    return naming.account(view, account).account


Visible = Annotated[str, Depends(_visible)]


@router.get("", responses=responses(reasons.BAD_VALUE))
async def list_accounts(
    view: Seen,
    asking: Asking,
    limit: Annotated[int, Query(ge=1, le=ACCOUNTS_MAX, description="At most so many.")] = 100,
    cursor: Annotated[AccountName | None, Query(description="`next` of the answer before.", examples=["DEMO8"])] = None,
) -> AccountList:
    """The accounts that the caller may see: an operator all, a trader those its key trades or watches."""
    seen = _seen_accounts(view, asking)
    names = [account.account for account in seen]
    if cursor is not None and cursor not in names:
        raise wrong_field(reasons.BAD_VALUE, "cursor", cursor, "must be `next` of the answer before")
    first = 0 if cursor is None else names.index(cursor) + 1
    page = seen[first : first + limit]
    return AccountList(
        journal_seq=view.engine.journal_seq,
        accounts=[account_of(account, _limits(view, account.account)) for account in page],
        next=page[-1].account if first + limit < len(seen) else None,
    )


@router.get("/{account}", responses=REFUSALS)
async def get_account(account: Visible, view: Seen) -> AccountAnswer:
    """An account's settings."""
    told = account_of(naming.account(view, account), _limits(view, account))
    return AccountAnswer(journal_seq=view.engine.journal_seq, **told.model_dump())


@router.get("/{account}/positions", responses=REFUSALS)
async def list_positions(account: Visible, view: Seen) -> PositionList:
    """An account's positions."""
    units = view.units
    positions = [position_of(position, units) for position in view.engine.positions(account)]
    return PositionList(journal_seq=view.engine.journal_seq, positions=positions)


@router.get("/{account}/balances", responses=REFUSALS)
async def list_balances(account: Visible, view: Seen) -> BalanceList:
    """A prefunded account's balances."""
    balances = [balance_of(balance, view.units) for balance in view.engine.balances(account)]
    return BalanceList(journal_seq=view.engine.journal_seq, balances=balances)


@router.get("/{account}/pnl", responses=REFUSALS)
async def get_pnl(account: Visible, view: Seen) -> Pnl:
    """An account's P&L: of each instrument, and of each currency against the daily loss cap."""
    units, positions = view.units, view.engine.positions(account)
    return Pnl(
        journal_seq=view.engine.journal_seq,
        account=account,
        currencies=currency_pnls(positions, _limits(view, account).losses, units),
        instruments=[instrument_pnl(position, units) for position in positions],
    )


@router.get("/{account}/pnl/history", responses=REFUSALS)
async def get_pnl_history(
    account: Visible,
    view: Seen,
    minutes: Annotated[int, Query(ge=1, le=MINUTES_MAX, description="Back from now.", examples=[240])] = 240,
) -> PnlHistory:
    """How an account's net P&L went: 240 points at most, and now."""
    courses = view.pnl_history.points(account, minutes, time.time_ns())
    return PnlHistory(
        journal_seq=view.engine.journal_seq,
        account=account,
        currencies=[course_of(currency, points, view.units) for currency, points in courses.items()],
    )


@router.get("/{account}/fees", responses=REFUSALS)
async def get_account_fees(account: Visible, view: Seen) -> AccountFees:
    """What an account pays: rates, tier and volume."""
    tiers = {currency.currency: currency.tiers for currency in view.engine.currencies()}
    fees = [account_fee_of(fee, tiers[fee.currency], view.units) for fee in view.engine.fees(account)]
    return AccountFees(journal_seq=view.engine.journal_seq, account=account, fees=fees)


@router.get("/{account}/limits", responses=REFUSALS)
async def get_account_limits(account: Visible, view: Seen) -> AccountLimits:
    """Everything that bounds an account: limits, loss caps, fill-rate groups, kill switches."""
    return account_limits(view.engine.journal_seq, account, _limits(view, account), view.units)


@router.get("/{account}/groups", responses=REFUSALS)
async def list_groups(account: Visible, view: Seen) -> FillRateGroupList:
    """An account's fill-rate groups."""
    groups = [group_of(group, is_tripped, view.units) for group, is_tripped in _limits(view, account).groups]
    return FillRateGroupList(journal_seq=view.engine.journal_seq, account=account, groups=groups)


def _seen_accounts(view: View, asking: Principal) -> list[OpenAccount]:
    accounts = view.engine.accounts()
    if asking.is_operator:
        return accounts
    entitlement = view.entitlements.of(asking.session)
    seen = {*entitlement.trades, *entitlement.watches} if entitlement else set()
    return [account for account in accounts if account.account in seen]


def _limits(view: View, account: str) -> Limits:
    limits = view.engine.limits(account)
    assert limits is not None  # the account is open
    return limits
