"""Topics of candles, trading states, analytics and the overview."""

from collections.abc import Callable, Iterable
from typing import Final

from admin_api.models.values import optional_time_text, time_text, word
from admin_api.streams import messages as say
from admin_api.streams.requests import TopicKey
from admin_api.streams.stream import frame_of
from admin_api.streams.topic import Topic, Wake
from admin_api.streams.wire import text_frame
from venue.increments import Increment
from venue.marketdata import Candle, InstrumentMarket
from venue.messages import TradingState, TradingStateChanged
from venue.names import STATES

SNAPSHOT_CANDLES: Final = 100
OVERVIEW_PACE_S: Final = 0.25


class CandlesTopic(Topic):
    """The newest candle whenever it changed, and once more when the next has begun."""

    def __init__(
        self,
        key: TopicKey,
        wake: Wake,
        market: InstrumentMarket,
        interval: say.Interval,
        notional: Callable[[int], str],
    ) -> None:
        super().__init__(key, wake)
        self._market: Final = market
        self._interval: Final = interval
        self._price: Final = Increment(market.listing.tick_size).to_text
        self._qty: Final = Increment(market.listing.lot_size).to_text
        self._notional: Final = notional
        self._told: Candle | None = None  # the last one
        self._is_amended = False

    def note_amendment(self) -> None:
        """A trade of some candle was busted or corrected: which, the snapshot tells."""
        self._is_amended = True

    def update(self) -> list[bytes]:
        newest = self._market.candles(self._interval, SNAPSHOT_CANDLES)
        told, self._told = self._told, newest[-1] if newest else None
        if self._is_amended:
            self._is_amended = False
            return [self._snapshot(newest)]
        changed = [candle for candle in newest if told is None or (candle.start_ns >= told.start_ns and candle != told)]
        return [frame_of(say.Candle(self._market.symbol, self._interval, self._values(one))) for one in changed]

    def snapshot(self) -> bytes:
        return self._snapshot(self._market.candles(self._interval, SNAPSHOT_CANDLES))

    def _snapshot(self, candles: list[Candle]) -> bytes:
        values = [self._values(candle) for candle in candles]
        return frame_of(say.CandlesSnapshot(self._market.symbol, self._interval, values))

    def _values(self, candle: Candle) -> say.CandleValues:
        price = self._price
        return say.CandleValues(
            time_text(candle.start_ns),
            price(candle.open_ticks),
            price(candle.high_ticks),
            price(candle.low_ticks),
            price(candle.close_ticks),
            self._qty(candle.volume_lots),
            self._notional(candle.notional),
            candle.trades,
        )


States = Callable[[], Iterable[tuple[str, TradingState, int]]]


class StatesTopic(Topic):
    """`states` are (symbol, state, until_ns) of the instruments it is about; `journal_seq` says of when."""

    def __init__(self, key: TopicKey, wake: Wake, states: States, journal_seq: Callable[[], int]) -> None:
        super().__init__(key, wake)
        self._states = states
        self._journal_seq = journal_seq
        self._frames: list[bytes] = []

    def add(self, frame: bytes) -> None:
        if self.is_heard:
            self._frames.append(frame)

    def update(self) -> list[bytes]:
        frames, self._frames = self._frames, []
        return frames

    def snapshot(self) -> bytes:
        states = [
            say.State(symbol, word(STATES[state]), optional_time_text(until_ns))
            for symbol, state, until_ns in self._states()
        ]
        return frame_of(say.StatesSnapshot(self._journal_seq(), states))


def state_frame(journal_seq: int, time_ns: int, event: TradingStateChanged) -> bytes:
    return frame_of(
        say.StateChanged(
            event.symbol,
            word(STATES[event.state]),
            word(STATES[event.old_state]),
            optional_time_text(event.until_ns),
            event.why,
            journal_seq,
            time_text(time_ns),
        )
    )


class AnalyticsTopic(Topic):
    """REST's answer, made anew when the hub's clock says so. `answer` gives it as JSON."""

    def __init__(self, key: TopicKey, wake: Wake, answer: Callable[[], bytes]) -> None:
        super().__init__(key, wake)
        self._answer = answer

    def update(self) -> list[bytes]:
        return [self.snapshot()] if self.is_heard else []

    def snapshot(self) -> bytes:
        return text_frame(b'{"type":"analytics",' + self._answer()[1:])


class OverviewTopic(Topic):
    """REST's overview, then of what has changed. The venue's own figures come when the hub's clock says so.

    `whole` and `part` (of these symbols, with the venue or without) give the answer as JSON.
    """

    def __init__(
        self, key: TopicKey, wake: Wake, whole: Callable[[], bytes], part: Callable[[Iterable[str], bool], bytes]
    ) -> None:
        super().__init__(key, wake)
        self.pace_s = max(self.pace_s, OVERVIEW_PACE_S)
        self._whole = whole
        self._part = part
        self._changed: dict[str, None] = {}
        self._is_due = False

    def note(self, symbol: str) -> None:
        self._changed[symbol] = None

    def note_venue(self) -> None:
        self._is_due = True

    def update(self) -> list[bytes]:
        changed, self._changed = self._changed, {}
        is_due, self._is_due = self._is_due, False
        if not self.is_heard or not (changed or is_due):
            return []
        return [text_frame(b'{"type":"overview",' + self._part(changed, is_due)[1:])]

    def snapshot(self) -> bytes:
        return text_frame(b'{"type":"overview_snapshot",' + self._whole()[1:])
