"""Market data: what the outside world is told of the books and trades of a venue, made from a replica's events.

    market       the sink, and all instruments          tape         trades, as busts and corrections leave them
    instrument   all there is of one of them            candles      1s 1m 5m 1h 1d
    image        the book, L3 and L2, and its deltas    amending     busts and corrections in candles
    levels       sums of one side of it                 windows      VWAP, statistics of 24 h and the day
    book_views   deltas and snapshots, as structs       twap         time-weighted last price
    checksum     what readers check their book with     spread       now, and time-weighted
    source       what is asked of the engine            volatility   realized and EWMA, of the mid
    figures      the answers, as structs                depth        within 10, 50, 100 bp; imbalance
                                                        time_sums    what averages over time are made of

Each definition stands with its units and source in its module. All of it is pure and in one thread: no clock
(times are the journal's), no I/O. Figures are counted from where the replica began.
"""

from venue.marketdata.book_views import BookDelta, BookOrder, DepthSnapshot, Level, OrdersSnapshot, Quote
from venue.marketdata.candles import INTERVALS, Candle
from venue.marketdata.checksum import checksum_of
from venue.marketdata.figures import (
    Analytics,
    DepthWithin,
    Imbalance,
    Ratio,
    Spread,
    Statistics,
    Volatility,
    Windowed,
)
from venue.marketdata.image import BookImage
from venue.marketdata.instrument import InstrumentMarket
from venue.marketdata.market import MarketData
from venue.marketdata.source import BookSource
from venue.marketdata.tape import Print, PrintAmended, Tape

__all__ = [
    "INTERVALS",
    "Analytics",
    "BookDelta",
    "BookImage",
    "BookOrder",
    "BookSource",
    "Candle",
    "DepthSnapshot",
    "DepthWithin",
    "Imbalance",
    "InstrumentMarket",
    "Level",
    "MarketData",
    "OrdersSnapshot",
    "Print",
    "PrintAmended",
    "Quote",
    "Ratio",
    "Spread",
    "Statistics",
    "Tape",
    "Volatility",
    "Windowed",
    "checksum_of",
]
