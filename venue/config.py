"""The one typed configuration of the venue: TOML file, environment (VENUE_FIX__PORT), flags.

Later sources win. Unknown keys and bad values are refused with their path, value and remedy.
"""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


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
    comp_id: str = "VENUE"
    heartbeat_s: Annotated[int, Field(ge=1, le=300)] = 30
    outbox_max: Annotated[int, Field(ge=1)] = 50_000  # reports per session; over it: Logout, close
    resend_max: Annotated[int, Field(ge=1)] = 100_000  # messages one ResendRequest(2) may ask for
    status_reports_max: Annotated[int, Field(ge=1)] = 1_000  # reports one mass status request may ask for


class SessionConfig(Section):
    """One FIX session (SenderCompID of the client) and the account its orders belong to."""

    account: str
    reset_allowed: bool = False  # ResetSeqNumFlag(141)=Y at logon
    cancel_on_disconnect: bool = False  # unless the Logon says otherwise in tag 8013
    orders_per_s_max: Annotated[int, Field(ge=1)] = 1_000_000


class AccountConfig(Section):
    self_match: Literal["cancel_incoming", "cancel_resting", "cancel_both", "decrement", "allow"] = "cancel_incoming"
    self_match_group: str = ""


class InstrumentConfig(Section):
    base: str
    quote: str
    tick: Decimal
    lot: Decimal
    min_qty: Decimal
    max_qty: Decimal
    reference_price: Decimal | None = None  # where the demo traders start


class VenueConfig(Section):
    data: Path = Path("data")
    day_end_utc: Annotated[str, Field(pattern=r"^\d\d:\d\d$")] = "00:00"  # Day orders expire
    journal: JournalConfig = JournalConfig()
    sequencer: SequencerConfig = SequencerConfig()
    fix: FixConfig = FixConfig()
    sessions: dict[str, SessionConfig] = {}
    accounts: dict[str, AccountConfig] = {}
    instruments: dict[str, InstrumentConfig] = {}
