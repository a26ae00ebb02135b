"""What the venue answered, in words: one line for a message."""

from collections.abc import Callable
from typing import Final

from venue.client.fields import Fields
from venue.client.requests import ORD_TYPES, POST_ONLY, TIMES_IN_FORCE, TRIGGERS
from venue.fix.tables import SIDES
from venue.increments import trimmed

_SIDE: Final = {code: "buy" if side == 1 else "sell" for code, side in SIDES.items()}
_TYPE: Final = {code: word for word, code in ORD_TYPES.items() if word != "take-profit-limit"}
_TIME_IN_FORCE: Final = {code: word for word, code in TIMES_IN_FORCE.items()}
_TRIGGER: Final = {code: word for word, code in TRIGGERS.items()}
_STATUS: Final = {  # OrdStatus(39)
    "0": "new",
    "1": "partially filled",
    "2": "filled",
    "4": "canceled",
    "8": "rejected",
    "C": "expired",
}
OPEN: Final = ("0", "1")
LIST_ACCEPTED: Final = "3"  # ListOrderStatus(431): its orders are in
LIST_DONE: Final = "6"  # none of them is open any more
LIST_REJECTED: Final = "7"


def is_report(fields: Fields, *exec_types: str) -> bool:
    """ExecutionReport(8) with one of these ExecType(150)"""
    return fields["MsgType"] == "8" and fields["ExecType"] in exec_types


def told(fields: Fields) -> str:
    """What another client of the session asked for is told by its type."""
    if fields["MsgType"] == "8":
        whose = f"{fields['Account']}: " if "CopyMsgIndicator" in fields else ""
        return whose + _REPORTS[fields["ExecType"]](fields)
    return _MESSAGES.get(fields["MsgType"], _other)(fields)


def order(fields: Fields) -> str:
    """The order's terms: "buy 0.5 BTC-USD limit 45000.00 gtc"."""
    words = [_SIDE.get(fields["Side"], "?"), fields.get("OrderQty", "?"), fields["Symbol"], ord_type(fields)]
    if "Price" in fields:
        words.append(fields["Price"])
    if "StopPx" in fields:
        source = f" on {_TRIGGER[fields['TriggerPriceType']]}" if "TriggerPriceType" in fields else ""
        words.append(f"trigger {fields['StopPx']}{source}")
    if "PegOffsetValue" in fields:
        words.append(f"trailing by {fields['PegOffsetValue']}")
    if fields.get("TimeInForce", "0") != "0":
        words.append(_TIME_IN_FORCE[fields["TimeInForce"]])
    if "MaxFloor" in fields:
        words.append(f"showing {fields['MaxFloor']}")
    if fields.get("ExecInst") == POST_ONLY:
        words.append("post-only")
    if "OrderGroup" in fields:
        words.append(f"group {fields['OrderGroup']}")
    return " ".join(words)


def ord_type(fields: Fields) -> str:
    word = _TYPE.get(fields.get("OrdType", ""), "")
    return f"{word}-limit" if word == "take-profit" and "Price" in fields else word


def ord_status(fields: Fields) -> str:
    return _STATUS[fields["OrdStatus"]]


def side(fields: Fields) -> str:
    return _SIDE.get(fields["Side"], "?")


def _accepted(fields: Fields) -> str:
    """Of a list's orders some wait, for a trigger or for the first order's fill: WorkingIndicator(636)=N."""
    word = "accepted, waiting" if "ListID" in fields and fields.get("WorkingIndicator") == "N" else "accepted"
    return f"{word}: {order(fields)}, order {fields['OrderID']}, id {fields['ClOrdID']}"


def _filled(fields: Fields) -> str:
    which = f"order {fields['OrderID']} " if "ListID" in fields else ""  # one of several that were entered at once
    what = f"{which}filled {fields['LastQty']} at {fields['LastPx']}{_fee(fields)}"
    if fields["OrdStatus"] == "2":
        return f"{what}: done, average {fields['AvgPx']}"
    return f"{what}, {fields['LeavesQty']} left"


def _fee(fields: Fields) -> str:
    """MiscFeeAmt(137), where there is one."""
    if "MiscFeeAmt" not in fields:
        return ""
    amount = trimmed(fields["MiscFeeAmt"])
    word, amount = ("rebate", amount[1:]) if amount.startswith("-") else ("fee", amount)
    return f" ({word} {amount} {fields['MiscFeeCurr']})"


def _busted(fields: Fields) -> str:
    return f"the venue undid trade {fields['TrdMatchID']}{_why(fields)}: {fields['CumQty']} of the order are filled"


def _corrected(fields: Fields) -> str:
    trade = f"trade {fields['TrdMatchID']}{_why(fields)} to {fields['LastQty']} at {fields['LastPx']}{_fee(fields)}"
    return f"the venue corrected {trade}: {fields['CumQty']} of the order are filled"


def _list_status(fields: Fields) -> str:
    word = {LIST_ACCEPTED: "accepted", LIST_DONE: "done", LIST_REJECTED: "rejected"}[fields["ListOrderStatus"]]
    why = f": {fields['ListStatusText']}" if "ListStatusText" in fields else ""
    return f"list {fields['ListID']} {word}{why}"


def _why(fields: Fields) -> str:
    return f" ({fields['Text']})" if "Text" in fields else ""


def _replaced(fields: Fields) -> str:
    return f"replaced: now {order(fields)}, {fields['LeavesQty']} left, id {fields['ClOrdID']}"


def _restated(fields: Fields) -> str:
    return f"{fields.get('Text', 'changed by the venue')}: {order(fields)}, {fields['LeavesQty']} left"


def _status(fields: Fields) -> str:
    if fields["OrderID"] in ("NONE", "0"):
        return f"unknown: {fields.get('Text', 'the venue has no such order')}"
    return f"{ord_status(fields)}: {order(fields)}, {fields['LeavesQty']} left, order {fields['OrderID']}"


def _ended(word: str) -> Callable[[Fields], str]:
    def ended(fields: Fields) -> str:
        return (
            f"{word}{_why(fields)}: order {fields['OrderID']}, {fields['CumQty']} of {fields['OrderQty']} were filled"
        )

    return ended


def _refused(word: str) -> Callable[[Fields], str]:
    return lambda fields: f"{word}: {fields.get('Text', 'no reason given')}"


def _cancel_rejected(fields: Fields) -> str:
    word = "replace" if fields["CxlRejResponseTo"] == "2" else "cancel"
    state = f" (the order is {ord_status(fields)})" if fields["OrderID"] != "NONE" else ""
    return f"{word} refused: {fields.get('Text', 'no reason given')}{state}"


def _mass_canceled(fields: Fields) -> str:
    if fields["MassCancelResponse"] == "0":
        return f"mass cancel refused: {fields.get('Text', 'no reason given')}"
    return f"{fields.get('TotalAffectedOrders', '0')} orders canceled"


def _other(fields: Fields) -> str:
    return f"message {fields['MsgType']} {fields.get('Symbol', '')} {fields.get('Text', '')}".rstrip()


_REPORTS: Final = {  # by ExecType(150)
    "0": _accepted,
    "F": _filled,
    "4": _ended("canceled"),
    "C": _ended("expired"),
    "5": _replaced,
    "D": _restated,
    "G": _corrected,
    "H": _busted,
    "8": _refused("rejected"),
    "I": _status,
}
_MESSAGES: Final = {  # by MsgType(35)
    "3": _refused("the venue refused the message"),
    "5": _refused("logged out"),
    "9": _cancel_rejected,
    "N": _list_status,
    "j": _refused("the venue refused the request"),
    "r": _mass_canceled,
}
