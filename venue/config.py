"""The one typed configuration of the venue: TOML file, environment (VENUE_FIX__PORT), flags.

This is what may be configured and the bounds of each value; `venue/settings.py` reads it, and
`venue/first_start.py` makes of it the commands that tell the engine. The engine itself never sees a
configuration, or a replay would depend on the file of the day.
"""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork

# A name travels in FIX fields and names files of the message store: no SOH, "=", blank or path separator.
NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"
API_SESSIONS: Final = "api."  # sessions whose names begin so are of API keys, never of FIX
TIME_OF_DAY: Final = r"^([01]\d|2[0-3]):[0-5]\d$"
QTY_LOTS_MAX: Final = 10**15  # an order's lots x ticks then stay far inside 128 bits, its lots inside 64

Name = Annotated[str, Field(pattern=NAME)]
Positive = Annotated[Decimal, Field(gt=0, max_digits=18, allow_inf_nan=False)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=18, allow_inf_nan=False)]
RatePercent = Annotated[Decimal, Field(ge=-10, le=10, decimal_places=4)]  # of the notional; negative: a rebate
BandPercent = Annotated[Decimal, Field(ge=0, lt=100, decimal_places=2)]  # of the reference price; 0: none
Seconds = Annotated[Decimal, Field(ge=0, le=86_400, decimal_places=3)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JournalConfig(Section):
    """`url` empty means SQLite in the data folder; else any SQLAlchemy URL (postgresql+psycopg://…).

    `retention` is what becomes of batches that no kept snapshot needs any more: they stay, are moved into files of
    <data>/archive, or are deleted.
    """

    url: str = ""
    synchronous: Literal["FULL", "NORMAL"] = "FULL"
    retention: Literal["keep", "archive", "prune"] = "keep"


class SnapshotsConfig(Section):
    """Copies of the engine's state, taken by the recorder: after so many commands, after so many seconds if there was
    a command, and at a clean stop. `url` empty means snapshots.sqlite in the data folder; the newest `keep` stay.
    """

    url: str = ""
    keep: Annotated[int, Field(ge=1)] = 3
    commands: Annotated[int, Field(ge=0)] = 500_000  # 0: however many
    interval_s: Annotated[int, Field(ge=0)] = 900  # 0: however long


class RecorderConfig(Section):
    """The recorder: a process of its own beside the venue that keeps the history in SQL and takes the snapshots.
    `url` empty means history.sqlite in the data folder; else any SQLAlchemy URL (postgresql+psycopg://…)."""

    enabled: bool = True
    url: str = ""


class SequencerConfig(Section):
    """Bounds of the command queue. Full: the session's reading thread waits (TCP backpressure) up to
    enter_timeout_s, then the message is answered with BusinessMessageReject(j) 380=4."""

    queue_max: Annotated[int, Field(ge=1)] = 10_000
    batch_max: Annotated[int, Field(ge=1)] = 1_000
    enter_timeout_s: Annotated[float, Field(gt=0)] = 5.0


class FixConfig(Section):
    """Order entry over FIX. `credentials` "none": sessions that have none of their own (`venue session add`) log on
    with their CompID alone, from this machine only.

    `gateways` serve the sessions: number 0 in the venue's own process, further ones in processes beside it, behind the
    gate. `sessions.NAME.gateway` says which; else it follows from the name and the count alone."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 9880  # 0: a free one, printed at start
    comp_id: Name = "VENUE"
    credentials: Literal["required", "none"] = "required"
    maintenance_s: Annotated[int, Field(ge=0, le=3_600)] = 0  # News(B) so long before a stop logs everybody out
    outbox_max: Annotated[int, Field(ge=1)] = 50_000  # reports per session; over it: Logout, close
    resend_max: Annotated[int, Field(ge=1)] = 100_000  # messages one ResendRequest(2) may ask for
    resend_age_s_max: Annotated[int, Field(ge=1)] = 30 * 86_400  # older reports are gap-filled instead
    status_reports_max: Annotated[int, Field(ge=1)] = 1_000  # reports one mass status request may ask for
    gateways: Annotated[int, Field(ge=1, le=16)] = 1


class GateConfig(Section):
    """The gate: a process of its own before the FIX sessions, the only part of FIX that clients reach.

    `certificate` and `certificate_key` are PEM files; with them it speaks TLS, and without them it listens on loopback
    only. `addresses` may connect at all (none named: all); a session may have narrower ones.
    """

    enabled: bool = True
    certificate: Path | None = None
    certificate_key: Path | None = None
    addresses: tuple[IPvAnyNetwork, ...] = ()
    connections_max: Annotated[int, Field(ge=1)] = 2_000  # in all
    connections_per_address_max: Annotated[int, Field(ge=1)] = 256
    attempts_per_s_max: Annotated[int, Field(ge=1)] = 50  # connections that one address makes; twice as many at once
    refusals_per_min_max: Annotated[int, Field(ge=1)] = 60  # of one address, which may not connect for a while then


class ApiConfig(Section):
    """The admin API: a process of its own beside the venue. Over a bound a request is refused, a stream ended.

    `anonymous` is what callers without an API key may do, from loopback only: anything but "none" is refused
    where the API listens elsewhere.
    """

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000  # 0: a free one, printed at start
    anonymous: Literal["none", "viewer", "operator"] = "none"
    allowed_hosts: tuple[str, ...] = ()  # names it is reached by, besides localhost and its address
    cors_origins: tuple[str, ...] = ()  # pages of other origins that may ask, such as "https://desk.example.com"
    requests_per_s_max: Annotated[int, Field(ge=1)] = 5_000  # of one key, or one address without
    request_bytes_max: Annotated[int, Field(ge=1_000)] = 65_536
    streams_max: Annotated[int, Field(ge=1)] = 5_000  # WebSocket connections in all
    streams_per_caller_max: Annotated[int, Field(ge=1)] = 200
    stream_bytes_max: Annotated[int, Field(ge=10_000)] = 1_000_000  # that wait for one slow subscriber
    stream_interval_ms: Annotated[int, Field(ge=1)] = 4  # updates of one book are joined over so long


class SessionConfig(Section):
    """One FIX session (SenderCompID of the client): the accounts it trades, and those whose reports it
    watches besides. An order without Account(1) is of the first account it trades. `addresses` it may log on from
    (none named: all that may connect). `gateway`: the number of the order gateway that serves it (none: chosen)."""

    trades: tuple[Name, ...] = ()
    watches: tuple[Name, ...] = ()
    reset_allowed: bool = False  # ResetSeqNumFlag(141)=Y at logon
    cancel_on_disconnect: bool = False  # unless the Logon says otherwise in tag 8013
    orders_per_s_max: Annotated[int, Field(ge=1)] = 1_000_000
    addresses: tuple[IPvAnyNetwork, ...] = ()
    gateway: Annotated[int, Field(ge=0)] | None = None


class OrderLimitsConfig(Section):
    """Limits of an account in one instrument. Quantities in the base currency, money in the quote currency.

    long_max and short_max bound the position, open orders counted as if filled; what is not given is no limit.
    """

    order_qty_max: Amount | None = None
    order_notional_max: Amount | None = None
    long_max: Amount | None = None
    short_max: Amount | None = None


class RatesConfig(Section):
    """Fees in percent of the notional: "0.10" is 0.10 %, "-0.01" a rebate of 0.01 %."""

    maker: RatePercent
    taker: RatePercent


class AccountConfig(Section):
    """`instruments` it may trade (none named: all). `limits` by symbol; `loss_caps`, `fees` (instead of the
    schedule's) and `deposits` (prefunded accounts, made once) by currency."""

    firm: Name | None = None
    settlement: Literal["credit", "prefunded"] = "credit"
    instruments: tuple[Name, ...] = ()
    self_match: Literal["cancel_incoming", "cancel_resting", "cancel_both", "decrement", "allow"] = "cancel_incoming"
    self_match_group: str = ""
    open_orders_max: Annotated[int, Field(ge=0)] | None = None
    limits: dict[Name, OrderLimitsConfig] = {}
    loss_caps: dict[Name, Positive] = {}
    fees: dict[Name, RatesConfig] = {}
    deposits: dict[Name, Positive] = {}


class FeeTierConfig(RatesConfig):
    """From this `volume` on, in the currency, traded in the last 30 days."""

    volume: Amount


class FeesConfig(Section):
    """The fees in instruments of one quote currency, lowest tier first, the first from volume 0."""

    tiers: tuple[FeeTierConfig, ...]


class InstrumentConfig(Section):
    """Prices are multiples of `tick`, quantities of `lot`; money counts in 10 ** -quote_decimals of the quote,
    balances of the base in 10 ** -base_decimals.

    collar_percent bounds what an order may ask for, breaker_percent where a trade may print, both around the
    reference price; a trade beyond halts the instrument for halt_s, then it is in auction for auction_s.
    """

    base: Name
    quote: Name
    tick: Positive
    lot: Positive
    min_qty: Positive
    max_qty: Positive
    quote_decimals: Annotated[int, Field(ge=0, le=18)] = 8
    base_decimals: Annotated[int, Field(ge=0, le=18)] = 8
    reference_price: Positive | None = None  # of the price limits before the first trade; where demo traders start
    collar_percent: BandPercent = Decimal(0)
    breaker_percent: BandPercent = Decimal(0)
    halt_s: Seconds = Decimal(0)
    auction_s: Seconds = Decimal(0)


class VenueConfig(Section):
    data: Path = Path("data")
    day_end_utc: Annotated[str, Field(pattern=TIME_OF_DAY)] = "00:00"  # Day orders expire
    journal: JournalConfig = JournalConfig()
    snapshots: SnapshotsConfig = SnapshotsConfig()
    recorder: RecorderConfig = RecorderConfig()
    sequencer: SequencerConfig = SequencerConfig()
    fix: FixConfig = FixConfig()
    gate: GateConfig = GateConfig()
    api: ApiConfig = ApiConfig()
    sessions: dict[Name, SessionConfig] = {}
    accounts: dict[Name, AccountConfig] = {}
    fees: dict[Name, FeesConfig] = {}
    instruments: dict[Name, InstrumentConfig] = {}

    def currency_decimals(self) -> dict[str, int]:
        """In which unit each currency counts: of its first instrument that names it (`settings` holds all to it)."""
        decimals: dict[str, int] = {}
        for instrument in self.instruments.values():
            decimals.setdefault(instrument.quote, instrument.quote_decimals)
            decimals.setdefault(instrument.base, instrument.base_decimals)
        return decimals
