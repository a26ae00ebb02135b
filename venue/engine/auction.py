"""The auction: one price for all that may trade, and the uncross at it.

The price: the largest volume; then the smallest surplus; then nearest to the reference price; then the
lowest. The rule looks at every tick between the best ask and the best bid. Between two neighbouring prices
with orders, what is willing to buy and to sell does not change, so one tick stands for all of them: the
one nearest to the reference. That leaves two candidates for each level that crosses.
"""

from typing import TypeAlias

from venue.engine.bands import reference, set_breaker
from venue.engine.book import Book, Ladder
from venue.engine.matching import trade
from venue.engine.rounding import bounded
from venue.engine.state import State
from venue.messages import AUCTION, HALTED, PRE_OPEN, AuctionUncrossed

Result: TypeAlias = tuple[int, int, int]  # price_ticks, qty_lots, surplus_lots; 0, 0, 0: nothing crosses


def uncross(state: State, book: Book) -> None:
    """Trade a crossed book until it is crossed no more.

    Once is enough, unless trades had other orders canceled that the volume counted on.
    Cost: O(levels that cross + trades).
    """
    while book.is_crossed():
        price_ticks, lots, surplus_lots = equilibrium(book)
        state.events.append(AuctionUncrossed(book.symbol, price_ticks, bounded(lots), bounded(surplus_lots)))
        set_breaker(book, price_ticks)
        trade_at(state, book, price_ticks, lots)


def trade_at(state: State, book: Book, price_ticks: int, lots: int) -> None:
    """Trade up to `lots`, best bid against best ask in queue order, slice by slice."""
    while lots:
        bids, asks = book.bids.best, book.asks.best
        if bids is None or asks is None or -bids.key < price_ticks or asks.key > price_ticks:
            return
        buy, sell = bids.first, asks.first
        assert buy is not None  # a level in a ladder holds an order
        assert sell is not None
        older, newer = (buy, sell) if buy.order_id < sell.order_id else (sell, buy)
        traded_lots = min(lots, buy.shown_lots, sell.shown_lots)
        lots -= traded_lots
        trade(state, book, older, newer, price_ticks, traded_lots, True)


def equilibrium(book: Book) -> Result:
    """Where the book would uncross now. Cost: O(levels that cross)."""
    reference_ticks = reference(book)
    best: tuple[int, int, int, int] | None = None
    found: Result = (0, 0, 0)
    for price_ticks, bought, sold in candidates(book, reference_ticks):
        volume = min(bought, sold)
        distance_ticks = abs(price_ticks - reference_ticks) if reference_ticks else 0
        rank = (-volume, abs(bought - sold), distance_ticks, price_ticks)  # the least one wins
        if best is None or rank < best:
            best, found = rank, (price_ticks, volume, bought - sold)
    return found


def indicative(book: Book) -> Result:
    """What an uncross would give now, in the states that end in one."""
    return equilibrium(book) if book.state in (PRE_OPEN, AUCTION, HALTED) else (0, 0, 0)


def candidates(book: Book, reference_ticks: int) -> list[Result]:
    """Prices that may win, ascending, each with the lots willing to buy and to sell there."""
    bids, asks = book.bids.best, book.asks.best
    if bids is None or asks is None or asks.key > -bids.key:
        return []
    selling = crossing(book.asks, -bids.key)
    buying = crossing(book.bids, asks.key)
    prices = sorted({*selling, *buying})
    bought, sold = sum(buying.values()), 0
    found: list[Result] = []
    for number, price_ticks in enumerate(prices):
        if number and prices[number - 1] + 1 < price_ticks:  # ticks between two levels
            nearest_ticks = min(max(reference_ticks, prices[number - 1] + 1), price_ticks - 1)
            found.append((nearest_ticks, bought, sold))
        sold += selling.get(price_ticks, 0)
        found.append((price_ticks, bought, sold))
        bought -= buying.get(price_ticks, 0)
    return found


def crossing(ladder: Ladder, last_ticks: int) -> dict[int, int]:
    """Lots by price from the best level to this price, hidden ones too."""
    last_key = ladder.sign * last_ticks
    found: dict[int, int] = {}
    for key in ladder.keys:
        if key > last_key:
            break
        found[ladder.sign * key] = ladder.levels[key].total_lots
    return found
