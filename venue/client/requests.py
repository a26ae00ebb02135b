"""What a client asks, as fields: from the words of a command line to FIX 4.4."""

import time
from dataclasses import dataclass
from typing import Final

from venue.client.fields import Fields
from venue.errors import OperatorError
from venue.fix.timestamps import utc_text

SIDES: Final = {"buy": "1", "sell": "2"}
ORD_TYPES: Final = {
    "market": "1",
    "limit": "2",
    "stop": "3",
    "stop-limit": "4",
    "take-profit": "J",
    "take-profit-limit": "J",  # told from take-profit by its Price(44)
    "trailing-stop": "P",
}
TRIGGERS: Final = {"last": "2", "bid": "3", "offer": "1", "mid": "6"}  # TriggerPriceType(1107)
TIMES_IN_FORCE: Final = {"day": "0", "gtc": "1", "ioc": "3", "fok": "4", "gtd": "6"}
ALL_ORDERS: Final = "7"  # MassStatusReqType(585), MassCancelRequestType(530)
ORDERS_OF_SYMBOL: Final = "1"  # MassCancelRequestType(530)
POST_ONLY: Final = "6"  # ExecInst(18), participate don't initiate
TRAILING: Final = "a"  # ExecInst(18), trailing stop peg
ONE_CANCELS_THE_OTHER: Final = "1"  # ContingencyType(1385)
ONE_TRIGGERS_THE_OTHER: Final = "2"  # of three orders: a bracket
NOT_BIDDING: Final = "3"  # BidType(394)


@dataclass(frozen=True)
class Order:
    """The terms of an order as text; empty means none. `is_cash`: qty is an amount of the quote currency."""

    side: str
    qty: str
    symbol: str
    price: str = ""
    stop: str = ""
    ord_type: str = ""  # a key of ORD_TYPES; empty: what the prices say
    time_in_force: str = "day"
    until: str = ""  # UTCTimestamp of a gtd order
    display: str = ""
    min_qty: str = ""
    post_only: bool = False
    is_cash: bool = False
    account: str = ""  # the session's first one
    trail: str = ""  # how far a trailing stop follows behind the last trade
    trigger: str = ""  # a key of TRIGGERS
    group: str = ""  # a fill-rate group of the account

    @property
    def type_name(self) -> str:
        if self.ord_type:
            return self.ord_type
        if self.trail:
            return "trailing-stop"
        if self.stop:
            return "stop-limit" if self.price else "stop"
        return "limit" if self.price else "market"

    @property
    def may_rest(self) -> bool:
        return self.type_name != "market" and self.time_in_force not in ("ioc", "fok")


@dataclass(frozen=True)
class OrderList:
    """Two or three orders of which one's fate decides that of the others."""

    contingency: str  # ContingencyType(1385)
    orders: tuple[Order, ...]


_last_id = 0


def new_cl_ord_id() -> str:
    """Short enough to type, never the same twice on one machine: the time in milliseconds, in base 32."""
    global _last_id
    _last_id = number = max(_last_id + 1, time.time_ns() // 1_000_000)
    text = ""
    while number:
        number, digit = divmod(number, 32)
        text = "0123456789abcdefghjkmnpqrstvwxyz"[digit] + text
    return text


def enter(order: Order, cl_ord_id: str) -> Fields:
    """NewOrderSingle(D). Raises OperatorError for words that are none of the tables'."""
    fields = {
        "MsgType": "D",
        "ClOrdID": cl_ord_id,
        "Symbol": order.symbol,
        "Side": code_of("side", order.side, SIDES),
        "OrdType": code_of("--type", order.type_name, ORD_TYPES),
        "TimeInForce": code_of("--tif", order.time_in_force, TIMES_IN_FORCE),
        "CashOrderQty" if order.is_cash else "OrderQty": order.qty,
        "Price": order.price,
        "StopPx": order.stop,
        "ExpireTime": order.until,
        "MaxFloor": order.display,
        "MinQty": order.min_qty,
        "ExecInst": POST_ONLY if order.post_only else TRAILING if order.trail else "",
        "Account": order.account,
        "PegOffsetValue": order.trail,
        "TriggerPriceType": code_of("--on", order.trigger, TRIGGERS) if order.trigger else "",
        "OrderGroup": order.group,
    }
    return _stamped(fields)


def enter_list(order_list: OrderList, list_id: str) -> tuple[Fields, list[Fields]]:
    """NewOrderList(E), and the members of its NoOrders(73). Raises OperatorError like `enter`."""
    entered = [enter(order, new_cl_ord_id()) for order in order_list.orders]
    members = [
        {"ListSeqNo": str(number), **{name: value for name, value in fields.items() if name != "MsgType"}}
        for number, fields in enumerate(entered, 1)
    ]
    fields = {
        "MsgType": "E",
        "ListID": list_id,
        "BidType": NOT_BIDDING,
        "ContingencyType": order_list.contingency,
        "TotNoOrders": str(len(members)),
    }
    return fields, members


def cancel(report: Fields, cl_ord_id: str) -> Fields:
    """OrderCancelRequest(F) of the order a report is about."""
    return _stamped({"MsgType": "F", "ClOrdID": cl_ord_id, **_order_of(report)})


def replace(report: Fields, cl_ord_id: str, changes: Fields) -> Fields:
    """OrderCancelReplaceRequest(G): the order's terms as reported, with `changes` (by field name) made."""
    names = ("OrderQty", "Price", "StopPx", "TimeInForce", "ExpireTime", "MaxFloor")
    moves_itself = ("StopPx",) if "PegOffsetValue" in report else ()
    terms = {name: report[name] for name in names if name in report and name not in moves_itself}
    order = {"MsgType": "G", "ClOrdID": cl_ord_id, "OrdType": report["OrdType"], **_order_of(report)}
    return _stamped({**order, **terms, **changes})


def status(order: Fields) -> Fields:
    """OrderStatusRequest(H). Its answer comes after every report of what was asked before."""
    return {"MsgType": "H", **{name: order[name] for name in ("ClOrdID", "Symbol", "Side", "Account") if name in order}}


def mass_status(request_id: str, account: str = "") -> Fields:
    """OrderMassStatusRequest(AF): all open orders of an account, "" the session's first one"""
    request = {"MsgType": "AF", "MassStatusReqID": request_id, "MassStatusReqType": ALL_ORDERS}
    return {**request, "Account": account} if account else request


def mass_cancel(cl_ord_id: str, symbol: str = "", side: str = "", account: str = "") -> Fields:
    """OrderMassCancelRequest(q): all open orders, those of a symbol, those of a side"""
    return _stamped(
        {
            "MsgType": "q",
            "ClOrdID": cl_ord_id,
            "MassCancelRequestType": ORDERS_OF_SYMBOL if symbol else ALL_ORDERS,
            "Symbol": symbol,
            "Side": code_of("--side", side, SIDES) if side else "",
            "Account": account,
        }
    )


def _order_of(report: Fields) -> Fields:
    return {
        "OrigClOrdID": report["ClOrdID"],
        "OrderID": report["OrderID"],
        "Symbol": report["Symbol"],
        "Side": report["Side"],
        "Account": report.get("Account", ""),
    }


def _stamped(fields: Fields) -> Fields:
    given = {name: value for name, value in fields.items() if value}
    return {**given, "TransactTime": utc_text(time.time_ns())}


def code_of(what: str, word: str, codes: dict[str, str]) -> str:
    """Raises OperatorError that lists the words there are."""
    if word not in codes:
        raise OperatorError(f"{what} was {word!r}: must be {', '.join(codes)}")
    return codes[word]
