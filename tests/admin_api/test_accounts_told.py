"""Accounts, positions, balances, P&L, fees, limits and switches over REST against what the engine says."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.admin_api.desk import BUY, SELL, Desk, limit_order
from tests.support.api_process import ApiProcess
from venue.journal.frames import BALANCES, CURRENCIES, FEES, KILL_SWITCHES, LIMITS, POSITIONS
from venue.messages import (
    ACCOUNT,
    PREFUNDED,
    FeeTier,
    MoveBalance,
    OpenAccount,
    SetAccountFees,
    SetAccountLimits,
    SetFeeSchedule,
    SetKillSwitch,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
    SetSession,
)

USD = 10**8  # units
RECORD = ("tests", "a test")


def open_account(desk: Desk, name: str, **terms: Any) -> str:
    """A new account, traded by the session of its name."""
    desk.enter(OpenAccount(name, by="tests", why="a test", **terms), SetSession(name, (name,), (), *RECORD))
    return name


def trade(desk: Desk, symbol: str, buyer: str, seller: str, lots: int, price_ticks: int) -> None:
    desk.enter(limit_order(seller, symbol, SELL, lots, price_ticks), limit_order(buyer, symbol, BUY, lots, price_ticks))


def test_account_has_its_settings(desk: Desk) -> None:
    """Settings in words, its open orders, and whether a switch stops it."""
    open_account(desk, "SETTINGS", firm="ACME", settlement=PREFUNDED, instruments=("S001-USD",), self_match_group="ONE")
    answer = desk.get("/accounts/SETTINGS")
    assert answer == {
        "account": "SETTINGS",
        "firm": "ACME",
        "settlement": "prefunded",
        "instruments": ["S001-USD"],
        "self_match": "cancel_incoming",
        "self_match_group": "ONE",
        "open_orders": 0,
        "is_killed": False,
        "journal_seq": answer["journal_seq"],
    }


def test_accounts_are_paged_each_once(desk: Desk) -> None:
    """An operator sees every account, in the order of opening."""
    everyone = [account["account"] for account in desk.get("/accounts", limit=1_000)["accounts"]]
    found: list[str] = []
    parameters: dict[str, Any] = {"limit": 3}
    while parameters:
        page = desk.get("/accounts", **parameters)
        found += [account["account"] for account in page["accounts"]]
        parameters = {"limit": 3, "cursor": page["next"]} if page["next"] else {}
    assert found == everyone
    assert {"MAKER", "TAKER", "OTHER"} < set(found)
    assert desk.refused("/accounts", cursor="MAKERS")["errors"][0]["field"] == "cursor"


def test_position_after_known_trades(desk: Desk, symbol: str) -> None:
    """Bought 3 at 100 and 1 at 104, sold 2 at 110: average 101, realized 18, and the rest at the mark."""
    buyer, seller = open_account(desk, "LONG1"), open_account(desk, "SHORT1")
    trade(desk, symbol, buyer, seller, 30, 10_000)
    trade(desk, symbol, buyer, seller, 10, 10_400)
    trade(desk, symbol, seller, buyer, 20, 11_000)
    desk.enter(limit_order(buyer, symbol, BUY, 50, 9_000), limit_order("OTHER", symbol, SELL, 10, 9_200))
    (position,) = desk.get(f"/accounts/{buyer}/positions")["positions"]
    assert position == {
        "account": buyer,
        "symbol": symbol,
        "quantity": "2.0",
        "average_price": "101.0000",
        "mark_price": "91.000",
        "currency": "USD",
        "realized": "18.00",
        "unrealized": "-20.00",
        "fees": "0.00",
        "open_buy_quantity": "5.0",
        "open_sell_quantity": "0.0",
    }
    (told,) = desk.ask(POSITIONS, buyer)
    assert Decimal(position["realized"]) * USD == told.realized_units
    assert Decimal(position["unrealized"]) * USD == told.unrealized_units
    (short,) = desk.get(f"/accounts/{seller}/positions")["positions"]
    assert (short["quantity"], short["realized"], short["unrealized"]) == ("-2.0", "-18.00", "20.00")


def test_pnl_adds_up_and_is_held_against_the_cap(desk: Desk, symbol: str, unused_symbols: Any) -> None:
    """net = realized + unrealized - fees in each line; the daily P&L counts from the cap's setting."""
    account, other = open_account(desk, "PNL1"), next(unused_symbols)
    desk.enter(SetAccountFees(account, "USD", (1_000, 1_000), *RECORD))  # 0.1 %
    trade(desk, symbol, account, "OTHER", 100, 10_000)
    desk.enter(SetLossCap(account, "USD", 500 * USD, *RECORD))
    trade(desk, other, "OTHER", account, 50, 2_000)
    trade(desk, symbol, "OTHER", account, 40, 9_000)
    pnl = desk.get(f"/accounts/{account}/pnl")
    for line in pnl["instruments"] + pnl["currencies"]:
        parts = [Decimal(line[name]) for name in ("realized", "unrealized", "fees")]
        assert Decimal(line["net"]) == parts[0] + parts[1] - parts[2]
    (usd,) = pnl["currencies"]
    assert (usd["realized"], usd["fees"]) == ("-40.00", "1.46")  # 4 x -10; 0.1 % of 1,000, 100 and 360
    assert Decimal(usd["net"]) == sum(Decimal(line["net"]) for line in pnl["instruments"])
    limits = desk.ask(LIMITS, account)
    assert limits is not None
    assert Decimal(usd["daily"]) * USD == limits.losses[0].daily_units
    assert Decimal(usd["daily"]) == Decimal(usd["net"]) + 1  # the fee of before the cap was set
    assert (usd["loss_cap"], usd["is_reached"]) == ("500.00", False)


def test_pnl_of_an_account_at_its_cap(desk: Desk, symbol: str) -> None:
    """An account that has lost what it may is told as stopped."""
    account = open_account(desk, "PNL2")
    desk.enter(SetLossCap(account, "USD", 10 * USD, *RECORD))
    trade(desk, symbol, account, "OTHER", 100, 10_000)
    trade(desk, symbol, "TAKER", "OTHER", 10, 9_000)
    (usd,) = desk.get(f"/accounts/{account}/pnl")["currencies"]
    assert (usd["daily"], usd["loss_cap"], usd["is_reached"]) == ("-100.00", "10.00", True)
    (cap,) = desk.get(f"/accounts/{account}/limits")["loss_caps"]
    assert cap == {"currency": "USD", "loss_cap": "10.00", "daily": "-100.00", "is_reached": True}


def test_balances_with_what_orders_lock(desk: Desk, symbol: str) -> None:
    """total = locked + available, by currency."""
    account = open_account(desk, "FUNDED1", settlement=PREFUNDED)
    desk.enter(MoveBalance(account, "USD", 1_000 * USD, "deposit-1", *RECORD))
    desk.enter(limit_order(account, symbol, BUY, 20, 10_000))
    balances = desk.get(f"/accounts/{account}/balances")["balances"]
    assert balances == [
        {"account": account, "currency": "USD", "total": "1000.00", "locked": "200.00", "available": "800.00"}
    ]
    (told,) = desk.ask(BALANCES, account)
    assert (told.total_units, told.locked_units) == (1_000 * USD, 200 * USD)
    assert desk.get("/accounts/MAKER/balances")["balances"] == []


def test_fees_of_schedule_account_and_venue(desk: Desk, symbol: str) -> None:
    """The schedule's tiers, an account's tier or own rates, and the revenue as the engine has it."""
    desk.enter(SetFeeSchedule("USD", (FeeTier(0, 1_000, 2_000), FeeTier(10**6 * USD, -100, 500)), *RECORD))
    own, scheduled = open_account(desk, "FEES1"), open_account(desk, "FEES2")
    desk.enter(SetAccountFees(own, "USD", (-100, 200), *RECORD))
    trade(desk, symbol, own, scheduled, 100, 10_000)
    schedules = {schedule["currency"]: schedule["tiers"] for schedule in desk.get("/fees")["schedules"]}
    assert schedules["USD"] == [
        {"volume": "0.00", "maker_percent": "0.10", "taker_percent": "0.20"},
        {"volume": "1000000.00", "maker_percent": "-0.01", "taker_percent": "0.05"},
    ]
    fees = {name: desk.get(f"/accounts/{name}/fees")["fees"] for name in (own, scheduled)}
    expected = {"currency": "USD", "volume_30d": "0.00", "volume_today": "1000.00"}
    rates = {"maker_percent": "-0.01", "taker_percent": "0.02", "is_override": True, "tier": None}
    assert fees[own] == [expected | rates]
    rates = {"maker_percent": "0.10", "taker_percent": "0.20", "is_override": False, "tier": 1}
    assert fees[scheduled] == [expected | rates]
    assert desk.ask(FEES, own)[0].volume_today_units == 1_000 * USD
    revenues = {one["currency"]: Decimal(one["revenue"]) for one in desk.get("/fees/revenue")["revenues"]}
    earned = {currency.currency: currency for currency in desk.ask(CURRENCIES)}
    assert revenues["USD"] * USD == earned["USD"].revenue_units != 0
    desk.enter(SetFeeSchedule("USD", (FeeTier(0, 0, 0),), *RECORD))


def test_limits_and_groups_of_an_account(desk: Desk) -> None:
    """What was set is told; what was not is null."""
    account = open_account(desk, "BOUND1")
    desk.enter(
        SetAccountLimits(account, 7, *RECORD),
        SetOrderLimits(account, "S001-USD", 50, 1_000 * USD, by="tests", why="a test"),
        SetOrderGroup(account, "fast", "S001-USD", 30, 500_000_000, *RECORD),
    )
    group = {"group": "fast", "symbol": "S001-USD", "quantity": "3.0", "window_s": "0.50", "is_tripped": False}
    answer = desk.get(f"/accounts/{account}/limits")
    assert answer == {
        "journal_seq": answer["journal_seq"],
        "account": account,
        "open_orders": 0,
        "open_orders_max": 7,
        "is_killed": False,
        "order_limits": [
            {
                "symbol": "S001-USD",
                "order_quantity_max": "5.0",
                "order_notional_max": "1000.00",
                "long_max": None,
                "short_max": None,
            }
        ],
        "loss_caps": [],
        "groups": [group],
    }
    assert desk.get(f"/accounts/{account}/groups")["groups"] == [group]
    assert desk.get("/accounts/MAKER/limits")["open_orders_max"] is None


def test_kill_switches_are_told_with_who_and_why(desk: Desk) -> None:
    """While engaged, in the list and at the account; then no more."""
    account = open_account(desk, "STOPPED1")
    desk.enter(SetKillSwitch(ACCOUNT, account, True, "desk", "lost control"))
    switch = {"scope": "account", "name": account, "by": "desk", "why": "lost control"}
    assert desk.get("/kill-switches")["kill_switches"] == [switch]
    assert [engaged.name for engaged in desk.ask(KILL_SWITCHES)] == [account]
    assert desk.get(f"/accounts/{account}")["is_killed"] is True
    desk.enter(SetKillSwitch(ACCOUNT, account, False, "desk", "found it"))
    assert desk.get("/kill-switches")["kill_switches"] == []
    assert desk.get(f"/accounts/{account}")["is_killed"] is False


BELOW = ["", "/positions", "/balances", "/pnl", "/fees", "/limits", "/groups"]


@pytest.mark.parametrize("below", BELOW)
def test_unknown_account_is_answered_with_the_nearest(desk: Desk, below: str) -> None:
    """404 for an operator, with the name that was probably meant, whatever its capitals."""
    problem = desk.refused(f"/accounts/makker{below}")
    assert (problem["status"], problem["reason"]) == (404, "unknown_account")
    assert "did you mean MAKER?" in problem["detail"]


@pytest.fixture(scope="module")
def trader(api: ApiProcess) -> Any:
    """A key that trades MAKER and watches TAKER."""
    with api.client(api.add_key("a-trader", "trader", "MAKER", watches=("TAKER",))) as client:
        yield client


@pytest.mark.parametrize("below", BELOW)
def test_trader_sees_its_accounts_and_no_others(desk: Desk, trader: httpx.Client, below: str) -> None:
    """Those it trades and watches; one that does not exist is refused like one of somebody else."""
    for account in ("MAKER", "TAKER"):
        desk.get(f"/accounts/{account}{below}", trader)
    refusals = [desk.refused(f"/accounts/{account}{below}", trader) for account in ("OTHER", "NOBODY")]
    assert [(problem["status"], problem["reason"]) for problem in refusals] == [(403, "role_missing")] * 2
    assert refusals[0]["detail"].replace("OTHER", "NOBODY") == refusals[1]["detail"]


def test_trader_lists_its_accounts_only(desk: Desk, trader: httpx.Client) -> None:
    """A cursor that names somebody else's account is none."""
    assert [account["account"] for account in desk.get("/accounts", trader)["accounts"]] == ["MAKER", "TAKER"]
    assert desk.refused("/accounts", trader, cursor="OTHER")["status"] == 422


def test_viewer_sees_no_account_and_only_operators_the_venue_s_own(
    desk: Desk, api: ApiProcess, trader: httpx.Client
) -> None:
    """Revenue and kill switches are the venue's; accounts are nobody's who has only a viewer's key."""
    with api.client(api.add_key("a-viewer", "viewer")) as viewer:
        for path in ("/accounts", "/accounts/MAKER", "/accounts/MAKER/pnl", "/fees/revenue", "/kill-switches"):
            assert desk.refused(path, viewer)["reason"] == "role_missing"
    for path in ("/fees/revenue", "/kill-switches"):
        assert desk.refused(path, trader)["status"] == 403
