"""Long seeded flows through the engine and the naive engine, compared event by event.

Compared in a normal run: 84,000 commands here, 24,000 that are short of money (test_properties_money.py) and
about 24,000 of Hypothesis (test_properties.py), in a minute on one core with the compiled engine.
VENUE_FUZZ_COMMANDS and VENUE_FUZZ_SEED make them longer and different. What differs is cut down to the
shortest flow that still does.
"""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import get_args

import msgspec

from tests.support.audit import Audit
from tests.support.comparing import assert_same
from tests.support.conservation import Bookkeeper
from tests.support.flow_digest import flow_digest
from tests.support.order_drafts import PRICE_HUGE
from tests.support.order_flow import batch_time_ns, placed, seeded_deep_drafts, seeded_drafts
from tests.support.shrinking import assert_holds
from venue import reasons
from venue.engine.engine import Engine
from venue.messages import NO_LIMIT, AnyCommand, AnyEvent, EnterList

ROOT = Path(__file__).parents[2]
COMMANDS = int(os.environ.get("VENUE_FUZZ_COMMANDS", "30000"))
DEEP_COMMANDS = min(COMMANDS // 10, 30_000)  # each costs the naive engine time in proportion to the book
SEED = int(os.environ.get("VENUE_FUZZ_SEED", "42"))


def test_engine_long_flow_gives_the_naive_engines_events() -> None:
    """60,000 commands of every kind: no event, no view, no order's status differs."""
    assert_holds(partial(assert_same, views_every=50), seeded_drafts(SEED, COMMANDS))


def test_engine_deep_flow_gives_the_naive_engines_events() -> None:
    """The same with hundreds of open orders on a hundred price levels."""
    assert_holds(partial(assert_same, views_every=50), seeded_deep_drafts(SEED, DEEP_COMMANDS))


def test_engine_forgetful_flow_gives_the_naive_engines_events() -> None:
    """The same when only the last hundred closed orders, twenty trades and five transactions are remembered."""
    forgetful = partial(assert_same, views_every=50, memory=(100, 20, 5))
    assert_holds(forgetful, seeded_drafts(SEED + 1, COMMANDS // 4))


def test_engine_deep_flow_passes_the_audit() -> None:
    """Priority, conservation and hidden quantity hold in a deep book, checked from the events alone."""
    engine, audit = Engine(), Audit()
    for seq, command in enumerate(placed(seeded_deep_drafts(SEED + 2, 2 * DEEP_COMMANDS)), 1):
        audit.follow(engine.apply(command, seq, batch_time_ns(seq)))
        if seq % 500 == 0:
            audit.check_engine(engine)
    audit.check_engine(engine)


def test_engine_long_flow_makes_no_lots_and_no_money() -> None:
    """Positions, fees, balances, revenue and locks add up all along a long flow, amendments included."""
    engine, bookkeeper = Engine(), Bookkeeper()
    for seq, command in enumerate(placed(seeded_drafts(SEED + 4, COMMANDS // 3)), 1):
        bookkeeper.follow(engine.apply(command, seq, batch_time_ns(seq)))
        if seq % 25 == 0:
            bookkeeper.check(engine)
    bookkeeper.check(engine)


def test_engine_dumped_and_loaded_along_a_flow_gives_the_same_events() -> None:
    """An engine that is loaded from its own dump again and again is none the worse for it."""
    commands = placed(seeded_drafts(SEED + 5, COMMANDS // 12))
    engine = loaded = Engine(100, 50, 20)
    for seq, command in enumerate(commands, 1):
        if seq % 100 == 0:
            loaded = Engine.load(engine.dump())
            assert loaded.state_hash() == engine.state_hash()
        events = engine.apply(command, seq, batch_time_ns(seq))
        assert loaded is engine or loaded.apply(command, seq, batch_time_ns(seq)) == events


def test_flows_give_every_event_and_every_reason_of_the_engine() -> None:
    """What the flows never bring about they cannot compare: each event and reason comes up."""
    events, given = set[type](), set[int]()
    for seed in range(SEED, SEED + 30):  # some only come up before the first trade
        engine = Engine()
        for seq, command in enumerate(placed(seeded_drafts(seed, 1_000)), 1):
            for event in engine.apply(command, seq, batch_time_ns(seq)):
                events.add(type(event))
                given.add(getattr(event, "reason", reasons.REQUESTED))
    assert events == set(get_args(AnyEvent))
    assert set(reasons.REASONS) - given == GIVEN_BY_OTHERS


# Reasons that the gateway or the sequencer gives, in a RefuseRequest or MassCancel, or the admin API.
GIVEN_BY_OTHERS = {reasons.OFF_LOT, reasons.UNSUPPORTED, reasons.LOGGED_OUT} | {
    number for number in reasons.REASONS if number >= reasons.UNAUTHENTICATED
}


def test_engine_flow_of_the_largest_numbers_gives_the_naive_engines_events() -> None:
    """Orders whose notional comes close to 64 bits, and positions and volumes beyond, are as exact as small ones."""
    assert_same([enlarged(command) for command in placed(seeded_drafts(SEED + 3, 3_000))], views_every=50)


PRICE_SCALE = 500
LOTS_SCALE = 10**13  # 9 ticks x 20 lots x factor 5 of Y: 4.5e18, and 2 ** 62 is 4.6e18
MONEY_SCALE = PRICE_SCALE * LOTS_SCALE
SCALES = {
    **dict.fromkeys(("price_ticks", "stop_ticks", "trail_ticks", "reference_ticks"), PRICE_SCALE),
    **dict.fromkeys(("qty_lots", "display_lots", "min_lots", "max_lots", "order_lots_max"), LOTS_SCALE),
    **dict.fromkeys(("long_lots_max", "short_lots_max", "lots_max"), LOTS_SCALE),
    **dict.fromkeys(("cash_units", "order_notional_max", "cap_units", "amount_units"), MONEY_SCALE),
}


def enlarged(command: AnyCommand) -> AnyCommand:
    """Every number of ticks, lots and money, made as large as an instrument admits; NO_LIMIT stays."""
    found = {name: getattr(command, name) for name in SCALES if hasattr(command, name)}
    changes: dict[str, object] = {
        name: n * SCALES[name] for name, n in found.items() if n not in (NO_LIMIT, PRICE_HUGE)
    }
    if isinstance(command, EnterList):
        changes["orders"] = tuple(enlarged(order) for order in command.orders)
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
