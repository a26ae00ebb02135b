"""Fees: what the venue charges in each quote currency, and what one account pays there.

A rate is hundredths of a basis point of the notional. An account's tier goes by what it traded on the last
30 complete days, as of the last day roll; today counts from the next one.

Invariant: a till's revenue is the sum of all fees of all trades in its currency, rebates taken off.
"""

from itertools import pairwise
from typing import Final

from venue.engine.rounding import bounded, half_even
from venue.messages import FeeStatus, FeeTier, SetAccountFees, SetFeeSchedule

RATE_UNIT: Final = 1_000_000
RATE_MAX: Final = 100_000  # 10 %, as a fee and as a rebate
DAYS: Final = 30


class Till:
    """What the venue charges in one currency, and what it has earned in it."""

    def __init__(self, currency: str, decimals: int) -> None:
        self.currency = currency
        self.decimals = decimals
        self.revenue = 0
        self.schedule: SetFeeSchedule | None = None

    def tiers(self) -> tuple[FeeTier, ...]:
        return () if self.schedule is None else self.schedule.tiers

    def rates(self, volume_units: int) -> tuple[int, int]:
        """Maker and taker rate of the highest tier that this volume reaches; without tiers nothing is charged."""
        found = (0, 0)
        for tier in self.tiers():
            if tier.volume_units > volume_units:
                break
            found = (tier.maker_rate, tier.taker_rate)
        return found


class FeeAccount:
    """What one account pays in instruments of one quote currency, and what it traded in them."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.override: SetAccountFees | None = None
        self.volume_today = 0
        self.volume_30d = 0  # as of the last day roll
        self.days: list[int] = []  # the volumes of the last complete days, newest last
        self.maker_rate = 0
        self.taker_rate = 0
        self.lock_rate = 0  # the greater of the two and 0: what locks allow for
        self.take_rates()

    def take_rates(self) -> None:
        """Bring the rates to what schedule, volume and override give."""
        override = self.override
        own = None if override is None else override.rates
        self.maker_rate, self.taker_rate = self.till.rates(self.volume_30d) if own is None else own
        self.lock_rate = max(self.maker_rate, self.taker_rate, 0)

    def roll_day(self) -> None:
        days = self.days
        days.append(self.volume_today)
        del days[:-DAYS]
        self.volume_today = 0
        self.volume_30d = sum(days)
        if not self.volume_30d:
            days.clear()

    def amend_volume(self, units: int, days_ago: int) -> None:
        """Add to the volume of a day, as far as that day is still counted."""
        if days_ago == 0:
            self.volume_today += units
        elif days_ago <= len(self.days):
            self.days[-days_ago] += units

    def is_blank(self) -> bool:
        """Whether nothing would be lost if it were made anew."""
        return self.override is None and not self.volume_today and not self.volume_30d and not self.days

    def status(self, account: str) -> FeeStatus:
        override = self.override
        return FeeStatus(
            account,
            self.till.currency,
            self.maker_rate,
            self.taker_rate,
            override is not None and override.rates is not None,
            bounded(self.volume_30d),
            bounded(self.volume_today),
        )


def fee(rate: int, units: int) -> int:
    """The fee of a fill of this notional, both in units of the quote currency."""
    return half_even(rate * units, RATE_UNIT) if rate else 0


def are_rates(rates: tuple[int, int]) -> bool:
    return min(rates) >= -RATE_MAX and max(rates) <= RATE_MAX


def are_tiers(tiers: tuple[FeeTier, ...]) -> bool:
    """Whether a schedule's tiers begin at 0, ascend, and have rates within the bounds."""
    volumes = [tier.volume_units for tier in tiers]
    return (
        volumes[:1] == [0]
        and all(lower < higher for lower, higher in pairwise(volumes))
        and all(are_rates((tier.maker_rate, tier.taker_rate)) for tier in tiers)
    )
