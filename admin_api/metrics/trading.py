"""What was traded and refused, from the journal."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from prometheus_client.metrics_core import Metric

from admin_api.metrics.families import SERIES_MAX, Samples, counter, gauge, one
from admin_api.models.values import word
from admin_api.tally import InstrumentTally
from admin_api.view import View
from venue.messages import ListInstrument
from venue.names import STATES
from venue.reasons import REASONS

OTHER = "other"  # the symbol of all instruments beyond SERIES_MAX


def families(view: View) -> Iterator[Metric]:
    is_told = view.follower.is_caught_up
    for name, documentation, figure in _OF_INSTRUMENTS:
        yield counter(name, documentation, _by_symbol(view, figure) if is_told else [])
    yield counter("venue_rejects", "Requests refused, by what was asked and why.", _rejects(view) if is_told else [])
    reached = view.tally.loss_caps_reached if is_told else None
    yield counter("venue_loss_caps_reached", "Accounts stopped by their daily loss cap.", one(reached))
    yield gauge("venue_trading_state", "1 for the state the instrument is in.", _states(view))
    yield gauge("venue_kill_switches_engaged", "Kill switches in force.", one(len(view.engine.kill_switches())))


def _quantity(listing: ListInstrument, tally: InstrumentTally) -> float:
    return float(Decimal(listing.lot_size) * tally.lots)


def _notional(listing: ListInstrument, tally: InstrumentTally) -> float:
    return float(Decimal(tally.notional * listing.notional_factor).scaleb(-listing.quote_decimals))


_OF_INSTRUMENTS: tuple[tuple[str, str, Callable[[ListInstrument, InstrumentTally], float]], ...] = (
    ("venue_orders", "Orders accepted.", lambda _, tally: tally.orders),
    ("venue_cancels", "Orders canceled, whoever asked.", lambda _, tally: tally.cancels),
    ("venue_replaces", "Orders replaced.", lambda _, tally: tally.replaces),
    ("venue_expiries", "Orders expired.", lambda _, tally: tally.expiries),
    ("venue_trades", "Trades, as they printed.", lambda _, tally: tally.trades),
    ("venue_trade_amendments", "Trades busted or corrected.", lambda _, tally: tally.amendments),
    ("venue_traded_quantity", "Traded, in the base currency, as it printed.", _quantity),
    ("venue_traded_notional", "Traded, in the quote currency, as it printed.", _notional),
)


def _by_symbol(view: View, figure: Callable[[ListInstrument, InstrumentTally], float]) -> Samples:
    others = 0.0
    for place, listing in enumerate(view.engine.instruments()):
        value = figure(listing, view.tally.instruments[listing.symbol])
        if place < SERIES_MAX:
            yield {"symbol": listing.symbol}, value
        else:
            others += value
    if others:
        yield {"symbol": OTHER}, others


def _rejects(view: View) -> Samples:
    for (request, reason), count in sorted(view.tally.rejects.items()):
        yield {"request": word(request), "reason": REASONS[reason].name}, count


def _states(view: View) -> Samples:
    for listing in view.engine.instruments()[:SERIES_MAX]:
        state = view.engine.trading_state(listing.symbol)
        assert state is not None  # it is listed
        yield {"symbol": listing.symbol, "state": word(STATES[state])}, 1
