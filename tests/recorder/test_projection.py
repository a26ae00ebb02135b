"""The history says what the engine says: projected from flows of everything there is, compared with its own queries."""

from collections import defaultdict
from typing import Any

import pytest

from tests.recorder.histories import Place, Rows, flow
from venue.engine.engine import Engine
from venue.increments import money_increment
from venue.messages import CANCELED, EXPIRED, FILLED, NEW, PARTIALLY_FILLED, TRAILING_STOP, OrderStatus
from venue.names import ORD_TYPES, SIDES, TIMES_IN_FORCE
from venue.recorder import tables
from venue.recorder.listing import Listing

STATUSES = {NEW: "0", PARTIALLY_FILLED: "1", FILLED: "2", CANCELED: "4", EXPIRED: "C"}


def named(rows: Rows, name: str) -> list[dict[str, Any]]:
    columns = [column.name for column in tables.metadata.tables[name].columns]
    return [dict(zip(columns, row, strict=True)) for row in rows[name]]


def listings_of(engine: Engine) -> dict[str, Listing]:
    return {listed.symbol: Listing(listed) for listed in engine.instruments()}


@pytest.mark.parametrize("kind", ["all", "deep", "money"])
def test_orders_positions_and_money_are_those_of_the_engine(place: Place, kind: str) -> None:
    """After any flow orders, positions, balances and fees of the history are what the engine answers."""
    place.grow(flow(kind, 1_200))
    assert place.project(500) == place.reader.last_seq()
    engine, rows = place.replayed(), place.rows()
    check_orders(engine, rows)
    check_positions(engine, rows)
    check_balances(engine, rows)
    check_fees(engine, rows)


def check_orders(engine: Engine, rows: Rows) -> None:
    listings = listings_of(engine)
    orders = named(rows, "history_order")
    assert [row["order_id"] for row in orders] == list(range(1, len(orders) + 1))
    assert engine.find_order_by_id(len(orders) + 1) is None
    for row in orders:
        status = engine.find_order_by_id(row["order_id"])
        assert status is not None
        assert facts_of(row) == facts_told(status, listings[status.terms.symbol])


def facts_of(row: dict[str, Any]) -> tuple[Any, ...]:
    names = (
        "session", "account", "cl_ord_id", "list_id", "symbol", "side", "ord_type", "time_in_force", "qty", "price",
        "stop_price", "display_qty", "min_qty", "post_only", "expire_ns", "ord_status", "cum_qty", "leaves_qty",
        "value", "triggered", "held", "entered_ns",
    )  # fmt: skip
    facts = {name: row[name] for name in names}
    if row["ord_type"] == ORD_TYPES[TRAILING_STOP]:  # it moves with the market, which is no event
        facts["stop_price"] = None
    return tuple(facts.values())


def facts_told(status: OrderStatus, listing: Listing) -> tuple[Any, ...]:
    terms, price, qty = status.terms, listing.ticks.to_text, listing.lots.to_text
    stop = 0 if terms.ord_type == TRAILING_STOP else terms.stop_ticks
    return (
        terms.session, terms.account, terms.cl_ord_id, terms.list_id or None, terms.symbol, SIDES[terms.side],
        ORD_TYPES[terms.ord_type], TIMES_IN_FORCE[terms.time_in_force], qty(terms.qty_lots) if terms.qty_lots else None,
        price(terms.price_ticks) if terms.price_ticks else None, price(stop) if stop else None,
        qty(terms.display_lots) if terms.display_lots else None, qty(terms.min_lots) if terms.min_lots else None,
        terms.post_only, terms.expire_ns or None, STATUSES[status.ord_status], qty(status.cum_lots),
        qty(status.leaves_lots), listing.quote_units.to_text(status.notional * listing.factor), status.triggered,
        status.held, status.entered_ns,
    )  # fmt: skip


def check_positions(engine: Engine, rows: Rows) -> None:
    listings = listings_of(engine)
    told = {}
    for account in engine.accounts():
        for position in engine.positions(account.account):
            money = listings[position.symbol].quote_units.to_text
            told[position.account, position.symbol] = (
                listings[position.symbol].lots.to_text(position.qty_lots),
                money(position.open_notional * listings[position.symbol].factor),
                money(position.realized_units),
                money(position.fees_units),
            )
    found = {
        (row["account"], row["symbol"]): (row["qty"], row["open_value"], row["realized"], row["fees"])
        for row in named(rows, "history_position")
    }
    assert found
    assert {key: told[key] for key in found if key in told} == {key: found[key] for key in found if key in told}
    blank = {key: values for key, values in found.items() if key not in told} | {
        key: values for key, values in told.items() if key not in found
    }
    assert all(not float(value) for values in blank.values() for value in values)


def check_balances(engine: Engine, rows: Rows) -> None:
    decimals = {currency.currency: currency.decimals for currency in engine.currencies()}
    decimals |= {listed.base: listed.base_decimals for listed in engine.instruments()}
    told = {
        (balance.account, balance.currency): money_increment(decimals[balance.currency]).to_text(balance.total_units)
        for account in engine.accounts()
        for balance in engine.balances(account.account)
    }
    found = {(row["account"], row["currency"]): row["total"] for row in named(rows, "history_balance")}
    assert {key: total for key, total in found.items() if float(total)} == told


def check_fees(engine: Engine, rows: Rows) -> None:
    """What was paid less what was rebated is the venue's revenue, and what positions have paid."""
    earned: dict[str, int] = defaultdict(int)
    decimals = {currency.currency: currency.decimals for currency in engine.currencies()}
    for row in named(rows, "history_fee"):
        units = money_increment(decimals[row["currency"]]).to_units
        earned[row["currency"]] += units(row["paid"]) - units(row["rebated"])
    assert earned
    revenue = {currency.currency: currency.revenue_units for currency in engine.currencies()}
    assert {currency: revenue[currency] for currency in earned} == earned
    assert not any(units for currency, units in revenue.items() if currency not in earned)
