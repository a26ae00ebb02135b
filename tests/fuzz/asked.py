"""What a message that was not refused asks for: read once more, with fractions, and compared with the journal.

It shares the vocabulary and the tables of FIX characters with the venue, not its reading. Moments (ExpireTime(126),
ExpireDate(432)) and what the members of a list ask for beyond their ClOrdIDs are left to the tests of inbound.
"""

from fractions import Fraction
from typing import Any, Final, TypeAlias

from venue import messages as m
from venue.fix import tables

Pairs: TypeAlias = list[tuple[str, str]]  # tag and value, both as text: a mutation may leave no number of a tag

TICK: Final = Fraction("0.01")  # of every instrument, as `venue_config.write_config` lists them
LOT: Final = Fraction("0.1")
CASH: Final = Fraction("0.00000001")
MSG_TYPES: Final[dict[type, str]] = {
    m.EnterOrder: "D", m.CancelOrder: "F", m.ReplaceOrder: "G", m.MassCancel: "q", m.EnterList: "E",
}  # fmt: skip
REQUESTS: Final = {m.REQUEST_ENTER: "D", m.REQUEST_CANCEL: "F", m.REQUEST_REPLACE: "G", m.REQUEST_MASS_CANCEL: "q"}
_TEXTS: Final = {
    "cl_ord_id": "11", "orig_cl_ord_id": "41", "symbol": "55", "order_group": "5003", "list_id": "66",
    "qty_text": "38", "price_text": "44",
}  # fmt: skip
_UNITS: Final = {
    "qty_lots": ("38", LOT), "price_ticks": ("44", TICK), "stop_ticks": ("99", TICK), "trail_ticks": ("211", TICK),
    "display_lots": ("111", LOT), "min_lots": ("110", LOT), "cash_units": ("152", CASH),
}  # fmt: skip


def is_as_asked(command: m.AnyCommand, fields: Pairs) -> bool:
    """Whether the journal holds what the message says; `fields` from MsgType(35) on. One that says nothing that can
    be read must have been refused."""
    # QuickFIX reads 011 as 11. Of a repeated field the first: a list's own fields come before its members'.
    message = {tag.lstrip("0"): value for tag, value in reversed(fields)}
    msg_type = REQUESTS[command.request] if isinstance(command, m.RefuseRequest) else MSG_TYPES[type(command)]
    if message.get("35") != msg_type:
        return False
    if isinstance(command, m.EnterList):
        named = [value for tag, value in fields if tag == "11"]
        return command.list_id == message.get("66") and [order.cl_ord_id for order in command.orders] == named
    try:
        return all(getattr(command, name) == value for name, value in _asked(command, message).items())
    except (KeyError, ValueError):
        return False


def _asked(command: m.AnyCommand, message: dict[str, str]) -> dict[str, Any]:
    """The attributes of the command that the message decides."""
    known = set(command.__struct_fields__)
    asked: dict[str, Any] = {name: message.get(tag, "") for name, tag in _TEXTS.items() if name in known}
    asked |= {name: _units(message.get(tag), step) for name, (tag, step) in _UNITS.items() if name in known}
    asked["side"] = tables.SIDES[message["54"]] if "54" in message else 0
    if isinstance(command, m.MassCancel) and message["530"] != "1":
        asked["symbol"] = ""
    if isinstance(command, m.EnterOrder | m.ReplaceOrder):
        absent = m.DAY if isinstance(command, m.EnterOrder) else m.UNCHANGED
        asked["time_in_force"] = tables.TIMES_IN_FORCE[message["59"]] if "59" in message else absent
        asked["ord_type"] = _ord_type(message)
    if isinstance(command, m.EnterOrder):
        asked["post_only"] = "6" in message.get("18", "").split(" ")
        asked["self_match"] = tables.SELF_MATCH[message["2964"]] if "2964" in message else m.ACCOUNT_DEFAULT
        asked["trigger"] = tables.TRIGGERS[message["1107"]] if "1107" in message else m.ON_LAST
    if "poss_resend" in known:
        asked["poss_resend"] = "Y" in (message.get("97"), message.get("43"))
    return asked


def _ord_type(message: dict[str, str]) -> m.OrdType:
    is_limited = message["40"] == "J" and "44" in message
    return m.TAKE_PROFIT_LIMIT if is_limited else tables.ORD_TYPES[message["40"]]


def _units(text: str | None, step: Fraction) -> Fraction:
    """0 when it is not given; never rounded."""
    return Fraction(0) if text is None else Fraction(text) / step
