"""A flow in which money is short: everybody is prefunded, and whatever is not locked is taken out again and again.

Right then rates change or a day ends, so that open buys are locked anew and some can no longer be: what the
flows of order_flow.py hardly ever reach. The withdrawals need to know what is available, so the flow is made
along a running engine; it is the same for the same seed as long as that engine is.
"""

import random
from collections.abc import Iterator

from msgspec.structs import replace

from tests.support.operation_drafts import BY, OPENING
from tests.support.order_drafts import ACCOUNTS
from tests.support.order_flow import batch_time_ns, placed, seeded_drafts
from venue.engine.engine import Engine
from venue.messages import (
    DAY,
    GTC,
    PREFUNDED,
    AnyCommand,
    EnterOrder,
    FeeTier,
    MoveBalance,
    OpenAccount,
    RollDay,
    SetAccountFees,
    SetFeeSchedule,
)

CURRENCIES = ("USD", "BASE", "EUR")
DRILL_EVERY = 15
RATES = (None, None, None, (-1_000, 0), (10_000, 50_000), (0, 100_000))
TIERS = (
    (FeeTier(0, -1_000, 0), FeeTier(100, 20_000, 100_000)),  # the more, the dearer: a day's end cancels
    (FeeTier(0, 0, 0), FeeTier(400, 0, 50_000), FeeTier(1_000, 50_000, 100_000)),
    (FeeTier(0, 10_000, 25_000),),
)


def money_commands(seed: int, count: int) -> list[AnyCommand]:
    """`count` commands of the seeded flow, and a drill after every DRILL_EVERY of them."""
    rng = random.Random(seed)
    engine = Engine()
    commands: list[AnyCommand] = []

    def give(command: AnyCommand) -> None:
        commands.append(command)
        engine.apply(command, len(commands), batch_time_ns(len(commands)))

    for number, command in enumerate(placed(seeded_drafts(seed, count)), 1):
        give(prefunded(command))
        if number > len(OPENING) and number % DRILL_EVERY == 0:
            for drilled in drill(rng, engine, f"drill {number}"):
                give(drilled)
    return commands


def prefunded(command: AnyCommand) -> AnyCommand:
    """Accounts with balances, and orders that live longer than the many days."""
    if isinstance(command, OpenAccount):
        return replace(command, settlement=PREFUNDED)
    if isinstance(command, EnterOrder) and command.time_in_force == DAY:
        return replace(command, time_in_force=GTC)
    return command


def drill(rng: random.Random, engine: Engine, name: str) -> Iterator[AnyCommand]:
    """Drain one account and change what it pays, or drain all and end the day; then there is new money."""
    is_evening = rng.random() < 0.5
    drained = ACCOUNTS if is_evening else (rng.choice(ACCOUNTS),)
    for account in drained:
        for balance in engine.balances(account):
            available = balance.total_units - balance.locked_units - rng.choice((0, 0, 1, 3))
            if available > 0:
                yield MoveBalance(account, balance.currency, -available, f"{name} {account} {balance.currency}", *BY)
    if is_evening:
        yield RollDay(engine.day_end_ns + 1)
    else:
        yield from changed_rates(rng, drained[0])
    for account in drained:
        for currency in CURRENCIES:
            amount_units = rng.choice((50, 300, 2_000))
            yield MoveBalance(account, currency, amount_units, f"{name} {account} {currency} back", *BY)


def changed_rates(rng: random.Random, account: str) -> Iterator[AnyCommand]:
    for currency in ("USD", "EUR"):
        if rng.random() < 0.6:
            yield SetAccountFees(account, currency, rng.choice(RATES), *BY)
        else:
            yield SetFeeSchedule(currency, rng.choice(TIERS), *BY)
