"""A replica: an engine that applies the journal and hands each command's events to its sinks.

Every process of the venue that needs state is one of these; the sequencer's own engine is one too.
Invariant: two replicas at the same journal_seq have the same state hash.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from venue.engine.engine import ENGINE_VERSION, Engine
from venue.journal import JournalReader, require_same_behaviour
from venue.messages import AnyCommand, AnyEvent

Sink: TypeAlias = Callable[[int, int, AnyCommand, list[AnyEvent]], None]  # journal_seq, time_ns, asked, facts
Progress: TypeAlias = Callable[[int, int], None]  # journal_seq done, journal_seq to reach


class Replica:
    """Sinks are called in the given order, in the caller's thread; what they raise stops the caller."""

    def __init__(self, engine: Engine, sinks: Sequence[Sink] = ()) -> None:
        self.engine = engine
        self._sinks = tuple(sinks)

    def apply_batch(self, first_seq: int, time_ns: int, commands: Sequence[AnyCommand]) -> None:
        """Apply commands that are durable already. Raises InvariantError if first_seq is not the next."""
        apply, sinks = self.engine.apply, self._sinks
        for journal_seq, command in enumerate(commands, first_seq):
            events = apply(command, journal_seq, time_ns)
            for sink in sinks:
                sink(journal_seq, time_ns, command, events)

    def apply(self, journal_seq: int, time_ns: int, command: AnyCommand) -> list[AnyEvent]:
        """Apply one command that is durable already, and return its events too. Raises as apply_batch."""
        events = self.engine.apply(command, journal_seq, time_ns)
        for sink in self._sinks:
            sink(journal_seq, time_ns, command, events)
        return events

    def catch_up(self, reader: JournalReader, to_seq: int | None = None, progress: Progress | None = None) -> None:
        """Apply what the journal has beyond the engine, up to `to_seq` (its end, if None).

        `progress` is called after each batch. Raises OperatorError, before the first, when another engine version
        has traded some of it, and JournalError where the chain breaks.
        """
        last_seq = reader.last_seq() if to_seq is None else min(to_seq, reader.last_seq())
        next_seq = self.engine.journal_seq + 1
        require_same_behaviour(reader, next_seq, ENGINE_VERSION, last_seq)
        for batch in reader.read(next_seq, last_seq):
            known = next_seq - batch.first_seq  # > 0 when the engine stands inside a batch
            commands = batch.commands()[known : last_seq - batch.first_seq + 1]
            self.apply_batch(next_seq, batch.time_ns, commands)
            next_seq += len(commands)
            if progress:
                progress(next_seq - 1, last_seq)
