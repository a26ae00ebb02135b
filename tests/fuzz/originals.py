"""The messages that are mutated: everything a client may send, as a client would send it.

All of it trades SYMBOLS around one price, so that orders of several sessions meet; ClOrdIDs of the last orders are
named again by cancels, replaces, status requests and, now and then, by another order.
"""

import itertools
import random
from collections import deque
from collections.abc import Callable
from typing import Final

from tests.fuzz.asked import Pairs
from tests.support.fix_message import tag_of, utc_timestamp
from tests.support.venue_config import symbols

SYMBOLS: Final = tuple(symbols(8))
_REMEMBERED: Final = 20


class Originals:
    """`next` gives MsgType(35) and the body of one message; `name` makes its identifiers the session's own."""

    def __init__(self, chance: random.Random, name: str) -> None:
        self._chance = chance
        self._names = (f"{name}-{number}" for number in itertools.count(1))
        self._entered: deque[tuple[str, str, str]] = deque([("NONE", SYMBOLS[0], "1")], _REMEMBERED)
        self._kinds = [kind for kind, weight in _KINDS.items() for _ in range(weight)]

    def next(self) -> tuple[str, Pairs]:
        msg_type = self._chance.choice(self._kinds)
        fields = _MAKERS[msg_type](self)
        return msg_type, [(str(tag_of(name)), value) for name, value in fields]

    # -- orders --------------------------------------------------------------------------------------------

    def _order(self) -> list[tuple[str, str]]:
        name, symbol, side = self._new_order()
        return [
            ("ClOrdID", name),
            ("Symbol", symbol),
            ("Side", side),
            ("TransactTime", utc_timestamp()),
            *self._terms(),
        ]

    def _new_order(self) -> tuple[str, str, str]:
        fresh = next(self._names), self._chance.choice(SYMBOLS), self._chance.choice("12")
        self._entered.append(fresh)
        return fresh

    def _terms(self) -> list[tuple[str, str]]:
        ord_type, fields = self._chance.choice(
            (
                ("2", ["Price"]), ("2", ["Price"]), ("2", ["Price"]), ("1", []), ("3", ["StopPx"]),
                ("4", ["Price", "StopPx"]), ("J", ["StopPx"]), ("J", ["Price", "StopPx"]), ("P", ["PegOffsetValue"]),
            )
        )  # fmt: skip
        terms = [("OrdType", ord_type), ("OrderQty", self._qty()), *((name, self._price()) for name in fields)]
        if ord_type == "P":
            terms.append(("ExecInst", "a"))
        terms += self._chance.choice(_TIMES)()
        return terms + [extra for extra in _EXTRAS if self._chance.random() < 0.05]

    def _price(self) -> str:
        return f"{10 + self._chance.randint(-20, 20) / 100:.2f}"

    def _qty(self) -> str:
        return f"{self._chance.randint(10, 200) / 10}"

    def _cancel(self) -> list[tuple[str, str]]:
        original, symbol, side = self._chance.choice(self._entered)
        return [
            ("OrigClOrdID", original), ("ClOrdID", next(self._names)), ("Symbol", symbol), ("Side", side),
            ("TransactTime", utc_timestamp()),
        ]  # fmt: skip

    def _replace(self) -> list[tuple[str, str]]:
        fields = self._cancel()
        fields += [("OrdType", "2"), ("OrderQty", self._qty()), ("Price", self._price())]
        self._entered.append((dict(fields)["ClOrdID"], dict(fields)["Symbol"], dict(fields)["Side"]))
        return fields

    def _order_list(self) -> list[tuple[str, str]]:
        count = self._chance.choice((2, 2, 3))
        own = [
            ("ListID", next(self._names)), ("BidType", "3"), ("ContingencyType", "1" if count == 2 else "2"),
            ("TotNoOrders", str(count)), ("NoOrders", str(count)),
        ]  # fmt: skip
        symbol, side, qty = self._chance.choice(SYMBOLS), self._chance.choice("12"), self._qty()
        for number in range(1, count + 1):
            own += [("ClOrdID", next(self._names)), ("ListSeqNo", str(number)), ("Symbol", symbol)]
            own += [("Side", side if number == 1 or count == 2 else "12"[side == "1"]), ("OrderQty", qty)]
            own += [("OrdType", "2"), ("Price", self._price())]
        return own

    def _mass_cancel(self) -> list[tuple[str, str]]:
        by_symbol = [("MassCancelRequestType", "1"), ("Symbol", self._chance.choice(SYMBOLS))]
        of_all = [("MassCancelRequestType", "7")]
        asked = self._chance.choice((by_symbol, of_all))
        return [("ClOrdID", next(self._names)), *asked, ("TransactTime", utc_timestamp())]

    # -- questions, and the session's own ------------------------------------------------------------------

    def _status(self) -> list[tuple[str, str]]:
        name, symbol, side = self._chance.choice(self._entered)
        return [("ClOrdID", name), ("Symbol", symbol), ("Side", side)]

    def _mass_status(self) -> list[tuple[str, str]]:
        return [("MassStatusReqID", next(self._names)), ("MassStatusReqType", "1"), ("Symbol", SYMBOLS[0])]

    def _securities(self) -> list[tuple[str, str]]:
        return [("SecurityReqID", next(self._names)), ("SecurityListRequestType", "0"), ("Symbol", SYMBOLS[0])]

    def _states(self) -> list[tuple[str, str]]:
        asked = self._chance.choice("012")
        return [
            ("SecurityStatusReqID", next(self._names)), ("Symbol", self._chance.choice(SYMBOLS)),
            ("SubscriptionRequestType", asked),
        ]  # fmt: skip

    def _positions(self) -> list[tuple[str, str]]:
        return [("PosReqID", next(self._names)), ("PosReqType", "0"), ("TransactTime", utc_timestamp())]

    def _balances(self) -> list[tuple[str, str]]:
        return [("CollInquiryID", next(self._names))]

    def _resend_request(self) -> list[tuple[str, str]]:
        begin = self._chance.randint(1, 50)
        return [("BeginSeqNo", str(begin)), ("EndSeqNo", str(begin + self._chance.randint(0, 9)))]

    def _reject(self) -> list[tuple[str, str]]:
        return [("RefSeqNum", "1"), ("Text", "no")]

    def _test_request(self) -> list[tuple[str, str]]:
        return [("TestReqID", next(self._names))]


_TIMES: Final[tuple[Callable[[], list[tuple[str, str]]], ...]] = (
    list,
    lambda: [("TimeInForce", "0")],
    lambda: [("TimeInForce", "1")],
    lambda: [("TimeInForce", "3")],
    lambda: [("TimeInForce", "4")],
    lambda: [("TimeInForce", "6"), ("ExpireTime", utc_timestamp(60))],
    lambda: [("TimeInForce", "6"), ("ExpireDate", utc_timestamp(86_400)[:8])],
)
_EXTRAS: Final = (
    ("HandlInst", "1"), ("MinQty", "1"), ("MaxFloor", "1"), ("ExecInst", "6"), ("Text", "hello"),
    ("SelfMatchPreventionInstruction", "3"), ("TriggerPriceType", "6"), ("CashOrderQty", "100.50"),
    ("Account", "F1"), ("OrderGroup", "G"),
)  # fmt: skip
_KINDS: Final = {
    "D": 40, "G": 10, "F": 10, "E": 6, "q": 2, "H": 4, "AF": 1, "x": 1, "e": 2, "AN": 1, "BB": 1, "2": 1, "3": 1,
    "0": 1, "1": 2,
}  # fmt: skip
_MAKERS: Final[dict[str, Callable[[Originals], list[tuple[str, str]]]]] = {
    "D": Originals._order,
    "G": Originals._replace,
    "F": Originals._cancel,
    "E": Originals._order_list,
    "q": Originals._mass_cancel,
    "H": Originals._status,
    "AF": Originals._mass_status,
    "x": Originals._securities,
    "e": Originals._states,
    "AN": Originals._positions,
    "BB": Originals._balances,
    "2": Originals._resend_request,
    "3": Originals._reject,
    "0": Originals._test_request,
    "1": Originals._test_request,
}
