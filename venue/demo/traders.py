"""The simulated traders: what each of them wants next, one request at a time.

Market makers quote around a price that walks at random and follow it with cancel/replace; takers trade
against them with every order type the venue has. Not a market model: something for the books to do.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from venue.client import requests
from venue.client.fields import Fields
from venue.client.requests import Order, new_cl_ord_id
from venue.client.words import OPEN, is_report
from venue.demo.script import Prices
from venue.increments import Increment

QUOTES_MAX: Final = 4  # a market maker's orders for each side of an instrument
RESTING_MAX: Final = 12  # a taker's
STEP_PARTS: Final = 20_000  # a step of the walk is about this part of the price
SPREAD_PARTS: Final = 8_000  # half the spread, likewise
QTY_PARTS: Final = 20_000  # a small order is this part of the largest one allowed


class Market:
    """The price all traders believe in, in ticks; it walks each time it is looked at."""

    def __init__(self, prices: Prices, chance: Random) -> None:
        self.symbol: Final = prices.instrument.symbol
        self.instrument: Final = prices.instrument
        self._price: Final = Increment(prices.instrument.tick_size)
        self._qty: Final = Increment(prices.instrument.lot_size)
        self._chance = chance
        self._anchor_ticks = self._fair_ticks = max(prices.start_ticks, 100)

    def fair_ticks(self) -> int:
        """Walk one step, drawn back a little to where the walk began: a part of a tick by chance."""
        step = max(1, self._fair_ticks // STEP_PARTS)
        pull = (self._anchor_ticks - self._fair_ticks + self._chance.randrange(500)) // 500
        self._fair_ticks = max(50, self._fair_ticks + pull + self._chance.randint(-step, step))
        return self._fair_ticks

    def half_spread_ticks(self) -> int:
        return max(1, self._fair_ticks // SPREAD_PARTS)

    def price_text(self, price_ticks: int) -> str:
        return self._price.to_text(max(1, price_ticks))

    def qty_text(self, small_orders: int) -> str:
        lots = self.instrument.max_lots // QTY_PARTS * small_orders
        return self._qty.to_text(max(lots, self.instrument.min_lots))


class Trader(ABC):
    """Keeps its open orders by what is reported; `act` is the next request, or nothing."""

    def __init__(self, comp_id: str, markets: list[Market], chance: Random) -> None:
        self.comp_id: Final = comp_id
        self.orders: dict[str, Fields] = {}  # open, by ClOrdID: the last report of each
        self.chance: Final = chance
        self._markets = markets
        self._asked: set[str] = set()  # ClOrdIDs of orders with a cancel or replace under way

    @abstractmethod
    def act(self) -> Fields | None:
        """The next request; called when it is this trader's turn."""

    def heard(self, fields: Fields) -> None:
        """Take note of a report or of a refused cancel."""
        if fields["MsgType"] == "9":
            self._asked.discard(fields["OrigClOrdID"])
            if fields["OrdStatus"] not in OPEN:
                self.orders.pop(fields["OrigClOrdID"], None)
        elif is_report(fields, "0", "F", "4", "C", "5", "D"):
            before = fields.get("OrigClOrdID", fields["ClOrdID"])
            self._asked.discard(before)
            self.orders.pop(before, None)
            if fields["OrdStatus"] in OPEN:
                self.orders[fields["ClOrdID"]] = fields

    def free_orders(self, symbol: str = "", side: str = "") -> list[Fields]:
        """Open orders with nothing under way, oldest first."""
        return [
            order
            for cl_ord_id, order in self.orders.items()
            if cl_ord_id not in self._asked and symbol in ("", order["Symbol"]) and side in ("", order["Side"])
        ]

    def market(self) -> Market:
        return self.chance.choice(self._markets)

    def side(self) -> str:
        return self.chance.choice(("buy", "sell"))

    def cancel(self, order: Fields) -> Fields:
        self._asked.add(order["ClOrdID"])
        return requests.cancel(order, new_cl_ord_id())

    def replace(self, order: Fields, changes: Fields) -> Fields:
        self._asked.add(order["ClOrdID"])
        return requests.replace(order, new_cl_ord_id(), changes)


class MarketMaker(Trader):
    def act(self) -> Fields | None:
        """Quote one side of one instrument anew."""
        market, side = self.market(), self.side()
        away = -1 if side == "buy" else 1
        depth = self.chance.randint(1, QUOTES_MAX)
        price_ticks = market.fair_ticks() + away * market.half_spread_ticks() * depth
        quotes = self.free_orders(market.symbol, requests.SIDES[side])
        if len(quotes) < QUOTES_MAX:
            return requests.enter(self._quote(market, side, price_ticks), new_cl_ord_id())
        if self.chance.random() < 0.1:
            return self.cancel(quotes[0])
        return self.replace(quotes[0], {"Price": market.price_text(price_ticks)})

    def _quote(self, market: Market, side: str, price_ticks: int) -> Order:
        qty = self.chance.randint(5, 40)
        is_iceberg = self.chance.random() < 0.1
        return Order(
            side=side,
            qty=market.qty_text(qty),
            symbol=market.symbol,
            price=market.price_text(price_ticks),
            time_in_force="gtc",
            display=market.qty_text(max(1, qty // 5)) if is_iceberg else "",
            post_only=self.chance.random() < 0.2,
        )


class Taker(Trader):
    def act(self) -> Fields | None:
        """Mostly trade at once; now and then leave an order that waits, and later cancel it."""
        resting = self.free_orders()
        if len(resting) >= RESTING_MAX:
            return self.cancel(resting[0])
        kinds, weights = zip(*_KINDS.items(), strict=True)
        make: Callable[[Market, str, Random], Order] = self.chance.choices(kinds, weights)[0]
        return requests.enter(make(self.market(), self.side(), self.chance), new_cl_ord_id())


def _beyond(market: Market, side: str, spreads: int) -> str:
    """A price that many half spreads through the market, as the side sees it: buy above, sell below."""
    away = 1 if side == "buy" else -1
    return market.price_text(market.fair_ticks() + away * spreads * market.half_spread_ticks())


def _market(market: Market, side: str, chance: Random) -> Order:
    return Order(side, market.qty_text(chance.randint(1, 10)), market.symbol)


def _cash(market: Market, side: str, chance: Random) -> Order:
    """A market order by amount: about what the quantity costs."""
    lots = max(market.instrument.max_lots // QTY_PARTS, market.instrument.min_lots) * chance.randint(1, 10)
    units = lots * market.fair_ticks() * market.instrument.notional_factor
    decimals = market.instrument.quote_decimals
    amount = Increment(f"0.{'0' * (decimals - 1)}1" if decimals else "1").to_text(units)
    return Order(side, amount, market.symbol, is_cash=True)


def _limit(time_in_force: str) -> Callable[[Market, str, Random], Order]:
    def make(market: Market, side: str, chance: Random) -> Order:
        qty = market.qty_text(chance.randint(1, 10))
        price = _beyond(market, side, chance.randint(-1, 4))
        return Order(side, qty, market.symbol, price=price, time_in_force=time_in_force)

    return make


def _min_qty(market: Market, side: str, chance: Random) -> Order:
    price = _beyond(market, side, 3)
    return Order(side, market.qty_text(8), market.symbol, price=price, min_qty=market.qty_text(2))


def _triggered(ord_type: str) -> Callable[[Market, str, Random], Order]:
    """Stops lie beyond the market as the side sees it, take profits before it."""

    def make(market: Market, side: str, chance: Random) -> Order:
        spreads = chance.randint(2, 8) * (1 if ord_type.startswith("stop") else -1)
        return Order(
            side,
            market.qty_text(chance.randint(1, 5)),
            market.symbol,
            price=_beyond(market, side, spreads + 2) if ord_type.endswith("limit") else "",
            stop=_beyond(market, side, spreads),
            ord_type=ord_type,
        )

    return make


_KINDS: Final[Mapping[Callable[[Market, str, Random], Order], int]] = {
    _market: 30,
    _cash: 5,
    _limit("ioc"): 25,
    _limit("fok"): 5,
    _limit("day"): 10,
    _min_qty: 3,
    _triggered("stop"): 6,
    _triggered("stop-limit"): 4,
    _triggered("take-profit"): 4,
    _triggered("take-profit-limit"): 4,
}
