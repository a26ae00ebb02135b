"""Configuration: where settings come from, what is refused and in which words."""

from decimal import Decimal
from pathlib import Path

import pytest

from venue.config import VenueConfig
from venue.errors import OperatorError
from venue.settings import load_config, parse_flags

DEMO = Path(__file__).parents[1] / "config" / "demo.toml"

SMALL = """
[accounts]
A = {}
[sessions]
C1 = { trades = ["A"] }
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
        assert (session.trades, session.reset_allowed) == ((f"DEMO{number}",), True)
    btc = config.instruments["BTC-USD"]
    assert (btc.tick, btc.lot) == (Decimal("0.01"), Decimal("0.00001"))
    assert {"BTC-USD", "ETH-USD", "SOL-USD"} <= set(config.instruments)


def test_without_a_file_there_are_the_defaults() -> None:
    """No file: an empty venue on the default port."""
    assert load_config() == VenueConfig()


def test_environment_wins_over_the_file_and_flags_over_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_environment_reaches_the_limits_of_an_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instruments and currencies below an account have their names too."""
    monkeypatch.setenv("VENUE_ACCOUNTS__A__LIMITS__BTC_USD__LONG_MAX", "5")
    monkeypatch.setenv("VENUE_ACCOUNTS__A__LOSS_CAPS__USD", "7")
    account = load_config(written(tmp_path, SMALL)).accounts["A"]
    assert account.limits["BTC-USD"].long_max == 5
    assert account.loss_caps == {"USD": 7}


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
        ('[accounts.A.fees.USD]\nmaker = "0.1"', "accounts.A.fees.USD.taker is missing: it must be given"),
        ("[sessions.C1]\n", 'sessions.C1 has no account: name those it trades or watches, such as trades = ["C1"]'),
        ('[sessions]\nC1 = { trades = "A" }', "sessions.C1.trades was 'A': must be a list"),
        (
            '[journal]\nqqq = "x"',
            "journal.qqq is no setting: allowed here: url, synchronous, retention",
        ),
        (
            '[sessions]\n"C 1" = { trades = ["A"] }\n[accounts]\nA = {}',
            "sessions.C 1 is no name: must be a name of letters, digits, '.', '_' and '-', 32 characters at most",
        ),
        (
            '[sessions]\nC1 = { trades = ["A"], reset_allowed = "maybe" }\n[accounts]\nA = {}',
            "sessions.C1.reset_allowed was 'maybe': must be true or false",
        ),
        (
            '[sessions]\nC1 = { trades = ["ALFA"] }\n[accounts]\nALPHA = {}',
            "sessions.C1.trades names ALFA, which is no account: did you mean ALPHA?",
        ),
        (
            '[sessions]\nC1 = { watches = ["A"] }',
            "sessions.C1.watches names A, which is no account: add [accounts.A]",
        ),
        (
            '[sessions]\nC1 = { trades = ["A"], watches = ["A"] }\n[accounts]\nA = {}',
            "sessions.C1.watches names A, which it trades: it has its reports anyway",
        ),
        (
            '[sessions]\nC1 = { trades = ["A", "A"] }\n[accounts]\nA = {}',
            "sessions.C1.trades names A more than once: once is enough",
        ),
        (
            '[sessions]\nVENUE = { trades = ["A"] }\n[accounts]\nA = {}',
            "sessions.VENUE has the venue's own name (fix.comp_id): choose another",
        ),
        (
            SMALL.replace('tick = "0.01"', 'tick = "-0.01"'),
            "instruments.BTC-USD.tick was '-0.01': must be greater than 0",
        ),
        (
            SMALL.replace('lot = "0.001"', 'lot = "small"'),
            "instruments.BTC-USD.lot was 'small': must be a decimal number such as \"0.01\"",
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
        (
            SMALL + "base_decimals = 2",
            "instruments.BTC-USD.base_decimals was 2: the lot is 0.001, which is no whole number of 0.01 BTC: "
            "give more decimals",
        ),
        (
            SMALL.replace('max_qty = "10"', 'max_qty = "1000000000"') + "quote_decimals = 14",
            "instruments.BTC-USD.max_qty was 1000000000: too much to count with quote_decimals: lower one of them",
        ),
        (
            SMALL + 'reference_price = "90000000000"',
            "instruments.BTC-USD.reference_price was 90000000000: prices must be at most 4611686018.42 here, so that "
            "the value of max_qty can be counted: lower max_qty",
        ),
        (
            SMALL + 'collar_percent = "100"',
            "instruments.BTC-USD.collar_percent was '100': must be less than 100",
        ),
        (
            SMALL + 'breaker_percent = "0.001"\nhalt_s = 1',
            "instruments.BTC-USD.breaker_percent was '0.001': must have at most 2 decimals",
        ),
        (
            SMALL + "halt_s = 60",
            "instruments.BTC-USD.halt_s was 60, without a circuit breaker: give breaker_percent too",
        ),
        (
            SMALL + "breaker_percent = 5",
            "instruments.BTC-USD.breaker_percent was 5: give halt_s, how long it halts, too",
        ),
        (
            SMALL + '[accounts.B]\nlimits.BTC-US = { long_max = "1" }',
            "accounts.B.limits names BTC-US, which is no instrument: did you mean BTC-USD?",
        ),
        (
            SMALL + '[accounts.B]\nlimits.BTC-USD = { long_max = "0.0005" }',
            "accounts.B.limits.BTC-USD.long_max was 0.0005: must be a multiple of 0.001",
        ),
        (
            SMALL + '[accounts.B]\nlimits.BTC-USD = { lng_max = "1" }',
            "accounts.B.limits.BTC-USD.lng_max is no setting: did you mean accounts.B.limits.BTC-USD.long_max?",
        ),
        (
            SMALL + '[accounts.B]\nlimits.BTC-USD = { order_notional_max = "99999999999999" }',
            "accounts.B.limits.BTC-USD.order_notional_max was 99999999999999: must be at most 46116860184.27387904",
        ),
        (
            SMALL + '[accounts.B]\nloss_caps.BTC = "1"',
            "accounts.B.loss_caps names BTC, a currency that no instrument is quoted in: check its spelling",
        ),
        (
            SMALL + '[accounts.B]\ndeposits.USD = "1"',
            'accounts.B.deposits were given, but it settles on credit: set settlement = "prefunded", or take them out',
        ),
        (
            SMALL + '[accounts.B]\nsettlement = "cash"',
            "accounts.B.settlement was 'cash': must be 'credit' or 'prefunded'",
        ),
        (
            SMALL + '[accounts.B]\nfees.USD = { maker = "0.00001", taker = "0" }',
            "accounts.B.fees.USD.maker was '0.00001': must have at most 4 decimals",
        ),
        (SMALL + "[fees.USD]\ntiers = []", 'fees.USD.tiers is empty: give one from volume "0" on'),
        (
            SMALL + '[fees.USD]\ntiers = [{ volume = "0", makr = "1", maker = "0", taker = "0" }]',
            "fees.USD.tiers.0.makr is no setting: did you mean fees.USD.tiers.0.maker?",
        ),
        (
            SMALL + '[fees.USD]\ntiers = [{ volume = "5", maker = "0", taker = "0" }]',
            "fees.USD.tiers.0.volume was 5: the first tier must be from volume 0",
        ),
        (
            SMALL + "[fees.USD]\ntiers = [{ volume = 0, maker = 0, taker = 0 }, { volume = 0, maker = 0, taker = 0 }]",
            "fees.USD.tiers.1.volume was 0: must be above the tier before, 0",
        ),
        (
            SMALL + '[fees.BTC]\ntiers = [{ volume = "0", maker = "0", taker = "0" }]',
            "fees.BTC is of a currency that no instrument is quoted in: must be USD",
        ),
        (
            '[api]\nhost = "0.0.0.0"\nanonymous = "viewer"',
            "api.anonymous was 'viewer', but other machines reach api.host 0.0.0.0: callers without a key must be of "
            'this one: set api.anonymous = "none", or api.host = "127.0.0.1"',
        ),
        (
            '[api]\nhost = "venue.example"\nanonymous = "operator"',
            "api.anonymous was 'operator', but other machines reach api.host venue.example: callers without a key "
            'must be of this one: set api.anonymous = "none", or api.host = "127.0.0.1"',
        ),
        (
            '[fix]\nhost = "0.0.0.0"',
            "fix.host was 0.0.0.0, which other machines reach, but gate.certificate is missing: name a certificate and "
            'its key, or set fix.host = "127.0.0.1"',
        ),
        (
            '[fix]\nhost = "0.0.0.0"\ncredentials = "none"\n[gate]\ncertificate = "a"\ncertificate_key = "b"',
            'fix.credentials was "none", but other machines reach fix.host 0.0.0.0: set it to "required", or fix.host '
            'to "127.0.0.1"',
        ),
        (
            "[gate]\nenabled = false",
            'fix.credentials was "required", but gate.enabled = false, and only the gate asks for them: enable it, or '
            'set fix.credentials = "none" for a venue of this machine',
        ),
        (
            '[fix]\ncredentials = "none"\ngateways = 2\n[gate]\nenabled = false',
            "fix.gateways was 2, but gate.enabled = false, and the gate leads clients to their gateways: enable it, or "
            "set fix.gateways = 1",
        ),
        ("[fix]\ngateways = 0", "fix.gateways was 0: must be at least 1"),
        (
            SMALL + '[sessions.B]\ntrades = ["A"]\ngateway = 1',
            "sessions.B.gateway was 1: must be below fix.gateways, 1: they are counted from 0",
        ),
        (
            '[gate]\ncertificate = "a"',
            "gate.certificate_key is missing: a certificate and its key are given together",
        ),
        (
            '[gate]\naddresses = ["10.1.2.3/8"]',
            "gate.addresses.0 was '10.1.2.3/8': must be an address or a network such as \"10.1.0.0/16\"",
        ),
        (
            SMALL + '[sessions.B]\ntrades = ["A"]\naddresses = ["nowhere"]',
            "sessions.B.addresses.0 was 'nowhere': must be an address or a network such as \"10.1.0.0/16\"",
        ),
        ('[api]\nanonymous = "trader"', "api.anonymous was 'trader': must be 'none', 'viewer' or 'operator'"),
        (
            '[api]\ncors_origins = ["https://desk.example.com", "https://desk.example.com/"]',
            'api.cors_origins names https://desk.example.com/, which is no origin: such as "https://desk.example.com", '
            "no path",
        ),
        (
            '[sessions]\n"api.bot" = { trades = ["A"] }\n[accounts]\nA = {}',
            "sessions.api.bot begins with 'api.', as the sessions of API keys do: choose another",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_path_value_and_remedy(tmp_path: Path, text: str, line: str) -> None:
    """Each refusal says which setting, what it was and what is allowed."""
    assert refusal(tmp_path, text) == [line]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_callers_without_a_key_are_allowed_on_loopback(tmp_path: Path, host: str) -> None:
    """Every address of this machine's own, and its name."""
    file = written(tmp_path, f'[api]\nhost = "{host}"\nanonymous = "operator"')
    assert load_config(file).api.anonymous == "operator"


def test_pages_of_all_origins_at_once_are_refused(tmp_path: Path) -> None:
    """A page of anybody could else trade with what its reader's browser reaches."""
    [line] = refusal(tmp_path, '[api]\ncors_origins = ["*"]')
    assert line.startswith("api.cors_origins names *, which is no origin")


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
