"""Requests over many orders, and about instruments: q, AF, x and e through the FIX port."""

from collections.abc import Iterator

import pytest

from tests.support.fix_message import utc_timestamp
from tests.support.raw_fix import RawClient
from tests.support.venue_config import INSTRUMENTS, symbols

# -- OrderMassCancelRequest(q) ---------------------------------------------------------------------------


def mass_cancel(client: RawClient, **fields: str) -> None:
    client.send("q", ClOrdID="M", TransactTime=utc_timestamp(), **fields)


def test_mass_cancel_all_reaches_every_instrument(
    traders: tuple[RawClient, RawClient], unused_symbols: Iterator[str]
) -> None:
    """530=7 cancels all orders of the account, oldest first, and nobody else's; r counts them in 533."""
    client, other = traders
    here, there = next(unused_symbols), next(unused_symbols)
    for cl_ord_id, symbol in (("A", there), ("B", here), ("C", there)):
        client.enter(cl_ord_id, "buy", "10", symbol, price="5.00")
        client.expect("8", ClOrdID=cl_ord_id, ExecType="0")
    other.enter("D", "buy", "10", here, price="5.00")
    other.expect("8", ExecType="0")

    mass_cancel(client, MassCancelRequestType="7")

    for cl_ord_id in ("A", "B", "C"):
        client.expect("8", ClOrdID=cl_ord_id, ExecType="4", OrdStatus="4", LeavesQty="0.0")
    client.expect("r", ClOrdID="M", MassCancelRequestType="7", MassCancelResponse="7", TotalAffectedOrders="3")
    other.ask_status("D", "buy", here)
    other.expect("8", ExecType="I", OrdStatus="0")


def test_mass_cancel_all_of_one_side(client: RawClient, unused_symbols: Iterator[str]) -> None:
    """Side(54) narrows 530=7 to the orders of that side."""
    client.log_on()
    here, there = next(unused_symbols), next(unused_symbols)
    for cl_ord_id, side, symbol in (("A", "buy", here), ("B", "sell", there), ("C", "buy", there)):
        client.enter(cl_ord_id, side, "10", symbol, price="5.00" if side == "buy" else "6.00")
        client.expect("8", ClOrdID=cl_ord_id, ExecType="0")
    mass_cancel(client, MassCancelRequestType="7", Side="1")
    client.expect("8", ClOrdID="A", ExecType="4")
    client.expect("8", ClOrdID="C", ExecType="4")
    client.expect("r", MassCancelResponse="7", TotalAffectedOrders="2")


@pytest.mark.parametrize("symbol_field", ["S001-USD", "NO-SUCH"])
def test_mass_cancel_without_orders_or_symbol(client: RawClient, symbol_field: str) -> None:
    """Nothing to cancel is a count of 0; a symbol the venue does not list is 531=0 532=1."""
    client.log_on()
    mass_cancel(client, MassCancelRequestType="1", Symbol=symbol_field)
    if symbol_field == "NO-SUCH":
        client.expect("r", MassCancelResponse="0", MassCancelRejectReason="1")
    else:
        client.expect("r", MassCancelResponse="1", TotalAffectedOrders="0")


def test_mass_cancel_of_a_symbol_needs_the_symbol(client: RawClient) -> None:
    """530=1 without Symbol(55) is a BusinessMessageReject(j) 380=5."""
    client.log_on()
    mass_cancel(client, MassCancelRequestType="1")
    client.expect("j", RefMsgType="q", BusinessRejectReason="5", BusinessRejectRefID="M")


# -- OrderMassStatusRequest(AF) --------------------------------------------------------------------------


def test_mass_status_reports_each_open_order(client: RawClient, unused_symbols: Iterator[str]) -> None:
    """One 150=I for each open order, oldest first: 911 is their number, 912 marks the last; 584 is ours."""
    client.log_on()
    here, there = next(unused_symbols), next(unused_symbols)
    for cl_ord_id, symbol in (("A", there), ("B", here), ("C", there)):
        client.enter(cl_ord_id, "buy", "10", symbol, price="5.00")
        client.expect("8", ClOrdID=cl_ord_id, ExecType="0")
    client.cancel("C1", "C", "buy", there)
    client.expect("8", ExecType="4")

    client.send("AF", MassStatusReqID="Q1", MassStatusReqType="7")
    asked_all = {"ExecType": "I", "OrdStatus": "0", "MassStatusReqID": "Q1", "TotNumReports": "2"}
    client.expect("8", ClOrdID="A", LastRptRequested="N", **asked_all)
    client.expect("8", ClOrdID="B", LastRptRequested="Y", **asked_all)

    client.send("AF", MassStatusReqID="Q2", MassStatusReqType="1", Symbol=here)
    client.expect("8", ClOrdID="B", LastRptRequested="Y", TotNumReports="1", MassStatusReqID="Q2")
    client.expect_nothing_more(here)


def test_mass_status_without_orders(client: RawClient) -> None:
    """No open orders: one report 150=I 39=8 103=5 that says so."""
    client.log_on()
    client.send("AF", MassStatusReqID="Q", MassStatusReqType="7")
    nothing = client.expect("8", ExecType="I", OrdStatus="8", OrdRejReason="5", MassStatusReqID="Q")
    assert "no open orders" in nothing["Text"]


# -- SecurityListRequest(x) ------------------------------------------------------------------------------


def test_security_list_names_every_instrument(client: RawClient) -> None:
    """559=4 lists all instruments with RoundLot, limits and tick, as SecurityList(y)."""
    client.log_on()
    client.send("x", SecurityReqID="L", SecurityListRequestType="4")
    answer = client.expect("y", SecurityReqID="L", SecurityRequestResult="0", NoRelatedSym=str(INSTRUMENTS))
    assert answer.all("Symbol") == list(symbols())
    assert set(answer.all("MinPriceIncrement")) == {"0.01"}
    assert set(answer.all("RoundLot")) == {"0.1"}
    assert set(answer.all("MinTradeVol")) == {"1.0"}
    assert set(answer.all("MaxTradeVol")) == {"1000000.0"}


@pytest.mark.parametrize(("symbol_field", "result", "count"), [("S007-USD", "0", "1"), ("NO-SUCH", "2", None)])
def test_security_list_of_one_symbol(client: RawClient, symbol_field: str, result: str, count: str | None) -> None:
    """559=0 lists one instrument, or says with 560=2 that there is none."""
    client.log_on()
    client.send("x", SecurityReqID="L", SecurityListRequestType="0", Symbol=symbol_field)
    client.expect("y", SecurityReqID="L", SecurityRequestResult=result, NoRelatedSym=count)


# -- SecurityStatusRequest(e) ----------------------------------------------------------------------------


@pytest.mark.parametrize(("symbol_field", "status"), [("S008-USD", "17"), ("NO-SUCH", "20")])
def test_security_status_is_answered_once(client: RawClient, symbol_field: str, status: str) -> None:
    """SecurityStatus(f): 326=17 ready to trade, 20 unknown."""
    client.log_on()
    client.send("e", SecurityStatusReqID="S", Symbol=symbol_field, SubscriptionRequestType="0")
    client.expect("f", SecurityStatusReqID="S", Symbol=symbol_field, SecurityTradingStatus=status)


# -- OrderStatusRequest(H) -------------------------------------------------------------------------------


def test_status_request_echoes_its_own_id(client: RawClient, symbol: str) -> None:
    """OrdStatusReqID(790) comes back; ExecIDs of status reports differ from each other."""
    client.log_on()
    client.enter("A", "buy", "10", symbol, price="5.00")
    entered = client.expect("8", ExecType="0")
    exec_ids = {entered["ExecID"]}
    for number in ("1", "2"):
        client.send("H", ClOrdID="A", Symbol=symbol, Side="1", OrdStatusReqID=f"Q{number}")
        status = client.expect("8", ExecType="I", OrdStatusReqID=f"Q{number}", OrderID=entered["OrderID"])
        exec_ids.add(status["ExecID"])
    assert len(exec_ids) == 3


def test_status_request_by_order_id(client: RawClient, symbol: str) -> None:
    """An order may be asked for by OrderID(37) when its ClOrdID(11) is not at hand."""
    client.log_on()
    client.enter("A", "buy", "10", symbol, price="5.00")
    order_id = client.expect("8", ExecType="0")["OrderID"]
    client.send("H", ClOrdID="forgotten", OrderID=order_id, Symbol=symbol, Side="1")
    client.expect("8", ExecType="I", OrdStatus="0", OrderID=order_id)


def test_cancel_by_order_id(client: RawClient, symbol: str) -> None:
    """OrderID(37) finds the order of a cancel whose OrigClOrdID(41) is unknown."""
    client.log_on()
    client.enter("A", "buy", "10", symbol, price="5.00")
    order_id = client.expect("8", ExecType="0")["OrderID"]
    client.cancel("C", "forgotten", "buy", symbol, OrderID=order_id)
    client.expect("8", ExecType="4", ClOrdID="C", OrigClOrdID="A", OrderID=order_id)
