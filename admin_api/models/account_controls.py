"""What operators change about an account: its settings, limits, fees and fill-rate groups."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from admin_api.models.accounts import SelfMatch, Settlement
from admin_api.models.controls import Amount, Control, RatePercent
from admin_api.models.values import AccountName, Decimal, Symbol
from venue.config import NAME

OptionalName = Annotated[str, Field(pattern=rf"^$|{NAME}")]
Symbols = Annotated[list[Symbol], Field(max_length=1_000, examples=[["BTC-USD"]])]


class AccountChange(Control):
    """Instruments: those it may trade; none: all."""

    firm: Annotated[OptionalName | None, Field(description="A kill switch can stop all of a firm.")] = None
    settlement: Settlement | None = None
    instruments: Symbols | None = None
    self_match: Annotated[SelfMatch | None, Field(description="When it would trade with itself.")] = None
    self_match_group: Annotated[
        OptionalName | None, Field(description="Accounts of one group do not trade with each other.")
    ] = None


class NewAccount(AccountChange):
    """An account; no session trades it before its entitlements say so. What is not given: of no firm, on credit, all
    instruments, cancel_incoming, of no group."""

    account: Annotated[AccountName, Field(examples=["MM1"])]


class AccountLimitsChange(Control):
    """How many orders the account may have open."""

    open_orders_max: Annotated[int | None, Field(ge=0, le=10**9, examples=[200])]


class OrderLimitsChange(Control):
    """order_quantity_max and order_notional_max bound one order; long_max and short_max bound the position, with open
    orders counted as if filled."""

    order_quantity_max: Annotated[Decimal | None, Field(examples=["10"])] = None
    order_notional_max: Annotated[Decimal | None, Field(examples=["500000"])] = None
    long_max: Annotated[Decimal | None, Field(examples=["50"])] = None
    short_max: Annotated[Decimal | None, Field(examples=["50"])] = None


class LossCapChange(Control):
    """What the account may lose in a day, counted from now. At the cap its orders are canceled, and only orders that
    reduce a position are taken."""

    loss_cap: Amount | None


class GroupChange(Control):
    """A fill-rate group: when `quantity` of its orders is filled within window_s, they are canceled and new ones
    refused until it is reset."""

    symbol: Annotated[Symbol, Field(examples=["BTC-USD"])]
    quantity: Annotated[Decimal, Field(examples=["10"])]
    window_s: Annotated[Decimal, Field(examples=["5"])]


class RatesChange(Control):
    """Rates of the account instead of the schedule's."""

    maker_percent: RatePercent
    taker_percent: RatePercent


class NewTier(BaseModel):
    """For accounts that traded `volume` in the last 30 days."""

    model_config = ConfigDict(extra="forbid", strict=True)

    volume: Annotated[Decimal, Field(description="In the currency.", examples=["0"])]
    maker_percent: RatePercent
    taker_percent: RatePercent


class FeeScheduleChange(Control):
    """Lowest tier first, the first from volume 0."""

    tiers: Annotated[list[NewTier], Field(min_length=1, max_length=100)]
