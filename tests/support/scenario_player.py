"""Plays scenarios over FIX and compares every ExecutionReport(8) with the text, field by field.

Each play takes an instrument and ClOrdIDs of its own, so that plays on one venue do not meet.
"""

import itertools
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from tests.support.fix_message import FixMessage, tag_of, utc_timestamp
from tests.support.fix_party import SIDES, FixParty
from tests.support.scenarios import Command, Report, Scenario, Step

EXEC_TYPES: Final = {
    "New": "0",
    "Canceled": "4",
    "Replaced": "5",
    "Rejected": "8",
    "Expired": "C",
    "Restated": "D",
    "Trade": "F",
    "Status": "I",
}
ORD_STATUSES: Final = {
    "New": "0",
    "PartiallyFilled": "1",
    "Filled": "2",
    "Canceled": "4",
    "Rejected": "8",
    "Expired": "C",
}
OTHER_KINDS: Final = {"CancelReject": "9", "MassCancelReport": "r", "BusinessReject": "j", "Reject": "3"}
TIMES_IN_FORCE: Final = {"day": "0", "gtc": "1", "ioc": "3", "fok": "4"}
SELF_MATCH: Final = {"cancel-taker": "1", "cancel-maker": "2", "cancel-both": "3", "decrement": "100"}
TRIGGERS: Final = {"offer": "1", "last": "2", "bid": "3", "mid": "6"}
MASS_CANCEL_TYPES: Final = {"symbol": "1", "all": "7"}
# Price StopPx MinQty MaxFloor CashOrderQty PegOffsetValue: compared as numbers
DECIMALS: Final = {44, 99, 110, 111, 152, 211}
ABSENT_UNLESS_NAMED: Final = ("OrdRejReason", "CxlRejReason", "ExecRestatementReason")

_plays = itertools.count(1)


class Play:
    """One scenario on one instrument: `parties` are the FIX sessions by the actors' names in upper case."""

    def __init__(self, scenario: Scenario, parties: Mapping[str, FixParty], symbol: str) -> None:
        self._scenario: Final = scenario
        self._parties: Final = parties
        self._symbol: Final = symbol
        self._prefix: Final = f"{scenario.name}-{next(_plays)}-"
        self._order_ids: Final[dict[str, str]] = {}  # ClOrdID -> OrderID of the chain it belongs to
        self._exec_ids: Final[set[str]] = set()

    def run(self) -> None:
        for actor in sorted({step.command.actor for step in self._scenario.steps}):
            self._party(actor).skip_what_is_left(self._symbol)
        for step in self._scenario.steps:
            self._send(step.command)
            if step.waits:
                self._expect(step)

    # -- commands -------------------------------------------------------------------------------------

    def _party(self, actor: str) -> FixParty:
        return self._parties[actor.upper()]

    def _id(self, cl_ord_id: str) -> str:
        return self._prefix + cl_ord_id if cl_ord_id else ""

    def _send(self, command: Command) -> None:
        senders: dict[str, Callable[[Command], None]] = {
            "enter": self._enter,
            "replace": self._replace,
            "cancel": self._cancel,
            "status": self._status,
            "mass-cancel": self._mass_cancel,
            "mass-status": self._mass_status,
        }
        senders[command.verb](command)

    def _order_fields(self, command: Command) -> dict[str, str]:
        return {
            "ClOrdID": self._id(command.cl_ord_id),
            "OrigClOrdID": self._id(command.orig_cl_ord_id),
            "Symbol": self._symbol,
            "TransactTime": utc_timestamp(),
        }

    def _send_fields(self, command: Command, msg_type: str, fields: dict[str, str]) -> None:
        fields = self._order_fields(command) | fields
        present = {name: value for name, value in fields.items() if value}
        self._party(command.actor).send(msg_type, **present)

    def _enter(self, command: Command) -> None:
        self._send_fields(command, "D", order_terms(command.terms))

    def _replace(self, command: Command) -> None:
        self._send_fields(command, "G", order_terms(command.terms))

    def _cancel(self, command: Command) -> None:
        terms = order_terms(command.terms)
        del terms["OrdType"]
        self._send_fields(command, "F", terms)

    def _status(self, command: Command) -> None:
        self._send_fields(command, "H", {"Side": SIDES[command.terms[0]], "TransactTime": ""})

    def _mass_cancel(self, command: Command) -> None:
        scope, *side = command.terms
        fields = {"MassCancelRequestType": MASS_CANCEL_TYPES[scope], "Side": SIDES[side[0]] if side else ""}
        if scope == "all":
            fields["Symbol"] = ""
        self._send_fields(command, "q", fields)

    def _mass_status(self, command: Command) -> None:
        fields = {"ClOrdID": "", "TransactTime": "", "Symbol": ""}
        fields |= {"MassStatusReqID": self._id(command.cl_ord_id), "MassStatusReqType": "7"}
        self._send_fields(command, "AF", fields)

    # -- reports --------------------------------------------------------------------------------------

    def _expect(self, step: Step) -> None:
        for report in step.reports:
            self._expect_report(report)
        actors = {step.command.actor, *(report.actor for report in step.reports)}
        for actor in sorted(actors):
            self._party(actor).expect_nothing_more(self._symbol)

    def _expect_report(self, report: Report) -> None:
        party = self._party(report.actor)
        message = party.receive()
        where = f"line {report.line} of {self._scenario.name}"
        assert message is not None, f"{where}: {report.kind} did not come\n{party.told()}"
        differences = list(message.differences(self._expected_fields(report)))
        differences += number_differences(message, report)
        if report.text is not None and report.text not in (message.get("Text") or ""):
            differences.append(f"Text(58) was {message.get('Text')!r}, expected {report.text!r} in it")
        if message.msg_type == "8":
            differences += self._chain_differences(message)
        assert not differences, "\n".join([f"{where}: {message}", *differences, party.told()])

    def _expected_fields(self, report: Report) -> dict[str, str | None]:
        kind, _, ord_status = report.kind.partition("/")
        expected: dict[str, str | None] = dict.fromkeys(ABSENT_UNLESS_NAMED)
        expected |= {
            "ClOrdID": self._id(report.cl_ord_id) or None,
            "OrigClOrdID": self._id(report.orig_cl_ord_id) or None,
        }
        if kind in EXEC_TYPES:
            expected |= {"T35": "8", "ExecType": EXEC_TYPES[kind]}
        else:
            expected["T35"] = OTHER_KINDS[kind]
        if ord_status:
            expected["OrdStatus"] = ORD_STATUSES[ord_status]
        named = {f"T{name}" if name.isdigit() else name: value for name, value in report.fields.items()}
        texts = {name: value for name, value in named.items() if tag_of(name) not in DECIMALS}
        return {f"T{tag_of(name)}": value for name, value in (expected | texts).items()}

    def _chain_differences(self, message: FixMessage) -> list[str]:
        """What holds for every ExecutionReport: ExecID is new, OrderID is the chain's, the rest is there."""
        differences = [f"{name} is missing" for name in ("OrderID", "Symbol", "TransactTime") if name not in message]
        exec_id = message["ExecID"]
        if exec_id in self._exec_ids:
            differences.append(f"ExecID(17) {exec_id} came twice")
        if message["ExecType"] != EXEC_TYPES["Status"]:
            self._exec_ids.add(exec_id)
        cl_ord_id = message.get("ClOrdID") or ""
        known = self._order_ids.get(message.get("OrigClOrdID") or cl_ord_id, message["OrderID"])
        is_of_an_order = ORD_STATUSES["Rejected"] not in (message["OrdStatus"], message["ExecType"])
        if is_of_an_order and message["OrderID"] != known:
            differences.append(f"OrderID(37) was {message['OrderID']}, the order's is {known}")
        if message["ExecType"] not in (EXEC_TYPES["Rejected"], EXEC_TYPES["Status"]):
            self._order_ids[cl_ord_id] = known
        if message["ExecType"] == EXEC_TYPES["Trade"]:
            differences += [f"{name} is missing" for name in ("LastLiquidityInd", "TrdMatchID") if name not in message]
        return differences


def number_differences(message: FixMessage, report: Report) -> list[str]:
    """Compare quantities and prices as decimals; what the report does not name must be absent or 0."""
    expected: dict[str, str] = {}
    if report.qtys is not None:
        expected |= dict(zip(("OrderQty", "CumQty", "LeavesQty"), report.qtys, strict=True))
    if message.msg_type == "8":
        expected["AvgPx"] = report.avg_px or "0"
        expected |= dict(zip(("LastQty", "LastPx"), report.last or ("0", "0"), strict=True))
    expected |= {f"T{tag}": value for tag, value in report.fields.items() if tag.isdigit() and int(tag) in DECIMALS}
    return [
        f"{name} was {message.get(name)}, expected {value}"
        for name, value in expected.items()
        if Decimal(message.get(name) or "0") != Decimal(value)
    ]


def order_terms(words: tuple[str, ...]) -> dict[str, str]:
    """The FIX fields of ["buy", "10000", "@", "10.00", "ioc", "display", "100"] and the like.

    OrdType follows from which prices are given: none, "@ P" (limit), "stop P", "take P", or two of them.
    """
    remaining = iter(words)
    terms: dict[str, str] = {}
    for word in remaining:
        if word in SIDES:
            terms["Side"] = SIDES[word]
        elif word in TIMES_IN_FORCE:
            terms["TimeInForce"] = TIMES_IN_FORCE[word]
        elif word in _VALUE_WORDS:
            terms[_VALUE_WORDS[word]] = next(remaining)
        elif word == "gtd":  # "gtd 1.5": expires that many seconds from now
            terms |= {"TimeInForce": "6", "ExpireTime": utc_timestamp(float(next(remaining)))}
        elif word == "trail":  # how far a trailing stop follows the market
            terms |= {"OrdType": "P", "ExecInst": "a", "PegOffsetValue": next(remaining)}
        elif word == "by":  # by bid, by offer, by mid: what reaches the stop price
            terms["TriggerPriceType"] = TRIGGERS[next(remaining)]
        elif word == "self-match":
            terms["SelfMatchPreventionInstruction"] = SELF_MATCH[next(remaining)]
        elif word == "post-only":
            terms["ExecInst"] = "6"
        elif word == "poss-resend":
            terms["PossResend"] = "Y"
        elif "=" in word:
            name, _, value = word.partition("=")
            terms[name] = value
        else:
            terms["OrderQty"] = word
    return {"OrdType": _ord_type(terms, "take" in words)} | terms


_VALUE_WORDS: Final = {
    "@": "Price",
    "stop": "StopPx",
    "take": "StopPx",
    "display": "MaxFloor",
    "min": "MinQty",
    "cash": "CashOrderQty",
}


def _ord_type(terms: dict[str, str], is_take_profit: bool) -> str:
    if is_take_profit:
        return "J"
    if "StopPx" in terms:
        return "4" if "Price" in terms else "3"
    return "2" if "Price" in terms else "1"
