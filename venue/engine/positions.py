"""A holding: what one account has, pays and may do in one instrument.

Position arithmetic is in price_ticks x lots, exact; times the notional_factor it is money of the quote
currency. Source: the usual average entry with sign flips, kept as a sum so that no average is rounded.

Invariants: open_notional >= 0, and 0 when the position is; open_buy_lots and open_sell_lots are the sums of
the counted_lots of the account's open orders in the instrument.
"""

from typing import TYPE_CHECKING

from venue.engine.balances import Purse, purse
from venue.engine.fees import FeeAccount
from venue.engine.rounding import bounded, half_even
from venue.messages import BUY, NO_LIMIT, Position

if TYPE_CHECKING:
    from venue.engine.accounts import Account
    from venue.engine.book import Book
    from venue.engine.losses import LossCap


class Holding:
    """One account in one book; made when a request for it first comes."""

    def __init__(self, account: "Account", book: "Book", fee_account: FeeAccount) -> None:
        self.account = account
        self.book = book
        self.fee_account = fee_account
        self.factor: int = book.listing.notional_factor
        self.lot_units: int = book.listing.lot_units
        self.position_lots = 0  # short: negative
        self.open_notional = 0  # what the position was entered for
        self.realized = 0
        self.fees_units = 0
        self.open_buy_lots = 0
        self.open_sell_lots = 0
        self.loss_cap: LossCap | None = None  # of the account in the quote currency
        self.threshold = 0  # the mark, in half ticks, at which the cap is looked at again: see MarkWatch
        self.is_watched_short = False
        self.quote_purse: Purse | None = None  # of prefunded accounts
        self.base_purse: Purse | None = None
        self.take_settings()

    def take_settings(self) -> None:
        """Take over what the account's settings say of this instrument."""
        account, listing = self.account, self.book.listing
        limits = account.order_limits.get(listing.symbol)
        self.order_lots_max = NO_LIMIT if limits is None else limits.order_lots_max
        self.order_notional_max = NO_LIMIT if limits is None else limits.order_notional_max
        self.long_lots_max = NO_LIMIT if limits is None else limits.long_lots_max
        self.short_lots_max = NO_LIMIT if limits is None else limits.short_lots_max
        self.is_entitled = account.may_trade(listing.symbol)
        self.is_prefunded = account.is_prefunded
        if account.is_prefunded:
            self.quote_purse = purse(account, listing.quote)
            self.base_purse = purse(account, listing.base)
        self.is_bounded = (
            limits is not None or account.is_prefunded or account.is_stopped or account.open_orders_max != NO_LIMIT
        )

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

    def paying_purse(self, side: int) -> Purse:
        """What orders of this side are paid from; the account is prefunded."""
        found = self.quote_purse if side == BUY else self.base_purse
        assert found is not None
        return found

    def open_lots(self, side: int) -> int:
        return self.open_buy_lots if side == BUY else self.open_sell_lots

    def twice_unrealized(self, mark_half: int) -> int:
        """Twice the unrealized P&L, in price_ticks x lots, at a mark in half ticks; without a mark (0) none."""
        if mark_half == 0:
            return 0
        entered_for = 2 * self.open_notional
        position = self.position_lots
        return position * mark_half - (entered_for if position > 0 else -entered_for)

    def is_blank(self) -> bool:
        """Whether nothing would be lost if it were made anew."""
        return not (self.position_lots or self.realized or self.fees_units or self.open_buy_lots or self.open_sell_lots)

    def status(self, mark_half: int) -> Position:
        factor = self.factor
        return Position(
            self.account.name,
            self.book.symbol,
            bounded(self.position_lots),
            bounded(self.open_notional),
            bounded(self.realized * factor),
            bounded(half_even(self.twice_unrealized(mark_half) * factor, 2)),
            bounded(self.fees_units),
            mark_half,
            bounded(self.open_buy_lots),
            bounded(self.open_sell_lots),
        )
