"""What operators change about an account: its settings, limits, fees and fill-rate groups."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from admin_api.models.accounts import SelfMatch, Settlement
from admin_api.models.controls import Amount, Control, RatePercent, example
from admin_api.models.values import AccountName, Decimal, Symbol
from venue.config import NAME

OptionalName = Annotated[str, Field(pattern=rf"^$|{NAME}")]
Symbols = Annotated[list[Symbol], Field(max_length=1_000, examples=[["BTC-USD"]])]


class AccountChange(Control):
    """Instruments: those it may trade; none: all."""

    model_config = example(firm="NORTH", self_match="cancel_both", why="as agreed by phone")

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

    model_config = example(
        account="MEMBER1", firm="NORTH", settlement="credit", instruments=["BTC-USD"], why="a new member"
    )

    account: Annotated[AccountName, Field(examples=["MEMBER1"])]


class AccountLimitsChange(Control):
    """How many orders the account may have open."""

    model_config = example(open_orders_max=200, why="as agreed by phone")

    open_orders_max: Annotated[int | None, Field(ge=0, le=10**9, examples=[200])]


class OrderLimitsChange(Control):
    """order_quantity_max and order_notional_max bound one order; long_max and short_max bound the position, with open
    orders counted as if filled."""

    model_config = example(order_quantity_max="10", long_max="50", short_max="50", why="as agreed by phone")

    order_quantity_max: Annotated[Decimal | None, Field(examples=["10"])] = None
    order_notional_max: Annotated[Decimal | None, Field(examples=["500000"])] = None
    long_max: Annotated[Decimal | None, Field(examples=["50"])] = None
    short_max: Annotated[Decimal | None, Field(examples=["50"])] = None


class LossCapChange(Control):
    """What the account may lose in a day, counted from now. At the cap its orders are canceled, and only orders that
    reduce a position are taken."""

    model_config = example(loss_cap="25000", why="as agreed by phone")

    loss_cap: Amount | None


class GroupChange(Control):
    """A fill-rate group: when `quantity` of its orders is filled within window_s, they are canceled and new ones
    refused until it is reset."""

    model_config = example(symbol="BTC-USD", quantity="10", window_s="5", why="as agreed by phone")

    symbol: Annotated[Symbol, Field(examples=["BTC-USD"])]
    quantity: Annotated[Decimal, Field(examples=["10"])]
    window_s: Annotated[Decimal, Field(examples=["5"])]


class RatesChange(Control):
    """Rates of the account instead of the schedule's."""

    model_config = example(maker_percent="-0.01", taker_percent="0.02", why="a market maker")

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

    model_config = example(
        tiers=[
            {"volume": "0", "maker_percent": "0.10", "taker_percent": "0.20"},
            {"volume": "100000", "maker_percent": "0.08", "taker_percent": "0.15"},
        ],
        why="fees of the new year",
    )

    tiers: Annotated[list[NewTier], Field(min_length=1, max_length=100)]
