"""From the circuit breaker's halt through the auction to the reopening, as traders and subscribers see it."""

import time
from typing import Final

from tests.fix.conftest import Operate
from tests.support.raw_fix import RawClient
from venue.messages import AUCTION, CANCEL_ONLY, HALTED, OPEN, PRE_OPEN, SetPriceLimits, SetTradingState, TradingState

MS: Final = 1_000_000  # ns
WHO: Final = ("operator", "a test")


def subscribe(client: RawClient, symbol: str) -> None:
    client.send("e", SecurityStatusReqID="S", Symbol=symbol, SubscriptionRequestType="1")
    client.expect("f", SecurityTradingStatus="17", Text="open", UnsolicitedIndicator="N")


def test_trade_beyond_the_band_halts_and_an_auction_reopens(
    traders: tuple[RawClient, RawClient], client: RawClient, operate: Operate, symbol: str
) -> None:
    """The trade within prints, the one beyond does not: halted, auction, uncross with 851=4 for both, open."""
    maker, taker = traders
    limits = SetPriceLimits(symbol, 0, 1_000, 200 * MS, 200 * MS, 1_000, *WHO)
    operate(limits)
    client.log_on()
    subscribe(client, symbol)
    for cl_ord_id, price in (("A", "10.00"), ("B", "11.50")):
        maker.enter(cl_ord_id, "sell", "5", symbol, price=price)
        maker.expect("8", ExecType="0")
    taker.enter("T", "buy", "10", symbol, price="12.00")
    taker.expect("8", ExecType="0")
    taker.expect("8", ExecType="F", LastQty="5.0", LastPx="10.00", LastLiquidityInd="2")
    halted = client.expect("f", Symbol=symbol, SecurityTradingStatus="2", UnsolicitedIndicator="Y")
    assert halted["Text"].startswith("halted until 20")
    assert halted["Text"].endswith(": trade at 11.50 beyond 9.00 to 11.00")
    auction = client.expect("f", SecurityTradingStatus="22")
    assert auction["Text"].startswith("auction until 20")
    assert auction["Text"].endswith(": its time is over")
    uncrossed = {"ExecType": "F", "LastQty": "5.0", "LastPx": "11.50", "LastLiquidityInd": "4", "OrdStatus": "2"}
    taker.expect("8", ClOrdID="T", **uncrossed)
    maker.expect("8", ClOrdID="A", ExecType="F", LastLiquidityInd="1")
    maker.expect("8", ClOrdID="B", **uncrossed)
    client.expect("f", SecurityTradingStatus="17", Text="open: its time is over")


def test_halted_instrument_refuses_orders_and_lets_them_go(
    traders: tuple[RawClient, RawClient], operate: Operate, symbol: str
) -> None:
    """150=8 103=2 for a new order, 9 for a replace; a cancel is done."""
    client, _ = traders
    client.enter("A", "buy", "5", symbol, price="10.00")
    client.expect("8", ExecType="0")
    operate(SetTradingState(symbol, HALTED, *WHO))
    refusal = f"the instrument does not accept this now: {symbol} is halted"
    client.enter("B", "buy", "5", symbol, price="10.00")
    client.expect("8", ExecType="8", OrdRejReason="2", Text=refusal)
    client.replace("C", "A", "buy", symbol, OrderQty="4", Price="10.00")
    client.expect("9", CxlRejReason="99", Text=refusal)
    client.cancel("D", "A", "buy", symbol)
    client.expect("8", ExecType="4")


def test_every_state_is_announced_to_those_who_asked(client: RawClient, operate: Operate, symbol: str) -> None:
    """SecurityStatus(f) with the state's name, its end and why; the answer to e has state and end."""
    client.log_on()
    subscribe(client, symbol)
    end_ns = time.time_ns() + 3_600 * 10**9
    operate(SetTradingState(symbol, PRE_OPEN, "operator", "morning", end_ns))
    told = client.expect("f", SecurityTradingStatus="21", UnsolicitedIndicator="Y")["Text"]
    assert (told[: len("pre-open until 20")], told[-len(": morning") :]) == ("pre-open until 20", ": morning")
    client.send("e", SecurityStatusReqID="T", Symbol=symbol, SubscriptionRequestType="0")
    assert client.expect("f", SecurityStatusReqID="T")["Text"] == told.removesuffix(": morning")
    following: list[tuple[TradingState, str, str]] = [
        (AUCTION, "22", "auction: a test"),
        (CANCEL_ONLY, "18", "cancel-only: a test"),
        (OPEN, "17", "open: a test"),
    ]
    for state, status, text in following:
        operate(SetTradingState(symbol, state, *WHO))
        client.expect("f", SecurityTradingStatus=status, Text=text)
