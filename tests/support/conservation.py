"""Lots and money are neither made nor lost: a bookkeeper who follows the events alone.

It knows no rates, averages or locks of the engine. From trades, amendments and deposits it keeps what every
account must hold, and from the open orders what they must lock, and holds the engine's answers against it.
Money that accounts on credit owe or are owed is settled elsewhere; here it is one more place where money is.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from venue.engine.engine import Engine
from venue.messages import (
    BUY,
    OTO,
    PREFUNDED,
    SELL,
    AccountOpened,
    AnyEvent,
    BalanceMoved,
    EnterOrder,
    InstrumentListed,
    ListAccepted,
    ListInstrument,
    OrderStatus,
    OrderTraded,
    Position,
    Settlement,
    TradeAmended,
)


@dataclass
class Deal:
    """A trade as it is now: price, lots, and both sides' terms and fees, maker's first."""

    price_ticks: int
    qty_lots: int
    sides: tuple[tuple[EnterOrder, int], tuple[EnterOrder, int]]


@dataclass
class Bookkeeper:
    """`credit` is what flowed to accounts on credit, `deposits` what came in from outside, per currency."""

    listings: dict[str, ListInstrument] = field(default_factory=dict)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    deals: dict[int, Deal] = field(default_factory=dict)
    pairs: dict[int, int] = field(default_factory=dict)  # order_id of each OCO order: its partner's
    lots: Counter[tuple[str, str]] = field(default_factory=Counter)  # account, symbol
    totals: Counter[tuple[str, str]] = field(default_factory=Counter)  # account, currency
    credit: Counter[str] = field(default_factory=Counter)
    revenue: Counter[str] = field(default_factory=Counter)
    deposits: Counter[str] = field(default_factory=Counter)

    def follow(self, events: Sequence[AnyEvent]) -> None:
        for event in events:
            match event:
                case InstrumentListed():
                    self.listings[event.instrument.symbol] = event.instrument
                case AccountOpened():
                    self.settlements[event.account.account] = event.account.settlement
                case BalanceMoved() if not event.is_repeat:
                    asked = event.request
                    self.totals[asked.account, asked.currency] += asked.amount_units
                    self.deposits[asked.currency] += asked.amount_units
                case ListAccepted() if event.request.contingency != OTO:
                    first, second = event.order_ids[-2:]
                    self.pairs |= {first: second, second: first}
                case OrderTraded():
                    sides = (event.maker, event.maker_fee), (event.taker, event.taker_fee)
                    self.enter(event.trade_id, Deal(event.price_ticks, event.qty_lots, sides))
                case TradeAmended():
                    self.move(self.deals[event.trade_id], -1)
                    sides = (event.maker.terms, event.maker.fee), (event.taker.terms, event.taker.fee)
                    self.enter(event.trade_id, Deal(event.price_ticks, event.qty_lots, sides))

    def enter(self, trade_id: int, deal: Deal) -> None:
        self.deals[trade_id] = deal
        self.move(deal, 1)

    def move(self, deal: Deal, times: int) -> None:
        """Lots and money change hands; -1 takes it back."""
        for terms, fee in deal.sides:
            listing = self.listings[terms.symbol]
            bought = times * (deal.qty_lots if terms.side == BUY else -deal.qty_lots)
            self.lots[terms.account, terms.symbol] += bought
            self.pay(terms.account, listing.base, bought * listing.lot_units)
            paid = bought * deal.price_ticks * listing.notional_factor
            self.pay(terms.account, listing.quote, -paid - times * fee)
            self.revenue[listing.quote] += times * fee

    def pay(self, account: str, currency: str, units: int) -> None:
        if self.settlements[account] == PREFUNDED:
            self.totals[account, currency] += units
        else:
            self.credit[currency] += units

    def check(self, engine: Engine) -> None:
        """The engine's positions, balances and revenue are these, and nothing was made or lost."""
        positions = [position for account in self.settlements for position in engine.positions(account)]
        assert {(p.account, p.symbol): p.qty_lots for p in positions if p.qty_lots} == without_zeros(self.lots)
        self.check_pnl(positions)
        held = {(name, b.currency): b.total_units for name in self.settlements for b in engine.balances(name)}
        assert without_zeros(held) == without_zeros(self.totals)
        earned = {currency.currency: currency.revenue_units for currency in engine.currencies()}
        assert without_zeros(earned) == without_zeros(self.revenue)
        for currency in earned:
            there = sum(total for (_, other), total in held.items() if other == currency)
            assert there + earned[currency] + self.credit[currency] == self.deposits[currency]
        for account in self.settlements:
            self.check_open_orders(engine, account)

    def check_pnl(self, positions: Sequence[Position]) -> None:
        """What one account gains another one loses; every fee is somebody's."""
        fees: Counter[str] = Counter()
        for symbol, listing in self.listings.items():
            here = [position for position in positions if position.symbol == symbol]
            assert sum(position.qty_lots for position in here) == 0, "lots are zero-sum"
            paid = sum(listing.notional_factor * signed(p.open_notional, p.qty_lots) for p in here)
            assert sum(p.realized_units for p in here) == paid, "P&L is zero-sum at every mark, exactly"
            gained = sum(p.realized_units + p.unrealized_units for p in here)
            assert 2 * abs(gained) <= len(here), "and at the mark to half a unit of rounding each"
            fees[listing.quote] += sum(position.fees_units for position in here)
        assert without_zeros(fees) == without_zeros(self.revenue)

    def check_open_orders(self, engine: Engine, account: str) -> None:
        """Open lots and locks are those of the open orders, none of them above what is there."""
        groups = list(self.counted(engine.open_orders(account)))
        positions = {position.symbol: position for position in engine.positions(account)}
        for symbol in self.listings:
            shown = positions.get(symbol)
            for side, lots in ((BUY, shown.open_buy_lots), (SELL, shown.open_sell_lots)) if shown else ():
                there = [group for group in groups if place_of(group[0]) == (symbol, side)]
                assert lots == sum(max(order.leaves_lots for order in group) for group in there)
        for balance in engine.balances(account):
            locks = [self.lock(engine, group, balance.currency) for group in groups]
            assert balance.locked_units == sum(locks)
            assert 0 <= balance.locked_units <= balance.total_units

    def counted(self, orders: Sequence[OrderStatus]) -> Iterable[list[OrderStatus]]:
        """The orders that are not held, an OCO's two together."""
        live = {order.order_id: order for order in orders if not order.held}
        for order_id, order in live.items():
            partner = live.get(self.pairs.get(order_id, 0))
            if partner is None:
                yield [order]
            elif order_id < partner.order_id:
                yield [order, partner]

    def lock(self, engine: Engine, group: list[OrderStatus], currency: str) -> int:
        listing = self.listings[group[0].terms.symbol]
        if group[0].terms.side == SELL:
            return max(o.leaves_lots for o in group) * listing.lot_units if listing.base == currency else 0
        if listing.quote != currency:
            return 0
        (fees,) = [f for f in engine.fees(group[0].terms.account) if f.currency == currency]
        rate = max(0, fees.maker_rate, fees.taker_rate)
        costs = []
        for order in group:
            paid = (order.terms.price_ticks or order.terms.stop_ticks) * listing.notional_factor
            costs.append(order.leaves_lots * (paid + -(-paid * rate // 1_000_000)))
        return max(costs)


def signed(units: int, qty_lots: int) -> int:
    return units if qty_lots > 0 else -units


def place_of(order: OrderStatus) -> tuple[str, int]:
    return order.terms.symbol, order.terms.side


def without_zeros(amounts: dict[tuple[str, str], int] | dict[str, int]) -> dict[object, int]:
    return {key: amount for key, amount in amounts.items() if amount}
