"""P&L as it is told: of each instrument, and of each currency against the daily loss cap."""

from typing import Annotated

from pydantic import BaseModel, Field

from admin_api import amounts
from admin_api.models.values import AccountName, CurrencyName, JournalSeq, Money, Symbol, Time, time_text
from admin_api.pnl_history import Point
from venue.messages import DailyLoss, Position
from venue.units import Units


class Profit(BaseModel):
    """Since ever, rounded to the currency's smallest unit; net = realized + unrealized - fees."""

    currency: CurrencyName
    realized: Money
    unrealized: Annotated[Money, Field(description="At the mid, else at the last price.")]
    fees: Annotated[Money, Field(description="Paid; negative: rebates received.")]
    net: Money


class InstrumentPnl(Profit):
    """In an instrument; the currency is its quote currency."""

    symbol: Symbol


class CurrencyPnl(Profit):
    """Over the instruments quoted in the currency."""

    daily: Annotated[
        Money | None,
        Field(description="Net since the day roll, or since the cap was set or released; null: no loss cap."),
    ]
    loss_cap: Annotated[Money | None, Field(description="At daily = -loss_cap the account is stopped.")]
    is_reached: Annotated[bool, Field(description="Only orders that reduce a position are taken.")]


class PnlPoint(BaseModel):
    time: Time
    net: Money


class PnlCourse(BaseModel):
    """Oldest first; the last point is now, at the mid, those before at the last trade's price."""

    currency: CurrencyName
    points: list[PnlPoint]


class PnlHistory(BaseModel):
    """How an account's net P&L went, by currency."""

    journal_seq: JournalSeq
    account: AccountName
    currencies: list[PnlCourse]


class Pnl(BaseModel):
    """What an account has won and lost."""

    journal_seq: JournalSeq
    account: AccountName
    currencies: list[CurrencyPnl]
    instruments: list[InstrumentPnl]


def course_of(currency: str, points: list[Point], units: Units) -> PnlCourse:
    told = [PnlPoint(time=time_text(at_ns), net=amounts.money(units, currency, net)) for at_ns, net in points]
    return PnlCourse(currency=currency, points=told)


def instrument_pnl(position: Position, units: Units) -> InstrumentPnl:
    quote = units.instrument(position.symbol).quote
    return InstrumentPnl(symbol=position.symbol, **_profit(units, quote, [position]))


def currency_pnls(positions: list[Position], caps: tuple[DailyLoss, ...], units: Units) -> list[CurrencyPnl]:
    """By name, of the currencies in which the account has traded or has a loss cap."""
    of_quote: dict[str, list[Position]] = {loss.cap.currency: [] for loss in caps}
    for position in positions:
        of_quote.setdefault(units.instrument(position.symbol).quote, []).append(position)
    losses = {loss.cap.currency: loss for loss in caps}
    return [_currency_pnl(units, quote, of_quote[quote], losses.get(quote)) for quote in sorted(of_quote)]


def _currency_pnl(units: Units, quote: str, positions: list[Position], loss: DailyLoss | None) -> CurrencyPnl:
    return CurrencyPnl(
        **_profit(units, quote, positions),
        daily=amounts.money(units, quote, loss.daily_units) if loss else None,
        loss_cap=amounts.money(units, quote, loss.cap.cap_units) if loss else None,
        is_reached=loss is not None and loss.is_reached,
    )


def _profit(units: Units, quote: str, positions: list[Position]) -> dict[str, str]:
    realized = sum(position.realized_units for position in positions)
    unrealized = sum(position.unrealized_units for position in positions)
    fees = sum(position.fees_units for position in positions)
    return {
        "currency": quote,
        "realized": amounts.money(units, quote, realized),
        "unrealized": amounts.money(units, quote, unrealized),
        "fees": amounts.money(units, quote, fees),
        "net": amounts.money(units, quote, realized + unrealized - fees),
    }
