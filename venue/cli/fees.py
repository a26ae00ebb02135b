"""`venue fee`: the schedules, accounts' own rates, and what the venue earned."""

from typing import Annotated

import typer

from venue.cli.counter import Account, By, Counter, Currency, Why, counter, recorded
from venue.cli.options import Config, Data
from venue.cli.tables import shown, table
from venue.control.values import percent_text, rate_of, units_of
from venue.errors import OperatorError
from venue.journal.frames import CURRENCIES, FEES
from venue.messages import FeeTier, SetAccountFees, SetFeeSchedule

app = typer.Typer(no_args_is_help=True, help="Fees: schedules, accounts' own rates, the venue's revenue.")

Rate = Annotated[str | None, typer.Option(metavar="PERCENT", help="Such as 0.05; negative is a rebate.")]


@app.command("list")
def list_fees(config: Config = None, data: Data = None) -> None:
    """List each currency's fees and what the venue earned in it: all fees, rebates taken off."""
    with counter(config, data) as venue:
        rows = table("currency", ">revenue", ">from a 30-day volume of", ">maker", ">taker")
        quotes = {venue.units.instrument(symbol).quote for symbol in venue.units.symbols}
        for currency in venue.ask(CURRENCIES):
            name, earned = currency.currency, venue.units.money_text(currency.currency, currency.revenue_units)
            if not currency.tiers and name in quotes:
                rows.add_row(name, earned, "", "none", "none")
            for tier in currency.tiers:
                volume = venue.units.money_text(currency.currency, tier.volume_units)
                rows.add_row(name, earned, volume, percent_text(tier.maker_rate), percent_text(tier.taker_rate))
                name = earned = ""
        shown(rows, "no instrument is listed")


@app.command("show")
def show_fees(account: Account, config: Config = None, data: Data = None) -> None:
    """Show what an account pays, and why."""
    with counter(config, data) as venue:
        venue.account(account)
        rows = table("currency", ">maker", ">taker", "by", ">traded in 30 days", ">traded today")
        for fee in venue.ask(FEES, account):
            money = venue.units.money_text
            rows.add_row(
                fee.currency,
                percent_text(fee.maker_rate),
                percent_text(fee.taker_rate),
                "rates of its own" if fee.is_override else "the schedule",
                money(fee.currency, fee.volume_30d_units),
                money(fee.currency, fee.volume_today_units),
            )
        shown(rows, "no instrument is listed")


@app.command("set")
def set_schedule(
    currency: Currency,
    tiers: Annotated[list[str], typer.Argument(metavar="VOLUME:MAKER:TAKER...", help="Rates in percent.")],
    why: Why,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Set the fees in instruments quoted in a currency: venue fee set USD 0:0.10:0.20 100000:0.08:0.15

    Each tier is for accounts that traded its volume in the last 30 days.
    The first one is from volume 0, a negative rate is a rebate.
    """
    by, why = recorded(by, why)
    with counter(config, data) as venue:
        venue.change(SetFeeSchedule(currency, tuple(_tier(venue, currency, tier) for tier in tiers), by, why))


@app.command("override")
def override_fees(
    account: Account,
    currency: Currency,
    why: Why,
    maker: Rate = None,
    taker: Rate = None,
    schedule: Annotated[bool, typer.Option("--schedule", help="Back to the schedule's rates.")] = False,
    by: By = "",
    config: Config = None,
    data: Data = None,
) -> None:
    """Give an account rates of its own: venue fee override MM1 USD --maker -0.01 --taker 0.02"""
    by, why = recorded(by, why)
    if schedule == (maker is not None or taker is not None) or (maker is None) != (taker is None):
        raise OperatorError("give --maker and --taker, or --schedule alone")
    with counter(config, data) as venue:
        venue.account(account)
        venue.units.money(currency)
        rates = None
        if maker is not None and taker is not None:
            rates = rate_of("--maker", maker), rate_of("--taker", taker)
        venue.change(SetAccountFees(account, currency, rates, by, why))


def _tier(venue: Counter, currency: str, text: str) -> FeeTier:
    parts = text.split(":")
    if len(parts) != 3:
        raise OperatorError(f"a tier was {text!r}: must be VOLUME:MAKER:TAKER, such as 100000:0.08:0.15")
    volume, maker, taker = parts
    units = units_of("VOLUME", volume, venue.units.money(currency))
    return FeeTier(units, rate_of("MAKER", maker), rate_of("TAKER", taker))
