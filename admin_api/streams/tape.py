"""The topic of trades: of one instrument, or of all. What a reader missed is counted and told, not repeated."""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from admin_api.models.values import time_text
from admin_api.streams import messages as say
from admin_api.streams.requests import TopicKey
from admin_api.streams.stream import frame_of
from admin_api.streams.topic import Topic, Wake
from venue.marketdata import InstrumentMarket, Print, PrintAmended
from venue.messages import BUY, SELL
from venue.units import Units

SNAPSHOT_TRADES: Final = 50
_SIDES: Final[dict[int, say.SideWord]] = {BUY: "buy", SELL: "sell"}


def trade_frame(printed: Print | PrintAmended, units: Units) -> bytes:
    """Of one trade, bust or correction: the same for its instrument's readers and for those of all."""
    price = units.price(printed.symbol).to_text(printed.price_ticks)
    qty = units.qty(printed.symbol).to_text(printed.qty_lots)
    message: msgspec.Struct
    if isinstance(printed, PrintAmended):
        message = say.TradeAmended(
            printed.trade_id, printed.symbol, price, qty, printed.journal_seq, time_text(printed.time_ns)
        )
    else:
        message = say.Trade(
            printed.trade_id,
            printed.symbol,
            price,
            qty,
            _SIDES.get(printed.aggressor),
            printed.is_auction,
            printed.journal_seq,
            time_text(printed.time_ns),
        )
    return frame_of(message)


class TapeTopic(Topic):
    """`markets` are the instruments it is about, `units` how they count."""

    def __init__(
        self,
        key: TopicKey,
        wake: Wake,
        markets: Callable[[], Iterable[InstrumentMarket]],
        units: Callable[[], Units],
    ) -> None:
        super().__init__(key, wake)
        self._markets = markets
        self._units = units
        self._frames: list[bytes] = []
        self._last_trade_id = 0

    def add(self, trade_id: int, frame: bytes) -> None:
        self._last_trade_id = max(trade_id, self._last_trade_id)
        if self.is_heard:
            self._frames.append(frame)

    def update(self) -> list[bytes]:
        frames, self._frames = self._frames, []
        return frames

    def snapshot(self) -> bytes:
        newest = [printed for market in self._markets() for printed in market.tape.newest(SNAPSHOT_TRADES)]
        newest.sort(key=lambda printed: printed.trade_id)
        return frame_of(say.TradesSnapshot(self.key.symbol, [self._told(one) for one in newest[-SNAPSHOT_TRADES:]]))

    def _told(self, printed: Print) -> say.Printed:
        units = self._units()
        return say.Printed(
            printed.trade_id,
            printed.symbol,
            units.price(printed.symbol).to_text(printed.price_ticks),
            units.qty(printed.symbol).to_text(printed.qty_lots),
            _SIDES.get(printed.aggressor),
            printed.is_auction,
            printed.is_amended,
            printed.journal_seq,
            time_text(printed.time_ns),
        )

    def again(self, missed: int, _snapshot: bytes) -> bytes:
        return frame_of(say.Gap(self.key.channel, self.key.symbol, missed, self._last_trade_id))
