"""Accounts as they are told: settings, positions and balances."""

from typing import Annotated, Literal, cast

from pydantic import BaseModel, Field

from admin_api import amounts
from admin_api.models.values import AccountName, CurrencyName, JournalSeq, Money, Price, Qty, Symbol, word
from venue import messages as m
from venue.names import SELF_MATCHES, SETTLEMENTS
from venue.units import Units

Settlement = Literal["credit", "prefunded"]
SelfMatch = Literal["cancel_incoming", "cancel_resting", "cancel_both", "decrement", "allow"]


class Account(BaseModel):
    """An account and its settings."""

    account: AccountName
    firm: Annotated[str, Field(description="A kill switch can stop all of a firm; empty: of none.", examples=["NORTH"])]
    settlement: Settlement
    instruments: Annotated[list[Symbol], Field(description="It may trade; none named: all.")]
    self_match: Annotated[SelfMatch, Field(description="What happens when it would trade with itself.")]
    self_match_group: Annotated[str, Field(description="Accounts of one group count as one there.", examples=[""])]
    open_orders: Annotated[int, Field(examples=[12])]
    is_killed: Annotated[bool, Field(description="By a kill switch of the account, its firm or the venue.")]


class AccountAnswer(Account):
    journal_seq: JournalSeq


class AccountList(BaseModel):
    """Those the caller may see, in the order of opening."""

    journal_seq: JournalSeq
    accounts: list[Account]
    next: Annotated[str | None, Field(description="Ask on with cursor = this; null: there are no more.")]


class Position(BaseModel):
    """What an account holds in an instrument. P&L is before fees, in the quote currency, since ever."""

    account: AccountName
    symbol: Symbol
    quantity: Annotated[Qty, Field(description="Short: negative.")]
    average_price: Annotated[Price | None, Field(description="Of entry, rounded half-even; null: no position.")]
    mark_price: Annotated[Price | None, Field(description="The mid, else the last price; null: none yet.")]
    currency: Annotated[CurrencyName, Field(description="The quote currency.")]
    realized: Money
    unrealized: Money
    fees: Annotated[Money, Field(description="Paid; negative: rebates received.")]
    open_buy_quantity: Annotated[Qty, Field(description="Of open orders.")]
    open_sell_quantity: Annotated[Qty, Field(description="Of open orders.")]


class PositionList(BaseModel):
    """In the order of listing, of the instruments in which the account has, had or may come to have a position."""

    journal_seq: JournalSeq
    positions: list[Position]


class Balance(BaseModel):
    account: AccountName
    currency: CurrencyName
    total: Money
    locked: Annotated[Money, Field(description="By open orders.")]
    available: Money


class BalanceList(BaseModel):
    """By currency, those that are not 0. An account on credit has none."""

    journal_seq: JournalSeq
    balances: list[Balance]


def account_of(account: m.OpenAccount, limits: m.Limits) -> Account:
    return Account(
        account=account.account,
        firm=account.firm,
        settlement=cast(Settlement, SETTLEMENTS[account.settlement]),
        instruments=list(account.instruments),
        self_match=cast(SelfMatch, word(SELF_MATCHES[account.self_match])),
        self_match_group=account.self_match_group,
        open_orders=limits.open_orders,
        is_killed=limits.is_killed,
    )


def position_of(position: m.Position, units: Units) -> Position:
    symbol, lots = position.symbol, abs(position.qty_lots)
    quote, price = units.instrument(symbol).quote, units.price(symbol)
    return Position(
        account=position.account,
        symbol=symbol,
        quantity=amounts.qty(units, symbol, position.qty_lots),
        average_price=amounts.average_price(price, position.open_notional, lots) if lots else None,
        mark_price=amounts.mid_price(price, position.mark_half_ticks),
        currency=quote,
        realized=amounts.money(units, quote, position.realized_units),
        unrealized=amounts.money(units, quote, position.unrealized_units),
        fees=amounts.money(units, quote, position.fees_units),
        open_buy_quantity=amounts.qty(units, symbol, position.open_buy_lots),
        open_sell_quantity=amounts.qty(units, symbol, position.open_sell_lots),
    )


def balance_of(balance: m.Balance, units: Units) -> Balance:
    currency, available = balance.currency, balance.total_units - balance.locked_units
    return Balance(
        account=balance.account,
        currency=currency,
        total=amounts.money(units, currency, balance.total_units),
        locked=amounts.money(units, currency, balance.locked_units),
        available=amounts.money(units, currency, available),
    )
