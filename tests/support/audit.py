"""An auditor of the venue: follows the events alone and checks what must hold whatever the rules' details.

It knows neither commands nor how a book is built. From the events it keeps a ledger of the open orders and
holds each event against it: quantity is conserved, ids have no gap, a trade takes the best price and there
the slice that queued longest, no order trades more in one go than it shows. A broken promise is an
AssertionError. It follows plain limits, icebergs and triggered orders alike; cost O(open orders) a trade.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from venue.engine.engine import Engine
from venue.messages import (
    BUY,
    CANCELED,
    EXPIRED,
    FILLED,
    FOK,
    LIMIT,
    OCO,
    OPEN,
    SELL,
    TRAILING_STOP,
    AnyEvent,
    EnterOrder,
    ListAccepted,
    MassCanceled,
    MassCancelRejected,
    OrderAccepted,
    OrderCanceled,
    OrderExpired,
    OrderReduced,
    OrderRejected,
    OrderReleased,
    OrderReplaced,
    OrderStatusReported,
    OrderTraded,
    OrderTriggered,
    OrdStatus,
    TradeAmended,
)
from venue.reasons import CONTINGENCY, FILL_RATE, FOK_UNFILLABLE


@dataclass
class Entry:
    """One open order. slice_lots is what is left of its visible part, 0 when it is to be filled up anew."""

    terms: EnterOrder
    cum_lots: int
    leaves_lots: int
    notional: int
    queued_since: int  # the count of events when its slice joined the line
    triggered: bool = False
    held: bool = False
    slice_lots: int = 0

    def follow_stop(self, terms: EnterOrder) -> None:
        """A trailing stop moves without an event; later ones carry it."""
        if self.terms.ord_type == TRAILING_STOP:
            self.terms = replace(self.terms, stop_ticks=terms.stop_ticks)

    def facts(self) -> tuple[EnterOrder, int, int, int]:
        return (self.terms, self.cum_lots, self.leaves_lots, self.notional)

    def shown_lots(self) -> int:
        return self.slice_lots or min(self.terms.display_lots or self.leaves_lots, self.leaves_lots)

    def may_rest(self) -> bool:
        return self.terms.price_ticks > 0 and (self.terms.ord_type == LIMIT or self.triggered) and not self.held


@dataclass
class Audit:
    """`ledger` has the open orders, `ended` how the others ended, `trades` (symbol, lots) as amended."""

    ledger: dict[int, Entry] = field(default_factory=dict)
    ended: dict[int, OrdStatus] = field(default_factory=dict)
    trades: dict[int, tuple[str, int]] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)  # of a list, accepted or about to be
    event_count: int = 0
    exec_id: int = 0

    def follow(self, events: Sequence[AnyEvent]) -> None:
        """Check the events of one command, in order."""
        for event in events:
            self.event_count += 1
            for exec_id in exec_ids(event):
                self.exec_id += 1
                assert exec_id == self.exec_id, "ExecIDs have no gap"
            match event:
                case OrderTraded():
                    self.check_trade(event)
                case OrderAccepted():
                    self.check_accepted(event)
                case ListAccepted():
                    self.held |= set(event.order_ids[1:]) if event.request.contingency != OCO else set()
                case OrderReleased():
                    self.check_released(event)
                case TradeAmended():
                    self.check_amended(event)
                case OrderTriggered():
                    self.check_triggered(event)
                case OrderReplaced():
                    self.check_replaced(event)
                case OrderReduced():
                    self.check_reduced(event)
                case OrderCanceled():
                    self.check_ended(event, CANCELED)
                case OrderExpired():
                    self.check_ended(event, EXPIRED)
        check_fill_or_kill(events)

    def check_accepted(self, event: OrderAccepted) -> None:
        assert event.order_id == len(self.ledger) + len(self.ended) + 1, "OrderIDs have no gap"
        assert (event.cum_lots, event.notional) == (0, 0)
        assert event.leaves_lots == event.terms.qty_lots > 0
        entry = Entry(event.terms, 0, event.leaves_lots, 0, self.event_count, held=event.order_id in self.held)
        self.ledger[event.order_id] = entry

    def check_released(self, event: OrderReleased) -> None:
        entry = self.ledger[event.order_id]
        entry.follow_stop(event.terms)
        assert (event.terms, event.cum_lots, event.leaves_lots, event.notional) == entry.facts()
        assert entry.held, "an order is released once"
        entry.held, entry.queued_since = False, self.event_count

    def check_amended(self, event: TradeAmended) -> None:
        """Lots that were taken off do not come back; both sides lose the same ones."""
        symbol, lots = self.trades[event.trade_id]
        self.trades[event.trade_id] = (symbol, event.qty_lots)
        for side in (event.maker, event.taker):
            entry = self.ledger.get(side.order_id)
            if entry is None:
                self.ended[side.order_id] = side.ord_status
                assert side.leaves_lots == 0
                continue
            entry.follow_stop(side.terms)
            qty_lots = entry.terms.qty_lots - (lots - event.qty_lots)
            entry.terms = replace(entry.terms, qty_lots=qty_lots)
            entry.cum_lots -= lots - event.qty_lots
            entry.notional = side.notional
            assert entry.facts() == (side.terms, side.cum_lots, side.leaves_lots, side.notional)

    def check_triggered(self, event: OrderTriggered) -> None:
        entry = self.ledger[event.order_id]
        entry.follow_stop(event.terms)
        assert (event.terms, event.cum_lots, event.leaves_lots, event.notional) == entry.facts()
        assert not entry.triggered, "an order triggers once"
        entry.triggered, entry.queued_since = True, self.event_count

    def check_replaced(self, event: OrderReplaced) -> None:
        entry = self.ledger[event.order_id]
        assert event.orig_cl_ord_id == entry.terms.cl_ord_id
        assert (event.cum_lots, event.notional) == (entry.cum_lots, entry.notional)
        assert event.terms.qty_lots == event.cum_lots + event.leaves_lots
        if event.leaves_lots == 0:
            self.end(event.order_id, FILLED)
            return
        same_place = place(event.terms) == place(entry.terms)
        if not same_place or event.terms.qty_lots > entry.terms.qty_lots:
            entry.queued_since, entry.slice_lots = self.event_count, 0
        entry.terms, entry.leaves_lots = event.terms, event.leaves_lots
        entry.slice_lots = min(entry.slice_lots, entry.leaves_lots)

    def check_reduced(self, event: OrderReduced) -> None:
        entry = self.ledger[event.order_id]
        assert (event.cum_lots, event.notional) == (entry.cum_lots, entry.notional)
        assert 0 < event.leaves_lots < entry.leaves_lots
        assert event.terms.qty_lots == event.cum_lots + event.leaves_lots
        entry.terms, entry.leaves_lots = event.terms, event.leaves_lots
        entry.slice_lots = min(entry.slice_lots, entry.leaves_lots)

    def check_ended(self, event: OrderCanceled | OrderExpired, ord_status: OrdStatus) -> None:
        entry = self.ledger[event.order_id]
        assert (event.cum_lots, event.leaves_lots, event.notional) == (entry.cum_lots, 0, entry.notional)
        assert event.terms.qty_lots == entry.cum_lots + entry.leaves_lots, "what is left is what was open"
        self.end(event.order_id, ord_status)

    def check_trade(self, trade: OrderTraded) -> None:
        assert trade.trade_id == len(self.trades) + 1, "TradeIDs have no gap"
        maker, taker = self.ledger[trade.maker_order_id], self.ledger[trade.taker_order_id]
        assert maker.terms.symbol == taker.terms.symbol
        assert {maker.terms.side, taker.terms.side} == {BUY, SELL}
        self.trades[trade.trade_id] = (maker.terms.symbol, trade.qty_lots)
        if trade.is_auction:
            assert trade.maker_order_id < trade.taker_order_id, "the older order is the maker"
        else:
            assert trade.price_ticks == maker.terms.price_ticks
        for entry in (maker, taker):
            limit = entry.terms.price_ticks
            assert not limit or is_as_good(entry.terms, trade.price_ticks, limit), "a limit is kept"
        for entry in (maker, taker) if trade.is_auction else (maker,):
            self.check_resting(trade, entry)
        self.execute(trade, trade.maker_order_id)
        self.execute(trade, trade.taker_order_id)
        maker.follow_stop(trade.maker)
        taker.follow_stop(trade.taker)
        done = (trade.maker_cum_lots, trade.maker_leaves_lots, trade.maker_notional)
        assert maker.facts() == (trade.maker, *done)
        done = (trade.taker_cum_lots, trade.taker_leaves_lots, trade.taker_notional)
        assert taker.facts() == (trade.taker, *done)

    def check_resting(self, trade: OrderTraded, entry: Entry) -> None:
        """It is its turn, and it trades no more in one go than it shows."""
        assert 0 < trade.qty_lots <= entry.shown_lots(), "an iceberg trades no more than it shows"
        self.check_priority(trade, entry)
        entry.slice_lots = entry.shown_lots() - trade.qty_lots
        if entry.slice_lots == 0:
            entry.queued_since = self.event_count

    def check_priority(self, trade: OrderTraded, resting: Entry) -> None:
        """Price, then time: nobody who stands in line stands before it."""
        line = (resting.terms.symbol, resting.terms.side)
        for order_id, other in self.ledger.items():
            in_line = (other.terms.symbol, other.terms.side) == line and other.may_rest()
            if other is resting or order_id == trade.taker_order_id or not in_line:
                continue
            price, other_price = resting.terms.price_ticks, other.terms.price_ticks
            if price == other_price:
                assert resting.queued_since < other.queued_since, "the longest queued trades first"
            else:
                assert is_as_good(resting.terms, other_price, price), "the best price trades first"

    def execute(self, trade: OrderTraded, order_id: int) -> None:
        entry = self.ledger[order_id]
        entry.cum_lots += trade.qty_lots
        entry.leaves_lots -= trade.qty_lots
        entry.notional += trade.qty_lots * trade.price_ticks
        if entry.leaves_lots == 0:
            self.end(order_id, FILLED)

    def end(self, order_id: int, ord_status: OrdStatus) -> None:
        del self.ledger[order_id]
        self.ended[order_id] = ord_status

    def check_engine(self, engine: Engine) -> None:
        """The engine's views say what the events said, and no book is crossed."""
        shown: dict[tuple[str, int, int], int] = {}
        for order_id, entry in self.ledger.items():
            status = engine.find_order_by_id(order_id)
            assert status is not None
            entry.follow_stop(status.terms)
            assert status.held == entry.held
            assert (status.terms, status.cum_lots, status.leaves_lots, status.notional) == entry.facts()
            assert status.triggered == entry.triggered
            if entry.may_rest():
                line = (entry.terms.symbol, entry.terms.side, entry.terms.price_ticks)
                shown[line] = shown.get(line, 0) + entry.shown_lots()
        for order_id, ord_status in self.ended.items():
            status = engine.find_order_by_id(order_id)
            assert status is not None
            assert (status.ord_status, status.leaves_lots) == (ord_status, 0)
        for instrument in engine.instruments():
            symbol = instrument.symbol
            bids, asks = engine.depth(symbol, len(shown) + 1)
            is_crossed = bids and asks and bids[0][0] >= asks[0][0]
            assert not is_crossed or engine.trading_state(symbol) != OPEN, "an open book is never crossed"
            for side, levels in ((BUY, bids), (SELL, asks)):
                for price, lots, _ in levels:
                    assert shown.pop((symbol, side, price)) == lots, "a level shows its orders' slices"
        assert not shown, "every resting order is in its book"


def place(terms: EnterOrder) -> tuple[int, int, int]:
    """What an order must keep to keep its place in the line."""
    return (terms.price_ticks, terms.stop_ticks, terms.display_lots)


def is_as_good(terms: EnterOrder, price_ticks: int, other_ticks: int) -> bool:
    """Whether the side that ordered `terms` likes the first price at least as well when it trades."""
    return price_ticks <= other_ticks if terms.side == BUY else price_ticks >= other_ticks


def exec_ids(event: AnyEvent) -> Iterator[int]:
    match event:
        case OrderTraded():
            yield event.maker_exec_id
            yield event.taker_exec_id
        case TradeAmended():
            yield event.maker.exec_id
            yield event.taker.exec_id
        case (
            OrderAccepted()
            | OrderTriggered()
            | OrderReleased()
            | OrderReplaced()
            | OrderReduced()
            | OrderCanceled()
            | OrderExpired()
            | OrderRejected()
            | MassCanceled()
            | MassCancelRejected()
            | OrderStatusReported()
        ):
            yield event.exec_id


def check_fill_or_kill(events: Sequence[AnyEvent]) -> None:
    """An accepted FOK is filled by its command, or killed without a trade.

    Only a consequence of its trades may cut it off: a group that tripped, or an OCO partner that it counted on.
    """
    ended = {event.order_id: event.reason for event in events if isinstance(event, OrderCanceled)}
    if not {FILL_RATE, CONTINGENCY}.isdisjoint(ended.values()):
        return
    entered = [event for event in events if isinstance(event, OrderAccepted)]
    trades = [event for event in events if isinstance(event, OrderTraded)]
    for order in [event for event in entered if event.terms.time_in_force == FOK]:
        lots = sum(trade.qty_lots for trade in trades if trade.taker_order_id == order.order_id)
        killed = ended.get(order.order_id) == FOK_UNFILLABLE
        assert lots == (0 if killed else order.terms.qty_lots), "fill or kill is all or nothing"
