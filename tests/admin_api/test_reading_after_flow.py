"""After a random flow of orders, everything REST tells is what an engine of our own, fed from the journal, says."""

import random
from collections.abc import Iterator
from typing import Any, Final

import pytest

from admin_api.models.accounts import account_of, balance_of, position_of
from admin_api.models.fees import account_fee_of, revenue_of, schedule_of
from admin_api.models.instruments import instrument_of
from tests.admin_api.desk import BUY, SELL, Desk, limit_order
from tests.support.venue_process import VenueProcess, run_venue_command
from venue.engine.engine import Engine
from venue.journal import JournalReader, journal_url, open_reader
from venue.marketdata import checksum_of
from venue.messages import (
    GTC,
    IOC,
    LIMIT,
    MARKET,
    PREFUNDED,
    AnyCommand,
    CancelOrder,
    EnterOrder,
    FeeTier,
    MassCancel,
    MoveBalance,
    OpenAccount,
    ReplaceOrder,
    SetFeeSchedule,
    SetLossCap,
    SetSession,
    Side,
)
from venue.replica import Replica
from venue.settings import load_config
from venue.units import Units

SYMBOLS: Final = ("S001-USD", "S002-USD", "S003-USD")
ACCOUNTS: Final = ("MAKER", "TAKER", "OTHER", "RICH")
SIDES: Final[tuple[Side, ...]] = (BUY, SELL)
COMMANDS: Final = 1_500
RECORD: Final = ("tests", "a flow")
OPENING: Final[tuple[AnyCommand, ...]] = (
    SetFeeSchedule("USD", (FeeTier(0, 1_000, 2_000), FeeTier(10**12, 500, 1_500)), *RECORD),
    OpenAccount("RICH", settlement=PREFUNDED, firm="ACME", by="tests", why="a flow"),
    SetSession("RICH", ("RICH",), (), *RECORD),
    MoveBalance("RICH", "USD", 10**14, "money", *RECORD),
    *(MoveBalance("RICH", symbol[:4], 10**14, f"base {symbol}", *RECORD) for symbol in SYMBOLS),
    SetLossCap("TAKER", "USD", 10**13, *RECORD),
)


def random_commands(seed: int) -> Iterator[AnyCommand]:
    """Orders around 100.00, icebergs, market orders, replaces, cancels and mass cancels."""
    choose = random.Random(seed)
    for number in range(COMMANDS):
        account, symbol, side = choose.choice(ACCOUNTS), choose.choice(SYMBOLS), choose.choice(SIDES)
        lots, price = choose.randrange(10, 200), 10_000 + choose.randrange(-60, 30) * (1 if side == BUY else -1)
        former, cl_ord_id = f"flow-{choose.randrange(number + 1)}", f"flow-{number}"
        match choose.randrange(20):
            case 0:
                yield MassCancel(account, account, cl_ord_id, symbol)
            case 1 | 2 | 3:
                yield CancelOrder(account, account, cl_ord_id, former)
            case 4 | 5:
                yield ReplaceOrder(account, account, cl_ord_id, former, qty_lots=lots, price_ticks=price)
            case 6:
                yield EnterOrder(account, account, cl_ord_id, symbol, side, MARKET, IOC, lots)
            case 7:
                yield limit_order(account, symbol, side, lots, price, display_lots=10)
            case _:
                yield EnterOrder(account, account, cl_ord_id, symbol, side, LIMIT, GTC, lots, price)


@pytest.fixture(scope="module")
def engine(desk: Desk, venue: VenueProcess) -> Engine:
    """With all of the flow applied, as REST has it too."""
    desk.enter(*OPENING)
    for command in random_commands(seed=11):
        desk.enter(command)
    desk.wait()
    engine = Engine()
    Replica(engine).catch_up(_reader(venue))
    return engine


def _reader(venue: VenueProcess) -> JournalReader:
    config = load_config(venue.config, {"data": str(venue.data)})
    return open_reader(journal_url(config.journal, config.data))


@pytest.fixture(scope="module")
def units(engine: Engine) -> Units:
    return Units(engine.instruments())


def test_flow_has_traded_and_left_books(engine: Engine) -> None:
    """Else the tests below would compare nothing."""
    for symbol in SYMBOLS:
        bids, asks = engine.depth(symbol, 100)
        assert len(bids) > 5
        assert len(asks) > 5
    assert len(engine.newest_trades(1_000)) > 300
    assert all(engine.positions(account) for account in ACCOUNTS)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_book_is_the_engine_s(desk: Desk, engine: Engine, units: Units, symbol: str) -> None:
    """Every level, and the orders of each side are all open orders that show, best price first."""
    book = desk.get(f"/orderbook/{symbol}", levels=1_000, l3=True)
    price, qty = units.price(symbol).to_text, units.qty(symbol).to_text
    sides = [[[price(ticks), qty(lots), count] for ticks, lots, count in side] for side in engine.depth(symbol, 1_000)]
    assert [book["bids"], book["asks"]] == sides
    texts = [[f"{price}:{qty}" for price, qty, _ in side[:10]] for side in sides]
    assert book["checksum"] == checksum_of(*texts)
    queued = [(order_id, price) for order_id, price, _ in book["bid_orders"] + book["ask_orders"]]
    resting = {
        (order.order_id, price(order.terms.price_ticks))
        for account in ACCOUNTS
        for order in engine.open_orders(account)
        if order.terms.symbol == symbol
    }
    assert len(queued) == len(resting)
    assert set(queued) == resting
    ranks = [(-ticks, rank) for _, ticks, _, rank in filter(None, map(engine.resting, _ids(book["bid_orders"])))]
    assert ranks == sorted(ranks)
    ranks = [(ticks, rank) for _, ticks, _, rank in filter(None, map(engine.resting, _ids(book["ask_orders"])))]
    assert ranks == sorted(ranks)


def _ids(queue: list[list[Any]]) -> list[int]:
    return [order_id for order_id, _, _ in queue]


def test_trades_are_the_engine_s(desk: Desk, engine: Engine, units: Units) -> None:
    """All of them, newest first, over every page."""
    told: list[tuple[int, str, str, str]] = []
    parameters: dict[str, Any] = {"limit": 97}
    while parameters:
        page = desk.get("/trades", **parameters)
        told += [(one["trade_id"], one["symbol"], one["price"], one["quantity"]) for one in page["trades"]]
        parameters = {"limit": 97, "cursor": page["next"]} if page["next"] else {}
    assert told == [
        (
            trade.trade_id,
            trade.symbol,
            units.price(trade.symbol).to_text(trade.price_ticks),
            units.qty(trade.symbol).to_text(trade.qty_lots),
        )
        for trade in engine.newest_trades(100_000)
    ]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_account_is_the_engine_s(desk: Desk, engine: Engine, units: Units, account: str) -> None:
    """Positions, balances, fees and open orders, with every figure the engine has of them."""
    positions = [position_of(position, units).model_dump() for position in engine.positions(account)]
    assert desk.get(f"/accounts/{account}/positions")["positions"] == positions
    balances = [balance_of(balance, units).model_dump() for balance in engine.balances(account)]
    assert desk.get(f"/accounts/{account}/balances")["balances"] == balances
    tiers = {currency.currency: currency.tiers for currency in engine.currencies()}
    fees = [account_fee_of(fee, tiers[fee.currency], units).model_dump() for fee in engine.fees(account)]
    assert desk.get(f"/accounts/{account}/fees")["fees"] == fees
    (listing,) = (known for known in engine.accounts() if known.account == account)
    limits, answer = engine.limits(account), desk.get(f"/accounts/{account}")
    assert limits is not None
    assert answer == account_of(listing, limits).model_dump() | {"journal_seq": answer["journal_seq"]}


def test_every_instrument_is_the_engine_s(desk: Desk, engine: Engine, units: Units) -> None:
    """Those that were traded, and those that were not."""
    told = [engine.instrument(listing.symbol) for listing in engine.instruments()]
    assert desk.get("/instruments")["instruments"] == [instrument_of(one, units).model_dump() for one in told if one]


def test_fees_and_revenue_are_the_engine_s(desk: Desk, engine: Engine, units: Units) -> None:
    """What accounts paid is what the venue earned."""
    currencies = engine.currencies()
    assert desk.get("/fees/revenue")["revenues"] == [revenue_of(one, units).model_dump() for one in currencies]
    schedules = {one["currency"]: one for one in desk.get("/fees")["schedules"]}
    (usd,) = (currency for currency in currencies if currency.currency == "USD")
    assert schedules == {"USD": schedule_of(usd, units).model_dump()}
    paid = sum(position.fees_units for account in ACCOUNTS for position in engine.positions(account))
    assert usd.revenue_units == paid > 0


def test_command_line_tells_the_same(desk: Desk, engine: Engine, venue: VenueProcess) -> None:
    """A position on the screen has the figures of the one over REST."""
    environment = ("--config", str(venue.config), "--data", str(venue.data))
    printed = run_venue_command("position", "MAKER", *environment)
    for position in desk.get("/accounts/MAKER/positions")["positions"]:
        (line,) = (line for line in printed.splitlines() if position["symbol"] in line)
        for name in ("quantity", "average_price", "realized", "unrealized", "fees"):
            assert position[name] in line.split()
