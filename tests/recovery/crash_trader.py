"""A trader that keeps books of its own over crashes of the venue, and compares every report with them.

It believes nothing but ExecutionReports: each must follow from what it knew, so a lost report, a report
told twice or a wrong quantity fails at the next report of that order, or when all open orders are
compared by mass status.
"""

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tests.recovery.hearing import Hearing
from tests.support.fix_message import FixMessage, utc_timestamp
from tests.support.fix_party import PATIENCE_S, Deadline
from tests.support.recovering_client import RecoveringClient

TERMINAL: Final = {"2", "4", "8"}
IN_FLIGHT_MAX: Final = 100
OPEN_MAX: Final = 150  # with more it cancels more than it enters
REMEMBERED: Final = 20_000  # messages that can be sent again, and lines of the dialogue


@dataclass
class Order:
    cl_ord_id: str  # the last accepted one
    symbol: str
    side: str
    order_qty: Decimal
    cum_qty: Decimal = Decimal(0)
    leaves_qty: Decimal = Decimal(0)
    ord_status: str = "0"

    def told(self) -> tuple[str, str, str, str]:
        """As whole_life.WholeLife.order tells it."""
        return self.ord_status, *(f"{qty:.1f}" for qty in (self.order_qty, self.cum_qty, self.leaves_qty))  # type: ignore[return-value]

    def is_as(self, report: FixMessage) -> bool:
        """Whether a status report says what we know."""
        told = (Decimal(report["OrderQty"]), Decimal(report["CumQty"]), Decimal(report["LeavesQty"]))
        return told == (self.order_qty, self.cum_qty, self.leaves_qty) and report["OrdStatus"] == self.ord_status


class CrashTrader:
    """`acknowledged` counts the requests the venue has answered."""

    def __init__(self, client: RecoveringClient, symbols: list[str], seed: int) -> None:
        self.client: Final = client
        self.orders: Final[dict[str, Order]] = {}  # every order ever acknowledged, by its OrderID
        self.by_cl_ord_id: Final[dict[str, Order]] = {}  # by each ClOrdID an order ever had
        self.hearing: Final = Hearing(client)
        self.unanswered: Final[dict[str, tuple[str, dict[str, str]]]] = {}  # requests by ClOrdID
        self.acknowledged = 0
        self._open: Final[dict[str, Order]] = {}
        self._symbols = symbols
        self._chance = random.Random(seed)
        self._next_id = 1

    # -- asking ---------------------------------------------------------------------------------------

    def ask_more(self) -> None:
        """Keep IN_FLIGHT_MAX requests in flight: six in ten enter, three cancel, one replaces."""
        while len(self.unanswered) < IN_FLIGHT_MAX:
            draw = self._chance.random() * (1.0 if len(self._open) < OPEN_MAX else 0.6)
            order = self._chance.choice(list(self._open.values())) if self._open and draw < 0.4 else None
            if order is None:
                self._enter()
            elif draw < 0.3:
                self._change("F", order)
            else:
                qty = order.order_qty + self._chance.randint(-3, 3)
                price = self._price(order.side)
                self._change("G", order, OrderQty=str(max(qty, Decimal(1))), OrdType="2", Price=price)

    def _price(self, side: str) -> str:
        """Around 100.00, overlapping by a little: about one order in four finds a counterpart."""
        away = self._chance.randint(-10, 30)
        return f"{100 - away / 100 if side == '1' else 100 + away / 100:.2f}"

    def _enter(self) -> None:
        side = self._chance.choice("12")
        terms = {"OrderQty": str(self._chance.randint(1, 20)), "Price": self._price(side)}
        self._ask("D", self._chance.choice(self._symbols), side, OrdType="2", TimeInForce="1", **terms)

    def _change(self, msg_type: str, order: Order, **terms: str) -> None:
        self._ask(msg_type, order.symbol, order.side, OrigClOrdID=order.cl_ord_id, **terms)

    def _ask(self, msg_type: str, symbol: str, side: str, **more: str) -> None:
        cl_ord_id = f"{self.client.sender}-{self._next_id}"
        self._next_id += 1
        fields = {"ClOrdID": cl_ord_id, "Symbol": symbol, "Side": side, "TransactTime": utc_timestamp(), **more}
        self.unanswered[cl_ord_id] = (msg_type, fields)
        self.client.send(msg_type, **fields)

    # -- hearing --------------------------------------------------------------------------------------

    def hear_all(self, patience_s: float) -> None:
        """Take what has come, waiting up to patience_s for the first of it."""
        while (message := self.client.receive(patience_s)) is not None:
            self.hear(message)
            patience_s = 0.0

    def hear(self, message: FixMessage) -> None:
        """Compare a message with what we know, then know it."""
        if message.is_admin:
            assert message.msg_type != "3", f"a Reject(3) came\n{self.client.told()}"
            return
        if message.msg_type == "9":
            self._answered(message["ClOrdID"])
            return
        assert message.msg_type == "8", f"{message}\n{self.client.told()}"
        if self.hearing.is_news(message):
            self._hear_report(message)

    def _hear_report(self, report: FixMessage) -> None:
        if report["OrderID"] == "NONE" and report["ExecType"] == "I":
            return
        exec_type, cl_ord_id = report["ExecType"], report["ClOrdID"]
        if exec_type == "8":
            assert report["OrdRejReason"] == "6", f"{report}\n{self.client.told()}"
            self._answered(cl_ord_id)
            return
        order = self.orders.get(report["OrderID"])
        if exec_type == "0":
            assert order is None, f"New(150=0) came twice: {report}\n{self.client.told()}"
            order = Order(cl_ord_id, report["Symbol"], report["Side"], Decimal(report["OrderQty"]))
            order.leaves_qty = order.order_qty
            self.orders[report["OrderID"]] = order
        assert order is not None, f"a report of an order never told of: {report}\n{self.client.told()}"
        self._apply(order, report)
        assert order.is_as(report), f"known was {order}\nreported {report}\n{self.client.told()}"
        self.by_cl_ord_id[cl_ord_id] = order
        if order.ord_status in TERMINAL:
            self._open.pop(report["OrderID"], None)
        else:
            self._open[report["OrderID"]] = order
        if exec_type in ("0", "5", "I") or "OrigClOrdID" in report:
            self._answered(cl_ord_id)

    def _apply(self, order: Order, report: FixMessage) -> None:
        """What the report changes, computed by us from what we knew."""
        match report["ExecType"]:
            case "F":
                order.cum_qty += Decimal(report["LastQty"])
                order.leaves_qty = order.order_qty - order.cum_qty
                order.ord_status = "1" if order.leaves_qty else "2"
            case "4":
                order.leaves_qty = Decimal(0)
                order.ord_status = "4"
            case "5":
                order.order_qty = max(Decimal(report["OrderQty"]), order.cum_qty)
                order.leaves_qty = order.order_qty - order.cum_qty
                order.ord_status = ("1" if order.cum_qty else "0") if order.leaves_qty else "2"
        if report["ExecType"] in ("4", "5") and "OrigClOrdID" in report:
            assert report["OrigClOrdID"] == order.cl_ord_id, f"{report}\nknown was {order}"
            order.cl_ord_id = report["ClOrdID"]

    def _answered(self, cl_ord_id: str) -> None:
        if self.unanswered.pop(cl_ord_id, None) is not None:
            self.acknowledged += 1

    # -- after a crash --------------------------------------------------------------------------------

    def come_back(self, port: int) -> None:
        """Log on again, take what was missed, settle what is open, and compare the books."""
        self.recover(port)
        self._settle_unanswered()
        self._compare_open_orders()
        self._repeat_an_old_order()
        self.client.forget(REMEMBERED)

    def recover(self, port: int) -> None:
        for message in self.client.log_on_and_recover(port):
            self.hear(message)

    def _settle_unanswered(self) -> None:
        """Ask again, with PossResend(97)=Y, what was never answered.

        If the venue knows the ClOrdID it was told of before: what is answered now must not be news.
        """
        for cl_ord_id, (msg_type, fields) in list(self.unanswered.items()):
            known = cl_ord_id in self.by_cl_ord_id
            self.client.send(msg_type, **fields, PossResend="Y")
            deadline = Deadline(PATIENCE_S)
            while cl_ord_id in self.unanswered:
                message = self.client.receive_next(deadline)
                is_status = message.msg_type == "8" and message["ExecType"] == "I"
                if is_status and message["ClOrdID"] == cl_ord_id:
                    assert known, f"{cl_ord_id} was entered, but its report never came\n{self.client.told()}"
                self.hear(message)

    def _compare_open_orders(self) -> None:
        """Every order we know to be open is open at the venue, with our quantities, and no other is."""
        request = f"M{self._next_id}"  # what was asked before a crash may be answered again
        self.client.send("AF", MassStatusReqID=request, MassStatusReqType="7")
        deadline = Deadline(PATIENCE_S)
        told: set[str] = set()
        is_last = False
        while not is_last:
            report = self.client.receive_next(deadline)
            self.hear(report)
            if report.get("MassStatusReqID") == request:
                told |= {report["OrderID"]} - {"NONE"}
                is_last = report.get("LastRptRequested") != "N"
        known = self._open.keys()
        assert told == known, f"open at the venue only: {told - known}, known to us only: {known - told}\n{report}"

    def _repeat_an_old_order(self) -> None:
        """A ClOrdID of before the crash is still a duplicate."""
        if not self.by_cl_ord_id:
            return
        cl_ord_id, order = self._chance.choice(list(self.by_cl_ord_id.items()))
        self.client.enter(cl_ord_id, "buy" if order.side == "1" else "sell", "1", order.symbol, price="100.00")
        deadline = Deadline(PATIENCE_S)
        while (report := self.client.receive_next(deadline)).get("OrdRejReason") != "6":
            self.hear(report)
        assert report["ClOrdID"] == cl_ord_id
        self.hear(report)
