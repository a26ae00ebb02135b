"""What this process knows of the venue, in one place for the routes: `view.engine`, `view.market`, `view.line` …"""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Depends
from starlette.requests import HTTPConnection

from admin_api.alerts import AlertBoard
from admin_api.audit import AuditTrail
from admin_api.books import Books
from admin_api.entitlements import Entitlements
from admin_api.follower import Follower
from admin_api.history.desk import HistoryDesk
from admin_api.idempotency import Answers
from admin_api.jobs import Jobs
from admin_api.lags import Lags
from admin_api.orders.entry import OrderEntry
from admin_api.orders.index import OrderIndex
from admin_api.pnl_history import PnlHistory
from admin_api.rates import Pace
from admin_api.session_rates import SessionRates
from admin_api.sign_ins import SignIns
from admin_api.tally import Tally
from admin_api.traffic import Traffic
from admin_api.venue_line import VenueLine
from venue.config import VenueConfig
from venue.engine.engine import Engine
from venue.errors import VenueError
from venue.journal import JournalReader
from venue.journal.frames import VITALS
from venue.keys import KeyStore
from venue.marketdata import MarketData
from venue.units import Units
from venue.vitals import Vitals

if TYPE_CHECKING:
    from admin_api.streams.hub import Hub

log = logging.getLogger(__name__)

REPLICA_NAME: Final = "admin_api"
OLD_NS: Final = 5_000_000_000


@dataclass
class View:
    """Used on the event loop only. `vitals` are the venue's at vitals_ns; None before they were asked once."""

    config: VenueConfig
    engine: Engine
    entitlements: Entitlements
    market: MarketData
    books: Books
    tally: Tally
    lags: Lags
    pace: Pace
    pnl_history: PnlHistory
    follower: Follower
    reader: JournalReader
    line: VenueLine
    keys: KeyStore
    sign_ins: SignIns
    orders: OrderIndex
    entry: OrderEntry
    audit: AuditTrail
    snapshot_jobs: Jobs
    verify_jobs: Jobs
    replay_jobs: Jobs
    history: HistoryDesk
    hub: "Hub" = field(init=False)  # it looks at the view, so it is put in behind
    answers: Answers = field(default_factory=Answers)
    traffic: Traffic = field(default_factory=Traffic)
    session_rates: SessionRates = field(default_factory=SessionRates)
    alerts: AlertBoard = field(default_factory=AlertBoard)
    damage: str = ""  # of the journal, of before this replica begins
    vitals: Vitals | None = None
    vitals_ns: int = 0
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)  # of settings: read and written back whole
    _units: Units = field(default_factory=lambda: Units([]))

    @property
    def units(self) -> Units:
        """Of the instruments listed now."""
        instruments = self.engine.instruments()
        if len(instruments) != len(self._units.symbols):  # tick, lot and currencies of a listed one never change
            self._units = Units(instruments)
        return self._units

    @property
    def recent_vitals(self) -> Vitals | None:
        """The venue's as last asked; None when it has not answered for a while."""
        return self.vitals if time.time_ns() - self.vitals_ns < OLD_NS else None

    @property
    def behind_s(self) -> float | None:
        """How far this replica is behind the venue; None when the venue has not answered for a while."""
        vitals = self.recent_vitals
        lags = self.lags.of(vitals) if vitals else []
        return next((lag.behind_s for lag in lags if lag.name == REPLICA_NAME), None)

    async def refresh_vitals(self) -> None:
        """Ask the venue how it does, and tell it how far this replica is. What cannot be asked grows old."""
        try:
            self.vitals = await self.line.ask(VITALS, REPLICA_NAME, self.follower.journal_seq)
            self.vitals_ns = time.time_ns()
            self.lags.note(self.vitals)
            self.session_rates.note(self.vitals)
        except VenueError as error:
            log.debug("the venue's vitals could not be asked: %s", error)

    async def fresh_vitals(self) -> Vitals | None:
        """The venue's of now; None when it cannot be asked."""
        asked_ns = time.time_ns()
        await self.refresh_vitals()
        return self.vitals if self.vitals_ns >= asked_ns else None


async def _of_connection(connection: HTTPConnection) -> View:
    view: View = connection.app.state.view
    return view


Seen = Annotated[View, Depends(_of_connection)]
