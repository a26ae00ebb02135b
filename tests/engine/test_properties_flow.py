"""Long seeded flows through the engine and the naive engine, compared event by event.

VENUE_FUZZ_COMMANDS and VENUE_FUZZ_SEED make them longer and different. What differs is cut down to the
shortest flow that still does.
"""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import msgspec

from tests.support.audit import Audit
from tests.support.comparing import assert_same
from tests.support.flow_digest import flow_digest
from tests.support.order_flow import batch_time_ns, placed, seeded_deep_drafts, seeded_drafts
from tests.support.shrinking import assert_holds
from venue.engine.engine import Engine
from venue.messages import AnyCommand

ROOT = Path(__file__).parents[2]
COMMANDS = int(os.environ.get("VENUE_FUZZ_COMMANDS", "20000"))
DEEP_COMMANDS = min(COMMANDS // 5, 30_000)  # each costs the naive engine time in proportion to the book
SEED = int(os.environ.get("VENUE_FUZZ_SEED", "42"))


def test_engine_long_flow_gives_the_naive_engines_events() -> None:
    """20,000 commands of every kind: no event, no view, no order's status differs."""
    assert_holds(partial(assert_same, views_every=50), seeded_drafts(SEED, COMMANDS))


def test_engine_deep_flow_gives_the_naive_engines_events() -> None:
    """The same with hundreds of open orders on a hundred price levels."""
    assert_holds(partial(assert_same, views_every=50), seeded_deep_drafts(SEED, DEEP_COMMANDS))


def test_engine_forgetful_flow_gives_the_naive_engines_events() -> None:
    """The same when only the last hundred closed orders are remembered."""
    forgetful = partial(assert_same, views_every=50, closed_orders_max=100)
    assert_holds(forgetful, seeded_drafts(SEED + 1, COMMANDS // 4))


def test_engine_deep_flow_passes_the_audit() -> None:
    """Priority, conservation and hidden quantity hold in a deep book, checked from the events alone."""
    engine, audit = Engine(), Audit()
    for seq, command in enumerate(placed(seeded_deep_drafts(SEED + 2, 2 * DEEP_COMMANDS)), 1):
        audit.follow(engine.apply(command, seq, batch_time_ns(seq)))
        if seq % 500 == 0:
            audit.check_engine(engine)
    audit.check_engine(engine)


def test_engine_flow_of_the_largest_numbers_gives_the_naive_engines_events() -> None:
    """Prices and quantities at the gateway's bound (10 ** 15) are as exact as small ones."""
    assert_same([enlarged(command) for command in placed(seeded_drafts(SEED + 3, 2_000))], views_every=50)


def enlarged(command: AnyCommand) -> AnyCommand:
    """Every number of ticks, lots and money, made so large that its products need more than 64 bits."""
    scales = {
        "price_ticks": 10**14,
        "stop_ticks": 10**14,
        "qty_lots": 10**13,
        "display_lots": 10**13,
        "min_lots": 10**13,
        "max_lots": 10**13,
        "cash_units": 10**27,
    }
    changes = {name: getattr(command, name) * scale for name, scale in scales.items() if hasattr(command, name)}
    return msgspec.structs.replace(command, **changes)


def test_engine_flow_gives_the_same_digest_in_every_process() -> None:
    """Another hash seed, or the interpreted engine, changes no event and no byte of the state."""
    digests = {
        subprocess.run(
            [sys.executable, "-m", "tests.support.flow_digest", str(SEED), "3000"],
            cwd=ROOT,
            env=os.environ | environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for environment in ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "VENUE_INTERPRETED": "1"})
    }
    assert digests == {flow_digest(SEED, 3_000) + "\n"}
