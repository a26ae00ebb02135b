"""The words of orders over REST, for the numbers inside: read from requests and written in answers."""

from typing import Final, NamedTuple

from admin_api.models.orders import (
    ContingencyWord,
    OrderType,
    SelfMatchWord,
    SideWord,
    StatusWord,
    TimeInForceWord,
    TriggerWord,
)
from venue import messages as m

SIDES: Final[dict[SideWord, m.Side]] = {"buy": m.BUY, "sell": m.SELL}
TIMES_IN_FORCE: Final[dict[TimeInForceWord, m.TimeInForce]] = {
    "day": m.DAY,
    "gtc": m.GTC,
    "gtd": m.GTD,
    "ioc": m.IOC,
    "fok": m.FOK,
}
TRIGGERS: Final[dict[TriggerWord, m.TriggerSource]] = {
    "last": m.ON_LAST,
    "bid": m.ON_BID,
    "offer": m.ON_OFFER,
    "mid": m.ON_MID,
}
SELF_MATCHES: Final[dict[SelfMatchWord, m.SelfMatch]] = {
    "cancel_incoming": m.CANCEL_INCOMING,
    "cancel_resting": m.CANCEL_RESTING,
    "cancel_both": m.CANCEL_BOTH,
    "decrement": m.DECREMENT,
}
CONTINGENCIES: Final[dict[ContingencyWord, m.Contingency]] = {"oco": m.OCO, "oto": m.OTO, "bracket": m.BRACKET}
STATUSES: Final[dict[StatusWord, m.OrdStatus]] = {
    "new": m.NEW,
    "partially_filled": m.PARTIALLY_FILLED,
    "filled": m.FILLED,
    "canceled": m.CANCELED,
    "expired": m.EXPIRED,
}


class Kind(NamedTuple):
    """What an order_type is inside, the fields it needs, and those it may have besides.

    times_in_force: those that may be given; the first one is meant when none is.
    """

    ord_type: m.OrdType
    needs: tuple[str, ...]
    may_have: tuple[str, ...]
    times_in_force: tuple[TimeInForceWord, ...]
    takes_time_in_force: bool = True  # otherwise it has one, and giving it is refused


_RESTS: Final[tuple[TimeInForceWord, ...]] = ("gtc", "day", "gtd")

KINDS: Final[dict[OrderType, Kind]] = {
    "market": Kind(m.MARKET, (), ("cash_quantity", "min_quantity"), ("ioc", "fok")),
    "limit": Kind(m.LIMIT, ("price",), ("display_quantity", "min_quantity"), (*_RESTS, "ioc", "fok")),
    "ioc": Kind(m.LIMIT, ("price",), ("min_quantity",), ("ioc",), False),
    "fok": Kind(m.LIMIT, ("price",), (), ("fok",), False),
    "post_only": Kind(m.LIMIT, ("price",), ("display_quantity",), _RESTS),
    "iceberg": Kind(m.LIMIT, ("price", "display_quantity"), ("min_quantity",), _RESTS),
    "stop_loss": Kind(m.STOP, ("stop_price",), ("trigger",), _RESTS),
    "stop_limit": Kind(m.STOP_LIMIT, ("stop_price", "price"), ("trigger", "display_quantity"), _RESTS),
    "take_profit": Kind(m.TAKE_PROFIT, ("stop_price",), ("trigger",), _RESTS),
    "take_profit_limit": Kind(m.TAKE_PROFIT_LIMIT, ("stop_price", "price"), ("trigger", "display_quantity"), _RESTS),
    "trailing_stop": Kind(m.TRAILING_STOP, ("trail",), (), _RESTS),
}

SIDE_WORDS: Final[dict[int, SideWord]] = {number: word for word, number in SIDES.items()}
TIME_IN_FORCE_WORDS: Final[dict[int, TimeInForceWord]] = {number: word for word, number in TIMES_IN_FORCE.items()}
TRIGGER_WORDS: Final[dict[int, TriggerWord]] = {number: word for word, number in TRIGGERS.items()}
SELF_MATCH_WORDS: Final[dict[int, SelfMatchWord]] = {number: word for word, number in SELF_MATCHES.items()}
STATUS_WORDS: Final[dict[int, StatusWord]] = {number: word for word, number in STATUSES.items()}

_ORDER_TYPES: Final[dict[int, OrderType]] = {
    m.MARKET: "market",
    m.LIMIT: "limit",
    m.STOP: "stop_loss",
    m.STOP_LIMIT: "stop_limit",
    m.TAKE_PROFIT: "take_profit",
    m.TAKE_PROFIT_LIMIT: "take_profit_limit",
    m.TRAILING_STOP: "trailing_stop",
}


def order_type_of(terms: m.EnterOrder) -> OrderType:
    """The order_type that says most about an order, also one entered over FIX."""
    if terms.ord_type != m.LIMIT:
        return _ORDER_TYPES[terms.ord_type]
    if terms.time_in_force == m.IOC:
        return "ioc"
    if terms.time_in_force == m.FOK:
        return "fok"
    if terms.post_only:
        return "post_only"
    return "iceberg" if terms.display_lots else "limit"
