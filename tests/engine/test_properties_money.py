"""A seeded flow in which money is short, through both engines and past the bookkeeper.

VENUE_FUZZ_COMMANDS and VENUE_FUZZ_SEED make it longer and different.
"""

import os
from collections import Counter

from tests.support.comparing import assert_same
from tests.support.conservation import Bookkeeper
from tests.support.money_flow import money_commands
from tests.support.order_flow import batch_time_ns
from venue.engine.engine import Engine
from venue.messages import OrderCanceled, RollDay, SetAccountFees, SetFeeSchedule
from venue.reasons import INSUFFICIENT_BALANCE

COMMANDS = int(os.environ.get("VENUE_FUZZ_COMMANDS", "30000")) // 5
SEED = int(os.environ.get("VENUE_FUZZ_SEED", "42"))


def test_engine_flow_short_of_money_gives_the_naive_engines_events() -> None:
    """Locks follow rates and days, what is no longer covered is canceled: event by event as the rules say."""
    assert_same(money_commands(SEED, COMMANDS), views_every=10)


def test_engine_flow_short_of_money_keeps_the_books() -> None:
    """No available balance is ever below 0, and the flow does cancel orders that new rates or a new day uncover."""
    engine, bookkeeper = Engine(), Bookkeeper()
    short: Counter[type] = Counter()
    for seq, command in enumerate(money_commands(SEED, COMMANDS), 1):
        events = engine.apply(command, seq, batch_time_ns(seq))
        bookkeeper.follow(events)
        bookkeeper.check(engine)
        ends = [event for event in events if isinstance(event, OrderCanceled)]
        short[type(command)] += any(event.reason == INSUFFICIENT_BALANCE for event in ends)
    assert {SetAccountFees, SetFeeSchedule, RollDay} <= set(+short)
