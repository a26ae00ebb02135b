"""What an order would trade in the book as it is, decided before anything trades.

For FOK, MinQty(110) and CashOrderQty(152). Hidden quantity counts; own orders count as far as
self-match prevention would let the incoming order come.
"""

from venue.engine.accounts import Account
from venue.engine.book import ANY_PRICE, Book, Level
from venue.messages import ALLOW, CANCEL_RESTING


def takes(book: Book, side: int, price_ticks: int) -> bool:
    """Whether an order at this price would trade now; price 0 takes any."""
    opposite = book.other_side(side)
    best = opposite.best
    return best is not None and (price_ticks == 0 or best.key <= opposite.sign * price_ticks)


def fills(book: Book, side: int, price_ticks: int, lots: int, account: Account, self_match: int) -> bool:
    """Whether at least `lots` would trade. Cost: O(levels) for ALLOW, else O(orders) it would meet."""
    opposite = book.other_side(side)
    limit_key = opposite.sign * price_ticks if price_ticks else ANY_PRICE
    for key in opposite.keys:
        if key > limit_key:
            return False
        tradable, is_end = tradable_lots(opposite.levels[key], account, self_match)
        lots -= tradable
        if lots <= 0:
            return True
        if is_end:
            return False
    return False


def affordable_lots(book: Book, side: int, cash_units: int, account: Account, self_match: int) -> int:
    """The lots a market order with this much cash would trade."""
    opposite = book.other_side(side)
    factor: int = book.listing.notional_factor
    lots = 0
    for key in opposite.keys:
        lot_cost = opposite.sign * key * factor
        tradable, is_end = tradable_lots(opposite.levels[key], account, self_match)
        taken = min(tradable, cash_units // lot_cost)
        lots += taken
        cash_units -= taken * lot_cost
        if is_end or taken < tradable:
            break
    return lots


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
