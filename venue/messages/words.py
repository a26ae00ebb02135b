"""The words of the trade, as small integers. The FIX characters for them stand in venue/fix/tables.py.

A number once given to a word keeps its meaning: it stands in journals.
"""

from typing import Final, Literal, TypeAlias

Side: TypeAlias = Literal[1, 2]
BUY: Final = 1
SELL: Final = 2

OrdType: TypeAlias = Literal[1, 2, 3, 4, 5, 6, 7]
MARKET: Final = 1
LIMIT: Final = 2
STOP: Final = 3
STOP_LIMIT: Final = 4
TAKE_PROFIT: Final = 5
TAKE_PROFIT_LIMIT: Final = 6
TRAILING_STOP: Final = 7

TimeInForce: TypeAlias = Literal[0, 1, 2, 3, 4, 5]
UNCHANGED: Final = 0  # only in a ReplaceOrder
DAY: Final = 1
GTC: Final = 2
IOC: Final = 3
FOK: Final = 4
GTD: Final = 5

# TriggerPriceType(1107): what reaches the stop price.
TriggerSource: TypeAlias = Literal[0, 1, 2, 3]
ON_LAST: Final = 0
ON_BID: Final = 1
ON_OFFER: Final = 2
ON_MID: Final = 3

SelfMatch: TypeAlias = Literal[0, 1, 2, 3, 4, 5]
ACCOUNT_DEFAULT: Final = 0  # only in an EnterOrder
CANCEL_INCOMING: Final = 1
CANCEL_RESTING: Final = 2
CANCEL_BOTH: Final = 3
DECREMENT: Final = 4
ALLOW: Final = 5  # trade with oneself; for benchmarks and agency accounts

TradingState: TypeAlias = Literal[1, 2, 3, 4, 5, 6, 7]
OPEN: Final = 1
HALTED: Final = 2
CANCEL_ONLY: Final = 3
POST_ONLY: Final = 4
PRE_OPEN: Final = 5
AUCTION: Final = 6
CLOSED: Final = 7

OrdStatus: TypeAlias = Literal[0, 1, 2, 3, 4, 5]
NEW: Final = 0
PARTIALLY_FILLED: Final = 1
FILLED: Final = 2
CANCELED: Final = 3
EXPIRED: Final = 4
REJECTED: Final = 5

Request: TypeAlias = Literal[1, 2, 3, 4]
REQUEST_ENTER: Final = 1
REQUEST_CANCEL: Final = 2
REQUEST_REPLACE: Final = 3
REQUEST_MASS_CANCEL: Final = 4

# ContingencyType(1385). A bracket is an entry order with a stop and a take profit: OTO, then OCO.
Contingency: TypeAlias = Literal[1, 2, 3]
OCO: Final = 1
OTO: Final = 2
BRACKET: Final = 3

Settlement: TypeAlias = Literal[1, 2]
CREDIT: Final = 1  # positions with limits; money is settled elsewhere
PREFUNDED: Final = 2  # balances, locked by open orders, never negative

Scope: TypeAlias = Literal[1, 2, 3, 4]
SESSION: Final = 1
ACCOUNT: Final = 2
FIRM: Final = 3
VENUE: Final = 4

SessionAction: TypeAlias = Literal[1, 2]
LOG_OUT: Final = 1
RESET_NUMBERS: Final = 2  # both sequence numbers back to 1, what is stored for resend forgotten; logs out first

NO_LIMIT: Final = -1
UNITS_MAX: Final = 2**62  # of any amount in a message: well inside the 64 bits of the journal
