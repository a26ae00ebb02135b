"""The questions the naive engine answers: the views of venue.engine.engine.Engine."""

from typing import TypeAlias

from tests.support.naive_auction import auction_price
from tests.support.naive_bands import mark_half_ticks
from tests.support.naive_entry import is_killed
from tests.support.naive_money import day_pnl_x2, fee_rates, half_even, locked, open_lots, open_value_x2, told, volume
from tests.support.naive_risk import decimals_of
from tests.support.naive_state import NaiveInstrument, NaivePosition, NaiveState
from venue.messages import (
    AUCTION,
    BUY,
    GTD,
    HALTED,
    PRE_OPEN,
    SELL,
    Balance,
    Currency,
    DailyLoss,
    FeeStatus,
    InstrumentStatus,
    Limits,
    ListInstrument,
    OpenAccount,
    OrderStatus,
    Position,
    SetKillSwitch,
    SetSession,
    TradingState,
)

Levels: TypeAlias = list[tuple[int, int, int]]
Queued: TypeAlias = tuple[str, int, int, int, int]  # symbol, side, price_ticks, visible lots, order_id

INDICATIVE = (PRE_OPEN, AUCTION, HALTED)


class NaiveViews(NaiveState):
    def find_order(self, session: str, cl_ord_id: str) -> OrderStatus | None:
        order = self.names.get((session, cl_ord_id))
        return order.status() if order else None

    def find_order_by_id(self, order_id: int) -> OrderStatus | None:
        return next((order.status() for order in self.known_orders() if order.order_id == order_id), None)

    def open_orders(self, account: str) -> list[OrderStatus]:
        return [order.status() for order in self.orders_of(account)]

    def instruments(self) -> list[ListInstrument]:
        return [instrument.listing for instrument in self.listed.values()]

    def accounts(self) -> list[OpenAccount]:
        return [account.opened for account in self.opened.values()]

    def sessions(self) -> list[SetSession]:
        return [setting for _, setting in sorted(self.session_settings.items())]

    def kill_switches(self) -> list[SetKillSwitch]:
        return [switch for _, switch in sorted(self.switches.items())]

    def trading_state(self, symbol: str) -> TradingState | None:
        instrument = self.listed.get(symbol)
        return instrument.state if instrument else None

    @property
    def next_expiry_ns(self) -> int:
        orders = [order for order in self.open if order.terms.time_in_force == GTD]
        return min((order.terms.expire_ns for order in orders), default=0)

    @property
    def next_state_ns(self) -> int:
        return min((i.until_ns for i in self.listed.values() if i.until_ns), default=0)

    def depth(self, symbol: str, levels: int) -> tuple[Levels, Levels]:
        """(price_ticks, visible lots, orders) per level, best first, for bids and asks."""
        sides = []
        for side in (BUY, SELL):
            orders = self.side_of(symbol, side)
            prices = list(dict.fromkeys(order.terms.price_ticks for order in orders))
            at = [[o.slice_lots for o in orders if o.terms.price_ticks == price] for price in prices]
            level = [(price, sum(slices), len(slices)) for price, slices in zip(prices, at, strict=True)]
            sides.append(level[:levels])
        return sides[0], sides[1]

    def queues(self) -> list[Queued]:
        found = [
            (symbol, side, order.terms.price_ticks, order.slice_lots, order.order_id)
            for symbol in sorted(self.listed)
            for side in (BUY, SELL)
            for order in self.side_of(symbol, side)
        ]
        return sorted(found, key=lambda queued: queued[:3])

    def best(self, symbol: str) -> tuple[int, int, int, int, int]:
        bids, asks = self.depth(symbol, 1)
        bid, ask = bids[0] if bids else (0, 0, 0), asks[0] if asks else (0, 0, 0)
        last = self.listed[symbol].last_ticks if symbol in self.listed else 0
        return (bid[0], bid[1], ask[0], ask[1], last)

    def positions(self, account: str) -> list[Position]:
        """One per instrument in the order of listing in which anything is not 0."""
        found = [self.position_in(account, instrument) for instrument in self.listed.values()]
        return [position for position in found if is_something(position)]

    def position_in(self, account: str, instrument: NaiveInstrument) -> Position:
        symbol, factor = instrument.listing.symbol, instrument.listing.notional_factor
        position = NaivePosition()
        if account in self.opened:
            position = self.opened[account].positions.get(symbol, position)
        mark = mark_half_ticks(self, instrument)
        return Position(
            account,
            symbol,
            told(position.qty_lots),
            told(position.open_notional),
            told(position.realized_notional * factor),
            told(half_even(open_value_x2(position, mark) * factor, 2)),
            told(position.fees_units),
            mark,
            *(told(open_lots(self, account, symbol, side, [])) for side in (BUY, SELL)),
        )

    def balances(self, account: str) -> list[Balance]:
        """Those that are not 0, in alphabetical order."""
        if account not in self.opened or not self.opened[account].is_prefunded:
            return []
        totals = self.opened[account].totals
        rows = [(c, totals.get(c, 0), locked(self, account, c, [])) for c in self.currencies_listed()]
        return [Balance(account, currency, told(t), told(lock)) for currency, t, lock in rows if t or lock]

    def fees(self, account: str) -> list[FeeStatus]:
        if account not in self.opened:
            return []
        quotes = sorted({instrument.listing.quote for instrument in self.listed.values()})
        return [self.fee_status(account, currency) for currency in quotes]

    def fee_status(self, account: str, currency: str) -> FeeStatus:
        known = self.opened[account]
        own = known.own_fees.get(currency)
        rates, past = fee_rates(self, known, currency), known.volume_30d.get(currency, 0)
        today = volume(self, account, currency, self.day, self.day)
        return FeeStatus(account, currency, *rates, own is not None and own.rates is not None, told(past), told(today))

    def limits(self, account: str) -> Limits | None:
        known = self.opened.get(account)
        if known is None:
            return None
        return Limits(
            known.limits,
            tuple(known.order_limits[symbol] for symbol in self.listed if symbol in known.order_limits),
            tuple(self.daily_loss(account, currency) for currency in sorted(known.caps)),
            tuple((group.setting, group.tripped) for _, group in sorted(known.groups.items())),
            len(self.orders_of(account)),
            is_killed(self, account),
        )

    def daily_loss(self, account: str, currency: str) -> DailyLoss:
        known = self.opened[account]
        daily_x2 = day_pnl_x2(self, known, currency) - known.base_x2[currency]
        return DailyLoss(known.caps[currency], told(half_even(daily_x2, 2)), currency in known.reached)

    def currencies(self) -> list[Currency]:
        return [
            Currency(name, decimals_of(self, name), told(self.revenue.get(name, 0)), self.schedules.get(name, ()))
            for name in self.currencies_listed()
        ]

    def instrument(self, symbol: str) -> InstrumentStatus | None:
        known = self.listed.get(symbol)
        if known is None:
            return None
        trades = [t for t in self.trades if t.symbol == symbol and t.day == self.day and t.lots]
        prices = known.day_prices or [0]
        indicative = auction_price(self, known) if known.state in INDICATIVE else (0, 0, 0)
        return InstrumentStatus(
            known.listing,
            known.state,
            known.until_ns,
            known.limits,
            known.reference_ticks,
            known.last_ticks,
            prices[0],
            max(prices),
            min(prices),
            told(sum(trade.lots for trade in trades)),
            told(sum(trade.lots * trade.price_ticks for trade in trades)),
            len(trades),
            indicative[0],
            told(indicative[1]),
        )


def is_something(position: Position) -> bool:
    money = position.realized_units or position.unrealized_units or position.fees_units
    return bool(position.qty_lots or money or position.open_buy_lots or position.open_sell_lots)
