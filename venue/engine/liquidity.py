"""What an order would trade in the book as it is, decided before anything trades.

For FOK, MinQty(110), CashOrderQty(152) and what a market order may cost. Hidden quantity counts; own orders
count as far as self-match prevention would let the incoming order come; prices count up to the first one
that would halt the instrument.
"""

from collections.abc import Iterator

from venue.engine.accounts import Account
from venue.engine.bands import highest, lowest, reach_key
from venue.engine.book import Book, Level
from venue.messages import ALLOW, CANCEL_RESTING, OPEN, POST_ONLY


def takes(book: Book, side: int, price_ticks: int) -> bool:
    """Whether an order at this price would trade now; price 0 takes any. In an auction nothing takes."""
    opposite = book.other_side(side)
    best = opposite.best
    if best is None or book.state not in (OPEN, POST_ONLY):
        return False
    return price_ticks == 0 or best.key <= opposite.sign * price_ticks


def fills(book: Book, side: int, price_ticks: int, lots: int, account: Account, self_match: int) -> bool:
    """Whether at least `lots` would trade. Cost: O(levels) for ALLOW, else O(orders) it would meet."""
    for _, tradable in reachable(book, side, price_ticks, account, self_match):
        lots -= tradable
        if lots <= 0:
            return True
    return False


def affordable_lots(book: Book, side: int, cash_units: int, account: Account, self_match: int) -> int:
    """The lots a market order with this much cash would trade."""
    factor: int = book.listing.notional_factor
    lots = 0
    for price_ticks, tradable in reachable(book, side, 0, account, self_match):
        lot_cost = price_ticks * factor
        taken = min(tradable, cash_units // lot_cost)
        lots += taken
        cash_units -= taken * lot_cost
        if taken < tradable:
            break
    return lots


def reachable(book: Book, side: int, price_ticks: int, account: Account, self_match: int) -> Iterator[tuple[int, int]]:
    """Price and lots of each level an order would trade at, best first; price 0 reaches to the collar."""
    if book.state != OPEN:
        return
    opposite = book.other_side(side)
    limit_key = reach_key(book, side, price_ticks)
    low, high = book.floor_ticks, book.ceiling_ticks
    is_unbound = book.reference_ticks == 0 and book.limits.breaker_bp > 0
    for key in opposite.keys:
        level_ticks = opposite.sign * key
        if key > limit_key or level_ticks > high or level_ticks < low:
            return
        tradable, is_end = tradable_lots(opposite.levels[key], account, self_match)
        if tradable:
            if is_unbound:  # the first trade will set the breaker's bounds
                low, high = lowest(level_ticks, book.limits.breaker_bp), highest(level_ticks, book.limits.breaker_bp)
                is_unbound = False
            yield level_ticks, tradable
        if is_end:
            return


def tradable_lots(level: Level, account: Account, self_match: int) -> tuple[int, bool]:
    """Lots of the level an order of `account` would trade, and whether it could go no further."""
    if self_match == ALLOW:
        return level.total_lots, False
    total = shown = 0
    order = level.first
    while order is not None:
        if not account.is_one_owner_with(order.account):
            total += order.leaves_lots
            shown += order.shown_lots
        elif self_match != CANCEL_RESTING:
            return shown, True
        order = order.behind
    return total, False
