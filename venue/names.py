"""The words of the trade as people write and read them: configuration, command line, the journal's text.

What FIX writes for them stands in venue/fix/tables.py. 0 is the empty word: nothing was said.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeVar

from venue import messages as m
from venue.errors import OperatorError

Word = TypeVar("Word", bound=int)

SIDES: Final[dict[Literal[0, 1, 2], str]] = {0: "", m.BUY: "buy", m.SELL: "sell"}
ORD_TYPES: Final = {
    0: "",
    m.MARKET: "market",
    m.LIMIT: "limit",
    m.STOP: "stop",
    m.STOP_LIMIT: "stop-limit",
    m.TAKE_PROFIT: "take-profit",
    m.TAKE_PROFIT_LIMIT: "take-profit-limit",
    m.TRAILING_STOP: "trailing-stop",
}
TIMES_IN_FORCE: Final = {
    m.UNCHANGED: "",
    m.DAY: "day",
    m.GTC: "gtc",
    m.IOC: "ioc",
    m.FOK: "fok",
    m.GTD: "gtd",
}
TRIGGERS: Final = {m.ON_LAST: "last", m.ON_BID: "bid", m.ON_OFFER: "offer", m.ON_MID: "mid"}
CONTINGENCIES: Final = {m.OCO: "oco", m.OTO: "oto", m.BRACKET: "bracket"}
REQUESTS: Final = {
    m.REQUEST_ENTER: "enter",
    m.REQUEST_CANCEL: "cancel",
    m.REQUEST_REPLACE: "replace",
    m.REQUEST_MASS_CANCEL: "mass-cancel",
}
SELF_MATCHES: Final[dict[m.SelfMatch, str]] = {
    m.CANCEL_INCOMING: "cancel-incoming",
    m.CANCEL_RESTING: "cancel-resting",
    m.CANCEL_BOTH: "cancel-both",
    m.DECREMENT: "decrement",
    m.ALLOW: "allow",
}
SETTLEMENTS: Final[dict[m.Settlement, str]] = {m.CREDIT: "credit", m.PREFUNDED: "prefunded"}
STATES: Final[dict[m.TradingState, str]] = {
    m.OPEN: "open",
    m.HALTED: "halted",
    m.CANCEL_ONLY: "cancel-only",
    m.POST_ONLY: "post-only",
    m.PRE_OPEN: "pre-open",
    m.AUCTION: "auction",
    m.CLOSED: "closed",
}
SESSION_ACTIONS: Final[dict[m.SessionAction, str]] = {m.LOG_OUT: "log-out", m.RESET_NUMBERS: "reset-numbers"}
SCOPES: Final[dict[m.Scope, str]] = {m.SESSION: "session", m.ACCOUNT: "account", m.FIRM: "firm", m.VENUE: "venue"}


def word_of(what: str, text: str, words: Mapping[Word, str]) -> Word:
    """The number of a word, written with "-" or "_". Raises OperatorError that names those there are."""
    wanted = text.lower().replace("_", "-")
    for number, word in words.items():
        if word and word == wanted:
            return number
    raise OperatorError(f"{what} was {text!r}: must be {', '.join(word for word in words.values() if word)}")
