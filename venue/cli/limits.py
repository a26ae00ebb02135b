"""`venue limit`: what an account may order, hold and lose."""

from typing import Annotated

import msgspec
import typer

from venue.cli.counter import Account, By, Counter, Currency, Symbol, Why, counter, recorded
from venue.cli.options import Config, Data
from venue.cli.switches import show_groups
from venue.cli.tables import shown, table
from venue.control.told import open_orders_text
from venue.control.values import limit_of
from venue.errors import OperatorError
from venue.increments import Increment
from venue.journal.frames import LIMITS
from venue.messages import Limits, ReleaseLossCap, SetAccountLimits, SetLossCap, SetOrderLimits

app = typer.Typer(no_args_is_help=True, help="Limits of accounts: orders, positions, daily losses.")

Qty = Annotated[str | None, typer.Option(metavar="QTY", help='In the base currency, or "none".')]
Money = Annotated[str | None, typer.Option(metavar="MONEY", help='In the quote currency, or "none".')]


@app.command("show")
def show_limits(account: Account, config: Config = None, data: Data = None) -> None:
    """Show everything that bounds an account."""
    with counter(config, data) as venue:
        limits = _limits(venue, account)
        print(f"{account}: {limits.open_orders} open orders, {open_orders_text(limits.account.open_orders_max)}")
        if limits.is_killed:
            print("a kill switch is engaged: `venue kill list` shows it")
        _show_order_limits(venue, limits)
        _show_losses(venue, limits)
        show_groups(venue, account)


@app.command("set")
def set_order_limits(
    account: Account,
    symbol: Symbol,
    why: Why,
    order_qty: Qty = None,
    order_value: Money = None,
    long: Qty = None,
    short: Qty = None,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Limit orders and position of an account in an instrument; what is not given stays.

    --order-qty and --order-value bound one order.
    --long and --short bound the position, with open orders counted as if filled.
    """
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        lot, money = venue.units.qty(symbol), venue.units.money(venue.units.instrument(symbol).quote)
        given = {
            "order_lots_max": ("--order-qty", order_qty, lot),
            "order_notional_max": ("--order-value", order_value, money),
            "long_lots_max": ("--long", long, lot),
            "short_lots_max": ("--short", short, lot),
        }
        changes = {field: limit_of(what, text, step) for field, (what, text, step) in given.items() if text is not None}
        if not changes:
            raise OperatorError("nothing to set: give --order-qty, --order-value, --long or --short")
        known = {limits.symbol: limits for limits in _limits(venue, account).orders}
        before = known.get(symbol) or SetOrderLimits(account, symbol)
        venue.change(msgspec.structs.replace(before, **changes, by=by, why=why))


@app.command("open-orders")
def set_open_orders(
    account: Account,
    count: Annotated[str, typer.Argument(metavar="COUNT", help='A number, or "none".')],
    why: Why,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Limit how many orders an account may have open."""
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        venue.account(account)
        venue.change(SetAccountLimits(account, limit_of("COUNT", count, Increment("1")), by, why))


@app.command("loss")
def set_loss_cap(
    account: Account,
    currency: Currency,
    cap: Annotated[str, typer.Argument(metavar="MONEY", help='What it may lose in a day, or "none".')],
    why: Why,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Cap what an account may lose in a day, counted from now.

    At the cap its orders are canceled, and only orders that reduce a position are taken.
    """
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        venue.account(account)
        venue.change(SetLossCap(account, currency, limit_of("MONEY", cap, venue.units.money(currency)), by, why))


@app.command("release")
def release_loss_cap(account: Account, why: Why, by: By = "", config: Config = None, data: Data = None) -> None:
    """Let an account that reached its daily loss cap trade again; its loss counts anew from now."""
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        venue.account(account)
        venue.change(ReleaseLossCap(account, by, why))


def _limits(venue: Counter, account: str) -> Limits:
    venue.account(account)
    limits = venue.ask(LIMITS, account)
    assert limits is not None
    return limits


def _show_order_limits(venue: Counter, limits: Limits) -> None:
    rows = table("instrument", ">order", ">value of an order", ">long", ">short")
    for order in limits.orders:
        quote, qty = venue.units.instrument(order.symbol).quote, venue.units.qty_limit_text
        rows.add_row(
            order.symbol,
            qty(order.symbol, order.order_lots_max),
            venue.units.money_limit_text(quote, order.order_notional_max),
            qty(order.symbol, order.long_lots_max),
            qty(order.symbol, order.short_lots_max),
        )
    shown(rows, "no limits of orders and positions")


def _show_losses(venue: Counter, limits: Limits) -> None:
    rows = table("currency", ">daily loss cap", ">P&L of the day", "state")
    for loss in limits.losses:
        money = venue.units.money_text
        state = "reached: only reducing orders" if loss.is_reached else "free"
        currency = loss.cap.currency
        rows.add_row(currency, money(currency, loss.cap.cap_units), money(currency, loss.daily_units), state)
    shown(rows, "no daily loss caps")
