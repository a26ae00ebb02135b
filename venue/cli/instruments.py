"""`venue instrument` and `venue state`: what is listed, between which prices, and in which trading state."""

from typing import Annotated, Final

import msgspec
import typer

from venue.cli.counter import By, Counter, Symbol, Why, counter, recorded
from venue.cli.options import Config, Data
from venue.cli.tables import shown, table
from venue.control.listing import new_instrument
from venue.control.told import instrument_told, price_limits_text, state_text
from venue.control.values import band_of, duration_of, units_of, until_ns
from venue.errors import OperatorError
from venue.journal.frames import INSTRUMENT, INSTRUMENTS
from venue.messages import OPEN, InstrumentStatus, SetTradingState
from venue.names import STATES, word_of
from venue.units import Units

app = typer.Typer(no_args_is_help=True, help="Instruments: what is listed, its sizes and its price limits.")
states = typer.Typer(no_args_is_help=True, help="Trading states: open, halt, auction, close.")

Step = Annotated[str, typer.Option(metavar="NUMBER", show_default=False)]
Qty = Annotated[str | None, typer.Option(metavar="QTY", help="In the base currency.")]
Band = Annotated[str | None, typer.Option(metavar="PERCENT", help='Of the reference price, or "none".')]
Time = Annotated[str | None, typer.Option(metavar="TIME", help="Such as 60s or 5m.")]
Decimals = Annotated[int, typer.Option(min=0, max=18, help="In which its smallest unit counts.")]
ALL: Final = "all"
_TYPED: Final = {  # as which an option is typed
    "symbol": "SYMBOL",
    "base": "--base",
    "quote": "--quote",
    "tick": "--tick",
    "lot": "--lot",
    "min_qty": "--min-qty",
    "max_qty": "--max-qty",
    "quote_decimals": "--quote-decimals",
    "base_decimals": "--base-decimals",
}


@app.command("list")
def list_instruments(config: Config = None, data: Data = None) -> None:
    """List the instruments: state, last price and the day so far."""
    with counter(config, data) as venue:
        rows = table("instrument", "state", ">last", ">high", ">low", ">volume", ">trades", ">tick", ">lot")
        for instrument in venue.ask(INSTRUMENTS):
            status = _status(venue, instrument.symbol)
            price, qty = venue.units.price(instrument.symbol).to_text, venue.units.qty(instrument.symbol).to_text
            rows.add_row(
                instrument.symbol,
                state_text(status.state, status.until_ns),
                *(price(ticks) if ticks else "" for ticks in (status.last_ticks, status.high_ticks, status.low_ticks)),
                qty(status.volume_lots),
                str(status.trades),
                instrument.tick_size,
                instrument.lot_size,
            )
        shown(rows, "no instrument is listed")


@app.command("show")
def show_instrument(symbol: Symbol, config: Config = None, data: Data = None) -> None:
    """Show an instrument: sizes, state, price limits and the day so far."""
    with counter(config, data) as venue:
        status = _status(venue, symbol)
        limits = msgspec.structs.replace(status.limits, reference_ticks=status.reference_ticks)
        print(instrument_told(status.listing))
        print(f"state {state_text(status.state, status.until_ns)}")
        print(price_limits_text(limits, venue.units))
        print(_day_text(status, venue.units))
        if status.indicative_ticks:
            lots = venue.units.qty_text(symbol, status.indicative_lots)
            print(f"an auction would trade {lots} at {venue.units.price_text(symbol, status.indicative_ticks)} now")


@app.command("add")
def add_instrument(
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help="Of the new instrument, such as LTC-USD.")],
    why: Why,
    base: Annotated[str, typer.Option(help="Currency of the quantity.", show_default=False)],
    quote: Annotated[str, typer.Option(help="Currency of the price.", show_default=False)],
    tick: Step,
    lot: Step,
    min_qty: Step,
    max_qty: Step,
    quote_decimals: Decimals = 8,
    base_decimals: Decimals = 8,
    state: Annotated[str, typer.Option(help=f"It begins in: {', '.join(STATES.values())}.")] = STATES[OPEN],
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """List an instrument. Tick, lot, currencies and decimals stay for ever."""
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        if symbol in venue.units.symbols:
            raise OperatorError(f"{symbol} is listed already: `venue instrument limits` changes its quantities")
        terms = {"symbol": symbol, "base": base, "quote": quote, "tick": tick, "lot": lot}
        venue.change(
            new_instrument(
                terms | {"min_qty": min_qty, "max_qty": max_qty},
                _TYPED,
                quote_decimals=quote_decimals,
                base_decimals=base_decimals,
                state=word_of("--state", state, STATES),
                by=by,
                why=why,
            )
        )


@app.command("limits")
def set_quantities(
    symbol: Symbol,
    why: Why,
    min_qty: Qty = None,
    max_qty: Qty = None,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Change the smallest and largest quantity of an order; what is not given stays."""
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        lot = venue.units.qty(symbol)
        given = {"min_lots": ("--min-qty", min_qty), "max_lots": ("--max-qty", max_qty)}
        changes = {field: units_of(what, text, lot) for field, (what, text) in given.items() if text is not None}
        if not changes:
            raise OperatorError("nothing to change: give --min-qty or --max-qty")
        venue.change(msgspec.structs.replace(venue.units.instrument(symbol), **changes, by=by, why=why))


@app.command("prices")
def set_price_limits(
    symbol: Symbol,
    why: Why,
    collar: Band = None,
    breaker: Band = None,
    halt: Time = None,
    auction: Time = None,
    reference: Annotated[str | None, typer.Option(metavar="PRICE", help="Of the circuit breaker, from now.")] = None,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Change the price limits of an instrument; what is not given stays.

    --collar bounds what an order may ask for, around the last price.
    --breaker bounds where a trade may print, around the reference; beyond it there is a halt of --halt.
    --auction is how long the auction takes in which a timed halt ends.
    """
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        changes: dict[str, int] = {"reference_ticks": 0}
        for field, what, band in (("collar_bp", "--collar", collar), ("breaker_bp", "--breaker", breaker)):
            if band is not None:
                changes[field] = band_of(what, band)
        for field, what, time in (("halt_ns", "--halt", halt), ("auction_ns", "--auction", auction)):
            if time is not None:
                changes[field] = duration_of(what, time)
        if reference is not None:
            changes["reference_ticks"] = units_of("--reference", reference, venue.units.price(symbol))
        venue.units.instrument(symbol)
        venue.change(msgspec.structs.replace(_status(venue, symbol).limits, **changes, by=by, why=why))


@states.command("list")
def list_states(config: Config = None, data: Data = None) -> None:
    """List the trading state of each instrument."""
    with counter(config, data) as venue:
        rows = table("instrument", "state", ">auction would trade", ">at")
        for symbol in venue.units.symbols:
            status = _status(venue, symbol)
            uncross = ["", ""]
            if status.indicative_ticks:
                uncross[0] = venue.units.qty_text(symbol, status.indicative_lots)
                uncross[1] = venue.units.price_text(symbol, status.indicative_ticks)
            rows.add_row(symbol, state_text(status.state, status.until_ns), *uncross)
        shown(rows, "no instrument is listed")


@states.command("set")
def set_state(
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help=f'An instrument, or "{ALL}".')],
    state: Annotated[str, typer.Argument(metavar="STATE", help=", ".join(STATES.values()))],
    why: Why,
    time: Annotated[
        str,
        typer.Option(
            "--for", metavar="TIME", help="Such as 60s: halted and pre-open then go to auction, auction to open."
        ),
    ] = "",
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Move an instrument to another trading state: venue state set BTC-USD halted --for 60s --why "news pending"."""
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        symbols = venue.units.symbols if symbol == ALL else [venue.units.instrument(symbol).symbol]
        wanted, end_ns = word_of("STATE", state, STATES), until_ns("--for", time)
        venue.change(*(SetTradingState(symbol, wanted, by, why, end_ns) for symbol in symbols))


def _status(venue: Counter, symbol: str) -> InstrumentStatus:
    venue.units.instrument(symbol)
    status = venue.ask(INSTRUMENT, symbol)
    assert status is not None
    return status


def _day_text(status: InstrumentStatus, units: Units) -> str:
    symbol, quote = status.listing.symbol, status.listing.quote
    prices = (
        ("last", status.last_ticks),
        ("open", status.open_ticks),
        ("high", status.high_ticks),
        ("low", status.low_ticks),
    )
    known = ", ".join(f"{name} {units.price_text(symbol, ticks)}" for name, ticks in prices if ticks)
    money = units.money_text(quote, status.notional * status.listing.notional_factor)
    volume = units.qty_text(symbol, status.volume_lots)
    return f"today: {known or 'no price yet'}; {status.trades} trades of {volume}, {money}"
