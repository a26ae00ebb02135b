"""Market data of a whole venue, made from the events of a replica: a sink to be given to `Replica`.

                    ┌► image    who stands where, by what events name ─► deltas, snapshots, checksum
    command, events ┼► tape     each trade, each bust and correction ──► prints
                    └► piece of a candle, quote, last price ───────────► candles, averages, volatility

It is pure: no clock, no I/O, no thread, and nothing of it goes back into the engine. Readers run in the same
thread as `on_events`, between two commands.
"""

from collections import deque
from typing import Final

from venue.marketdata.instrument import InstrumentMarket
from venue.marketdata.source import BookSource
from venue.marketdata.tape import Print, PrintAmended
from venue.messages import (
    AnyCommand,
    AnyEvent,
    DayRolled,
    InstrumentListed,
    ListInstrument,
    OrderEvent,
    OrderTraded,
    TradeAmended,
    TradingStateChanged,
)

PRINTS_MAX: Final = 100_000  # that wait for take_prints; older ones are dropped and counted
TOUCHED_MAX: Final = 1_000  # orders that an image remembers to look up later


class MarketData:
    """Attached to an engine that has run already, it has the books as they are; tape and figures begin then."""

    def __init__(self, source: BookSource) -> None:
        self.journal_seq = source.journal_seq  # of the last command applied
        self.time_ns = source.time_ns
        self.prints_missed = 0  # dropped because nobody took them
        self._source = source
        self._instruments: dict[str, InstrumentMarket] = {}
        self._changed: dict[str, None] = {}  # symbols, in the order they changed first
        self._prints: deque[Print | PrintAmended] = deque(maxlen=PRINTS_MAX)
        for listing in source.instruments():
            self._list(listing)
        self._take_books()

    # -----------------------------------------------------------------------------------------------
    # Read between commands

    def symbols(self) -> list[str]:
        """In the order of listing."""
        return list(self._instruments)

    def instrument(self, symbol: str) -> InstrumentMarket | None:
        return self._instruments.get(symbol)

    def take_changed(self) -> list[str]:
        """Symbols whose book, last price or trading state may have changed since this was last asked."""
        changed = list(self._changed)
        self._changed.clear()
        return changed

    def take_prints(self) -> list[Print | PrintAmended]:
        """Trades, busts and corrections of all instruments since this was last asked, in their order.

        At most PRINTS_MAX: the oldest beyond are dropped and counted in prints_missed.
        """
        prints = list(self._prints)
        self._prints.clear()
        return prints

    # -----------------------------------------------------------------------------------------------
    # The sink

    def on_events(self, journal_seq: int, time_ns: int, command: AnyCommand, events: list[AnyEvent]) -> None:
        """Take in what one command did. Cost: O(events), however deep the books."""
        self.journal_seq = journal_seq
        self.time_ns = time_ns
        last: InstrumentMarket | None = None
        for event in events:
            if isinstance(event, OrderEvent):
                instrument = self._instruments[event.terms.symbol]
                instrument.image.touched.add(event.order_id)
            elif type(event) is OrderTraded:
                instrument = self._instruments[event.maker.symbol]
                instrument.image.touched.update((event.maker_order_id, event.taker_order_id))
                self._print(instrument, event)
            else:
                found = self._note(event)
                if found is None:
                    continue
                instrument = found
            if instrument is not last:
                if last is not None:
                    self._settle(last)
                last = instrument
        if last is not None:
            self._settle(last)

    def _settle(self, instrument: InstrumentMarket) -> None:
        """Events about an instrument are in: look at its quote. (The same command may have more, behind another's.)"""
        image = instrument.image
        image.journal_seq = self.journal_seq
        image.time_ns = self.time_ns
        instrument.note_quote(self.time_ns)
        self._changed[instrument.symbol] = None
        if len(image.touched) > TOUCHED_MAX:
            image.look()

    def _print(self, instrument: InstrumentMarket, event: OrderTraded) -> None:
        printed = Print(
            event.trade_id,
            instrument.symbol,
            self.journal_seq,
            self.time_ns,
            event.price_ticks,
            event.qty_lots,
            0 if event.is_auction else event.taker.side,
            event.is_auction,
        )
        instrument.note_print(printed)
        self._tell(printed)

    def _tell(self, printed: Print | PrintAmended) -> None:
        if len(self._prints) == PRINTS_MAX:
            self.prints_missed += 1
        self._prints.append(printed)

    def _note(self, event: AnyEvent) -> InstrumentMarket | None:
        """Take in one of the rarer events; returns the instrument whose quote it may have changed."""
        match event:
            case TradeAmended():
                return self._amend(event)
            case TradingStateChanged():
                instrument = self._instruments[event.symbol]
                instrument.state = event.state
                return instrument
            case InstrumentListed():
                return self._list(event.instrument)
            case DayRolled():
                for instrument in self._instruments.values():
                    instrument.note_day_roll(self.time_ns)
        return None

    def _amend(self, event: TradeAmended) -> InstrumentMarket:
        instrument = self._instruments[event.maker.terms.symbol]
        former = instrument.amend(event.trade_id, event.price_ticks, event.qty_lots)
        self._tell(
            PrintAmended(
                event.trade_id,
                instrument.symbol,
                self.journal_seq,
                self.time_ns,
                event.price_ticks,
                event.qty_lots,
                former,
            )
        )
        return instrument

    # -----------------------------------------------------------------------------------------------
    # Instruments and the books they begin with

    def _list(self, listing: ListInstrument) -> InstrumentMarket:
        """A new instrument, or other limits of a known one."""
        instrument = self._instruments.get(listing.symbol)
        if instrument is None:
            instrument = self._instruments[listing.symbol] = InstrumentMarket(self._source, listing)
        instrument.listing = listing
        return instrument

    def _take_books(self) -> None:
        source = self._source
        for account in source.accounts():
            for order in source.open_orders(account.account):
                self._instruments[order.terms.symbol].image.touched.add(order.order_id)
        for instrument in self._instruments.values():
            instrument.image.begin(source.journal_seq, source.time_ns)
            instrument.note_quote(source.time_ns)
