"""What holds for every list of commands: the naive engine's events, the audit, replay, dump, mirror.

The normal run is derandomized: the same examples every time. VENUE_EXPLORE=20 runs twenty times as many,
new ones each time.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.audit import Audit
from tests.support.comparing import first_difference, views
from tests.support.mirror import mirrored_command, mirrored_event
from tests.support.order_flow import OPENING, PRICE_CENTRE_X2, draft_command, placed
from venue.engine.engine import Engine
from venue.messages import (
    BUY,
    DAY,
    LIMIT,
    SELL,
    AnyCommand,
    AnyEvent,
    EnterOrder,
    decode_commands,
    encode_commands,
)

T = TypeVar("T")

EXPLORE = int(os.environ.get("VENUE_EXPLORE", "0"))
DRAFTS_MAX = 100
GO_ON = (False,) + (True,) * 60


def examples(count: int) -> settings:
    return settings(
        max_examples=count * max(1, EXPLORE),
        derandomize=not EXPLORE,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@st.composite
def flows(draw: st.DrawFn) -> list[AnyCommand]:
    """Commands behind the opening; long ones are likely, short ones are what failures shrink to."""

    def choose(options: Sequence[T]) -> T:
        return draw(st.sampled_from(options))

    drafts: list[AnyCommand] = []
    while len(drafts) < DRAFTS_MAX and choose(GO_ON):
        drafts.append(draft_command(choose))
    return placed(drafts)


def applied(engine: Engine, commands: Sequence[AnyCommand]) -> list[list[AnyEvent]]:
    """The events of each command, in an engine that may already have run."""
    first = engine.journal_seq + 1
    return [engine.apply(command, seq, seq) for seq, command in enumerate(commands, first)]


@examples(200)
@given(flows())
def test_engine_any_flow_gives_the_naive_engines_events_and_views(commands: list[AnyCommand]) -> None:
    """The engine does what the rules say: event by event, view by view."""
    assert first_difference(commands) == ""


@examples(60)
@given(flows())
def test_engine_that_forgets_closed_orders_gives_the_naive_engines_events(commands: list[AnyCommand]) -> None:
    """A forgotten order is unknown and its ClOrdIDs are free, in both engines at the same command."""
    assert first_difference(commands, closed_orders_max=4) == ""


@examples(100)
@given(flows())
def test_engine_any_flow_passes_the_audit(commands: list[AnyCommand]) -> None:
    """No crossed book, quantity conserved, price-time priority, FOK all or nothing, icebergs hidden."""
    engine, audit = Engine(), Audit()
    for events in applied(engine, commands):
        audit.follow(events)
    audit.check_engine(engine)


@examples(80)
@given(flows(), st.integers(0, DRAFTS_MAX))
def test_engine_loaded_from_a_dump_goes_on_as_if_it_had_never_stopped(commands: list[AnyCommand], cut: int) -> None:
    """dump -> load -> dump is identical, and the loaded engine gives the same events from there on."""
    engine = Engine(closed_orders_max=10)
    cut += len(OPENING)
    applied(engine, commands[:cut])
    loaded = Engine.load(engine.dump())
    assert loaded.dump() == engine.dump()
    assert views(loaded) == views(engine)
    assert applied(loaded, commands[cut:]) == applied(engine, commands[cut:])
    assert loaded.state_hash() == engine.state_hash()


@examples(40)
@given(flows())
def test_engine_replay_of_the_commands_bytes_gives_the_same_state_hash(commands: list[AnyCommand]) -> None:
    """The journal is the whole truth: its bytes make the same events and the same state again."""
    engine, replayed = Engine(), Engine()
    events = applied(engine, commands)
    assert applied(replayed, decode_commands(encode_commands(commands))) == events
    assert replayed.state_hash() == engine.state_hash()


@examples(100)
@given(flows())
def test_engine_mirrored_flow_gives_the_mirrored_events(commands: list[AnyCommand]) -> None:
    """Buy and sell are treated alike."""
    alike = [*commands[: len(OPENING)], *FIRST_TRADES, *filter(is_alike, commands[len(OPENING) :])]
    events = applied(Engine(), alike)
    mirrored = applied(Engine(), [mirrored_command(command) for command in alike])
    assert mirrored == [[mirrored_event(event) for event in batch] for batch in events]


def is_alike(command: AnyCommand) -> bool:
    """Cash buys less where prices are higher, so a cash order has no mirror image."""
    return not isinstance(command, EnterOrder) or command.cash_units == 0


# The first trade of an instrument releases rising triggers before falling ones: let it be in the past.
FIRST_TRADES = [
    trade
    for symbol in ("X", "Y")
    for trade in (
        EnterOrder("OPENING", "ANN", f"{symbol} sell", symbol, SELL, LIMIT, DAY, 1, PRICE_CENTRE_X2 // 2),
        EnterOrder("OPENING", "BOB", f"{symbol} buy", symbol, BUY, LIMIT, DAY, 1, PRICE_CENTRE_X2 // 2),
    )
]
