"""Reports in words, one line for each kind of message."""

import pytest

from venue.client.fields import Fields
from venue.client.words import told

ORDER: Fields = {
    "MsgType": "8", "OrderID": "17", "ClOrdID": "A1", "Symbol": "BTC-USD", "Side": "1", "OrdType": "2",
    "OrderQty": "0.5", "Price": "45000.00", "TimeInForce": "1", "OrdStatus": "0", "CumQty": "0", "LeavesQty": "0.5",
}  # fmt: skip
PART = {"CumQty": "0.2", "LeavesQty": "0.3", "OrdStatus": "1"}


def report(exec_type: str, **changes: str) -> Fields:
    return {**ORDER, "ExecType": exec_type, **changes}


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (report("0"), "accepted: buy 0.5 BTC-USD limit 45000.00 gtc, order 17, id A1"),
        (
            report("0", Side="2", OrdType="J", StopPx="46000", MaxFloor="0.1", TimeInForce="0"),
            "accepted: sell 0.5 BTC-USD take-profit-limit 45000.00 trigger 46000 showing 0.1, order 17, id A1",
        ),
        (report("F", **PART, LastQty="0.2", LastPx="44999.50"), "filled 0.2 at 44999.50, 0.3 left"),
        (
            report("F", OrdStatus="2", LastQty="0.5", LastPx="45000.00", AvgPx="44999.8"),
            "filled 0.5 at 45000.00: done, average 44999.8",
        ),
        (report("4", OrdStatus="4"), "canceled: order 17, 0 of 0.5 were filled"),
        (
            report("4", OrdStatus="4", Text="self-match prevention"),
            "canceled (self-match prevention): order 17, 0 of 0.5 were filled",
        ),
        (report("C", OrdStatus="C"), "expired: order 17, 0 of 0.5 were filled"),
        (report("5", ClOrdID="A2"), "replaced: now buy 0.5 BTC-USD limit 45000.00 gtc, 0.5 left, id A2"),
        (report("D", Text="triggered"), "triggered: buy 0.5 BTC-USD limit 45000.00 gtc, 0.5 left"),
        (report("8", OrdStatus="8", Text="unknown symbol: XYZ"), "rejected: unknown symbol: XYZ"),
        (
            report("F", **PART, LastQty="0.2", LastPx="44999.50", MiscFeeAmt="9.00000000", MiscFeeCurr="USD"),
            "filled 0.2 at 44999.50 (fee 9.00 USD), 0.3 left",
        ),
        (
            report("F", **PART, LastQty="0.2", LastPx="44999.50", MiscFeeAmt="-0.90010000", MiscFeeCurr="USD"),
            "filled 0.2 at 44999.50 (rebate 0.9001 USD), 0.3 left",
        ),
        (
            report("0", OrdType="P", StopPx="44900.00", PegOffsetValue="100.00", ExecInst="a", OrderGroup="fast"),
            "accepted: buy 0.5 BTC-USD trailing-stop 45000.00 trigger 44900.00 trailing by 100.00 gtc group fast, "
            "order 17, id A1",
        ),
        (
            report("0", OrdType="3", StopPx="44900.00", TriggerPriceType="3", CopyMsgIndicator="Y", Account="DEMO1"),
            "DEMO1: accepted: buy 0.5 BTC-USD stop 45000.00 trigger 44900.00 on bid gtc, order 17, id A1",
        ),
        (
            report("H", **PART, TrdMatchID="7", Text="error"),
            "the venue undid trade 7 (error): 0.2 of the order are filled",
        ),
        (
            report("G", **PART, TrdMatchID="7", LastQty="0.1", LastPx="44999.00"),
            "the venue corrected trade 7 to 0.1 at 44999.00: 0.2 of the order are filled",
        ),
        (
            report("0", ListID="L1", WorkingIndicator="N"),
            "accepted, waiting: buy 0.5 BTC-USD limit 45000.00 gtc, order 17, id A1",
        ),
        (
            report("F", **PART, LastQty="0.2", LastPx="44999.50", ListID="L1"),
            "order 17 filled 0.2 at 44999.50, 0.3 left",
        ),
        ({"MsgType": "N", "ListID": "L1", "ListOrderStatus": "6"}, "list L1 done"),
        ({"MsgType": "N", "ListID": "L1", "ListOrderStatus": "3"}, "list L1 accepted"),
        (
            {"MsgType": "N", "ListID": "L1", "ListOrderStatus": "7", "ListStatusText": "order 2: unknown symbol: X"},
            "list L1 rejected: order 2: unknown symbol: X",
        ),
        ({"MsgType": "f", "Symbol": "BTC-USD", "Text": "halted"}, "message f BTC-USD halted"),
        (report("I", **PART), "partially filled: buy 0.5 BTC-USD limit 45000.00 gtc, 0.3 left, order 17"),
        (
            {"MsgType": "9", "CxlRejResponseTo": "1", "OrderID": "17", "OrdStatus": "2", "Text": "too late"},
            "cancel refused: too late (the order is filled)",
        ),
        (
            {"MsgType": "9", "CxlRejResponseTo": "2", "OrderID": "NONE", "OrdStatus": "8", "Text": "unknown order"},
            "replace refused: unknown order",
        ),
        ({"MsgType": "r", "MassCancelResponse": "7", "TotalAffectedOrders": "3"}, "3 orders canceled"),
        (
            {"MsgType": "r", "MassCancelResponse": "0", "Text": "unknown symbol"},
            "mass cancel refused: unknown symbol",
        ),
        ({"MsgType": "j", "RefMsgType": "D", "Text": "busy"}, "the venue refused the request: busy"),
        ({"MsgType": "3", "RefMsgType": "D", "Text": "no tag 38"}, "the venue refused the message: no tag 38"),
    ],
)
def test_each_message_is_told_in_words(fields: Fields, line: str) -> None:
    """What happened, at which price, and what is left."""
    assert told(fields) == line
