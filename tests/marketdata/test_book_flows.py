"""The book image against the engine, the naive engine and its own deltas, over flows of every kind of command.

VENUE_FUZZ_COMMANDS and VENUE_FUZZ_SEED make the flows longer and different. What fails is cut down to the
shortest flow that still does.
"""

import os
import random
from functools import partial
from zlib import crc32

from tests.marketdata.readers import LEVELS_MAX, Reader, crc_32
from tests.marketdata.stage import Stage
from tests.support.money_flow import money_commands
from tests.support.naive_engine import NaiveEngine
from tests.support.order_flow import batch_time_ns, placed, seeded_deep_drafts, seeded_drafts
from tests.support.shrinking import assert_holds
from venue.engine.engine import Engine
from venue.marketdata import BookDelta, Ratio
from venue.messages import BUY, SELL, AnyCommand

COMMANDS = int(os.environ.get("VENUE_FUZZ_COMMANDS", "60000")) // 10
SEED = int(os.environ.get("VENUE_FUZZ_SEED", "42"))


class Readers:
    """Readers of every instrument of a stage: some from the beginning, some that come in the middle."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.readers: dict[str, list[Reader]] = {}
        self.deltas = 0

    def flush(self) -> None:
        """Give all readers what changed; only instruments that take_changed names may have."""
        changed = self.stage.market.take_changed()
        for symbol in self.stage.market.symbols():
            delta = self.stage.instrument(symbol).image.flush()
            if delta is not None:
                assert symbol in changed
                self.tell(delta)

    def tell(self, delta: BookDelta) -> None:
        self.deltas += 1
        for reader in self.readers.get(delta.symbol, ()):
            reader.apply(delta)
            assert crc32(reader.checked_text().encode()) == delta.checksum

    def join(self) -> None:
        """One more reader of each instrument, from a snapshot."""
        self.flush()
        for symbol in self.stage.market.symbols():
            instrument = self.stage.instrument(symbol)
            self.readers.setdefault(symbol, []).append(Reader(instrument.image, instrument.listing))

    def check(self) -> None:
        """All that is flushed: each reader has the engine's book, level by level, and the sums of its orders."""
        for symbol, readers in self.readers.items():
            bids, asks = self.stage.engine.depth(symbol, LEVELS_MAX)
            image = self.stage.instrument(symbol).image
            assert image.levels(BUY) == bids
            assert image.levels(SELL) == asks
            assert (image.best.bid_ticks, image.best.bid_lots, image.best.ask_ticks, image.best.ask_lots) == (
                self.stage.engine.best(symbol)[:4]
            )
            for reader in readers:
                assert reader.depth(BUY) == [text_of(reader, level) for level in bids]
                assert reader.depth(SELL) == [text_of(reader, level) for level in asks]
                assert levels_of(reader, BUY) == sorted(bids)
                assert levels_of(reader, SELL) == sorted(asks)


def text_of(reader: Reader, level: tuple[int, int, int]) -> tuple[str, str, int]:
    price_ticks, lots, orders = level
    return reader.text(price_ticks, reader.tick), reader.text(lots, reader.lot), orders


def levels_of(reader: Reader, side: int) -> list[tuple[int, int, int]]:
    """The levels that the reader's orders make, by price."""
    sums: dict[int, tuple[int, int]] = {}
    for order_side, price_ticks, lots, _ in reader.queues():
        if order_side == side:
            total, count = sums.get(price_ticks, (0, 0))
            sums[price_ticks] = (total + lots, count + 1)
    return sorted((price, *total) for price, total in sums.items())


def is_followed(commands: list[AnyCommand], flush_every: int, check_every: int) -> None:
    deltas_of(commands, flush_every, check_every)


def deltas_of(commands: list[AnyCommand], flush_every: int, check_every: int) -> int:
    """Apply, flush at random about every so many commands, check now and then; returns the number of deltas."""
    stage, rng = Stage(), random.Random(len(commands))
    readers = Readers(stage)
    for seq, command in enumerate(commands, 1):
        stage.at(batch_time_ns(seq), command)
        if rng.random() * 100 < 1 or seq in (1, len(commands) // 2):
            readers.readers = {symbol: known[-2:] for symbol, known in readers.readers.items()}
            readers.join()
        if rng.random() * flush_every < 1:
            readers.flush()
            if rng.random() * check_every < 1:
                readers.check()
    readers.flush()
    readers.check()
    return readers.deltas


def queues_are_the_naive_engines(commands: list[AnyCommand], flush_every: int) -> None:
    """Order by order, in the order they would trade."""
    naive, stage = NaiveEngine(), Stage()
    readers = Readers(stage)
    for seq, command in enumerate(commands, 1):
        naive.apply(command, seq, batch_time_ns(seq))
        stage.at(batch_time_ns(seq), command)
        if len(readers.readers) < len(stage.market.symbols()):
            readers.join()
        if seq % flush_every == 0:
            readers.flush()
            found = [
                (symbol, *queued)
                for symbol in sorted(readers.readers)
                for queued in readers.readers[symbol][0].queues()
            ]
            assert found == naive.queues()


def test_image_long_flow_gives_every_reader_the_engines_book() -> None:
    """Auctions, lists, icebergs, trailing stops, amendments: image, deltas and checksum are the engine's book."""
    assert_holds(partial(is_followed, flush_every=4, check_every=3), seeded_drafts(SEED, COMMANDS))


def test_image_deep_flow_gives_every_reader_the_engines_book() -> None:
    """The same with hundreds of orders on a hundred levels."""
    assert_holds(partial(is_followed, flush_every=10, check_every=10), seeded_deep_drafts(SEED + 1, COMMANDS))


def test_image_flow_short_of_money_gives_every_reader_the_engines_book() -> None:
    """The same where new rates and days cancel what is no longer covered."""
    assert deltas_of(money_commands(SEED + 2, COMMANDS // 2), flush_every=2, check_every=3) > COMMANDS // 30


def test_image_queues_are_those_of_the_naive_engine() -> None:
    """L3: each price's orders stand in the order in which they would trade, flushed often or seldom."""
    for flush_every in (1, 2, 7, 30):
        for seed in range(8):
            promise = partial(queues_are_the_naive_engines, flush_every=flush_every)
            assert_holds(promise, seeded_drafts(SEED + seed, 300))
        assert_holds(promise, seeded_deep_drafts(SEED, 600))


def test_market_data_attached_to_a_running_engine_has_its_books() -> None:
    """A replica that begins with a snapshot: the image is the engine's book, and so it stays."""
    commands = placed(seeded_deep_drafts(SEED + 3, 600))
    engine = Engine()
    for seq, command in enumerate(commands[:400], 1):
        engine.apply(command, seq, batch_time_ns(seq))
    stage = Stage.beside(Engine.load(engine.dump()))
    readers = Readers(stage)
    image = stage.instrument().image
    assert (image.feed_seq, image.flush(), image.journal_seq) == (0, None, 400)
    readers.join()
    readers.check()
    bid, _, ask, _, last = stage.engine.best("X")
    analytics = stage.instrument().analytics(batch_time_ns(400) + 7)
    assert (analytics.spread.spread_ticks, analytics.twap.hour) == (ask - bid, Ratio(7 * last, 7))
    for command in commands[400:]:
        stage.at(batch_time_ns(stage.engine.journal_seq + 1), command)
    readers.flush()
    readers.check()
    assert readers.deltas > 0


def test_image_checksum_is_the_crc_32_of_the_text_by_definition() -> None:
    """The ten best levels of each side as text, bit by bit, where there are more than ten."""
    stage = Stage()
    for seq, command in enumerate(placed(seeded_deep_drafts(42, 500)), 1):
        stage.at(batch_time_ns(seq), command)
    instrument = stage.instrument()
    instrument.image.flush()
    reader = Reader(instrument.image, instrument.listing)
    assert min(len(reader.texts(BUY)), len(reader.texts(SELL))) > 10
    assert instrument.image.checksum() == crc_32(reader.checked_text())
