"""Long seeded flows through the engine and the naive engine, compared event by event.

VENUE_FUZZ_COMMANDS and VENUE_FUZZ_SEED make them longer and different. What differs is cut down to the
shortest flow that still does.
"""

import os

import pytest

from tests.support.audit import Audit
from tests.support.comparing import explain, first_difference
from tests.support.order_flow import placed, seeded_deep_drafts, seeded_drafts
from venue.engine.engine import Engine

COMMANDS = int(os.environ.get("VENUE_FUZZ_COMMANDS", "20000"))
SEED = int(os.environ.get("VENUE_FUZZ_SEED", "42"))


def test_engine_long_flow_gives_the_naive_engines_events() -> None:
    """20,000 commands of every kind: no event, no view, no order's status differs."""
    drafts = seeded_drafts(SEED, COMMANDS)
    if first_difference(placed(drafts), views_every=50):
        pytest.fail(explain(drafts))


def test_engine_deep_flow_gives_the_naive_engines_events() -> None:
    """The same with hundreds of open orders on a hundred price levels."""
    drafts = seeded_deep_drafts(SEED, COMMANDS // 5)
    if first_difference(placed(drafts), views_every=50):
        pytest.fail(explain(drafts))


def test_engine_forgetful_flow_gives_the_naive_engines_events() -> None:
    """The same when only the last hundred closed orders are remembered."""
    drafts = seeded_drafts(SEED + 1, COMMANDS // 4)
    if first_difference(placed(drafts), views_every=50, closed_orders_max=100):
        pytest.fail(explain(drafts, closed_orders_max=100))


def test_engine_deep_flow_passes_the_audit() -> None:
    """Priority, conservation and hidden quantity hold in a deep book, checked from the events alone."""
    engine, audit = Engine(), Audit()
    for seq, command in enumerate(placed(seeded_deep_drafts(SEED + 2, COMMANDS // 2)), 1):
        audit.follow(engine.apply(command, seq, seq))
        if seq % 500 == 0:
            audit.check_engine(engine)
    audit.check_engine(engine)
