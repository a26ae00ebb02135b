"""How much a run of the benchmarks does: full for figures, quick for a look, tiny for the test."""

from typing import Final

import msgspec


class Scale(msgspec.Struct, frozen=True):
    """Counts of one run. Rounds are odd, so that a median is one of the rounds."""

    name: str
    rounds: int
    engine_rows: int  # rows of the workload, opening book included
    engine_depth: int  # resting orders per symbol around which the workload keeps the book
    anchor_rows: int  # the slowest published engines get this many rows of the same workload
    deep_orders: int
    deep_levels: int
    deep_samples: int  # timed operations of each kind
    replay_commands: int
    start_commands: int  # in the journal a venue starts on; the defaults take a snapshot every 500,000
    journal_commands: int
    fix_round_trips: int
    fix_orders: int  # per throughput run, over all sessions
    rest_orders: int  # per run, over all connections
    stream_samples: int  # orders whose way to a subscriber is timed
    stream_deliveries: int  # updates x subscribers of one fan-out run
    subscribers: tuple[int, ...]  # of the fan-out; the last is also how many listen beside FIX


SCALES: Final[dict[str, Scale]] = {
    scale.name: scale
    for scale in (
        Scale(
            "full", 5, 1_000_000, 2_000, 20_000, 1_000_000, 20_000, 20_000, 500_000, 10_000_000, 500_000, 5_000,
            60_000, 8_000, 500, 200_000, (10, 100, 1_000),
        ),
        Scale(
            "quick", 3, 100_000, 1_000, 5_000, 100_000, 10_000, 5_000, 100_000, 200_000, 100_000, 1_000,
            12_000, 3_000, 200, 60_000, (10, 100, 1_000),
        ),
        Scale("tiny", 1, 3_000, 200, 500, 2_000, 400, 200, 2_000, 4_000, 2_000, 50, 400, 200, 10, 500, (5, 10)),
    )
}  # fmt: skip
