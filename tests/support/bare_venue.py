"""A venue without FIX, in this process: a real sequencer with its journal and its command port."""

from pathlib import Path

from venue.command_port import CommandPort
from venue.config import JournalConfig, SequencerConfig
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.journal import journal_url, open_writer
from venue.latency import Latencies
from venue.pulse import Pulse
from venue.replica import Replica
from venue.sequencer import Sequencer


class BareVenue:
    """The port listens after `port.start()`, and answers after `sequencer.start()`."""

    def __init__(self, data: Path, config: SequencerConfig) -> None:
        self.data = data
        self.url = journal_url(JournalConfig(), data)
        self.journal = open_writer(self.url, ENGINE_VERSION, synchronous="NORMAL")
        self.replica = Replica(Engine())
        self.sequencer = Sequencer(self.journal, self.replica, config, "00:00", lambda _: self.port.break_off())
        self.port = CommandPort(data, self.sequencer, Pulse(self.sequencer, list, Latencies()).vitals)
        self.is_running = True

    def stop(self) -> None:
        if self.is_running:
            self.is_running = False
            self.port.stop()
            self.sequencer.stop()
            self.journal.close()
