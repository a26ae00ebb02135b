"""The topics there are: made when somebody subscribes, gone when the last one has left."""

import time
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from admin_api import amounts, naming, overview
from admin_api.models.analytics import analytics_of
from admin_api.streams.books import BookTopic, DepthTopic, OrdersTopic, QuoteTopic
from admin_api.streams.figures import AnalyticsTopic, CandlesTopic, OverviewTopic, StatesTopic
from admin_api.streams.pacer import Pacer
from admin_api.streams.private import ExecutionsTopic, PositionsTopic
from admin_api.streams.requests import TopicKey
from admin_api.streams.tape import TapeTopic
from admin_api.streams.topic import Topic, Wake
from admin_api.view import View
from venue.marketdata import InstrumentMarket
from venue.messages import TradingState

AnyTopic = TypeVar("AnyTopic", bound=Topic)


class Registry:
    """Looked up by what an event is about: a symbol, an account, or everything (None)."""

    def __init__(self, view: View, pacer: Pacer) -> None:
        self._view: Final = view
        self._pacer: Final = pacer
        self._topics: Final[dict[TopicKey, Topic]] = {}
        self._of_symbol: Final[dict[str | None, dict[TopicKey, Topic]]] = {}
        self._of_account: Final[dict[str | None, dict[TopicKey, Topic]]] = {}
        self._next_snapshots_s: Final[dict[TopicKey, float]] = {}  # of topics that are gone

    def __iter__(self) -> Iterator[Topic]:
        return iter(list(self._topics.values()))

    @property
    def has_private(self) -> bool:
        return bool(self._of_account)

    def topic(self, key: TopicKey) -> Topic:
        """The one there is, or a new one. Raises ProblemError when there is no such instrument or account."""
        known = self._topics.get(key)
        if known is not None:
            return known
        topic = self._made(key)
        topic.next_snapshot_s = self._next_snapshots_s.pop(key, 0.0)  # who leaves and comes back waits as all do
        self._topics[key] = topic
        self._index(key).setdefault(_subject(key), {})[key] = topic
        return topic

    def drop_if_deserted(self, topic: Topic) -> None:
        if topic.is_deserted and self._topics.pop(topic.key, None) is topic:
            self._pacer.forget(topic)
            if topic.next_snapshot_s > time.perf_counter():
                self._next_snapshots_s[topic.key] = topic.next_snapshot_s
            index, subject = self._index(topic.key), _subject(topic.key)
            del index[subject][topic.key]
            if not index[subject]:
                del index[subject]

    def of_symbol(self, symbol: str | None, kind: type[AnyTopic]) -> list[AnyTopic]:
        """Those about this symbol; None: those about all."""
        return [topic for topic in self._of_symbol.get(symbol, {}).values() if isinstance(topic, kind)]

    def books_of(self, symbol: str) -> list[Topic]:
        """The topics that are made of its book."""
        kinds = (BookTopic, DepthTopic, QuoteTopic)
        return [topic for kind in kinds for topic in self.of_symbol(symbol, kind)]

    def about(self, symbol: str, kind: type[AnyTopic]) -> list[AnyTopic]:
        """Those about this symbol, and those about all."""
        return [*self.of_symbol(symbol, kind), *self.of_symbol(None, kind)]

    def of_account(self, account: str, kind: type[AnyTopic]) -> list[AnyTopic]:
        """Those about this account, and those about all."""
        found = (*self._of_account.get(account, {}).values(), *self._of_account.get(None, {}).values())
        return [topic for topic in found if isinstance(topic, kind)]

    def _index(self, key: TopicKey) -> dict[str | None, dict[TopicKey, Topic]]:
        return self._of_account if key.channel in ("executions", "positions") else self._of_symbol

    def _made(self, key: TopicKey) -> Topic:
        view, wake = self._view, self._pacer.wake
        match key:
            case TopicKey("trades"):
                return TapeTopic(key, wake, lambda: self._markets(key.symbol), lambda: view.units)
            case TopicKey("states"):
                return StatesTopic(key, wake, lambda: self._states(key.symbol), lambda: view.engine.journal_seq)
            case TopicKey("overview"):
                return OverviewTopic(key, wake, self._overview, self._overview_of)
            case TopicKey("executions"):
                return ExecutionsTopic(key, wake, view.config.api.stream_bytes_max)
            case TopicKey("positions"):
                return PositionsTopic(key, wake, view.engine, lambda: view.units)
        assert key.symbol is not None  # the channel needs it
        return self._made_of(key, self._market(key.symbol), wake)

    def _made_of(self, key: TopicKey, market: InstrumentMarket, wake: Wake) -> Topic:
        view, flush = self._view, self._view.books.flush
        match key:
            case TopicKey("orderbook"):
                return (OrdersTopic if key.l3 else BookTopic)(key, wake, market, flush)
            case TopicKey("depth"):
                return DepthTopic(key, wake, market, flush)
            case TopicKey("bbo"):
                return QuoteTopic(key, wake, market, flush, lambda symbol: view.engine.best(symbol)[4])
            case TopicKey("candles"):
                assert key.interval is not None
                symbol = market.symbol
                return CandlesTopic(
                    key, wake, market, key.interval, lambda total: amounts.notional(view.units, symbol, total)
                )
        return AnalyticsTopic(key, wake, lambda: self._analytics(market))

    def _analytics(self, market: InstrumentMarket) -> bytes:
        answer = analytics_of(market.analytics(time.time_ns()), self._view.units)
        return answer.model_dump_json().encode()

    def _overview(self) -> bytes:
        return overview.overview(self._view).model_dump_json().encode()

    def _overview_of(self, symbols: Iterable[str], with_venue: bool) -> bytes:
        return overview.changed(self._view, symbols, with_venue=with_venue).model_dump_json().encode()

    def _market(self, symbol: str) -> InstrumentMarket:
        market = self._view.market.instrument(naming.listed(self._view, symbol).symbol)
        assert market is not None  # it is listed
        return market

    def _markets(self, symbol: str | None) -> Iterable[InstrumentMarket]:
        symbols = self._view.market.symbols() if symbol is None else [symbol]
        return map(self._market, symbols)

    def _states(self, symbol: str | None) -> Iterable[tuple[str, TradingState, int]]:
        for name in self._view.market.symbols() if symbol is None else [symbol]:
            timed = self._view.engine.timed_state(name)
            assert timed is not None  # it is listed
            yield (name, *timed)


def _subject(key: TopicKey) -> str | None:
    return key.account if key.channel in ("executions", "positions") else key.symbol
