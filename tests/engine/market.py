"""A play for tests of the market: its events as lines, each command given to a loaded twin as well.

Every state these tests come through is therefore also dumped, loaded and continued: dump, load, dump is the
same, and the twin gives the same events and has the same state hash.
"""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from tests.engine.builders import ACCOUNTS, SESSIONS, Play, X, enter
from tests.engine.telling import told
from venue.engine.engine import Engine
from venue.messages import (
    BUY,
    SELL,
    AnyCommand,
    AnyEvent,
    Contingency,
    EnterList,
    EnterOrder,
    OpenAccount,
    OrdType,
    SetPriceLimits,
    SetTradingState,
    Side,
    TradingState,
)


class Market(Play):
    """market(command, ...) gives the lines of the last one's events."""

    def events(self, *commands: AnyCommand) -> list[AnyEvent]:
        events: list[AnyEvent] = []
        for command in commands:
            dumped = self.engine.dump()
            twin = Engine.load(dumped)
            assert twin.dump() == dumped
            assert twin.next_state_ns == self.engine.next_state_ns
            seq = self.engine.journal_seq + 1
            events = self.engine.apply(command, seq, self.time_ns)
            assert twin.apply(command, seq, self.time_ns) == events
            assert twin.state_hash() == self.engine.state_hash()
        return events

    def __call__(self, *commands: AnyCommand) -> list[str]:  # type: ignore[override]  # lines, not events
        return told(self.events(*commands))

    def last(self) -> int:
        return self.engine.best("X")[4]


def market(*before: AnyCommand, closed_orders_max: int = 1_000) -> Market:
    play = Market(Engine(closed_orders_max))
    play(X, *(OpenAccount(account) for account in ACCOUNTS), *SESSIONS, *before)
    return play


def trade_at(price_ticks: int, name: str) -> tuple[EnterOrder, EnterOrder]:
    """Two orders of CAT and DAN that trade one lot at the price and leave nothing, where nothing is better."""
    return enter(f"c{name}", SELL, 1, price_ticks), enter(f"d{name}", BUY, 1, price_ticks)


def opening(*before: AnyCommand) -> Market:
    """Last price 100, and these commands."""
    return market(*trade_at(100, "0"), *before)


def open_ids(play: Market) -> list[tuple[str, bool]]:
    """ANN's open orders and whether each is held."""
    return [(status.terms.cl_ord_id, status.held) for status in play.engine.open_orders("ANN")]


def stop(cl_ord_id: str, side: Side, ord_type: OrdType, stop_ticks: int, lots: int = 1, **terms: Any) -> EnterOrder:
    return enter(cl_ord_id, side, lots, ord_type=ord_type, stop_ticks=stop_ticks, **terms)


def set_state(state: TradingState, until_ns: int = 0, symbol: str = "X") -> SetTradingState:
    return SetTradingState(symbol, state, "operator", "test", until_ns)


def limits(**terms: int) -> SetPriceLimits:
    return replace(SetPriceLimits("X", by="operator", why="test"), **terms)


def listed(contingency: Contingency, *orders: EnterOrder, **terms: Any) -> EnterList:
    """A list "L" of the first order's session and account."""
    first = orders[0]
    return replace(EnterList(first.session, first.account, "L", contingency, orders), **terms)


def depth(play: Play) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Price and visible lots of bids and asks, best first."""
    bids, asks = play.engine.depth("X", 99)
    return prices_and_lots(bids), prices_and_lots(asks)


def prices_and_lots(levels: Iterable[tuple[int, int, int]]) -> list[tuple[int, int]]:
    return [(price_ticks, lots) for price_ticks, lots, _ in levels]
