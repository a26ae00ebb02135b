"""A bust or correction, in the candles that the trade was counted in.

Volume, notional and number of trades of every candle that is kept follow exactly. Its prices are found anew
from the tape where the tape has all of the candle's trades; else they stay as they printed. A trade that the
tape has forgotten is not amended in the candles: what it was is no longer known.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from venue.marketdata.candles import Candle, CandleSeries
from venue.marketdata.tape import Print, Tape


def amend_series(series: CandleSeries, tape: Tape, former: Print, now: Print) -> None:
    """The tape has the trade as it stands now already."""
    start_ns = former.time_ns - former.time_ns % series.interval_ns
    end_ns = start_ns + series.interval_ns
    for place, candle in enumerate(series.candles):
        if candle.start_ns == start_ns:
            trades = [printed for printed in tape.prints if start_ns <= printed.time_ns < end_ns]
            amended = amended_candle(candle, former, now, trades)
            if amended is None:
                del series.candles[place]
            else:
                series.candles[place] = amended
            series.changes += 1
            return


def amended_candle(candle: Candle, former: Print, now: Print, on_tape: Sequence[Print]) -> Candle | None:
    """The candle with a trade as it stands now; None: it has no trades any more. `on_tape` are those of its trades
    that the tape has, oldest first."""
    trades = candle.trades - (now.qty_lots == 0)
    if not trades:
        return None
    amended = replace(
        candle,
        volume_lots=candle.volume_lots + now.qty_lots - former.qty_lots,
        notional=candle.notional + now.price_ticks * now.qty_lots - former.price_ticks * former.qty_lots,
        trades=trades,
    )
    prices = [printed.price_ticks for printed in on_tape if printed.qty_lots]
    if len(prices) != trades:
        return amended
    return replace(amended, open_ticks=prices[0], high_ticks=max(prices), low_ticks=min(prices), close_ticks=prices[-1])
