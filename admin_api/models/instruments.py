"""An instrument as it is told: its sizes, its trading state, its price limits and its day."""

from typing import Annotated, Literal, cast

from pydantic import BaseModel, Field

from admin_api import amounts
from admin_api.models.values import (
    CurrencyName,
    JournalSeq,
    Money,
    Percent,
    Price,
    Qty,
    Seconds,
    StateWord,
    Symbol,
    Time,
    optional_time_text,
    word,
)
from venue import messages as m
from venue.increments import SECONDS, trimmed
from venue.names import STATES
from venue.units import Units


class PriceLimits(BaseModel):
    """Around the reference price; null: there is none.

    A limit order beyond the collar is refused. A trade that would print beyond the breaker halts the instrument.
    """

    collar_percent: Percent | None
    breaker_percent: Percent | None
    halt_s: Annotated[Seconds, Field(description="How long the breaker halts.")]
    auction_s: Annotated[Seconds, Field(description="How long the auction takes in which a timed halt ends.")]
    reference_price: Annotated[Price | None, Field(description="Of the circuit breaker.")]


class Indicative(BaseModel):
    """What an auction would trade if it ended now."""

    price: Price
    quantity: Qty


class TradingDay(BaseModel):
    """The trades since the day roll, busts and corrections taken into account."""

    open: Price | None
    high: Price | None
    low: Price | None
    volume: Qty
    notional: Annotated[Money, Field(description="In the quote currency.")]
    trades: Annotated[int, Field(examples=[312])]


class TradingStateNow(BaseModel):
    """A trading state; `until` null: it stays until it is changed."""

    symbol: Symbol
    state: StateWord
    until: Time | None
    indicative: Indicative | None


class Instrument(TradingStateNow):
    """An instrument. Ticks, lots and currencies never change."""

    base: CurrencyName
    quote: CurrencyName
    tick_size: Annotated[str, Field(description="Prices are multiples of it.", examples=["0.01"])]
    lot_size: Annotated[str, Field(description="Quantities are multiples of it.", examples=["0.00001"])]
    min_quantity: Annotated[Qty, Field(description="Of an order.")]
    max_quantity: Annotated[Qty, Field(description="Of an order.")]
    base_decimals: Annotated[int, Field(description="In which balances of the base count.", examples=[8])]
    quote_decimals: Annotated[int, Field(description="In which money of the quote counts.", examples=[8])]
    price_limits: PriceLimits
    last_price: Price | None
    day: TradingDay


class InstrumentAnswer(Instrument):
    journal_seq: JournalSeq


class InstrumentList(BaseModel):
    """In the order of listing."""

    journal_seq: JournalSeq
    instruments: list[Instrument]


class TradingStateList(BaseModel):
    """In the order of listing."""

    journal_seq: JournalSeq
    trading_states: list[TradingStateNow]


def state_word(state: m.TradingState) -> StateWord:
    return cast(Literal["open"], word(STATES[state]))


def instrument_of(status: m.InstrumentStatus, units: Units) -> Instrument:
    listing, symbol = status.listing, status.listing.symbol
    return Instrument(
        **state_of(status, units).model_dump(),
        base=listing.base,
        quote=listing.quote,
        tick_size=listing.tick_size,
        lot_size=listing.lot_size,
        min_quantity=amounts.qty(units, symbol, listing.min_lots),
        max_quantity=amounts.qty(units, symbol, listing.max_lots),
        base_decimals=listing.base_decimals,
        quote_decimals=listing.quote_decimals,
        price_limits=_price_limits(status, units),
        last_price=amounts.optional_price(units, symbol, status.last_ticks),
        day=_day(status, units),
    )


def state_of(status: m.InstrumentStatus, units: Units) -> TradingStateNow:
    symbol, indicative = status.listing.symbol, None
    if status.indicative_ticks:
        indicative = Indicative(
            price=amounts.price(units, symbol, status.indicative_ticks),
            quantity=amounts.qty(units, symbol, status.indicative_lots),
        )
    until = optional_time_text(status.until_ns)
    return TradingStateNow(symbol=symbol, state=state_word(status.state), until=until, indicative=indicative)


def _price_limits(status: m.InstrumentStatus, units: Units) -> PriceLimits:
    limits = status.limits
    return PriceLimits(
        collar_percent=amounts.band_percent(limits.collar_bp),
        breaker_percent=amounts.band_percent(limits.breaker_bp),
        halt_s=trimmed(SECONDS.to_text(limits.halt_ns)),
        auction_s=trimmed(SECONDS.to_text(limits.auction_ns)),
        reference_price=amounts.optional_price(units, status.listing.symbol, status.reference_ticks),
    )


def _day(status: m.InstrumentStatus, units: Units) -> TradingDay:
    symbol = status.listing.symbol
    return TradingDay(
        open=amounts.optional_price(units, symbol, status.open_ticks),
        high=amounts.optional_price(units, symbol, status.high_ticks),
        low=amounts.optional_price(units, symbol, status.low_ticks),
        volume=amounts.qty(units, symbol, status.volume_lots),
        notional=amounts.notional(units, symbol, status.notional),
        trades=status.trades,
    )
