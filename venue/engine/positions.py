"""A holding: what one account has, pays and may do in one instrument.

Position arithmetic is in price_ticks x lots, exact; times the notional_factor it is money of the quote
currency. Source: the usual average entry with sign flips, kept as a sum so that no average is rounded.

Invariants: open_notional >= 0, and 0 when the position is; open_buy_lots and open_sell_lots are the sums of
the counted_lots of the account's open orders in the instrument.
"""

from typing import TYPE_CHECKING

from venue.engine.balances import Purse
from venue.engine.fees import FeeAccount
from venue.engine.rounding import half_even
from venue.messages import BUY, NO_LIMIT, SetOrderLimits

if TYPE_CHECKING:
    from venue.engine.accounts import Account
    from venue.engine.book import Book


class Holding:
    """One account in one book; made at the account's first order there that its session may enter."""

    def __init__(self, account: "Account", book: "Book", fee_account: FeeAccount) -> None:
        self.account = account
        self.book = book
        self.factor: int = book.listing.notional_factor
        self.position_lots = 0  # short: negative
        self.open_notional = 0  # what the position was entered for
        self.realized = 0
        self.fees_units = 0
        self.open_buy_lots = 0
        self.open_sell_lots = 0
        self.fee_account = fee_account
        self.limits: SetOrderLimits | None = None
        self.order_lots_max = NO_LIMIT
        self.order_notional_max = NO_LIMIT
        self.long_lots_max = NO_LIMIT
        self.short_lots_max = NO_LIMIT
        self.is_entitled = True
        self.is_bounded = False  # whether any limit of risk.py but the collar applies
        self.quote_purse: Purse | None = None  # of prefunded accounts
        self.base_purse: Purse | None = None

    def fill(self, side: int, price_ticks: int, lots: int) -> None:
        """Change the position by a trade: increase, decrease, or close and open the other way round."""
        position = self.position_lots
        change = lots if side == BUY else -lots
        self.position_lots = position + change
        if position == 0 or (position > 0) == (change > 0):
            self.open_notional += price_ticks * lots
            return
        held = abs(position)
        closed = min(held, lots)
        entered_for = half_even(self.open_notional * closed, held)
        gain = price_ticks * closed - entered_for
        self.realized += gain if position > 0 else -gain
        self.open_notional = price_ticks * (lots - held) if lots > held else self.open_notional - entered_for
