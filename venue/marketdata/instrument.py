"""Everything market data knows of one instrument, and how each fact about it is counted."""

from venue.marketdata.amending import amend_series, amended_candle
from venue.marketdata.candles import CANDLES_MAX, INTERVALS, Candle, CandleSeries, Piece, joined
from venue.marketdata.depth import depth_within, imbalance
from venue.marketdata.figures import Analytics, Statistics, Windowed
from venue.marketdata.image import BookImage
from venue.marketdata.source import BookSource
from venue.marketdata.spread import Quotes
from venue.marketdata.tape import Print, Tape
from venue.marketdata.twap import LastPrices
from venue.marketdata.volatility import MidReturns
from venue.marketdata.windows import DAY_MINUTES, HOUR_MINUTES, TradeWindow, statistics, vwap
from venue.messages import OPEN, POST_ONLY, ListInstrument


class InstrumentMarket:
    """`image` is the book, `tape` the last trades; the rest is asked for by its functions."""

    def __init__(self, source: BookSource, listing: ListInstrument) -> None:
        self.symbol: str = listing.symbol
        self.listing = listing
        self.image = BookImage(source, listing)
        self.tape = Tape()
        self._source = source
        self._piece = Piece()
        self._series = {name: CandleSeries(ns, CANDLES_MAX[name]) for name, ns in INTERVALS.items()}
        self._hour = TradeWindow(self._series["1m"], HOUR_MINUTES)
        self._day_24h = TradeWindow(self._series["1m"], DAY_MINUTES)
        self._trading_day: Candle | None = None  # since the last RollDay
        self._day_first_trade_id = 0
        self._last = LastPrices()
        self._quotes = Quotes()
        self._mids = MidReturns()
        self.state = source.trading_state(listing.symbol)

    def candles(self, interval: str, count: int) -> list[Candle]:
        """The newest of an interval of INTERVALS, oldest first. Raises KeyError for another interval."""
        self._take_piece()
        return self._series[interval].newest(count)

    def last_24h(self, now_ns: int) -> Statistics:
        """As of now, like the analytics."""
        self._take_piece()
        return statistics(self._day_24h.candle(max(now_ns, self._source.time_ns)))

    def trading_day(self) -> Statistics:
        """Since the last RollDay."""
        self._take_piece()
        return statistics(self._trading_day)

    def analytics(self, now_ns: int) -> Analytics:
        """All figures as of now, which is at least the time of the last command applied."""
        now_ns = max(now_ns, self._source.time_ns)
        self._take_piece()
        hour, day_24h = self._hour.candle(now_ns), self._day_24h.candle(now_ns)
        spread = self._quotes.spread(now_ns)
        return Analytics(
            self.symbol,
            self._source.journal_seq,
            now_ns,
            Windowed(vwap(hour), vwap(day_24h), vwap(self._trading_day)),
            self._last.twap(now_ns),
            self._mids.volatility(now_ns),
            spread,
            depth_within(self.image, spread.mid_half_ticks or 0),
            imbalance(self.image),
            self.last_24h(now_ns),
            self.trading_day(),
        )

    # -----------------------------------------------------------------------------------------------
    # Facts, in the order they happened

    def note_print(self, printed: Print) -> None:
        self.tape.append(printed)
        piece, price_ticks = self._piece, printed.price_ticks
        if printed.time_ns >= piece.end_ns:
            self._take_piece()
            piece.begin(printed.time_ns, price_ticks)
        piece.count(price_ticks, printed.qty_lots)

    def note_quote(self, time_ns: int) -> None:
        """Look at the engine's best prices after a command that may have changed them."""
        bid_ticks, _, ask_ticks, _, last_ticks = self._source.best(self.symbol)
        if last_ticks != self._last.last_ticks:
            self._last.change(time_ns, last_ticks)
        if not bid_ticks or not ask_ticks or self.state not in (OPEN, POST_ONLY):
            bid_ticks = ask_ticks = 0
        quotes = self._quotes
        if bid_ticks != quotes.bid_ticks or ask_ticks != quotes.ask_ticks:
            quotes.change(time_ns, bid_ticks, ask_ticks)
            self._mids.change(time_ns, bid_ticks + ask_ticks)

    def note_day_roll(self, time_ns: int) -> None:
        self._take_piece()
        self._trading_day = None
        self._day_first_trade_id = 1 + (self.tape.prints[-1].trade_id if self.tape.prints else 0)
        self._last.roll_day(time_ns)
        self._quotes.roll_day(time_ns)

    def amend(self, trade_id: int, price_ticks: int, qty_lots: int) -> Print | None:
        """A bust (qty_lots 0) or correction; returns the trade as it stood, None if it is not on the tape."""
        amended = self.tape.amend(trade_id, price_ticks, qty_lots)
        if amended is None:
            return None
        former, now = amended
        self._take_piece()
        for series in self._series.values():
            amend_series(series, self.tape, former, now)
        self._amend_trading_day(former, now)
        return former

    def _amend_trading_day(self, former: Print, now: Print) -> None:
        if former.trade_id >= self._day_first_trade_id and self._trading_day is not None:
            trades = [printed for printed in self.tape.prints if printed.trade_id >= self._day_first_trade_id]
            self._trading_day = amended_candle(self._trading_day, former, now, trades)

    def _take_piece(self) -> None:
        """Make the piece under way part of the candles; what follows in its second is another piece."""
        piece = self._piece
        if not piece.trades:
            return
        candle = piece.candle()
        for series in self._series.values():
            series.add(candle)
        day = self._trading_day
        self._trading_day = candle if day is None else joined(day, candle)
        piece.forget()
