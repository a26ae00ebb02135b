"""What trades and what does not: instruments, price limits, trading states, kill switches; and trades undone."""

import time
from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, Path, Response

from admin_api.control import CONTROL_REFUSALS, carry_out, recorded
from admin_api.models.controls import (
    Control,
    ControlDone,
    NewInstrument,
    PriceLimitsChange,
    QuantitiesChange,
    StateChange,
    SwitchChange,
    TradeCorrection,
)
from admin_api.models.values import Symbol
from admin_api.naming import listed
from admin_api.principals import Asking
from admin_api.problems import ProblemError, responses, wrong_field
from admin_api.view import Seen, View
from venue import reasons
from venue.config import NAME
from venue.control.listing import new_instrument
from venue.control.values import band_of, units_of
from venue.increments import SECONDS
from venue.messages import (
    VENUE,
    BustTrade,
    CorrectTrade,
    InstrumentStatus,
    SetKillSwitch,
    SetTradingState,
    TradeStatus,
)
from venue.names import SCOPES, STATES, word_of

router = APIRouter()

SymbolPath = Annotated[Symbol, Path(examples=["BTC-USD"])]
TradeId = Annotated[int, Path(ge=1, le=2**62, description="TrdMatchID(880) of its reports.", examples=[1])]
NamePath = Annotated[str, Path(pattern=NAME, description="Of the session, account or firm.", examples=["DEMO1"])]

_FIELDS: Final = {  # as which a request has what control.listing asks for
    "symbol": "symbol",
    "base": "base",
    "quote": "quote",
    "tick": "tick_size",
    "lot": "lot_size",
    "min_qty": "min_quantity",
    "max_qty": "max_quantity",
    "quote_decimals": "quote_decimals",
    "base_decimals": "base_decimals",
}


@router.post(
    "/instruments",
    tags=["instruments"],
    status_code=201,
    responses=responses(reasons.EXISTS, *CONTROL_REFUSALS),
)
async def list_instrument(asked: NewInstrument, view: Seen, asking: Asking, response: Response) -> ControlDone:
    """List an instrument. Tick, lot, currencies and decimals stay for ever."""
    async with view.changing:
        if asked.symbol in view.units.symbols:
            raise wrong_field(
                reasons.EXISTS, "symbol", asked.symbol, "it is listed already: PATCH changes its quantities"
            )
        by, why = recorded(asking, asked.why)
        command = new_instrument(
            {term: str(getattr(asked, field)) for term, field in _FIELDS.items()},
            _FIELDS,
            quote_decimals=asked.quote_decimals,
            base_decimals=asked.base_decimals,
            state=word_of("state", asked.state, STATES),
            by=by,
            why=why,
        )
        done = await carry_out(view, command)
    response.headers["Location"] = f"/api/v3/instruments/{asked.symbol}"
    return done


@router.patch(
    "/instruments/{symbol}", tags=["instruments"], responses=responses(reasons.UNKNOWN_SYMBOL, *CONTROL_REFUSALS)
)
async def change_quantities(symbol: SymbolPath, asked: QuantitiesChange, view: Seen, asking: Asking) -> ControlDone:
    """Change the smallest and the largest quantity of an order; what is not given stays."""
    async with view.changing:
        lot, by_why = view.units.qty(listed(view, symbol).symbol), recorded(asking, asked.why)
        given = {"min_lots": ("min_quantity", asked.min_quantity), "max_lots": ("max_quantity", asked.max_quantity)}
        changes = {name: units_of(field, text, lot) for name, (field, text) in given.items() if text is not None}
        known = _status(view, symbol).listing
        return await carry_out(view, msgspec.structs.replace(known, **changes, by=by_why[0], why=by_why[1]))


@router.patch(
    "/instruments/{symbol}/price-limits",
    tags=["instruments"],
    responses=responses(reasons.UNKNOWN_SYMBOL, *CONTROL_REFUSALS),
)
async def set_price_limits(symbol: SymbolPath, asked: PriceLimitsChange, view: Seen, asking: Asking) -> ControlDone:
    """Change the price limits of an instrument; what is not given stays, null: none."""
    async with view.changing:
        price = view.units.price(listed(view, symbol).symbol)
        changes: dict[str, int] = {"reference_ticks": 0}
        for name, field, band in (
            ("collar_bp", "collar_percent", asked.collar_percent),
            ("breaker_bp", "breaker_percent", asked.breaker_percent),
        ):
            if field in asked.model_fields_set:
                changes[name] = band_of(field, band or "0")
        for name, field, seconds in (("halt_ns", "halt_s", asked.halt_s), ("auction_ns", "auction_s", asked.auction_s)):
            if field in asked.model_fields_set:
                changes[name] = units_of(field, seconds or "0", SECONDS)
        if asked.reference_price is not None:
            changes["reference_ticks"] = units_of("reference_price", asked.reference_price, price)
        by, why = recorded(asking, asked.why)
        known = _status(view, symbol).limits
        return await carry_out(view, msgspec.structs.replace(known, **changes, by=by, why=why))


@router.put(
    "/trading-states/{symbol}", tags=["instruments"], responses=responses(reasons.UNKNOWN_SYMBOL, *CONTROL_REFUSALS)
)
async def set_trading_state(symbol: SymbolPath, asked: StateChange, view: Seen, asking: Asking) -> ControlDone:
    """Move an instrument to another trading state: open, halt, auction, close."""
    return await carry_out(view, _state_of(listed(view, symbol).symbol, asked, asking))


@router.put("/trading-states", tags=["instruments"], responses=responses(*CONTROL_REFUSALS))
async def set_all_trading_states(asked: StateChange, view: Seen, asking: Asking) -> ControlDone:
    """Move all instruments to another trading state, in one batch."""
    symbols = view.units.symbols
    if not symbols:
        raise ProblemError(reasons.UNKNOWN_SYMBOL, "no instrument is listed")
    return await carry_out(view, *(_state_of(symbol, asked, asking) for symbol in symbols))


@router.put("/kill-switches/venue", tags=["kill switches"], responses=responses(*CONTROL_REFUSALS))
async def set_venue_kill_switch(asked: SwitchChange, view: Seen, asking: Asking) -> ControlDone:
    """Stop all trading, or let it go on."""
    return await carry_out(view, SetKillSwitch(VENUE, "", asked.engaged, *recorded(asking, asked.why)))


@router.put(
    "/kill-switches/{scope}/{name}",
    tags=["kill switches"],
    responses=responses(reasons.UNKNOWN_ACCOUNT, reasons.UNKNOWN_SESSION, reasons.UNKNOWN_FIRM, *CONTROL_REFUSALS),
)
async def set_kill_switch(
    scope: Annotated[Literal["session", "account", "firm"], Path(examples=["account"])],
    name: NamePath,
    asked: SwitchChange,
    view: Seen,
    asking: Asking,
) -> ControlDone:
    """Cancel all open orders of a session, an account or a firm and refuse new ones; or let it trade again."""
    command = SetKillSwitch(word_of("scope", scope, SCOPES), name, asked.engaged, *recorded(asking, asked.why))
    return await carry_out(view, command)


@router.post("/trades/{trade_id}/bust", tags=["trades"], responses=responses(reasons.UNKNOWN_TRADE, *CONTROL_REFUSALS))
async def bust_trade(trade_id: TradeId, asked: Control, view: Seen, asking: Asking) -> ControlDone:
    """Undo a trade: positions, fees and balances of both sides go back, both get ExecType(150)=H."""
    return await carry_out(view, BustTrade(trade_id, *recorded(asking, asked.why)))


@router.post(
    "/trades/{trade_id}/correct", tags=["trades"], responses=responses(reasons.UNKNOWN_TRADE, *CONTROL_REFUSALS)
)
async def correct_trade(trade_id: TradeId, asked: TradeCorrection, view: Seen, asking: Asking) -> ControlDone:
    """Give a trade another price or a smaller quantity: both sides get ExecType(150)=G."""
    async with view.changing:
        trade = _trade(view, trade_id)
        price_ticks, lots = trade.price_ticks, trade.qty_lots
        if asked.price is not None:
            price_ticks = units_of("price", asked.price, view.units.price(trade.symbol))
        if asked.quantity is not None:
            lots = units_of("quantity", asked.quantity, view.units.qty(trade.symbol))
        return await carry_out(view, CorrectTrade(trade_id, price_ticks, lots, *recorded(asking, asked.why)))


def _state_of(symbol: str, asked: StateChange, asking: Asking) -> SetTradingState:
    until_ns = 0 if asked.for_s is None else time.time_ns() + units_of("for_s", asked.for_s, SECONDS)
    return SetTradingState(symbol, word_of("state", asked.state, STATES), *recorded(asking, asked.why), until_ns)


def _status(view: View, symbol: str) -> InstrumentStatus:
    status = view.engine.instrument(symbol)
    assert status is not None  # it is listed
    return status


def _trade(view: View, trade_id: int) -> TradeStatus:
    trade = view.engine.trade(trade_id)
    if trade is None:
        raise wrong_field(reasons.UNKNOWN_TRADE, "trade_id", trade_id, "it was never made, or is too old to be changed")
    return trade
