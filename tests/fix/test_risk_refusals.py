"""Each check before the trade as a client is told of it: OrdRejReason(103), and limit and value in Text(58)."""

from collections.abc import Callable
from typing import Final, NamedTuple

import pytest

from tests.fix.conftest import Operate
from tests.support.raw_fix import RawClient
from venue.messages import (
    ACCOUNT,
    CLOSED,
    SESSION,
    AnyCommand,
    Scope,
    SetAccountLimits,
    SetKillSwitch,
    SetLossCap,
    SetOrderGroup,
    SetOrderLimits,
    SetPriceLimits,
    SetTradingState,
)
from venue.names import SCOPES

WHO: Final = ("operator", "a test")
USD: Final = 10**8  # units


class Refusal(NamedTuple):
    """`limit` makes the operator's command of account and symbol; BASE in the text is the base currency."""

    limit: Callable[[str, str], AnyCommand]
    order: dict[str, str]
    ord_rej_reason: str
    text: str


BUY_10: Final = {"OrdType": "2", "Price": "10.00"}
REFUSALS: Final = {
    "quantity": Refusal(
        lambda account, symbol: SetOrderLimits(account, symbol, order_lots_max=50, by="operator", why="a test"),
        BUY_10,
        "3",
        "order quantity above the account's limit: limit 5.0 BASE, was 10.0 BASE",
    ),
    "collar": Refusal(
        lambda _, symbol: SetPriceLimits(symbol, collar_bp=1_000, reference_ticks=1_000, by="operator", why="a test"),
        BUY_10 | {"Price": "11.01"},
        "99",
        "price beyond the price collar: limit 11.00 USD, was 11.01 USD",
    ),
    "value": Refusal(
        lambda account, symbol: SetOrderLimits(
            account, symbol, order_notional_max=99 * USD, by="operator", why="a test"
        ),
        BUY_10,
        "3",
        "order value above the account's limit: limit 99.00000000 USD, was 100.00000000 USD",
    ),
    "open orders": Refusal(
        lambda account, _: SetAccountLimits(account, open_orders_max=0, by="operator", why="a test"),
        BUY_10,
        "3",
        "too many open orders: limit 0 orders, was 1 orders",
    ),
    "position": Refusal(
        lambda account, symbol: SetOrderLimits(account, symbol, long_lots_max=99, by="operator", why="a test"),
        BUY_10,
        "3",
        "position limit, open orders counted as filled: limit 9.9 BASE, was 10.0 BASE",
    ),
    "group of nobody": Refusal(
        lambda account, symbol: SetOrderGroup(account, "QUOTES", symbol, 50, 10**9, *WHO),
        BUY_10 | {"OrderGroup": "OTHERS"},
        "99",
        "unknown fill-rate group",
    ),
    "trailing stop behind nothing": Refusal(
        lambda account, _: SetAccountLimits(account, by="operator", why="a test"),
        {"OrdType": "P", "ExecInst": "a", "PegOffsetValue": "1.00"},
        "2",
        "no price yet that a trailing stop could follow",
    ),
    "closed": Refusal(
        lambda _, symbol: SetTradingState(symbol, CLOSED, *WHO),
        BUY_10,
        "2",
        "the instrument does not accept this now: BASE-USD is closed",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refused_order_is_told_limit_and_value(client: RawClient, operate: Operate, symbol: str, name: str) -> None:
    """150=8: the reason's code and words, then what the limit is and what the order would have made it."""
    limit, order, ord_rej_reason, text = REFUSALS[name]
    operate(limit(client.sender, symbol))
    client.log_on()
    client.enter("A", "buy", "10", symbol, **order)
    report = client.expect("8", ExecType="8", OrdStatus="8", OrdRejReason=ord_rej_reason, OrderID="NONE")
    assert report["Text"] == text.replace("BASE", symbol.partition("-")[0])


@pytest.mark.parametrize("scope", [SESSION, ACCOUNT])
def test_kill_switch_ends_orders_and_refuses_new_ones(
    client: RawClient, operate: Operate, symbol: str, scope: Scope
) -> None:
    """Open orders end unasked (378=99, why in Text); entries and replaces are refused until it is released."""
    client.log_on()
    client.enter("A", "buy", "10", symbol, price="10.00")
    client.expect("8", ExecType="0")
    operate(SetKillSwitch(scope, client.sender, True, *WHO))
    client.expect("8", ExecType="4", ClOrdID="A", ExecRestatementReason="99", Text="canceled by a kill switch")
    client.enter("B", "buy", "10", symbol, price="10.00")
    client.expect(
        "8", ExecType="8", OrdRejReason="99", Text=f"a kill switch is engaged: of {SCOPES[scope]} {client.sender}"
    )
    client.cancel("C", "A", "buy", symbol)
    client.expect("9", CxlRejReason="0")
    operate(SetKillSwitch(scope, client.sender, False, *WHO))
    client.enter("B", "buy", "10", symbol, price="10.00")
    client.expect("8", ExecType="0")


def test_refused_replace_is_told_limit_and_value(client: RawClient, operate: Operate, symbol: str) -> None:
    """OrderCancelReject(9) carries the same text; the order stays as it is."""
    operate(SetOrderLimits(client.sender, symbol, order_lots_max=100, by="operator", why="a test"))
    client.log_on()
    client.enter("A", "buy", "10", symbol, price="10.00")
    client.expect("8", ExecType="0")
    client.replace("B", "A", "buy", symbol, OrderQty="11", Price="10.00")
    refused = client.expect("9", CxlRejReason="99", CxlRejResponseTo="2", OrdStatus="0")
    base = symbol.partition("-")[0]
    assert refused["Text"] == f"order quantity above the account's limit: limit 10.0 {base}, was 11.0 {base}"


def test_tripped_group_takes_its_orders_with_it(
    traders: tuple[RawClient, RawClient], operate: Operate, symbol: str
) -> None:
    """Too much filled within the window: the group's orders end with 378=99, new ones wait until it is set anew."""
    maker, taker = traders
    group = SetOrderGroup(maker.sender, "QUOTES", symbol, 50, 60 * 10**9, *WHO)
    operate(group)
    for cl_ord_id, price in (("A", "10.00"), ("B", "10.10")):
        maker.enter(cl_ord_id, "sell", "10", symbol, price=price, OrderGroup="QUOTES")
        maker.expect("8", ExecType="0", OrderGroup="QUOTES")
    taker.enter("T", "buy", "5", symbol, price="10.00")
    maker.expect("8", ExecType="F", ClOrdID="A", LeavesQty="5.0")
    for cl_ord_id in ("A", "B"):
        tripped = maker.expect("8", ExecType="4", ClOrdID=cl_ord_id, ExecRestatementReason="99")
        assert tripped["Text"] == "its fill-rate group was tripped"
    maker.enter("C", "sell", "10", symbol, price="10.00", OrderGroup="QUOTES")
    maker.expect("8", ExecType="8", OrdRejReason="99", Text="the fill-rate group was tripped and not yet reset")
    operate(group)
    maker.enter("D", "sell", "10", symbol, price="10.00", OrderGroup="QUOTES")
    maker.expect("8", ExecType="0")


def test_daily_loss_cap_ends_orders_and_leaves_the_way_out(
    traders: tuple[RawClient, RawClient], client: RawClient, operate: Operate, symbol: str
) -> None:
    """The mark falls below the entry by more than the cap: orders end, only what reduces the position is taken."""
    loser, maker = traders
    client.log_on()
    operate(SetLossCap(loser.sender, "USD", 10 * USD, *WHO))
    maker.enter("S", "sell", "10", symbol, price="50.00")
    maker.expect("8", ExecType="0")
    loser.enter("A", "buy", "10", symbol, price="50.00")
    loser.expect("8", ExecType="0")
    loser.expect("8", ExecType="F")
    loser.enter("B", "buy", "10", symbol, price="40.00")
    loser.expect("8", ExecType="0")
    client.enter("C", "buy", "1", symbol, price="48.90")  # the last price will be 1.10 below the entry
    client.expect("8", ExecType="0")
    maker.enter("D", "sell", "1", symbol, price="48.90")
    loser.expect("8", ExecType="4", ClOrdID="B", ExecRestatementReason="99", Text="daily loss cap reached")
    loser.enter("E", "buy", "1", symbol, price="40.00")
    refused = loser.expect("8", ExecType="8", OrdRejReason="99")
    assert refused["Text"] == (
        "daily loss cap reached: only orders that reduce a position: limit 10.00000000 USD, was 11.00000000 USD"
    )
    loser.enter("F", "sell", "10", symbol, price="60.00")
    loser.expect("8", ExecType="0")
