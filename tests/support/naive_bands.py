"""The naive price bands: the reference price, the collar around it, and the circuit breaker's bounds."""

from decimal import Decimal, localcontext

from tests.support.naive_state import NaiveInstrument, NaiveState
from venue.messages import BUY, HALTED, OPEN, POST_ONLY, SELL, TradingStateChanged

WHOLE_BP = 10_000
MARKED_AT_MID = (OPEN, POST_ONLY)


def reference_ticks(instrument: NaiveInstrument) -> int:
    """0: there is none."""
    return instrument.last_ticks or instrument.reference_ticks


def band(reference: int, band_bp: int) -> tuple[int, int]:
    """The lowest and the highest price within."""
    low = -(-reference * (WHOLE_BP - band_bp) // WHOLE_BP)
    return low, reference * (WHOLE_BP + band_bp) // WHOLE_BP


def collar_ticks(instrument: NaiveInstrument, side: int, reference: int) -> int:
    """The worst price an order of that side may ask for; 0: any."""
    if not instrument.limits.collar_bp or not reference:
        return 0
    low, high = band(reference, instrument.limits.collar_bp)
    return high if side == BUY else max(low, 1)


def is_beyond_breaker(instrument: NaiveInstrument, price_ticks: int, reference: int) -> bool:
    if not instrument.limits.breaker_bp or not reference:
        return False
    low, high = band(reference, instrument.limits.breaker_bp)
    return not low <= price_ticks <= high


def trip_breaker(state: NaiveState, instrument: NaiveInstrument, price_ticks: int) -> None:
    """Halt the instrument instead of a trade at this price."""
    low, high = band(instrument.reference_ticks, instrument.limits.breaker_bp)
    shown = [price_text(instrument, ticks) for ticks in (price_ticks, low, high)]
    why = f"trade at {shown[0]} beyond {shown[1]} to {shown[2]}"
    symbol, old_state = instrument.listing.symbol, instrument.state
    instrument.state = HALTED
    instrument.until_ns = state.time_ns + instrument.limits.halt_ns
    changed = TradingStateChanged(symbol, HALTED, old_state, "circuit breaker", why, instrument.until_ns)
    state.events.append(changed)


def mark_half_ticks(state: NaiveState, instrument: NaiveInstrument) -> int:
    """Twice the price at which positions are valued; 0: none."""
    symbol = instrument.listing.symbol
    bid, ask = state.best_price(symbol, BUY), state.best_price(symbol, SELL)
    return bid + ask if bid and ask and instrument.state in MARKED_AT_MID else 2 * instrument.last_ticks


def price_text(instrument: NaiveInstrument, ticks: int) -> str:
    return scaled_text(ticks, instrument.listing.tick_size)


def qty_text(instrument: NaiveInstrument, lots: int) -> str:
    return scaled_text(lots, instrument.listing.lot_size)


def scaled_text(count: int, size: str) -> str:
    """So many ticks or lots as a decimal number with the digits of the tick or lot."""
    with localcontext() as context:
        context.prec = 100
        return f"{Decimal(size) * count:.{len(size.partition('.')[2])}f}"


def money_text(units: int, decimals: int) -> str:
    with localcontext() as context:
        context.prec = 100
        return f"{Decimal(units).scaleb(-decimals):.{decimals}f}"
