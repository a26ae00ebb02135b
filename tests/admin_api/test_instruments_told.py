"""Instruments and trading states over REST, as operators have set them."""

import time

from admin_api.models.values import time_text
from tests.admin_api.desk import Desk
from venue.journal.frames import INSTRUMENTS
from venue.messages import (
    AUCTION,
    CANCEL_ONLY,
    CLOSED,
    HALTED,
    OPEN,
    POST_ONLY,
    PRE_OPEN,
    ListInstrument,
    SetPriceLimits,
    SetTradingState,
    TradingState,
)

BY = ("tests", "a test")


def test_instrument_has_sizes_limits_and_its_day(desk: Desk, symbol: str) -> None:
    """Everything an order must keep to, as decimals; what there is not yet is null."""
    desk.enter(SetPriceLimits(symbol, 1_000, 550, 60 * 10**9, 500_000_000, 10_050, *BY))
    base = symbol.removesuffix("-USD")
    answer = desk.get(f"/instruments/{symbol}")
    assert answer == {
        "symbol": symbol,
        "state": "open",
        "until": None,
        "indicative": None,
        "base": base,
        "quote": "USD",
        "tick_size": "0.01",
        "lot_size": "0.1",
        "min_quantity": "1.0",
        "max_quantity": "1000000.0",
        "base_decimals": 8,
        "quote_decimals": 8,
        "price_limits": {
            "collar_percent": "10.00",
            "breaker_percent": "5.50",
            "halt_s": "60.00",
            "auction_s": "0.50",
            "reference_price": "100.50",
        },
        "last_price": None,
        "day": {"open": None, "high": None, "low": None, "volume": "0.0", "notional": "0.00", "trades": 0},
        "journal_seq": answer["journal_seq"],
    }


def test_list_is_in_the_order_of_listing(desk: Desk) -> None:
    """One that is listed while the venue runs is the last, and is told at once."""
    desk.enter(ListInstrument("NEW-USD", "NEW", "USD", "0.05", "1", 8, 5_000_000, 1, 100, base_decimals=0))
    told = desk.get("/instruments")["instruments"]
    assert [one["symbol"] for one in told] == [listing.symbol for listing in desk.ask(INSTRUMENTS)]
    assert told[-1]["symbol"] == "NEW-USD"
    assert (told[-1]["tick_size"], told[-1]["min_quantity"], told[-1]["max_quantity"]) == ("0.05", "1", "100")
    assert desk.get("/orderbook/NEW-USD")["bids"] == []


def test_every_trading_state_has_its_word(desk: Desk, symbol: str) -> None:
    """In the list of states, and at the instrument."""
    words: dict[TradingState, str] = {
        HALTED: "halted",
        CANCEL_ONLY: "cancel_only",
        POST_ONLY: "post_only",
        PRE_OPEN: "pre_open",
        AUCTION: "auction",
        CLOSED: "closed",
        OPEN: "open",
    }
    for state, word in words.items():
        desk.enter(SetTradingState(symbol, state, *BY))
        assert desk.get(f"/instruments/{symbol}")["state"] == word
        (told,) = (one for one in desk.get("/trading-states")["trading_states"] if one["symbol"] == symbol)
        assert told == {"symbol": symbol, "state": word, "until": None, "indicative": None}


def test_timed_state_says_until_when(desk: Desk, symbol: str) -> None:
    """To the nanosecond, in UTC."""
    until_ns = time.time_ns() + 3_600 * 10**9
    desk.enter(SetTradingState(symbol, HALTED, *BY, until_ns=until_ns))
    assert desk.get(f"/instruments/{symbol}")["until"] == time_text(until_ns)
    desk.enter(SetTradingState(symbol, OPEN, *BY))
    assert desk.get(f"/instruments/{symbol}")["until"] is None
