"""Busts and corrections: what they amend is looked up in the history, which forgets nothing.

The trade's row says what it is now; fees and value are counted on the day of the trade, as the engine's volumes are;
the candle of its minute is made anew from the minute's trades.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select, update

from venue.messages import TradeSide
from venue.recorder import tables
from venue.recorder.database import upsert_rows
from venue.recorder.listing import Listing
from venue.recorder.stretch import DAY_NS, MINUTE_NS, Amendment, FeeSum, MinuteCandle
from venue.recorder.sums import add_fees, candle_row


def amend_trades(connection: Connection, amendments: Sequence[Amendment], listings: Mapping[str, Listing]) -> None:
    """In their order, behind the trades and executions of the same stretch. Cost: a few statements each, and the
    trades of a minute."""
    minutes: dict[tuple[str, int], None] = {}
    for amendment in amendments:
        listing = listings[amendment.event.maker.terms.symbol]
        minutes[listing.symbol, _amend(connection, amendment, listing, listings)] = None
    for symbol, start_ns in minutes:
        _make_candle(connection, listings[symbol], start_ns)


def _amend(connection: Connection, amendment: Amendment, listing: Listing, listings: Mapping[str, Listing]) -> int:
    """Returns when the minute of the trade began."""
    event, column = amendment.event, tables.trades.c
    this_trade = column.trade_id == event.trade_id
    time_ns, price, qty = connection.execute(select(column.time_ns, column.price, column.qty).where(this_trade)).one()
    former = listing.ticks.to_units(price) * listing.lots.to_units(qty)
    added_value = (event.price_ticks * event.qty_lots - former) * listing.factor
    day = time_ns - time_ns % DAY_NS
    for side in (event.maker, event.taker):
        added = FeeSum()
        added.add(side.fee, added_value)
        added.take_back(_fee_before(connection, side, listing))
        add_fees(connection, {(day, side.terms.account, listing.quote): added}, listings)
    now = {
        "price": listing.price(event.price_ticks),
        "qty": listing.qty(event.qty_lots),
        "amended_seq": amendment.journal_seq,
        "amended_ns": amendment.time_ns,
    }
    connection.execute(update(tables.trades).where(this_trade).values(now))
    started_ns: int = time_ns - time_ns % MINUTE_NS
    return started_ns


def _fee_before(connection: Connection, side: TradeSide, listing: Listing) -> int:
    column = tables.executions.c
    fee = connection.execute(select(column.fee).where(column.exec_id == side.exec_ref_id)).scalar_one()
    return listing.quote_units.to_units(fee)


def _make_candle(connection: Connection, listing: Listing, start_ns: int) -> None:
    column, candle = tables.trades.c, None
    wanted = (
        select(column.price, column.qty)
        .where(column.symbol == listing.symbol, column.time_ns >= start_ns, column.time_ns < start_ns + MINUTE_NS)
        .order_by(column.trade_id)
    )
    for price, qty in connection.execute(wanted):
        lots = listing.lots.to_units(qty)
        if lots:
            ticks = listing.ticks.to_units(price)
            candle = candle or MinuteCandle(ticks)
            candle.add(ticks, lots)
    key = (listing.symbol, start_ns)
    if candle:
        upsert_rows(connection, tables.candles, [candle_row(key, candle, listing)])
    else:
        connection.execute(
            delete(tables.candles).where(tables.candles.c.symbol == key[0], tables.candles.c.start_ns == key[1])
        )
