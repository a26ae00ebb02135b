"""What holds for every list of commands: the naive engine's events, the audit, replay, dump, mirror.

The normal run is derandomized: the same examples every time. VENUE_EXPLORE=20 runs twenty times as many,
new ones each time.
"""

import os
from collections.abc import Sequence
from functools import partial
from typing import TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from tests.support.audit import Audit
from tests.support.comparing import assert_same, views
from tests.support.conservation import Bookkeeper
from tests.support.mirror import FIRST_TRADES, mirrorable, mirrored_command, mirrored_event
from tests.support.operation_drafts import OPENING
from tests.support.order_flow import batch_time_ns, draft_command
from tests.support.shrinking import assert_holds
from venue.engine.engine import Engine
from venue.messages import AnyCommand, AnyEvent, decode_commands, encode_commands

T = TypeVar("T")

EXPLORE = int(os.environ.get("VENUE_EXPLORE", "0"))
DRAFTS_MAX = 100
GO_ON = (False,) + (True,) * 60


def examples(count: int) -> settings:
    return settings(
        max_examples=count * max(1, EXPLORE),
        derandomize=not EXPLORE,
        database=None,
        phases=[Phase.generate],  # assert_holds shrinks and prints, see there
        verbosity=Verbosity.quiet,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@st.composite
def flows(draw: st.DrawFn) -> list[AnyCommand]:
    """Drafts of commands, up to DRAFTS_MAX of them."""

    def choose(options: Sequence[T]) -> T:
        return draw(st.sampled_from(options))

    drafts: list[AnyCommand] = []
    while len(drafts) < DRAFTS_MAX and choose(GO_ON):
        drafts.append(draft_command(choose))
    return drafts


def applied(engine: Engine, commands: Sequence[AnyCommand]) -> list[list[AnyEvent]]:
    """The events of each command, in an engine that may already have run."""
    first = engine.journal_seq + 1
    return [engine.apply(command, seq, batch_time_ns(seq)) for seq, command in enumerate(commands, first)]


@examples(300)
@given(flows())
def test_engine_any_flow_gives_the_naive_engines_events_and_views(drafts: list[AnyCommand]) -> None:
    """The engine does what the rules say: event by event, view by view."""
    assert_holds(assert_same, drafts)


@examples(80)
@given(flows())
def test_engine_that_forgets_closed_orders_gives_the_naive_engines_events(drafts: list[AnyCommand]) -> None:
    """What is forgotten is unknown and its ids are free, in both engines at the same command."""
    assert_holds(partial(assert_same, memory=(4, 3, 2)), drafts)


@examples(150)
@given(flows())
def test_engine_any_flow_passes_the_audit(drafts: list[AnyCommand]) -> None:
    """No crossed book, quantity conserved, price-time priority, FOK all or nothing, icebergs hidden."""
    assert_holds(passes_the_audit, drafts)


def passes_the_audit(commands: list[AnyCommand]) -> None:
    engine, audit = Engine(), Audit()
    for events in applied(engine, commands):
        audit.follow(events)
    audit.check_engine(engine)


@examples(100)
@given(flows())
def test_engine_any_flow_makes_no_lots_and_no_money(drafts: list[AnyCommand]) -> None:
    """Positions are zero-sum, balances, revenue and credit are the deposits, locks are the open orders'."""
    assert_holds(keeps_the_books, drafts)


def keeps_the_books(commands: list[AnyCommand]) -> None:
    engine, bookkeeper = Engine(), Bookkeeper()
    for seq, command in enumerate(commands, 1):
        bookkeeper.follow(engine.apply(command, seq, batch_time_ns(seq)))
        bookkeeper.check(engine)


@examples(100)
@given(flows(), st.integers(0, DRAFTS_MAX))
def test_engine_loaded_from_a_dump_goes_on_as_if_it_had_never_stopped(drafts: list[AnyCommand], cut: int) -> None:
    """dump -> load -> dump is identical, and the loaded engine gives the same events from there on."""
    assert_holds(partial(goes_on_after_load, cut=cut + len(OPENING)), drafts)


def goes_on_after_load(commands: list[AnyCommand], cut: int) -> None:
    engine = Engine(closed_orders_max=10)
    applied(engine, commands[:cut])
    loaded = Engine.load(engine.dump())
    assert loaded.dump() == engine.dump()
    assert views(loaded) == views(engine)
    assert applied(loaded, commands[cut:]) == applied(engine, commands[cut:])
    assert loaded.state_hash() == engine.state_hash()


@examples(60)
@given(flows())
def test_engine_replay_of_the_commands_bytes_gives_the_same_state_hash(drafts: list[AnyCommand]) -> None:
    """The journal is the whole truth: its bytes make the same events and the same state again."""
    assert_holds(replays_from_bytes, drafts)


def replays_from_bytes(commands: list[AnyCommand]) -> None:
    engine, replayed = Engine(), Engine()
    events = applied(engine, commands)
    assert applied(replayed, decode_commands(encode_commands(commands))) == events
    assert replayed.state_hash() == engine.state_hash()


@examples(150)
@given(flows())
def test_engine_mirrored_flow_gives_the_mirrored_events(drafts: list[AnyCommand]) -> None:
    """Buy and sell are treated alike, in all that has a mirror image (tests/support/mirror.py)."""
    assert_holds(has_a_mirror_image, drafts)


def has_a_mirror_image(commands: list[AnyCommand]) -> None:
    opening, flow = commands[: len(OPENING)], commands[len(OPENING) :]
    alike = [*mirrorable(opening), *FIRST_TRADES, *mirrorable(flow)]
    events = applied(Engine(), alike)
    mirrored = applied(Engine(), [mirrored_command(command) for command in alike])
    assert mirrored == [[mirrored_event(event) for event in batch] for batch in events]
