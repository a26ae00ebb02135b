"""What is listed, and in which trading state it is."""

from typing import Annotated

from fastapi import APIRouter, Path

from admin_api.models.instruments import (
    InstrumentAnswer,
    InstrumentList,
    TradingStateList,
    instrument_of,
    state_of,
)
from admin_api.models.values import Symbol
from admin_api.naming import listed
from admin_api.problems import responses
from admin_api.view import Seen, View
from venue import reasons
from venue.messages import InstrumentStatus

router = APIRouter(tags=["instruments"])

SymbolPath = Annotated[Symbol, Path(examples=["BTC-USD"])]


@router.get("/instruments")
async def list_instruments(view: Seen) -> InstrumentList:
    """Every instrument."""
    instruments = [instrument_of(status, view.units) for status in _statuses(view)]
    return InstrumentList(journal_seq=view.engine.journal_seq, instruments=instruments)


@router.get("/instruments/{symbol}", responses=responses(reasons.UNKNOWN_SYMBOL))
async def get_instrument(symbol: SymbolPath, view: Seen) -> InstrumentAnswer:
    """One instrument."""
    listed(view, symbol)
    status = view.engine.instrument(symbol)
    assert status is not None  # it is listed
    told = instrument_of(status, view.units)
    return InstrumentAnswer(journal_seq=view.engine.journal_seq, **told.model_dump())


@router.get("/trading-states")
async def list_trading_states(view: Seen) -> TradingStateList:
    """The trading state of every instrument, and what an auction would trade there now."""
    states = [state_of(status, view.units) for status in _statuses(view)]
    return TradingStateList(journal_seq=view.engine.journal_seq, trading_states=states)


def _statuses(view: View) -> list[InstrumentStatus]:
    found = (view.engine.instrument(listing.symbol) for listing in view.engine.instruments())
    return [status for status in found if status is not None]
