"""`venue trade`: undo or correct a trade, for both sides."""

from typing import Annotated

import typer

from venue.cli.counter import By, Counter, Why, counter, recorded
from venue.cli.options import Config, Data
from venue.cli.units import units_of
from venue.errors import OperatorError
from venue.journal.frames import ORDER, TRADE
from venue.messages import BustTrade, CorrectTrade

app = typer.Typer(no_args_is_help=True, help="Trades: bust or correct one, for both sides.")

TradeId = Annotated[int, typer.Argument(metavar="TRADE", min=1, help="TradeID(1003) of its reports.")]


@app.command("show")
def show_trade(trade_id: TradeId, config: Config = None, data: Data = None) -> None:
    """Show a trade as it stands."""
    with counter(config, data) as venue:
        symbol, price_ticks, lots, maker_order_id, taker_order_id = _trade(venue, trade_id)
        qty, price = venue.units.qty_text(symbol, lots), venue.units.price_text(symbol, price_ticks)
        print(f"trade {trade_id}: {qty} at {price}" if lots else f"trade {trade_id} in {symbol} is busted")
        for role, order_id in (("maker", maker_order_id), ("taker", taker_order_id)):
            order = venue.ask(ORDER, order_id)
            whose = f"{order.terms.account}, ClOrdID {order.terms.cl_ord_id}, " if order else ""
            print(f"  {role} {whose}order {order_id}")


@app.command("bust")
def bust_trade(trade_id: TradeId, why: Why, by: By = "", config: Config = None, data: Data = None) -> None:
    """Undo a trade: positions, fees and balances of both sides go back, both get ExecType(150)=H."""
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        venue.change(BustTrade(trade_id, by, why))


@app.command("correct")
def correct_trade(
    trade_id: TradeId,
    why: Why,
    price: Annotated[str, typer.Option(help="The price it should have had. Default: as it is.")] = "",
    qty: Annotated[str, typer.Option(help="The smaller quantity it should have had. Default: as it is.")] = "",
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Give a trade another price or a smaller quantity: both sides get ExecType(150)=G."""
    by, why = recorded(by, why)
    if not price and not qty:
        raise OperatorError("nothing to correct: give --price or --qty")
    with counter(config, data) as venue:
        symbol, price_ticks, lots, _, _ = _trade(venue, trade_id)
        if price:
            price_ticks = units_of("--price", price, venue.units.price(symbol))
        if qty:
            lots = units_of("--qty", qty, venue.units.qty(symbol))
        venue.change(CorrectTrade(trade_id, price_ticks, lots, by, why))


def _trade(venue: Counter, trade_id: int) -> tuple[str, int, int, int, int]:
    trade = venue.ask(TRADE, trade_id)
    if trade is None:
        raise OperatorError(f"trade {trade_id} is not known: it was never made, or is too old to be changed")
    return trade
