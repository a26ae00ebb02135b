"""NewOrderList(E) to ListStatus(N): OCO, OTO and bracket from entry to all done, through the FIX port."""

from typing import Final

import pytest

from tests.fix.conftest import Operate
from tests.support.fix_message import FixMessage, frame, tag_of
from tests.support.raw_fix import RawClient
from venue.messages import SetOrderLimits

OCO: Final = "1"
OTO: Final = "2"
ONE_OF_THEM: Final = "another order of its list was filled, triggered or ended"


def order(cl_ord_id: str, side: str, price: str = "", stop: str = "", **more: str) -> dict[str, str]:
    """10 units at a limit price, or of a stop when there is a stop price."""
    terms = {"ClOrdID": cl_ord_id, "Side": side, "OrderQty": "10", "OrdType": "3" if stop else "2"}
    return terms | ({"StopPx": stop} if stop else {"Price": price}) | more


SELL: Final = "2"
BUY: Final = "1"
BRACKET: Final = (order("A", BUY, "10.00"), order("B", SELL, stop="9.00"), order("C", SELL, "11.00"))


def enter_list(
    client: RawClient, list_id: str, contingency: str, symbol: str, *orders: dict[str, str], **more: str
) -> None:
    """NewOrderList(E) with the orders as members of NoOrders(73); `more` are further fields of the message."""
    count = str(len(orders))
    own = {"ListID": list_id, "BidType": "3", "ContingencyType": contingency, "TotNoOrders": count} | more
    wire = client.fields("E", **own, NoOrders=count)
    for number, terms in enumerate(orders, 1):
        member = {"ClOrdID": terms["ClOrdID"], "ListSeqNo": str(number), "Symbol": symbol, **terms}
        wire += [(tag_of(name), value) for name, value in member.items()]
    client.send_bytes(frame(wire))


def expect_list(client: RawClient, list_id: str, list_order_status: str, *statuses: str) -> FixMessage:
    """ListStatus(N) with the OrdStatus(39) of each order."""
    status_type = "5" if list_order_status == "6" else "1"
    message = client.expect("N", ListID=list_id, ListOrderStatus=list_order_status, ListStatusType=status_type)
    assert message.all("OrdStatus") == list(statuses), message
    return message


def take(client: RawClient, side: str, qty: str, symbol: str, price: str) -> None:
    """An order that trades at once, in full."""
    client.enter(f"T{client.next_out}", side, qty, symbol, price=price)
    client.expect("8", ExecType="0")
    client.expect("8", ExecType="F", OrdStatus="2")


def test_oco_fill_of_one_cancels_the_other(traders: tuple[RawClient, RawClient], symbol: str) -> None:
    """Both are open until one trades; the other ends right after it, then the list is done. Reports name it in 66."""
    client, taker = traders
    enter_list(client, "L", OCO, symbol, order("A", SELL, "11.00"), order("B", SELL, stop="9.00"))
    expect_list(client, "L", "3", "0", "0")
    client.expect("8", ExecType="0", ClOrdID="A", ListID="L", WorkingIndicator=None)
    client.expect("8", ExecType="0", ClOrdID="B", ListID="L", WorkingIndicator="N")
    take(taker, "buy", "3", symbol, "11.00")
    client.expect("8", ExecType="F", ClOrdID="A", ListID="L", LeavesQty="7.0")
    client.expect("8", ExecType="4", ClOrdID="B", Text=ONE_OF_THEM)
    take(taker, "buy", "7", symbol, "11.00")
    client.expect("8", ExecType="F", ClOrdID="A", OrdStatus="2")
    done = expect_list(client, "L", "6", "2", "4")
    assert (done.all("CumQty"), done.all("CxlQty")) == (["10.0", "0.0"], ["0.0", "10.0"])


def test_oto_second_order_is_held_until_the_first_is_filled(traders: tuple[RawClient, RawClient], symbol: str) -> None:
    """New with 636=N, then 150=D "released" with 636=Y, then it trades."""
    client, taker = traders
    enter_list(client, "L", OTO, symbol, order("A", BUY, "10.00"), order("B", SELL, "12.00"))
    expect_list(client, "L", "3", "0", "0")
    client.expect("8", ExecType="0", ClOrdID="A", WorkingIndicator=None)
    client.expect("8", ExecType="0", ClOrdID="B", WorkingIndicator="N")
    client.ask_status("B", "sell", symbol)
    client.expect("8", ExecType="I", ClOrdID="B", WorkingIndicator="N")
    take(taker, "sell", "4", symbol, "10.00")
    client.expect("8", ExecType="F", ClOrdID="A", LeavesQty="6.0")
    take(taker, "sell", "6", symbol, "10.00")
    client.expect("8", ExecType="F", ClOrdID="A", OrdStatus="2")
    client.expect("8", ExecType="D", ClOrdID="B", WorkingIndicator="Y", ExecRestatementReason="99", Text="released")
    take(taker, "buy", "10", symbol, "12.00")
    client.expect("8", ExecType="F", ClOrdID="B", OrdStatus="2")
    expect_list(client, "L", "6", "2", "2")


def test_canceled_first_order_takes_the_held_one_with_it(client: RawClient, symbol: str) -> None:
    """The held order ends for the list's sake, and the list with it."""
    client.log_on()
    enter_list(client, "L", OTO, symbol, order("A", BUY, "10.00"), order("B", SELL, "12.00"))
    expect_list(client, "L", "3", "0", "0")
    client.expect("8", ExecType="0", ClOrdID="A")
    client.expect("8", ExecType="0", ClOrdID="B")
    client.cancel("X", "A", "buy", symbol)
    client.expect("8", ExecType="4", ClOrdID="X", OrigClOrdID="A")
    client.expect("8", ExecType="4", ClOrdID="B", Text=ONE_OF_THEM)
    expect_list(client, "L", "6", "4", "4")


def test_bracket_is_released_and_its_stop_ends_the_profit(
    traders: tuple[RawClient, RawClient], client: RawClient, symbol: str
) -> None:
    """Entry filled: both exits are released, the stop still waiting; its trigger cancels the take profit."""
    trader, taker = traders
    client.log_on()
    enter_list(trader, "L", OTO, symbol, *BRACKET)
    expect_list(trader, "L", "3", "0", "0", "0")
    for cl_ord_id, working in (("A", None), ("B", "N"), ("C", "N")):
        trader.expect("8", ExecType="0", ClOrdID=cl_ord_id, WorkingIndicator=working)
    take(taker, "sell", "10", symbol, "10.00")
    trader.expect("8", ExecType="F", ClOrdID="A", OrdStatus="2")
    trader.expect("8", ExecType="D", ClOrdID="B", WorkingIndicator="N", Text="released")
    trader.expect("8", ExecType="D", ClOrdID="C", WorkingIndicator="Y", Text="released")
    client.enter("D", "buy", "11", symbol, price="9.00")
    client.expect("8", ExecType="0")
    take(taker, "sell", "1", symbol, "9.00")
    trader.expect("8", ExecType="D", ClOrdID="B", WorkingIndicator="Y", Text="triggered")
    trader.expect("8", ExecType="4", ClOrdID="C", Text=ONE_OF_THEM)
    trader.expect("8", ExecType="F", ClOrdID="B", OrdStatus="2", LastPx="9.00")
    expect_list(trader, "L", "6", "2", "2", "4")
    trader.expect_nothing_more(symbol)


def test_list_the_engine_refuses_names_the_order_at_fault(client: RawClient, operate: Operate, symbol: str) -> None:
    """431=7: nothing of it is in, not even the orders that were right; the ClOrdIDs stay free."""
    operate(SetOrderLimits(client.sender, symbol, order_lots_max=100, by="operator", why="a test"))
    client.log_on()
    enter_list(client, "L", OTO, symbol, order("A", BUY, "10.00"), order("B", SELL, "12.00", OrderQty="11"))
    refused = expect_list(client, "L", "7", "8", "8")
    base = symbol.partition("-")[0]
    why = f"order quantity above the account's limit: limit 10.0 {base}, was 11.0 {base}"
    assert (refused["ListStatusText"], refused.all("OrdRejReason")) == (f"order 2: {why}", ["3"])
    client.enter("A", "buy", "10", symbol, price="10.00")
    client.expect("8", ExecType="0", ClOrdID="A")


@pytest.mark.parametrize(
    ("wrong", "reason", "text"),
    [
        (
            {"Price": "12.001"},
            "99",
            "order 2: price is no multiple of the tick: field 44: 12.001 is no multiple of 0.01",
        ),
        ({"Symbol": "NO-SUCH"}, "1", "order 2: unknown symbol: NO-SUCH"),
    ],
    ids=["off tick", "unknown symbol"],
)
def test_list_the_gateway_refuses_names_the_order_at_fault(
    client: RawClient, symbol: str, wrong: dict[str, str], reason: str, text: str
) -> None:
    """What cannot be expressed in integers: the same answer."""
    client.log_on()
    enter_list(client, "L", OTO, symbol, order("A", BUY, "10.00"), order("B", SELL, "12.00") | wrong)
    refused = expect_list(client, "L", "7", "8", "8")
    assert (refused["ListStatusText"], refused.all("OrdRejReason")) == (text, [reason])
    client.expect_nothing_more(symbol)


def test_malformed_list_is_refused_by_field(client: RawClient, symbol: str) -> None:
    """TotNoOrders(68) unlike the group's count: Reject(3) with the tag; a missing price: j with the ListID(66)."""
    client.log_on()
    orders = (order("A", BUY, "10.00"), order("B", SELL, "12.00"))
    enter_list(client, "L", OTO, symbol, *orders, TotNoOrders="3")
    client.expect("3", RefTagID="68", RefMsgType="E", SessionRejectReason="5")
    enter_list(client, "L", OTO, symbol, orders[0], order("B", SELL, "12.00", OrdType="4"))
    client.expect("j", BusinessRejectReason="5", BusinessRejectRefID="L", RefMsgType="E")


def test_list_sent_again_is_answered_with_its_orders(client: RawClient, symbol: str) -> None:
    """PossResend(97)=Y of a list that is known: 150=I for each order, nothing is entered twice."""
    client.log_on()
    orders = (order("A", SELL, "11.00"), order("B", SELL, stop="9.00"))
    enter_list(client, "L", OCO, symbol, *orders)
    expect_list(client, "L", "3", "0", "0")
    client.expect("8", ExecType="0", ClOrdID="A")
    client.expect("8", ExecType="0", ClOrdID="B")
    enter_list(client, "L", OCO, symbol, *orders, PossResend="Y")
    client.expect("8", ExecType="I", ClOrdID="A", OrdStatus="0")
    client.expect("8", ExecType="I", ClOrdID="B", OrdStatus="0")
    client.expect_nothing_more(symbol)
