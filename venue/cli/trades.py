"""`venue trade`: what traded, and undoing or correcting it for both sides."""

from typing import Annotated

import typer

from venue.cli.counter import By, Counter, Why, counter, recorded
from venue.cli.options import Config, Data
from venue.cli.tables import shown, table
from venue.control.values import units_of
from venue.errors import OperatorError
from venue.journal.frames import TRADE, TRADES
from venue.messages import BustTrade, CorrectTrade, TradeStatus

app = typer.Typer(no_args_is_help=True, help="Trades: list them, bust or correct one for both sides.")

TradeId = Annotated[int, typer.Argument(metavar="TRADE", min=1, help="TrdMatchID(880) of its reports.")]


@app.command("list")
def list_trades(
    last: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 20,
    config: Config = None,
    data: Data = None,
) -> None:
    """List the last trades as they stand, newest first."""
    with counter(config, data) as venue:
        rows = table("trade", "instrument", ">quantity", ">price", "maker", "taker", "")
        for trade in venue.ask(TRADES, last):
            rows.add_row(
                str(trade.trade_id),
                trade.symbol,
                venue.units.qty_text(trade.symbol, trade.qty_lots),
                venue.units.price_text(trade.symbol, trade.price_ticks),
                trade.maker_account or f"order {trade.maker_order_id}",
                trade.taker_account or f"order {trade.taker_order_id}",
                "auction" if trade.is_auction else "" if trade.qty_lots else "busted",
            )
        shown(rows, "no trades")


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
        trade = _trade(venue, trade_id)
        price_ticks, lots = trade.price_ticks, trade.qty_lots
        if price:
            price_ticks = units_of("--price", price, venue.units.price(trade.symbol))
        if qty:
            lots = units_of("--qty", qty, venue.units.qty(trade.symbol))
        venue.change(CorrectTrade(trade_id, price_ticks, lots, by, why))


def _trade(venue: Counter, trade_id: int) -> TradeStatus:
    trade = venue.ask(TRADE, trade_id)
    if trade is None:
        raise OperatorError(f"trade {trade_id} is not known: it was never made, or is too old to be changed")
    return trade
