"""All streams of this process: who may open one, what each listens to, and what the replica tells them.

`on_events` is a sink of the replica, `on_slice` is called when some commands were applied: what changed is noted
with the pacer, which has the topics published. Once a second `_look_after` ends streams that stay behind, that
never said who they are, or whose key was revoked.
"""

import asyncio
import logging
import resource
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from admin_api.problems import ProblemError
from admin_api.streams.books import BookTopic
from admin_api.streams.figures import AnalyticsTopic, CandlesTopic, OverviewTopic, StatesTopic, state_frame
from admin_api.streams.pacer import Pacer
from admin_api.streams.private import note_private
from admin_api.streams.registry import Registry
from admin_api.streams.requests import TopicKey
from admin_api.streams.rights import keys_wanted, require_key_in_force, require_signed_in
from admin_api.streams.stream import Stream
from admin_api.streams.tape import TapeTopic, trade_frame
from admin_api.streams.topic import Topic
from admin_api.streams.wire import POLICY, TRY_AGAIN
from venue import reasons
from venue.marketdata import BookDelta, Print, PrintAmended
from venue.messages import AnyCommand, AnyEvent, SetSession, SettingChanged, TradingStateChanged

if TYPE_CHECKING:
    from admin_api.view import View

log = logging.getLogger(__name__)

OTHER_DESCRIPTORS: Final = 500  # REST connections, files
SUBSCRIPTIONS_MAX: Final = 500  # of one stream
ROUND_S: Final = 1.0  # between two analytics, and two looks after the streams
BEHIND_PART: Final = 8  # of stream_bytes_max: with so much waiting a stream is behind
BEHIND_S_MAX: Final = 10.0
NAMELESS_S_MAX: Final = 5.0  # until the auth message of who sent no header


class Hub:
    """Before `open` there is nobody to tell anything."""

    def __init__(self) -> None:
        self.streams: Final[dict[Stream, None]] = {}
        self._callers: Final[Counter[str]] = Counter()

    def open(self, view: "View") -> None:
        """Be ready for streams. On the event loop."""
        self._view = view
        _allow_descriptors(view.config.api.streams_max)
        self._pacer = Pacer(asyncio.get_running_loop(), view.config.api.stream_interval_ms / 1_000)
        self._topics = Registry(view, self._pacer)
        view.books.tell.append(self._note_delta)
        self._rounds = asyncio.create_task(self._go_round())

    def close(self) -> None:
        self._rounds.cancel()
        self._pacer.stop()

    def subscribers(self) -> dict[str, int]:
        """How many subscriptions there are, by channel."""
        return Counter(key.channel for stream in self.streams for key in stream.subscriptions)

    # -- streams come and go --------------------------------------------------------------------------------

    def require_room(self, caller: str) -> None:
        """Raises ProblemError when this caller, or anybody, may not open another stream now."""
        limits = self._view.config.api
        if not self._view.follower.is_caught_up:
            raise ProblemError(reasons.UNAVAILABLE, "this process is still replaying the journal")
        if len(self.streams) >= limits.streams_max:
            raise ProblemError(reasons.RATE_LIMIT, f"there are {limits.streams_max} streams already: no more are taken")
        self._require_room_of(caller)

    def _require_room_of(self, caller: str) -> None:
        streams_max = self._view.config.api.streams_per_caller_max
        if self._callers[caller] >= streams_max:
            raise ProblemError(reasons.RATE_LIMIT, f"{caller} has {streams_max} streams already: close one first")

    def add(self, stream: Stream) -> None:
        stream.wire.bound(self._view.config.api.stream_bytes_max // BEHIND_PART)
        self.streams[stream] = None
        self._callers[stream.caller] += 1

    def remove(self, stream: Stream) -> None:
        del self.streams[stream]
        self._forget_caller(stream.caller)
        self._listen(stream, ())

    def rename(self, stream: Stream, caller: str) -> None:
        """The stream is another caller's from here on. Raises ProblemError when that one has too many."""
        self._require_room_of(caller)
        self._forget_caller(stream.caller)
        stream.caller = caller
        self._callers[caller] += 1

    def _forget_caller(self, caller: str) -> None:
        self._callers[caller] -= 1
        if not self._callers[caller]:
            del self._callers[caller]

    # -- what each listens to -------------------------------------------------------------------------------

    def subscribe(self, stream: Stream, key: TopicKey) -> None:
        """The first message of what is new to the stream follows soon. Raises ProblemError."""
        if len(stream.subscriptions) >= SUBSCRIPTIONS_MAX:
            raise ProblemError(
                reasons.RATE_LIMIT, f"the connection has {SUBSCRIPTIONS_MAX} subscriptions: open another one"
            )
        topics = self._topics_of(stream, [*stream.subscriptions, key])
        stream.subscriptions[key] = None
        self._listen(stream, topics)

    def unsubscribe(self, stream: Stream, key: TopicKey) -> None:
        """Raises ProblemError when it was not subscribed to."""
        if key not in stream.subscriptions:
            raise ProblemError(reasons.NOT_FOUND, "there is no such subscription on this connection")
        del stream.subscriptions[key]
        self._listen(stream, self._topics_of(stream, stream.subscriptions))

    def _topics_of(self, stream: Stream, keys: Iterable[TopicKey]) -> list[Topic]:
        return [self._topics.topic(key) for key in keys_wanted(keys, stream.principal, self._view)]

    def _listen(self, stream: Stream, topics: Iterable[Topic]) -> None:
        """To these and no others; what it listens to already goes on without a break."""
        wanted = dict.fromkeys(topics)
        for topic in [topic for topic in stream.topics if topic not in wanted]:
            del stream.topics[topic]
            topic.leave(stream)
            self._topics.drop_if_deserted(topic)
        for topic in wanted:
            if topic not in stream.topics:
                stream.topics[topic] = None
                topic.join(stream)

    # -- what the replica tells -----------------------------------------------------------------------------

    def on_events(self, journal_seq: int, time_ns: int, _command: AnyCommand, events: list[AnyEvent]) -> None:
        """Cost: a few lookups per command while nobody listens."""
        if not self.streams:
            return
        if self._topics.has_private:
            note_private(self._topics, self._pacer, self._view.units, journal_seq, time_ns, events)
        for event in events:
            if type(event) is TradingStateChanged and event.state != event.old_state:
                frame = state_frame(journal_seq, time_ns, event)
                for topic in self._topics.about(event.symbol, StatesTopic):
                    topic.add(frame)
                    self._pacer.note(topic)
                self._note_overview(event.symbol)
            elif type(event) is SettingChanged and isinstance(event.setting, SetSession):
                self._entitle_anew(event.setting.session)

    def on_slice(self) -> None:
        """Some commands were applied: publish what is due."""
        market = self._view.market
        changed, prints = market.take_changed(), market.take_prints()
        if not self.streams:
            return
        for symbol in changed:
            for topic in self._topics.books_of(symbol):
                self._pacer.note(topic)
            self._note_overview(symbol)
        for printed in prints:
            self._note_print(printed)
        self._pacer.publish_due()

    def _note_print(self, printed: Print | PrintAmended) -> None:
        self._note_overview(printed.symbol)
        tapes = self._topics.about(printed.symbol, TapeTopic)
        frame = trade_frame(printed, self._view.units) if tapes else b""
        for tape in tapes:
            tape.add(printed.trade_id, frame)
            self._pacer.note(tape)
        for candles in self._topics.of_symbol(printed.symbol, CandlesTopic):
            if isinstance(printed, PrintAmended):
                candles.note_amendment()
            self._pacer.note(candles)

    def _note_overview(self, symbol: str) -> None:
        for topic in self._topics.of_symbol(None, OverviewTopic):
            topic.note(symbol)
            self._pacer.note(topic)

    def _note_delta(self, delta: BookDelta) -> None:
        """Whoever flushed the book: its streams have every delta."""
        if self.streams:
            for topic in self._topics.of_symbol(delta.symbol, BookTopic):
                topic.note_delta(delta)  # to be published: on_slice has noted so

    def _entitle_anew(self, session: str) -> None:
        """The session's accounts are others now."""
        for stream in self.streams:
            if stream.principal is not None and stream.principal.session == session:
                self._listen(stream, self._topics_of(stream, stream.subscriptions))

    # -- once a second --------------------------------------------------------------------------------------

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(ROUND_S)
            figures = [topic for topic in self._topics if isinstance(topic, AnalyticsTopic)]
            for number, topic in enumerate(figures):  # spread, so that many of them hold up nobody
                self._pacer.wake(topic, ROUND_S * number / len(figures))
            for overview in self._topics.of_symbol(None, OverviewTopic):
                overview.note_venue()
                self._pacer.wake(overview)
            for stream in list(self.streams):
                self._look_after(stream)

    def _look_after(self, stream: Stream) -> None:
        if stream.behind_s > BEHIND_S_MAX:
            stream.end(TRY_AGAIN, f"too slow: behind for more than {BEHIND_S_MAX:g} s; connect and subscribe anew")
        elif stream.behind_s > ROUND_S and stream.wire.waiting_bytes > self._view.config.api.stream_bytes_max:
            stream.end(TRY_AGAIN, "too slow: too much waits to be read; connect and subscribe anew")
        elif stream.principal is None and stream.age_s > NAMELESS_S_MAX:
            stream.end(POLICY, "unauthenticated: no auth message came")
        else:
            try:
                require_key_in_force(stream, self._view.keys)
                require_signed_in(stream, self._view.sign_ins)
            except ProblemError as error:
                stream.end(POLICY, str(error))


def _allow_descriptors(streams_max: int) -> None:
    """A connection is a file of this process, and a shell's usual limit is 1,024 of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = streams_max + OTHER_DESCRIPTORS
    if soft >= needed or soft == resource.RLIM_INFINITY:
        return
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < needed:
        log.warning("this process may open %d files, api.streams_max of %d would need %d", allowed, streams_max, needed)
