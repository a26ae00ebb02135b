"""The one typed configuration of the venue: TOML file, environment (VENUE_FIX__PORT), flags.

This is what may be configured and the bounds of each value; `venue/settings.py` reads it. What the engine
must know of it becomes commands (`listing_commands`): the engine itself never sees a configuration, or a
replay would depend on the file of the day.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from venue.errors import OperatorError
from venue.messages import (
    ALLOW,
    CANCEL_BOTH,
    CANCEL_INCOMING,
    CANCEL_RESTING,
    DECREMENT,
    ListInstrument,
    OpenAccount,
    SelfMatch,
)

# A name travels in FIX fields and names files of the message store: no SOH, "=", blank or path separator.
NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"
TIME_OF_DAY: Final = r"^([01]\d|2[0-3]):[0-5]\d$"
QTY_LOTS_MAX: Final = 10**15  # an order's lots x ticks then stay far inside 128 bits, its lots inside 64

Name = Annotated[str, Field(pattern=NAME)]
Positive = Annotated[Decimal, Field(gt=0, max_digits=18, allow_inf_nan=False)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JournalConfig(Section):
    """`url` empty means SQLite in the data folder; else any SQLAlchemy URL (postgresql+psycopg://…)."""

    url: str = ""
    synchronous: Literal["FULL", "NORMAL"] = "FULL"


class SequencerConfig(Section):
    """Bounds of the command queue. Full: the session's reading thread waits (TCP backpressure) up to
    enter_timeout_s, then the message is answered with BusinessMessageReject(j) 380=4."""

    queue_max: Annotated[int, Field(ge=1)] = 10_000
    batch_max: Annotated[int, Field(ge=1)] = 1_000
    enter_timeout_s: Annotated[float, Field(gt=0)] = 5.0


class FixConfig(Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 9880  # 0: a free one, printed at start
    comp_id: Name = "VENUE"
    outbox_max: Annotated[int, Field(ge=1)] = 50_000  # reports per session; over it: Logout, close
    resend_max: Annotated[int, Field(ge=1)] = 100_000  # messages one ResendRequest(2) may ask for
    status_reports_max: Annotated[int, Field(ge=1)] = 1_000  # reports one mass status request may ask for


class SessionConfig(Section):
    """One FIX session (SenderCompID of the client) and the account its orders belong to."""

    account: Name
    reset_allowed: bool = False  # ResetSeqNumFlag(141)=Y at logon
    cancel_on_disconnect: bool = False  # unless the Logon says otherwise in tag 8013
    orders_per_s_max: Annotated[int, Field(ge=1)] = 1_000_000


class AccountConfig(Section):
    self_match: Literal["cancel_incoming", "cancel_resting", "cancel_both", "decrement", "allow"] = "cancel_incoming"
    self_match_group: str = ""


class InstrumentConfig(Section):
    """Prices are multiples of `tick`, quantities of `lot`; money counts in 10 ** -quote_decimals of the quote."""

    base: Name
    quote: Name
    tick: Positive
    lot: Positive
    min_qty: Positive
    max_qty: Positive
    quote_decimals: Annotated[int, Field(ge=0, le=18)] = 8
    reference_price: Positive | None = None  # where the demo traders start


class VenueConfig(Section):
    data: Path = Path("data")
    day_end_utc: Annotated[str, Field(pattern=TIME_OF_DAY)] = "00:00"  # Day orders expire
    journal: JournalConfig = JournalConfig()
    sequencer: SequencerConfig = SequencerConfig()
    fix: FixConfig = FixConfig()
    sessions: dict[Name, SessionConfig] = {}
    accounts: dict[Name, AccountConfig] = {}
    instruments: dict[Name, InstrumentConfig] = {}


# ---------------------------------------------------------------------------------------------------
# What the engine has to know of it

_SELF_MATCH: Final[dict[str, SelfMatch]] = {
    "cancel_incoming": CANCEL_INCOMING,
    "cancel_resting": CANCEL_RESTING,
    "cancel_both": CANCEL_BOTH,
    "decrement": DECREMENT,
    "allow": ALLOW,
}


class Listed(Protocol):
    """What an engine says of its instruments and accounts."""

    def instruments(self) -> list[ListInstrument]: ...
    def accounts(self) -> list[OpenAccount]: ...


def listing_commands(config: VenueConfig, engine: Listed) -> list[ListInstrument | OpenAccount]:
    """The commands that bring the engine's instruments and accounts to what the configuration says.

    What the configuration no longer names stays: orders may rest there. Raises OperatorError when it
    gives a listed instrument another tick, lot or currency: every resting order counts in them.
    """
    return [*_account_commands(config, engine), *_instrument_commands(config, engine)]


def _account_commands(config: VenueConfig, engine: Listed) -> Iterator[OpenAccount]:
    opened = {account.account: account for account in engine.accounts()}
    for name, account in config.accounts.items():
        command = OpenAccount(name, _SELF_MATCH[account.self_match], account.self_match_group)
        if opened.get(name) != command:
            yield command


def _instrument_commands(config: VenueConfig, engine: Listed) -> Iterator[ListInstrument]:
    listed = {instrument.symbol: instrument for instrument in engine.instruments()}
    for symbol, instrument in config.instruments.items():
        command = list_instrument(symbol, instrument)
        before = listed.get(symbol)
        if before is not None:
            _refuse_other_units(before, command)
        if before is None or (before.min_lots, before.max_lots) != (command.min_lots, command.max_lots):
            yield command


def list_instrument(symbol: str, instrument: InstrumentConfig) -> ListInstrument:
    """The configured instrument in integers; `venue.settings` has checked that they are whole."""
    money_unit = Decimal(1).scaleb(-instrument.quote_decimals)
    return ListInstrument(
        symbol=symbol,
        base=instrument.base,
        quote=instrument.quote,
        tick_size=decimal_text(instrument.tick),
        lot_size=decimal_text(instrument.lot),
        quote_decimals=instrument.quote_decimals,
        notional_factor=int(instrument.tick * instrument.lot / money_unit),
        min_lots=int(instrument.min_qty / instrument.lot),
        max_lots=int(instrument.max_qty / instrument.lot),
    )


def decimal_text(number: Decimal) -> str:
    """The one way to write a number: no exponent, no zeros at the end."""
    return f"{number.normalize():f}"


def _refuse_other_units(listed: ListInstrument, wanted: ListInstrument) -> None:
    for field, key in (
        ("base", "base"),
        ("quote", "quote"),
        ("tick_size", "tick"),
        ("lot_size", "lot"),
        ("quote_decimals", "quote_decimals"),
    ):
        was, now = getattr(listed, field), getattr(wanted, field)
        if was != now:
            raise OperatorError(
                f"instruments.{wanted.symbol}.{key} was {now}, but {wanted.symbol} is listed with {was}, and orders "
                f"count in it: set it back to {was}, or list a new symbol"
            )
