"""A venue in this process with one FIX session, and the client it is for."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.raw_fix import RawClient
from venue.config import (
    AccountConfig,
    ApiConfig,
    FixConfig,
    GateConfig,
    InstrumentConfig,
    RecorderConfig,
    SessionConfig,
    VenueConfig,
)
from venue.server import Venue, running_venue

SYMBOL = "BTC-USD"


def config(folder: Path, comp_id: str, fix: dict[str, Any] | None = None, **session: Any) -> VenueConfig:
    return VenueConfig(
        data=folder,
        api=ApiConfig(enabled=False),
        gate=GateConfig(enabled=False),
        recorder=RecorderConfig(enabled=False),
        fix=FixConfig(**({"port": 0} | (fix or {}))),
        sessions={comp_id: SessionConfig(trades=("HOUSE",), **session)},
        accounts={"HOUSE": AccountConfig(self_match="allow")},
        instruments={
            SYMBOL: InstrumentConfig(
                base="BTC", quote="USD", tick=Decimal("0.01"), lot=Decimal("1"), min_qty=Decimal(1), max_qty=Decimal(9)
            )
        },
    )


@contextmanager
def running(configuration: VenueConfig, client: RawClient | None = None) -> Iterator[tuple[Venue, RawClient]]:
    """A venue and its client, which is not yet logged on; a client of before keeps its numbers."""
    with running_venue(configuration) as venue:
        [comp_id] = configuration.sessions
        client = client or RawClient(venue.gateway.port, comp_id)
        client.port = venue.gateway.port
        with client:
            yield venue, client
