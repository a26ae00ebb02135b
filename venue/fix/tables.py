"""The characters of FIX 4.4 and what they mean here: one table per field, read in both directions.

Source: FIX 4.4 volume 6; FIX 5.0 SP2 for TriggerPriceType(1107), ContingencyType(1385) and
SelfMatchPreventionInstruction(2964), the last with 100 of our own.
"""

from typing import Final

from venue import messages as m

SOH: Final = "\x01"

SIDES: Final[dict[str, m.Side]] = {"1": m.BUY, "2": m.SELL}
UNDISCLOSED: Final = "7"  # Side(54) in an answer about an order nothing is known of

# OrdType(40). J with a Price(44) is a take profit that becomes a limit order, P a stop pegged to the
# market: see `inbound`.
ORD_TYPES: Final[dict[str, m.OrdType]] = {
    "1": m.MARKET,
    "2": m.LIMIT,
    "3": m.STOP,
    "4": m.STOP_LIMIT,
    "J": m.TAKE_PROFIT,
    "P": m.TRAILING_STOP,
}
TIMES_IN_FORCE: Final[dict[str, m.TimeInForce]] = {"0": m.DAY, "1": m.GTC, "3": m.IOC, "4": m.FOK, "6": m.GTD}
SELF_MATCH: Final[dict[str, m.SelfMatch]] = {
    "1": m.CANCEL_INCOMING,
    "2": m.CANCEL_RESTING,
    "3": m.CANCEL_BOTH,
    "100": m.DECREMENT,
}

TRIGGERS: Final[dict[str, m.TriggerSource]] = {"1": m.ON_OFFER, "2": m.ON_LAST, "3": m.ON_BID, "6": m.ON_MID}

# ExecInst(18)
POST_ONLY: Final = "6"  # participate, don't initiate
TRAILING: Final = "a"  # trailing stop peg

# ContingencyType(1385). FIX has no word for a bracket: it is 2 with three orders.
ONE_CANCELS_THE_OTHER: Final = "1"
ONE_TRIGGERS_THE_OTHER: Final = "2"

SIDE_CHARS: Final[dict[int, str]] = {**{side: char for char, side in SIDES.items()}, 0: UNDISCLOSED}
ORD_TYPE_CHARS: Final[dict[int, str]] = {
    **{ord_type: char for char, ord_type in ORD_TYPES.items()},
    m.TAKE_PROFIT_LIMIT: "J",
}
TIME_IN_FORCE_CHARS: Final[dict[int, str]] = {tif: char for char, tif in TIMES_IN_FORCE.items()}
SELF_MATCH_CHARS: Final[dict[int, str]] = {choice: char for char, choice in SELF_MATCH.items()}
TRIGGER_CHARS: Final[dict[int, str]] = {trigger: char for char, trigger in TRIGGERS.items()}
ORD_STATUS_CHARS: Final[dict[int, str]] = {
    m.NEW: "0",
    m.PARTIALLY_FILLED: "1",
    m.FILLED: "2",
    m.CANCELED: "4",
    m.EXPIRED: "C",
    m.REJECTED: "8",
}

# LastLiquidityInd(851)
ADDED: Final = "1"
REMOVED: Final = "2"
AUCTIONED: Final = "4"

# SecurityTradingStatus(326). FIX 4.4 has no word for "only orders that rest" or "only cancels": the
# nearest are Pre-Open and Not Available For Trading; Text(58) names the state exactly.
TRADING_STATUS: Final[dict[int, tuple[str, str]]] = {
    m.OPEN: ("17", "open"),
    m.HALTED: ("2", "halted"),
    m.CANCEL_ONLY: ("18", "cancel-only"),
    m.POST_ONLY: ("21", "post-only"),
    m.PRE_OPEN: ("21", "pre-open"),
    m.AUCTION: ("22", "auction"),
    m.CLOSED: ("18", "closed"),
}
UNKNOWN_STATUS: Final = ("20", "unknown symbol")

# CxlRejResponseTo(434)
CANCEL_RESPONSE_TO: Final[dict[int, str]] = {m.REQUEST_CANCEL: "1", m.REQUEST_REPLACE: "2"}

# BusinessRejectReason(380)
OTHER: Final = 0
UNSUPPORTED_MESSAGE_TYPE: Final = 3
NOT_AVAILABLE: Final = 4
CONDITIONAL_FIELD_MISSING: Final = 5
NOT_AUTHORIZED: Final = 6

# The field that BusinessRejectRefID(379) repeats, by MsgType(35).
ID_FIELDS: Final[dict[str, str]] = {
    **dict.fromkeys(("D", "F", "G", "H", "q", "9", "r"), "11"),
    **dict.fromkeys(("x", "y"), "320"),
    **dict.fromkeys(("e", "f"), "324"),
    **dict.fromkeys(("E", "N"), "66"),
    **dict.fromkeys(("AN", "AO", "AP"), "710"),
    **dict.fromkeys(("BA", "BB", "BG"), "909"),
    "AF": "584",
    "8": "17",
    "j": "379",
    "B": "148",
}

# Every application MsgType(35) of FIX 4.4: one of these that the venue does not take is answered with
# BusinessMessageReject(j) 380=3, anything else with Reject(3) 373=11.
FIX44_APP_TYPES: Final = frozenset(
    [
        *"6789BCDEFGHJKLMNPQRSTVWXYZabcdefghijklmopqrstuvwxyz",
        *("A" + second for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        *("B" + second for second in "ABCDEFGH"),
    ]
)
