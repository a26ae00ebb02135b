"""What clients ask: the fields of one FIX message become exactly one command.

The message has passed the dictionary, so every field FIX requires is there and every character is one
the venue knows. What is left to this module: exact conversion of decimals to ticks and lots, fields that
are required only beside others, and whose account it is. A request that is understood but has no
integers (off-tick price, unknown symbol) becomes a RefuseRequest, so that its rejection, too, is
journaled and numbered like every other report. All trading rules are the engine's.

Decisions where FIX leaves a choice: Account(1) absent means the first account the session trades.
TimeInForce(59) absent means Day in a new order, and unchanged in a replace; so do quantity, prices and
MaxFloor(111) absent from a replace. OrdType(40)=J is a take profit, with Price(44) a take-profit-limit;
40=P with ExecInst(18)=a is a trailing stop. ExpireTime(126) counts before ExpireDate(432).
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import msgspec

from venue import messages as m
from venue import reasons
from venue.fix import tables
from venue.fix.listing import Listing
from venue.fix.refusals import BusinessReject, Refused, WrongFormat, WrongValue
from venue.fix.timestamps import end_of_date_ns, utc_ns

Fields: TypeAlias = dict[str, str]  # tag -> value, as text; of a repeating group the last member

ID_LENGTH_MAX: Final = 64
UNITS_MAX: Final = 10**15  # of ticks, lots or money: far from the 64 bits of the journal's integers
_ID_FIELDS: Final = ("11", "41", "66", "320", "324", "584", "710", "790", "909", "5003")


class Party(msgspec.Struct, frozen=True):
    """Who asks: the session, the accounts it trades and watches, and the venue's instruments by symbol.

    `left` are those it traded before: orders of its own may be open there, which it may still cancel.
    """

    session: str
    trades: tuple[str, ...]
    watches: tuple[str, ...]
    listings: Mapping[str, Listing]
    day_end_utc: str = "00:00"
    left: tuple[str, ...] = ()


def read_fields(text: str) -> Fields:
    """Split a message into its fields. Raises WrongFormat for text that is not printable ASCII."""
    flat = text.replace(tables.SOH, "=")
    if text.count("=") == text.count(tables.SOH):  # tags and values alternate: the cheap way holds
        parts = iter(flat.split("="))
        fields: Fields = dict(zip(parts, parts, strict=False))  # behind the last "=" is nothing
    else:  # a value contains "="
        fields = dict([pair.split("=", 1) for pair in text.split(tables.SOH)[:-1]])
    if not (flat.isascii() and flat.isprintable()):
        pairs = [pair.partition("=") for pair in text.split(tables.SOH)]
        raise WrongFormat(next(tag for tag, _, value in pairs if not (value.isascii() and value.isprintable())))
    return fields


def command_of(fields: Fields, party: Party) -> m.AnyCommand:
    """The command that D, F, G or q asks for.

    Raises WrongValue, WrongFormat or BusinessReject when no report can answer the message.
    """
    read, request = COMMANDS[fields["35"]]
    check_ids(fields)
    account = own_account(fields, party) if request == m.REQUEST_CANCEL else traded_account(fields, party)
    try:
        return read(fields, party, account)
    except Refused as refused:
        return refusal(fields, party, request, refused.reason, str(refused))


def refusal(fields: Fields, party: Party, request: m.Request, reason: int, text: str = "") -> m.RefuseRequest:
    """The command that answers the message with a report of `reason` and its detail `text`."""
    get = fields.get
    return m.RefuseRequest(
        session=party.session,
        account=traded_account(fields, party),
        cl_ord_id=fields["11"],
        orig_cl_ord_id=get("41", ""),
        request=request,
        symbol=get("55", ""),
        side=tables.SIDES[fields["54"]] if "54" in fields else 0,
        reason=reason,
        text=text,
        ord_type=_ord_type(fields) if "40" in fields else 0,
        qty_text=get("38", ""),
        price_text=get("44", ""),
    )


def check_ids(fields: Fields) -> None:
    """Identifiers of a bounded length, and a side that is one."""
    for tag in _ID_FIELDS:
        if tag in fields and len(fields[tag]) > ID_LENGTH_MAX:
            raise WrongValue(tag)
    if fields.get("54") == tables.UNDISCLOSED:
        raise WrongValue("54")


def traded_account(fields: Fields, party: Party) -> str:
    """Account(1), or the first one the session trades. Raises BusinessReject for one it does not."""
    account = fields.get("1")
    if account is None and party.trades:
        return party.trades[0]
    if account not in party.trades:
        raise _not_authorized(account, "trades")
    return account


def own_account(fields: Fields, party: Party) -> str:
    """The same for a cancel, which nothing may keep from an order of the session's own."""
    account = fields.get("1")
    if account in party.left:
        return account
    if account is None and not party.trades and party.left:
        return party.left[0]
    return traded_account(fields, party)


def seen_account(fields: Fields, party: Party) -> str:
    """The same for a question, which may be about an account the session watches."""
    account = fields.get("1")
    seen = party.trades + party.watches
    if account is None and seen:
        return seen[0]
    if account not in seen:
        raise _not_authorized(account, "trades or watches")
    return account


def _not_authorized(account: str | None, what: str) -> BusinessReject:
    was = "missing" if account is None else account
    return BusinessReject(tables.NOT_AUTHORIZED, f"Account(1) was {was}: must be one this session {what}")


# -- one function per message --------------------------------------------------------------------------


def enter(fields: Fields, party: Party, account: str) -> m.EnterOrder:
    """NewOrderSingle(D), or an order of NewOrderList(E)"""
    get = fields.get
    ord_type = _ord_type(fields)
    time_in_force = tables.TIMES_IN_FORCE[get("59", "0")]
    _require_what_goes_together(fields, ord_type, time_in_force)
    symbol = fields["55"]
    listing = party.listings.get(symbol)
    if listing is None:
        raise Refused(reasons.UNKNOWN_SYMBOL, symbol)
    exec_inst = get("18", "").split(" ") if "18" in fields else ()
    if (tables.TRAILING in exec_inst) != (ord_type == m.TRAILING_STOP):
        raise Refused(reasons.FIELD_NOT_ALLOWED, "ExecInst(18)=a goes with OrdType(40)=P, and 40=P with it")
    return m.EnterOrder(
        party.session,
        account,
        fields["11"],
        symbol,
        tables.SIDES[fields["54"]],
        ord_type,
        time_in_force,
        _qty(fields, "38", listing),
        _price(fields, "44", listing),
        _price(fields, "99", listing),
        _units(fields["152"], "152", listing.cash.to_units, reasons.OFF_LOT) if "152" in fields else 0,
        _qty(fields, "111", listing) if "111" in fields else 0,
        _qty(fields, "110", listing) if "110" in fields else 0,
        tables.POST_ONLY in exec_inst,
        tables.SELF_MATCH[fields["2964"]] if "2964" in fields else m.ACCOUNT_DEFAULT,
        _expire_ns(fields, party),
        poss_resend(fields),
        _price(fields, "211", listing),
        tables.TRIGGERS[fields["1107"]] if "1107" in fields else m.ON_LAST,
        get("5003", ""),
        get("66", ""),
    )


def _require_what_goes_together(fields: Fields, ord_type: m.OrdType, time_in_force: m.TimeInForce) -> None:
    for tag, name in _NEEDED[ord_type]:
        if tag not in fields:
            raise _missing(f"{name} is required for OrdType(40)={fields['40']}")
    if "38" not in fields and "152" not in fields:
        raise _missing("OrderQty(38) or CashOrderQty(152) is required")
    if time_in_force == m.GTD and "126" not in fields and "432" not in fields:
        raise _missing("ExpireTime(126) or ExpireDate(432) is required for TimeInForce(59)=6")


def _replace(fields: Fields, party: Party, account: str) -> m.ReplaceOrder:
    """OrderCancelReplaceRequest(G)"""
    symbol = fields["55"]
    listing = party.listings.get(symbol)
    if listing is None:
        raise Refused(reasons.UNKNOWN_SYMBOL, symbol)
    return m.ReplaceOrder(
        party.session,
        account,
        fields["11"],
        fields["41"],
        _order_id(fields),
        symbol,
        tables.SIDES[fields["54"]],
        _ord_type(fields),
        tables.TIMES_IN_FORCE[fields["59"]] if "59" in fields else m.UNCHANGED,
        _qty(fields, "38", listing),
        _price(fields, "44", listing),
        _price(fields, "99", listing),
        _qty(fields, "111", listing),
        _expire_ns(fields, party),
        poss_resend(fields),
    )


def _cancel(fields: Fields, party: Party, account: str) -> m.CancelOrder:
    """OrderCancelRequest(F)"""
    return m.CancelOrder(
        party.session,
        account,
        fields["11"],
        fields["41"],
        _order_id(fields),
        fields["55"],
        tables.SIDES[fields["54"]],
        poss_resend(fields),
    )


def _mass_cancel(fields: Fields, party: Party, account: str) -> m.MassCancel:
    """OrderMassCancelRequest(q): 530=1 one symbol, 7 all; Side(54) narrows either."""
    by_symbol = fields["530"] == "1"
    if by_symbol and "55" not in fields:
        raise _missing("Symbol(55) is required for MassCancelRequestType(530)=1")
    return m.MassCancel(
        party.session,
        account,
        fields["11"],
        fields["55"] if by_symbol else "",
        tables.SIDES[fields["54"]] if "54" in fields else 0,
    )


COMMANDS: Final[dict[str, tuple[Callable[[Fields, Party, str], m.AnyCommand], m.Request]]] = {
    "D": (enter, m.REQUEST_ENTER),
    "F": (_cancel, m.REQUEST_CANCEL),
    "G": (_replace, m.REQUEST_REPLACE),
    "q": (_mass_cancel, m.REQUEST_MASS_CANCEL),
}

_NEEDED: Final[dict[int, tuple[tuple[str, str], ...]]] = {
    m.MARKET: (),
    m.LIMIT: (("44", "Price(44)"),),
    m.STOP: (("99", "StopPx(99)"),),
    m.STOP_LIMIT: (("44", "Price(44)"), ("99", "StopPx(99)")),
    m.TAKE_PROFIT: (("99", "StopPx(99)"),),
    m.TAKE_PROFIT_LIMIT: (("99", "StopPx(99)"),),
    m.TRAILING_STOP: (("18", "ExecInst(18)=a"), ("211", "PegOffsetValue(211)")),
}


# -- one function per kind of field --------------------------------------------------------------------


def _ord_type(fields: Fields) -> m.OrdType:
    ord_type = tables.ORD_TYPES[fields["40"]]
    return m.TAKE_PROFIT_LIMIT if ord_type == m.TAKE_PROFIT and "44" in fields else ord_type


def _qty(fields: Fields, tag: str, listing: Listing) -> int:
    return _units(fields[tag], tag, listing.qty_lots, reasons.OFF_LOT) if tag in fields else 0


def _price(fields: Fields, tag: str, listing: Listing) -> int:
    return _units(fields[tag], tag, listing.price_ticks, reasons.OFF_TICK) if tag in fields else 0


def _units(text: str, tag: str, to_units: Callable[[str], int], off_increment: int) -> int:
    """A given number is positive: 0 stands for "not given" in commands, and means nothing in FIX."""
    try:
        units = to_units(text)
    except ValueError as error:
        if not _is_decimal(text):
            raise WrongFormat(tag) from None
        raise Refused(off_increment, f"field {tag}: {error}") from None
    if not 0 < units <= UNITS_MAX:
        raise Refused(reasons.BAD_VALUE, f"field {tag} was {text}")
    return units


def _is_decimal(text: str) -> bool:
    """FIX 4.4 "float", of any length: the increment refuses one of more digits than it can mean."""
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isdecimal()


def _order_id(fields: Fields) -> int:
    """OrderID(37) if it can be one of ours; NONE and others' numbers are no order's."""
    text = fields.get("37", "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def poss_resend(fields: Fields) -> bool:
    """PossResend(97) or PossDupFlag(43): the client may have sent it before."""
    return fields.get("97") == "Y" or fields.get("43") == "Y"


def _expire_ns(fields: Fields, party: Party) -> int:
    if "126" in fields:
        return _moment(fields, "126", lambda: utc_ns(fields["126"]))
    if "432" in fields:
        return _moment(fields, "432", lambda: end_of_date_ns(fields["432"], party.day_end_utc))
    return 0


def _moment(fields: Fields, tag: str, read: Callable[[], int]) -> int:
    """A moment that fits the journal's integers: FIX can write the years 1 and 9999, those are nearer."""
    try:
        time_ns = read()
        if 0 <= time_ns <= m.UNITS_MAX:
            return time_ns
    except ValueError:
        raise WrongFormat(tag) from None
    except OverflowError:  # beyond the last date that can be computed
        pass
    raise Refused(reasons.BAD_VALUE, f"field {tag} was {fields[tag]}")


def _missing(text: str) -> BusinessReject:
    return BusinessReject(tables.CONDITIONAL_FIELD_MISSING, text)
