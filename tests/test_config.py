"""Configuration: where settings come from, what is refused and in which words, what the engine is told."""

from decimal import Decimal
from pathlib import Path

import pytest

from venue.config import VenueConfig, listing_commands
from venue.engine.engine import Engine
from venue.errors import OperatorError
from venue.messages import ALLOW, CANCEL_INCOMING, ListInstrument, OpenAccount
from venue.settings import load_config, parse_flags

DEMO = Path(__file__).parents[1] / "config" / "demo.toml"

SMALL = """
[accounts]
A = {}
[sessions]
C1 = { account = "A" }
[instruments.BTC-USD]
base = "BTC"
quote = "USD"
tick = "0.01"
lot = "0.001"
min_qty = "0.001"
max_qty = "10"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "venue.toml"
    file.write_text(text)
    return file


def refusal(folder: Path, text: str) -> list[str]:
    """The lines of the error a configuration is refused with, without the first."""
    with pytest.raises(OperatorError) as refused:
        load_config(written(folder, text))
    return [line.strip() for line in str(refused.value).splitlines()[1:]]


def test_demo_configuration_has_what_the_readme_promises() -> None:
    """DEMO1 … DEMO16 with accounts of the same name, on loopback port 9880, may reset their numbers."""
    config = load_config(DEMO)
    assert (config.fix.host, config.fix.port, config.fix.comp_id) == ("127.0.0.1", 9880, "VENUE")
    for number in range(1, 17):
        session = config.sessions[f"DEMO{number}"]
        assert (session.account, session.reset_allowed) == (f"DEMO{number}", True)
    btc = config.instruments["BTC-USD"]
    assert (btc.tick, btc.lot) == (Decimal("0.01"), Decimal("0.00001"))
    assert {"BTC-USD", "ETH-USD", "SOL-USD"} <= set(config.instruments)


def test_without_a_file_there_are_the_defaults() -> None:
    """No file: an empty venue on the default port."""
    assert load_config() == VenueConfig()


def test_environment_wins_over_the_file_and_flags_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later sources win, setting by setting."""
    file = written(tmp_path, "[fix]\nport = 1\nresend_max = 10\noutbox_max = 5")
    monkeypatch.setenv("VENUE_FIX__PORT", "2")
    monkeypatch.setenv("VENUE_FIX__RESEND_MAX", "20")
    config = load_config(file, parse_flags(["fix.port=3"]))
    assert (config.fix.port, config.fix.resend_max, config.fix.outbox_max) == (3, 20, 5)


def test_environment_reaches_names_with_a_hyphen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """VENUE_INSTRUMENTS__BTC_USD__MAX_QTY sets instruments.BTC-USD.max_qty, and no other instrument."""
    monkeypatch.setenv("VENUE_INSTRUMENTS__BTC_USD__MAX_QTY", "5")
    config = load_config(written(tmp_path, SMALL))
    assert {symbol: str(item.max_qty) for symbol, item in config.instruments.items()} == {"BTC-USD": "5"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[fix]\nport = 70000", "fix.port was 70000: must be at most 65535"),
        ("[fix]\nport = -1", "fix.port was -1: must be at least 0"),
        ('[fix]\nport = "x"', "fix.port was 'x': must be a whole number"),
        ("[fix]\nprot = 1", "fix.prot is no setting: did you mean fix.port?"),
        ("fxi = 1", "fxi is no setting: did you mean fix?"),
        ("fix = 3", "fix was 3: must be a table"),
        ("[sequencer]\nenter_timeout_s = 0", "sequencer.enter_timeout_s was 0: must be greater than 0"),
        ('[journal]\nsynchronous = "OFF"', "journal.synchronous was 'OFF': must be 'FULL' or 'NORMAL'"),
        ('day_end_utc = "24:00"', "day_end_utc was '24:00': must be a time of day in UTC such as \"17:00\""),
        ("[sessions.C1]\n", "sessions.C1.account is missing: it must be given"),
        (
            '[journal]\nqqq = "x"',
            "journal.qqq is no setting: allowed here: url, synchronous",
        ),
        (
            '[sessions]\n"C 1" = { account = "A" }\n[accounts]\nA = {}',
            "sessions.C 1 is no name: must be a name of letters, digits, '.', '_' and '-', 32 characters at most",
        ),
        (
            '[sessions]\nC1 = { account = "A", reset_allowed = "maybe" }\n[accounts]\nA = {}',
            "sessions.C1.reset_allowed was 'maybe': must be true or false",
        ),
        (
            '[sessions]\nC1 = { account = "ALFA" }\n[accounts]\nALPHA = {}',
            "sessions.C1.account was ALFA, which is no account: did you mean ALPHA?",
        ),
        (
            '[sessions]\nC1 = { account = "A" }',
            "sessions.C1.account was A, which is no account: add [accounts.A]",
        ),
        (
            '[sessions]\nVENUE = { account = "A" }\n[accounts]\nA = {}',
            "sessions.VENUE has the venue's own name (fix.comp_id): choose another",
        ),
        (
            SMALL.replace('tick = "0.01"', 'tick = "-0.01"'),
            "instruments.BTC-USD.tick was '-0.01': must be greater than 0",
        ),
        (
            SMALL.replace('lot = "0.001"', 'lot = "small"'),
            'instruments.BTC-USD.lot was \'small\': must be a decimal number such as "0.01"',
        ),
        (
            SMALL.replace('min_qty = "0.001"', 'min_qty = "0.0015"'),
            "instruments.BTC-USD.min_qty was 0.0015: must be a multiple of the lot, 0.001",
        ),
        (
            SMALL.replace('max_qty = "10"', 'max_qty = "10.0001"'),
            "instruments.BTC-USD.max_qty was 10.0001: must be a multiple of the lot, 0.001",
        ),
        (
            SMALL.replace('min_qty = "0.001"', 'min_qty = "11"'),
            "instruments.BTC-USD.min_qty was 11: must not be above max_qty, 10",
        ),
        (
            SMALL.replace('max_qty = "10"', 'max_qty = "99999999999999"'),
            "instruments.BTC-USD.max_qty was 99999999999999: must be at most 1000000000000000 lots of 0.001",
        ),
        (
            SMALL + 'reference_price = "1.001"',
            "instruments.BTC-USD.reference_price was 1.001: must be a multiple of the tick, 0.01",
        ),
        (
            SMALL + "quote_decimals = 4",
            "instruments.BTC-USD.quote_decimals was 4: tick x lot is 0.00001, which is no whole number of "
            "0.0001 USD: give more decimals",
        ),
        (
            SMALL + SMALL[SMALL.index("[instr") :].replace("BTC-", "ETH-") + "quote_decimals = 5",
            "instruments.ETH-USD.quote_decimals was 5, but BTC-USD counts USD with 8: a currency has one "
            "number of decimals",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_path_value_and_remedy(tmp_path: Path, text: str, line: str) -> None:
    """Each refusal says which setting, what it was and what is allowed."""
    assert refusal(tmp_path, text) == [line]


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """One start shows all mistakes, not the first."""
    lines = refusal(tmp_path, "[fix]\nport = -1\nresend_max = 0\n[journal]\nulr = 'x'")
    assert lines == [
        "journal.ulr is no setting: did you mean journal.url?",
        "fix.port was -1: must be at least 0",
        "fix.resend_max was 0: must be at least 1",
    ]


def test_a_wrong_value_from_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator is sent to the variable, not to the file."""
    monkeypatch.setenv("VENUE_FIX__PORT", "high")
    with pytest.raises(OperatorError, match=r"fix\.port was 'high' \(from VENUE_FIX__PORT\): must be a whole"):
        load_config()


def test_an_unknown_variable_of_ours_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """VENUE_FIXX__PORT must not be passed over in silence."""
    monkeypatch.setenv("VENUE_FIXX__PORT", "1")
    with pytest.raises(OperatorError, match=r"VENUE_FIXX__PORT in the environment is no setting: did you mean fix\?"):
        load_config()


def test_a_file_that_is_not_there_or_no_toml_is_named(tmp_path: Path) -> None:
    """The path stands in the error, and for TOML the line."""
    with pytest.raises(OperatorError, match=r"nowhere\.toml, which does not exist"):
        load_config(tmp_path / "nowhere.toml")
    with pytest.raises(OperatorError, match=r"venue\.toml is no TOML: .*line 1"):
        load_config(written(tmp_path, "fix = = 3"))


def test_a_flag_without_a_value_is_refused() -> None:
    """--set wants PATH=VALUE."""
    with pytest.raises(OperatorError, match=r"--set was 'fix\.port': must be PATH=VALUE"):
        parse_flags(["fix.port"])


# -- what the engine is told -----------------------------------------------------------------------------


def engine_with(config: VenueConfig) -> Engine:
    """An engine brought to the configuration, as at a first start."""
    engine = Engine()
    for journal_seq, command in enumerate(listing_commands(config, engine), 1):
        engine.apply(command, journal_seq, 0)
    return engine


def test_a_new_engine_is_told_of_every_account_and_instrument(tmp_path: Path) -> None:
    """Decimals become integers: the limits in lots, the tick times the lot in units of money."""
    config = load_config(written(tmp_path, SMALL + 'quote_decimals = 6\n[accounts.B]\nself_match = "allow"'))
    assert listing_commands(config, Engine()) == [
        OpenAccount("A", CANCEL_INCOMING, ""),
        OpenAccount("B", ALLOW, ""),
        ListInstrument("BTC-USD", "BTC", "USD", "0.01", "0.001", 6, 10, 1, 10_000),
    ]


def test_an_engine_that_knows_all_is_told_nothing(tmp_path: Path) -> None:
    """A restart with the same configuration journals nothing, however the numbers are written."""
    engine = engine_with(load_config(written(tmp_path, SMALL)))
    rewritten = SMALL.replace('tick = "0.01"', 'tick = "0.0100"').replace('max_qty = "10"', "max_qty = 10.0")
    assert listing_commands(load_config(written(tmp_path, rewritten)), engine) == []


def test_changed_limits_and_accounts_are_told(tmp_path: Path) -> None:
    """Limits of an instrument and self-match prevention of an account may change at a restart."""
    engine = engine_with(load_config(written(tmp_path, SMALL)))
    changed = SMALL.replace('max_qty = "10"', 'max_qty = "20"').replace("A = {}", 'A = { self_match_group = "G" }')
    assert listing_commands(load_config(written(tmp_path, changed)), engine) == [
        OpenAccount("A", CANCEL_INCOMING, "G"),
        ListInstrument("BTC-USD", "BTC", "USD", "0.01", "0.001", 8, 1000, 1, 20_000),
    ]


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('tick = "0.01"', 'tick = "0.1"', "tick was 0.1, .* listed with 0.01"),
        ('lot = "0.001"', 'lot = "0.0001"', "lot was 0.0001, .* listed with 0.001"),
        ('quote = "USD"', 'quote = "EUR"', "quote was EUR, .* listed with USD"),
    ],
)
def test_other_units_of_a_listed_instrument_are_refused(tmp_path: Path, before: str, after: str, named: str) -> None:
    """Resting orders count in the tick and lot they were entered with."""
    engine = engine_with(load_config(written(tmp_path, SMALL)))
    changed = load_config(written(tmp_path, SMALL.replace(before, after)))
    with pytest.raises(OperatorError, match=rf"instruments\.BTC-USD\.{named}.*list a new symbol"):
        listing_commands(changed, engine)


def test_what_the_configuration_no_longer_names_stays_listed(tmp_path: Path) -> None:
    """Orders may rest there: leaving something out of the file removes nothing."""
    engine = engine_with(load_config(written(tmp_path, SMALL)))
    assert listing_commands(VenueConfig(), engine) == []
    assert [instrument.symbol for instrument in engine.instruments()] == ["BTC-USD"]
