"""What the two processes of the demo tell each other, as JSON lines over a pipe."""

from typing import Final

import msgspec

from venue.messages import ListInstrument


class Prices(msgspec.Struct, frozen=True):
    """An instrument and where its price begins."""

    instrument: ListInstrument
    start_ticks: int


class Script(msgspec.Struct, frozen=True):
    """What the traders are to do; the first and only line of their stdin, whose end tells them to stop."""

    host: str
    port: int
    target: str
    store: str  # folder of the traders' message stores
    makers: list[str]
    takers: list[str]
    instruments: list[Prices]
    seed: int
    orders_per_s: int
    certificate: str = ""  # file of the venue's; empty: there is no TLS


class Figures(msgspec.Struct, frozen=True):
    """A line of their stdout, about once in REPORT_S. Latencies are from sending a request to its first
    report, microseconds, over the last SAMPLES_MAX requests; 0 while there is none."""

    sent: int
    p50_us: int
    p99_us: int
    is_done: bool = False  # every session is logged out; the last line


REPORT_S: Final = 0.5
SAMPLES_MAX: Final = 2_000

script_of: Final = msgspec.json.Decoder(Script).decode
figures_of: Final = msgspec.json.Decoder(Figures).decode


def line(message: Script | Figures) -> bytes:
    return msgspec.json.encode(message) + b"\n"
