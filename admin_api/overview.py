"""The venue at a glance, as REST and the stream tell it: the same figures, from the replica and the venue's vitals."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from admin_api import amounts
from admin_api.models.instruments import state_word
from admin_api.models.market import statistics_of
from admin_api.models.overview import InstrumentNow, Overview, VenueNow
from admin_api.models.performance import behind_of, latency_of
from admin_api.models.values import optional_time_text, time_text

if TYPE_CHECKING:
    from admin_api.view import View

TREND_MINUTES: Final = 60


def overview(view: "View") -> Overview:
    """Everything. Cost: about 40 µs an instrument."""
    symbols = view.market.symbols()
    instruments = [instrument_now(view, symbol, with_trend=True) for symbol in symbols]
    return Overview(journal_seq=view.engine.journal_seq, venue=venue_now(view), instruments=instruments)


def changed(view: "View", symbols: Iterable[str], *, with_venue: bool) -> Overview:
    """Of these instruments only, without their trends."""
    return Overview(
        journal_seq=view.engine.journal_seq,
        venue=venue_now(view) if with_venue else None,
        instruments=[instrument_now(view, symbol, with_trend=False) for symbol in symbols],
    )


def venue_now(view: "View") -> VenueNow:
    vitals, rates = view.recent_vitals, view.pace.rates
    status = "unreachable" if vitals is None else "accepting" if vitals.is_accepting else "not_accepting"
    sessions = vitals.fix_sessions if vitals else None
    return VenueNow(
        status=status,
        failure=vitals.failure if vitals else "",
        time=time_text(time.time_ns()),
        started=optional_time_text(vitals.started_ns) if vitals else None,
        version=vitals.version if vitals else None,
        commands_per_s=rates.commands if rates else None,
        orders_per_s=rates.orders if rates else None,
        trades_per_s=rates.trades if rates else None,
        queue_length=vitals.queue_len if vitals else None,
        queue_max=vitals.queue_max if vitals else None,
        sessions_logged_on=None if sessions is None else sum(session.is_logged_on for session in sessions),
        sessions_configured=None if sessions is None else len(sessions),
        streams=len(view.hub.streams),
        commit=latency_of(vitals.commit_latency) if vitals else None,
        order_to_report=latency_of(vitals.report_latency) if vitals else None,
        apply=latency_of(view.lags.apply.figures()),
        replicas=[behind_of(lag) for lag in view.lags.of(vitals)] if vitals else [],
    )


def instrument_now(view: "View", symbol: str, *, with_trend: bool) -> InstrumentNow:
    units, market = view.units, view.market.instrument(symbol)
    timed = view.engine.timed_state(symbol)
    assert market is not None  # it is listed
    assert timed is not None
    bid_ticks, bid_lots, ask_ticks, ask_lots, last_ticks = view.engine.best(symbol)
    day = statistics_of(symbol, market.last_24h(time.time_ns()), units)
    trend = [
        amounts.price(units, symbol, candle.close_ticks) for candle in market.candles("1m", TREND_MINUTES)
    ] if with_trend else None  # fmt: skip
    return InstrumentNow(
        symbol=symbol,
        state=state_word(timed[0]),
        last=amounts.optional_price(units, symbol, last_ticks),
        change=day.change,
        change_percent=day.change_percent,
        bid=amounts.optional_price(units, symbol, bid_ticks),
        bid_quantity=amounts.qty(units, symbol, bid_lots) if bid_ticks else None,
        ask=amounts.optional_price(units, symbol, ask_ticks),
        ask_quantity=amounts.qty(units, symbol, ask_lots) if ask_ticks else None,
        spread=amounts.price(units, symbol, ask_ticks - bid_ticks) if bid_ticks and ask_ticks else None,
        volume=day.volume,
        notional=day.notional,
        trades=day.trades,
        trend=trend,
    )
