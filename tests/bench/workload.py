"""A seeded flow of orders like a crypto venue's, for one instrument or many, and what must come of it.

    python -m tests.bench.workload --rows 1000000 --symbols 1 --out w1.csv

writes w1.csv and w1.csv.expect.json. The same arguments give the same bytes for ever, so that figures
of different engines and years stay comparable; published figures use --rows 1000000 --depth 2000 --seed 42.

The file: op,symbol,id,side,price,qty,old_id,account; lines that begin with # are comments.
    op       A  limit, good till cancel (may be marketable: trades, the rest rests)
             I  limit, immediate or cancel
             M  market (price 0): trades, the rest is dropped
             C  cancel the order `id`; it is open when a correct engine gets here, and side, price and
                qty are the order's own
             R  cancel `old_id` and enter the new order `id`; never marketable
    symbol   0 .. symbols-1
    id       1, 2, 3 … over the A, I, M and R rows
    side     B or S
    price    ticks; starts around 6,000,000 + 100,000 x symbol (60000.00 with a tick of 0.01)
    qty      lots, from 1
    account  1 .. 64, of whoever sent the row; not of the owner of the order a C row cancels

The first depth x symbols rows build the opening book. After them: 45 % passive adds, 40 % cancels,
10 % marketable limits, 3 % market, 2 % replace, with a pull of the book's size towards `depth`.

The model: each instrument has a latent fair value, a random walk. Makers quote around it at power-law
distances and pull what the market moved through; takers are mostly informed, their sizes fat-tailed.
Trades happen at the resting order's price, strictly by price and time.
"""

import argparse
import random
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from tests.bench.reference_book import BookOrder, ReferenceBook

ACCOUNTS: Final = 64
FAIR_VALUE_STEP: Final = 0.6  # standard deviation per row, ticks
MAKER_SIZE: Final = (3.6, 0.9, 5_000)  # mean and deviation of ln(lots), largest
TAKER_SIZE: Final = (2.6, 1.25, 20_000)
RECENT_MAX: Final = 400
DISTANCE_MAX: Final = 600  # ticks from the fair value, P(d) ~ d ** -1.7
_DISTANCE_CUMULATED: Final = list(accumulate(d**-1.7 for d in range(1, DISTANCE_MAX + 1)))


class Row(NamedTuple):
    op: str
    symbol: int
    id: int
    side: str
    price: int
    qty: int
    old_id: int
    account: int


class Expectation(msgspec.Struct, frozen=True):
    """What a correct engine has done after the last row. A trade is one maker meeting one taker."""

    trades: int
    traded_qty: int
    notional: int  # sum of price x qty, ticks x lots
    resting: int  # open orders
    best: list[tuple[int | None, int | None]]  # bid and ask per symbol
    levels: list[int]  # prices with open orders, both sides, per symbol
    rows: int
    max_id: int
    mix: dict[str, float]


class _Market:
    """One instrument: its book, its open orders for sampling, its fair value."""

    def __init__(self, symbol: int) -> None:
        self.symbol = symbol
        self.book = ReferenceBook()
        self.open: list[BookOrder] = []
        self.recent: deque[BookOrder] = deque(maxlen=RECENT_MAX)
        self.last_price = 6_000_000 + 100_000 * symbol
        self.fair = float(self.last_price)
        self.taker_sign = 1

    def rest(self, order: BookOrder) -> None:
        self.book.rest(order)
        order.position = len(self.open)
        self.open.append(order)
        self.recent.append(order)

    def forget(self, order: BookOrder) -> None:
        """Take a closed order out of `open` in O(1): the last one moves into its place."""
        last = self.open.pop()
        if last is not order:
            self.open[order.position] = last
            last.position = order.position

    def cancel(self, order: BookOrder) -> None:
        self.book.cancel(order.id)
        self.forget(order)


class Flow:
    """The generator. Rows depend on the order of its random draws: any change of it is a new workload."""

    def __init__(self, symbols: int, depth: int, seed: int) -> None:
        self.markets = [_Market(symbol) for symbol in range(symbols)]
        self.opening_rows = depth * symbols
        self._depth = depth
        self._random = random.Random(seed)
        self._last_id = 0
        self._mix: Counter[str] = Counter()

    def rows(self, count: int) -> Iterator[Row]:
        for index in range(count):
            market = self._pick_market(index)
            account = self._random.randint(1, ACCOUNTS)
            market.fair += self._random.gauss(0.0, FAIR_VALUE_STEP)
            match "A" if index < self.opening_rows else self._pick_op(market):
                case "A":
                    yield self._add(market, account)
                case "C":
                    yield self._cancel(market, account)
                case "R":
                    yield self._replace(market, account)
                case taking:
                    yield self._take(market, account, taking)

    def expectation(self) -> Expectation:
        books = [market.book for market in self.markets]
        rows = self._mix.total()
        return Expectation(
            trades=sum(book.trades for book in books),
            traded_qty=sum(book.traded_qty for book in books),
            notional=sum(book.notional for book in books),
            resting=sum(len(book.orders) for book in books),
            best=[(book.best_bid(), book.best_ask()) for book in books],
            levels=[book.level_count() for book in books],
            rows=rows,
            max_id=self._last_id,
            mix={name: round(count / rows, 4) for name, count in sorted(self._mix.items())},
        )

    def _pick_market(self, index: int) -> _Market:
        if index < self.opening_rows:
            return self.markets[index % len(self.markets)]
        return self.markets[self._random.randrange(len(self.markets)) if len(self.markets) > 1 else 0]

    def _pick_op(self, market: _Market) -> str:
        """A, C, X (a marketable limit), I, M or R; fewer adds the further the book is above its depth."""
        draw = self._random.random()
        surplus = (len(market.open) - self._depth) / self._depth
        adds = 0.45 - 0.40 * max(-0.5, min(0.5, surplus))
        if draw < adds or (not market.open and (draw < 0.85 or draw >= 0.98)):
            return "A"
        return next(op for op, share in _OP_SHARES if draw < share)

    def _add(self, market: _Market, account: int) -> Row:
        side = self._either_side()
        return self._quote(market, account, "A", "A_passive", side, 0)

    def _cancel(self, market: _Market, account: int) -> Row:
        order = self._pick_open_order(market)
        self._mix["C"] += 1
        row = Row("C", market.symbol, order.id, order.side, order.price, order.qty, 0, account)
        market.cancel(order)
        return row

    def _replace(self, market: _Market, account: int) -> Row:
        order = self._pick_open_order(market)
        market.cancel(order)
        return self._quote(market, account, "R", "R", order.side, order.id)

    def _quote(self, market: _Market, account: int, op: str, kind: str, side: str, old_id: int) -> Row:
        price = self._passive_price(market, side)
        qty = self._size(MAKER_SIZE)
        self._last_id += 1
        self._mix[kind] += 1
        market.rest(BookOrder(self._last_id, side, price, qty))
        return Row(op, market.symbol, self._last_id, side, price, qty, old_id, account)

    def _take(self, market: _Market, account: int, taking: str) -> Row:
        side = self._taker_side(market)
        buy = side == "B"
        touch = (market.book.best_ask() if buy else market.book.best_bid()) or market.last_price
        qty = self._size(TAKER_SIZE)
        self._last_id += 1
        price = 0
        if taking != "M":
            through = 0 if self._random.random() < 0.7 else self._random.randint(1, 3)
            price = touch + through if buy else touch - through
        filled: list[BookOrder] = []
        rest = market.book.match(side, price, qty, filled)
        if taking == "X" and rest:
            market.rest(BookOrder(self._last_id, side, price, rest))
        for order in filled:
            market.forget(order)
        market.last_price = touch
        self._mix["A_marketable" if taking == "X" else taking] += 1
        op = "A" if taking == "X" else taking
        return Row(op, market.symbol, self._last_id, side, price, qty, 0, account)

    def _taker_side(self, market: _Market) -> str:
        """Four of five takers trade towards the fair value; the rest go on as before, or turn."""
        bid, ask = market.book.best_bid(), market.book.best_ask()
        draw = self._random.random()
        if draw < 0.8 and ask is not None and ask < market.fair - 1:
            market.taker_sign = 1
        elif draw < 0.8 and bid is not None and bid > market.fair + 1:
            market.taker_sign = -1
        elif draw < 0.35:
            market.taker_sign = 1 if self._random.random() < 0.5 else -1
        return "B" if market.taker_sign > 0 else "S"

    def _passive_price(self, market: _Market, side: str) -> int:
        """Around the fair value, and never at or through the other side's best."""
        distance = 0 if self._random.random() < 0.35 else self._distance()
        if side == "B":
            price, best_ask = int(market.fair) - distance, market.book.best_ask()
            return price if best_ask is None or price < best_ask else best_ask - 1
        price, best_bid = int(market.fair) + 1 + distance, market.book.best_bid()
        return price if best_bid is None or price > best_bid else best_bid + 1

    def _pick_open_order(self, market: _Market) -> BookOrder:
        """Half the time a quote the market moved through, else mostly a young one, else any."""
        draw = self._random.random
        if draw() < 0.5 and (stale := self._stale(market)) is not None:
            return stale
        if draw() < 0.6 and market.recent:
            for _ in range(4):
                recent = market.recent
                age = int(len(recent) * draw() * draw()) if len(recent) > 1 else 0
                if recent[-1 - age].qty:
                    return recent[-1 - age]
        return market.open[int(draw() * len(market.open))]

    def _stale(self, market: _Market) -> BookOrder | None:
        """An order at the best price on the wrong side of the fair value, if there is one."""
        book = market.book
        best_ask = book.best_ask()
        if best_ask is not None and best_ask < market.fair:
            level = book.asks[best_ask]
        else:
            best_bid = book.best_bid()
            if best_bid is None or best_bid <= market.fair:
                return None
            level = book.bids[best_bid]
        order = level[int(self._random.random() * len(level))]
        return order if order.qty else level[0]

    def _either_side(self) -> str:
        return "B" if self._random.random() < 0.5 else "S"

    def _distance(self) -> int:
        return 1 + bisect_left(_DISTANCE_CUMULATED, self._random.random() * _DISTANCE_CUMULATED[-1])

    def _size(self, lognormal: tuple[float, float, int]) -> int:
        mean, deviation, largest = lognormal
        return max(1, min(largest, int(self._random.lognormvariate(mean, deviation))))


_OP_SHARES: Final = (("C", 0.85), ("X", 0.90), ("I", 0.95), ("M", 0.98), ("R", 1.0))


def write_workload(path: Path, rows: int, symbols: int, depth: int, seed: int = 42) -> Expectation:
    """Write the rows to `path` and the expectation beside it. Cost: about 8 seconds a million rows."""
    flow = Flow(symbols, depth, seed)
    with path.open("w") as out:
        out.write(
            "# op,sym,id,side,price,qty,oid,acct  "
            f"n={rows} symbols={symbols} depth={depth} seed={seed} prefill={flow.opening_rows}\n"
        )
        out.writelines(",".join(map(str, row)) + "\n" for row in flow.rows(rows))
    expectation = flow.expectation()
    _expectation_path(path).write_bytes(msgspec.json.format(msgspec.json.encode(expectation), indent=1))
    return expectation


def read_workload(path: Path) -> list[Row]:
    rows = []
    with path.open() as lines:
        for line in lines:
            if not line.startswith("#"):
                op, symbol, order_id, side, price, qty, old_id, account = line.split(",")
                numbers = (int(price), int(qty), int(old_id), int(account))
                rows.append(Row(op, int(symbol), int(order_id), side, *numbers))
    return rows


def read_expectation(path: Path) -> Expectation:
    return msgspec.json.decode(_expectation_path(path).read_bytes(), type=Expectation)


def _expectation_path(path: Path) -> Path:
    return path.with_name(path.name + ".expect.json")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.workload", description="Write a workload file.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--symbols", type=int, default=1)
    parser.add_argument("--depth", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--out", type=Path, default=Path("workload.csv"))
    options = parser.parse_args()
    print(write_workload(options.out, options.rows, options.symbols, options.depth, options.seed))


if __name__ == "__main__":
    main()
