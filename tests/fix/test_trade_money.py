"""What a trade costs, and what becomes of it when an operator amends it: fees, positions and balances."""

from itertools import pairwise

import pytest

from tests.fix.conftest import Operate
from tests.support.fix_message import FixMessage, utc_timestamp
from tests.support.raw_fix import RawClient
from venue.messages import PREFUNDED, BustTrade, CorrectTrade, MoveBalance, OpenAccount, SetAccountFees

TEN_BP = 1_000  # in hundredths of a basis point
REBATE = -200


def set_fees(operate: Operate, maker: RawClient, taker: RawClient) -> None:
    """A rebate of 0.02 % for the one, a fee of 0.1 % for the other, whatever their role."""
    for client, rate in ((maker, REBATE), (taker, TEN_BP)):
        operate(SetAccountFees(client.sender, "USD", (rate, rate), "operator", "a test"))


def fee_of(report: FixMessage) -> tuple[str | None, ...]:
    names = ("NoMiscFees", "MiscFeeAmt", "MiscFeeCurr", "MiscFeeType", "MiscFeeBasis")
    return tuple(report.get(name) for name in names)


def trade(
    maker: RawClient, taker: RawClient, symbol: str, qty: str = "10", price: str = "50.00"
) -> tuple[FixMessage, FixMessage]:
    """The maker sells to the taker; each side's report of the trade."""
    maker.enter("S", "sell", qty, symbol, price=price)
    maker.expect("8", ExecType="0")
    taker.enter("B", "buy", qty, symbol, price=price)
    taker.expect("8", ExecType="0")
    return maker.expect("8", ExecType="F"), taker.expect("8", ExecType="F")


def position_of(client: RawClient, symbol: str) -> dict[str, str]:
    """The fields of the PositionReport(AP), with its amounts by their PosAmtType(707)."""
    client.send("AN", PosReqID="P", PosReqType="0", Symbol=symbol, TransactTime=utc_timestamp())
    report = client.expect("AP", PosReqID="P", TotalNumPosReports="1", Symbol=symbol, Account=client.sender)
    amounts = {name: amount for (_, name), (tag, amount) in pairwise(report.fields) if tag == 708}
    return {"avg": report["AvgPx"], "qty": report.get("LongQty") or f"-{report['ShortQty']}", **amounts}


def test_fee_and_rebate_stand_on_the_report_of_the_trade(
    traders: tuple[RawClient, RawClient], operate: Operate, symbol: str
) -> None:
    """NoMiscFees(136): 0.1 % of 500 USD from the one, 0.02 % to the other; LastLiquidityInd(851) says which."""
    maker, taker = traders
    set_fees(operate, maker, taker)
    made, taken = trade(maker, taker, symbol)
    assert fee_of(made) == ("1", "-0.10000000", "USD", "4", "0")
    assert fee_of(taken) == ("1", "0.50000000", "USD", "4", "0")
    assert (made["LastLiquidityInd"], taken["LastLiquidityInd"]) == ("1", "2")


def test_trade_without_fees_has_no_group(traders: tuple[RawClient, RawClient], symbol: str) -> None:
    """Nobody has set a fee: there is none to tell."""
    assert [fee_of(report)[0] for report in trade(*traders, symbol)] == [None, None]


def test_position_is_told_with_its_money(traders: tuple[RawClient, RawClient], operate: Operate, symbol: str) -> None:
    """RequestForPositions(AN): quantity, average entry, P&L at the last price, fees."""
    maker, taker = traders
    set_fees(operate, maker, taker)
    trade(maker, taker, symbol)
    assert position_of(taker, symbol) == {
        "qty": "10.0",
        "avg": "50.00",
        "RPNL": "0.00000000",
        "UPNL": "0.00000000",
        "FEES": "0.50000000",
    }
    assert position_of(maker, symbol)["qty"] == "-10.0"
    taker.enter("X", "sell", "4", symbol, price="60.00")
    taker.expect("8", ExecType="0")
    maker.enter("Y", "buy", "4", symbol, price="60.00")
    maker.expect("8", ExecType="0")
    taker.expect("8", ExecType="F", LastPx="60.00")
    maker.expect("8", ExecType="F", LastPx="60.00")
    told = position_of(taker, symbol)
    assert (told["qty"], told["RPNL"], told["UPNL"]) == ("6.0", "40.00000000", "60.00000000")
    assert position_of(maker, symbol)["RPNL"] == "-40.00000000"


def test_account_that_never_traded_has_no_positions(client: RawClient, symbol: str) -> None:
    """RequestForPositionsAck(AO) with 728=2, and of an account on credit no balances: BG."""
    client.log_on()
    client.send("AN", PosReqID="P", PosReqType="0", TransactTime=utc_timestamp())
    client.expect("AO", PosReqID="P", PosReqResult="2", PosReqStatus="0", Account=client.sender)
    client.send("BB", CollInquiryID="Q")
    client.expect("BG", CollInquiryID="Q", Account=client.sender, Text="no balances")


def test_balances_are_told_and_locked_by_open_orders(client: RawClient, operate: Operate, symbol: str) -> None:
    """CollateralInquiry(BB): total and available by currency; more than that is refused with limit and value."""
    deposit = MoveBalance(client.sender, "USD", 100_00000000, f"T-{client.sender}", "operator", "a test")
    operate(OpenAccount(client.sender, settlement=PREFUNDED), deposit)
    client.log_on()
    client.send("BB", CollInquiryID="Q")
    client.expect("BA", Currency="USD", TotalNetValue="100.00000000", MarginExcess="100.00000000", LastRptRequested="Y")
    client.enter("A", "buy", "1", symbol, price="30.00")
    client.expect("8", ExecType="0")
    client.send("BB", CollInquiryID="R", Currency="USD")
    client.expect("BA", TotalNetValue="100.00000000", MarginExcess="70.00000000", CollInquiryID="R")
    client.enter("B", "buy", "3", symbol, price="30.00")
    refused = client.expect("8", ExecType="8", OrdRejReason="3")
    assert refused["Text"] == "insufficient balance: limit 70.00000000 USD, was 90.00000000 USD"


@pytest.mark.parametrize(("filled", "ord_status"), [("10", "4"), ("20", "1")], ids=["filled", "open"])
def test_busted_trade_is_reported_to_both_sides(
    traders: tuple[RawClient, RawClient], operate: Operate, symbol: str, filled: str, ord_status: str
) -> None:
    """150=H: ExecRefID(19) names the trade's report; a filled order is canceled, an open one shrinks."""
    maker, taker = traders
    set_fees(operate, maker, taker)
    maker.enter("S", "sell", filled, symbol, price="50.00")
    maker.expect("8", ExecType="0")
    taker.enter("B", "buy", "10", symbol, price="50.00")
    taker.expect("8", ExecType="0")
    made, taken = maker.expect("8", ExecType="F"), taker.expect("8", ExecType="F")
    operate(BustTrade(int(made["TrdMatchID"]), "JANE", "typing error"))
    busted = maker.expect("8", ExecType="H", ClOrdID="S", CumQty="0.0", AvgPx="0", Text="typing error")
    taken_back = taker.expect("8", ExecType="H", ClOrdID="B", OrdStatus="4", CumQty="0.0", LeavesQty="0.0")
    assert busted["OrdStatus"] == {"4": "4", "1": "0"}[ord_status]
    assert busted["LeavesQty"] == {"4": "0.0", "1": "10.0"}[ord_status]
    assert (busted["ExecRefID"], taken_back["ExecRefID"]) == (made["ExecID"], taken["ExecID"])
    assert fee_of(busted)[0] is None
    taker.send("AN", PosReqID="P", PosReqType="0", Symbol=symbol, TransactTime=utc_timestamp())
    taker.expect("AO", PosReqResult="2")


def test_corrected_trade_is_reported_with_its_new_terms(
    traders: tuple[RawClient, RawClient], operate: Operate, symbol: str
) -> None:
    """150=G: price, quantity, average and fee as they are now; a second one refers to the first."""
    maker, taker = traders
    set_fees(operate, maker, taker)
    made, _ = trade(maker, taker, symbol)
    trade_id = int(made["TrdMatchID"])
    operate(CorrectTrade(trade_id, 4000, 50, "JANE", "wrong price"))
    terms = {"ExecType": "G", "LastPx": "40.00", "LastQty": "5.0", "CumQty": "5.0", "AvgPx": "40.00", "OrdStatus": "4"}
    first = maker.expect("8", ExecRefID=made["ExecID"], **terms)
    assert fee_of(taker.expect("8", **terms)) == ("1", "0.20000000", "USD", "4", "0")
    told = position_of(taker, symbol)
    assert (told["qty"], told["avg"], told["FEES"]) == ("5.0", "40.00", "0.20000000")
    operate(BustTrade(trade_id, "JANE", "after all"))
    maker.expect("8", ExecType="H", ExecRefID=first["ExecID"], CumQty="0.0")
    taker.expect("8", ExecType="H", CumQty="0.0")
