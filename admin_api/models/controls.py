"""What operators ask, and how it is answered: every request says why, every answer what it did.

In a change (PATCH) what is not given stays, and null stands for "no limit".
"""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from admin_api.models.values import AccountName, ClientId, CurrencyName, Decimal, StateWord, Symbol, Why
from admin_api.wording import BAND_PERCENT, DURATION, RATE_PERCENT

RatePercent: TypeAlias = Annotated[
    str,
    Field(
        pattern=RATE_PERCENT,
        description="Of the notional, in percent; negative: a rebate.",
        examples=["0.10"],
    ),
]
BandPercent: TypeAlias = Annotated[
    str,
    Field(pattern=BAND_PERCENT, description="Of the reference price, in percent.", examples=["5"]),
]
Duration: TypeAlias = Annotated[str, Field(pattern=DURATION, description="In seconds.", examples=["60"])]
Amount: TypeAlias = Annotated[Decimal, Field(examples=["1000"])]


def example(**fields: JsonValue) -> ConfigDict:
    """A whole body, for the documents: it works word for word on the demo configuration."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Control(BaseModel):
    """A control action says why; it is journaled and audited."""

    model_config = ConfigDict(extra="forbid", strict=True) | example(why="as agreed by phone")

    why: Why


class ControlDone(BaseModel):
    """What came of a control action, in words and in figures."""

    journal_seq: Annotated[int, Field(description="Of the command; it is applied here too.", examples=[1507])]
    done: Annotated[list[str], Field(examples=[["kill switch of account DEMO1 is engaged"]])]
    orders_canceled: Annotated[int, Field(examples=[12])]
    orders_triggered: Annotated[int, Field(examples=[0])]
    trades: Annotated[int, Field(examples=[0])]


class SwitchChange(Control):
    """Engaged: all open orders in the scope are canceled and new ones refused. Released: they do not come back."""

    model_config = example(engaged=True, why="lost control of its orders")

    engaged: bool


class StateChange(Control):
    """With `for_s` halted and pre_open go on to auction then, and auction to open."""

    model_config = example(state="halted", for_s="60", why="news pending")

    state: StateWord
    for_s: Annotated[Duration | None, Field(description="How long; null: until it is changed.")] = None


class TradeCorrection(Control):
    """The price or the smaller quantity the trade should have had; what is not given stays."""

    model_config = example(price="45000.00", why="a wrong price")

    price: Annotated[Decimal | None, Field(examples=["45000.00"])] = None
    quantity: Annotated[Decimal | None, Field(examples=["0.5"])] = None


class Transfer(Control):
    """A deposit or a withdrawal. The same transaction_id again is done once."""

    model_config = example(currency="USD", amount="1000", transaction_id="wire-17", why="wire of November 24")

    currency: CurrencyName
    amount: Amount
    transaction_id: Annotated[ClientId, Field(examples=["wire-17"])]


class Withdrawal(Transfer):
    """As a deposit, of what open orders do not lock."""

    model_config = example(currency="USD", amount="10", transaction_id="wire-18", why="as agreed by phone")


class Entitlement(Control):
    """The accounts a session trades, and those whose reports it gets besides; an order that names no account is of
    the first it trades. Both lists are as they shall be."""

    model_config = example(trades=["DEMO1"], watches=["DEMO2"], why="as agreed by phone")

    trades: Annotated[list[AccountName], Field(max_length=1_000, examples=[["DEMO1"]])]
    watches: Annotated[list[AccountName], Field(max_length=1_000, examples=[["DEMO2"]])] = []


class NewInstrument(Control):
    """Tick, lot, currencies and decimals stay for ever."""

    model_config = example(
        symbol="LTC-USD",
        base="LTC",
        quote="USD",
        tick_size="0.01",
        lot_size="0.001",
        min_quantity="0.001",
        max_quantity="100000",
        why="a new instrument",
    )

    symbol: Annotated[Symbol, Field(examples=["LTC-USD"])]
    base: Annotated[CurrencyName, Field(examples=["LTC"])]
    quote: CurrencyName
    tick_size: Annotated[Decimal, Field(examples=["0.01"])]
    lot_size: Annotated[Decimal, Field(examples=["0.001"])]
    min_quantity: Annotated[Decimal, Field(examples=["0.001"])]
    max_quantity: Annotated[Decimal, Field(examples=["100000"])]
    quote_decimals: Annotated[int, Field(ge=0, le=18)] = 8
    base_decimals: Annotated[int, Field(ge=0, le=18)] = 8
    state: StateWord = "open"


class QuantitiesChange(Control):
    """The smallest and the largest quantity of an order."""

    model_config = example(max_quantity="500", why="as agreed by phone")

    min_quantity: Annotated[Decimal | None, Field(examples=["0.001"])] = None
    max_quantity: Annotated[Decimal | None, Field(examples=["100000"])] = None


class PriceLimitsChange(Control):
    """collar_percent bounds what an order may ask for, around the last price. breaker_percent bounds where a trade may
    print, around the reference; beyond it there is a halt of halt_s. auction_s is how long the auction takes in which
    a timed halt ends. reference_price is the breaker's, from now."""

    model_config = example(collar_percent="5", breaker_percent="10", halt_s="60", why="a calm market")

    collar_percent: BandPercent | None = None
    breaker_percent: BandPercent | None = None
    halt_s: Duration | None = None
    auction_s: Duration | None = None
    reference_price: Annotated[Decimal | None, Field(examples=["45000.00"])] = None
