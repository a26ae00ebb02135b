"""What a venue is told of its configuration: all of what it does not know, nothing of what it knows."""

import re
from pathlib import Path

import pytest

from venue.config import VenueConfig
from venue.engine.engine import Engine
from venue.errors import OperatorError
from venue.first_start import differences, listing_commands
from venue.messages import (
    ALLOW,
    NO_LIMIT,
    PREFUNDED,
    AnyCommand,
    FeeTier,
    ListInstrument,
    MoveBalance,
    OpenAccount,
    OperationRefused,
    SetAccountFees,
    SetAccountLimits,
    SetFeeSchedule,
    SetLossCap,
    SetOrderLimits,
    SetPriceLimits,
    SetSession,
)
from venue.settings import load_config

RECORD = ("configuration", "first start")
DEMO = Path(__file__).parents[1] / "config" / "demo.toml"

INSTRUMENT = """
[instruments.BTC-USD]
base = "BTC"
quote = "USD"
tick = "0.01"
lot = "0.001"
min_qty = "0.01"
max_qty = "10"
quote_decimals = 6
"""
VENUE = (
    INSTRUMENT
    + """
reference_price = "45000"
collar_percent = "10"
breaker_percent = "2.5"
halt_s = 60
auction_s = "0.5"

[fees.USD]
tiers = [
    { volume = "0", maker = "0.10", taker = "0.20" },
    { volume = "100000", maker = "-0.01", taker = "0.1234" },
]

[accounts.A]
firm = "NORTH"
self_match = "allow"
self_match_group = "desk"
instruments = ["BTC-USD"]
open_orders_max = 20
limits.BTC-USD = { order_qty_max = "5", order_notional_max = "1000.5", long_max = "8" }
loss_caps.USD = "2500"
fees.USD = { maker = "-0.005", taker = "0.02" }

[accounts.B]
settlement = "prefunded"
deposits = { BTC = "0.5", USD = "1000" }

[sessions]
S1 = { trades = ["A", "B"] }
S2 = { watches = ["A"] }
"""
)


def config_of(folder: Path, text: str) -> VenueConfig:
    file = folder / "venue.toml"
    file.write_text(text)
    return load_config(file)


def started(config: VenueConfig, engine: Engine | None = None) -> Engine:
    """An engine after a start with this configuration; nothing of it was refused."""
    engine = engine or Engine()
    apply(engine, *listing_commands(config, engine))
    return engine


def apply(engine: Engine, *commands: AnyCommand) -> None:
    for command in commands:
        events = engine.apply(command, engine.journal_seq + 1, engine.time_ns)
        assert not [event for event in events if isinstance(event, OperationRefused)], command


def test_a_first_start_tells_everything_in_integers(tmp_path: Path) -> None:
    """Instruments, fees, accounts with what belongs to them, sessions: each after what it refers to."""
    assert listing_commands(config_of(tmp_path, VENUE), Engine()) == [
        ListInstrument(
            "BTC-USD", "BTC", "USD", "0.01", "0.001", 6, 10, 10, 10_000, lot_units=100_000, by=RECORD[0], why=RECORD[1]
        ),
        SetPriceLimits("BTC-USD", 1_000, 250, 60 * 10**9, 5 * 10**8, 4_500_000, *RECORD),
        SetFeeSchedule("USD", (FeeTier(0, 1_000, 2_000), FeeTier(10**11, -100, 1_234)), *RECORD),
        OpenAccount("A", ALLOW, "desk", "NORTH", instruments=("BTC-USD",), by=RECORD[0], why=RECORD[1]),
        SetAccountLimits("A", 20, *RECORD),
        SetOrderLimits("A", "BTC-USD", 5_000, 1_000_500_000, 8_000, NO_LIMIT, *RECORD),
        SetLossCap("A", "USD", 2_500 * 10**6, *RECORD),
        SetAccountFees("A", "USD", (-50, 200), *RECORD),
        OpenAccount("B", settlement=PREFUNDED, by=RECORD[0], why=RECORD[1]),
        MoveBalance("B", "BTC", 50_000_000, "configuration/B/BTC", *RECORD),
        MoveBalance("B", "USD", 1_000 * 10**6, "configuration/B/USD", *RECORD),
        SetSession("S1", ("A", "B"), (), *RECORD),
        SetSession("S2", (), ("A",), *RECORD),
    ]


def test_the_engine_takes_all_of_it(tmp_path: Path) -> None:
    """Each setting is then what the engine says of itself."""
    engine = started(config_of(tmp_path, VENUE))
    limits = engine.limits("A")
    assert limits is not None
    assert limits.account.open_orders_max == 20
    assert [order.long_lots_max for order in limits.orders] == [8_000]
    assert [loss.cap.cap_units for loss in limits.losses] == [2_500 * 10**6]
    assert [(balance.currency, balance.total_units) for balance in engine.balances("B")] == [
        ("BTC", 50_000_000),
        ("USD", 1_000 * 10**6),
    ]
    assert [session.trades for session in engine.sessions()] == [("A", "B"), ()]


def test_the_demo_configuration_is_taken_whole() -> None:
    """Nothing of config/demo.toml is refused, and the venue then differs from it in nothing."""
    config = load_config(DEMO)
    assert list(differences(config, started(config))) == []


def test_a_second_start_tells_nothing(tmp_path: Path) -> None:
    """A restart with the same configuration journals nothing, however the numbers are written."""
    engine = started(config_of(tmp_path, VENUE))
    again = VENUE.replace('tick = "0.01"', 'tick = "0.0100"').replace('max_qty = "10"', "max_qty = 10.0")
    config = config_of(tmp_path, again)
    assert listing_commands(config, engine) == []
    assert list(differences(config, engine)) == []


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (
            'max_qty = "10"',
            'max_qty = "20"',
            "instruments.BTC-USD.min_qty .*venue instrument limits BTC-USD",
        ),
        ("halt_s = 60", "halt_s = 61", "the collar or circuit breaker of .*BTC-USD .*venue instrument prices BTC-USD"),
        ('taker = "0.20"', 'taker = "0.21"', "fees.USD .*venue fee set USD"),
        ('firm = "NORTH"', 'firm = "SOUTH"', "accounts.A .*venue account change A"),
        ("open_orders_max = 20", "open_orders_max = 21", "accounts.A.open_orders_max .*venue limit open-orders A"),
        ('long_max = "8"', 'short_max = "8"', "accounts.A.limits.BTC-USD .*venue limit set A BTC-USD"),
        ('loss_caps.USD = "2500"', 'loss_caps.USD = "2"', "accounts.A.loss_caps.USD .*venue limit loss A USD"),
        ('maker = "-0.005"', 'maker = "-0.006"', "accounts.A.fees.USD .*venue fee override A USD"),
        ('trades = ["A", "B"]', 'trades = ["A"]', "sessions.S1 .*venue session set S1"),
    ],
)
def test_a_changed_setting_stands_as_it_was_and_is_told(tmp_path: Path, before: str, after: str, line: str) -> None:
    """The configuration founds a venue once; the line names the command that changes what it founded."""
    engine = started(config_of(tmp_path, VENUE))
    assert before in VENUE
    changed = config_of(tmp_path, VENUE.replace(before, after, 1))
    assert listing_commands(changed, engine) == []
    (told,) = differences(changed, engine)
    assert re.fullmatch(f"{line}` changes it", told), told


def test_what_operators_changed_stands(tmp_path: Path) -> None:
    """A limit taken away, a withdrawal and a moved reference price do not come back at the next start."""
    config = config_of(tmp_path, VENUE)
    engine = started(config)
    apply(
        engine,
        SetOrderLimits("A", "BTC-USD", by="ann", why="asked"),
        SetLossCap("A", "USD", NO_LIMIT, "ann", "asked"),
        MoveBalance("B", "USD", -1_000 * 10**6, "w1", "ann", "asked"),
        SetPriceLimits("BTC-USD", 1_000, 250, 60 * 10**9, 5 * 10**8, 5_000_000, "ann", "asked"),
    )
    assert listing_commands(config, engine) == []
    assert [line.split(" is not")[0] for line in differences(config, engine)] == [
        "accounts.A.limits.BTC-USD",
        "accounts.A.loss_caps.USD",
    ]


def test_a_known_account_gets_the_limits_of_a_new_instrument_and_currency(tmp_path: Path) -> None:
    """It could not have had them before; its deposits and other settings stand."""
    engine = started(config_of(tmp_path, VENUE))
    grown = INSTRUMENT.replace("BTC-USD", "LTC-EUR").replace('"BTC"', '"LTC"').replace(
        '"USD"', '"EUR"'
    ) + VENUE.replace("limits.BTC-USD = {", 'limits.LTC-EUR = { long_max = "1" }\nlimits.BTC-USD = {').replace(
        'loss_caps.USD = "2500"', 'loss_caps = { USD = "2500", EUR = "7" }'
    ).replace('deposits = { BTC = "0.5"', 'deposits = { EUR = "3", BTC = "0.5"')
    told = listing_commands(config_of(tmp_path, grown), engine)
    assert [type(command) for command in told[:2]] == [ListInstrument, SetPriceLimits]
    assert told[2:] == [
        SetOrderLimits("A", "LTC-EUR", long_lots_max=1_000, by=RECORD[0], why=RECORD[1]),
        SetLossCap("A", "EUR", 7 * 10**6, *RECORD),
        MoveBalance("B", "EUR", 3 * 10**6, "configuration/B/EUR", *RECORD),
    ]
    apply(engine, *told)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('tick = "0.01"', 'tick = "0.1"', "tick was 0.1, .* listed with 0.01"),
        ('lot = "0.001"', 'lot = "0.0001"', "lot was 0.0001, .* listed with 0.001"),
        ("quote_decimals = 6", "quote_decimals = 7", "quote_decimals was 7, .* listed with 6"),
        ("quote_decimals = 6", "quote_decimals = 6\nbase_decimals = 9", "base_decimals was 9, .* listed with 8"),
        ('quote = "USD"', 'quote = "EUR"', "quote was EUR, .* listed with USD"),
    ],
)
def test_other_units_of_a_listed_instrument_are_refused(tmp_path: Path, before: str, after: str, named: str) -> None:
    """Resting orders count in the tick and lot they were entered with."""
    engine = started(config_of(tmp_path, INSTRUMENT))
    changed = config_of(tmp_path, INSTRUMENT.replace(before, after))
    with pytest.raises(OperatorError, match=rf"instruments\.BTC-USD\.{named}.*list a new symbol"):
        listing_commands(changed, engine)


def test_what_the_configuration_no_longer_names_stays(tmp_path: Path) -> None:
    """Orders may rest there: leaving something out of the file removes nothing."""
    engine = started(config_of(tmp_path, VENUE))
    assert listing_commands(VenueConfig(), engine) == []
    assert list(differences(VenueConfig(), engine)) == []
    assert [instrument.symbol for instrument in engine.instruments()] == ["BTC-USD"]
