"""The demo put together: a venue in this process, its traders in another, a screen in between."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from rich.console import Console

from venue.config import InstrumentConfig, VenueConfig
from venue.demo.screen import REFRESH_S, Quote, Screen
from venue.demo.script import Figures, Prices, Script, figures_of, line
from venue.demo.tally import Tally
from venue.engine.engine import Engine
from venue.errors import OperatorError
from venue.first_start import list_instrument
from venue.increments import money_increment, trimmed
from venue.messages import OPEN, ListInstrument, TradingState
from venue.server import Venue, end_on_signals, running_venue
from venue.snapshots import Show

Answer = TypeVar("Answer")
Book: TypeAlias = tuple[ListInstrument, tuple[int, int, int, int, int], TradingState]

FAREWELL_S: Final = 1.2  # for the traders to log out, then the venue goes without them
END_S: Final = 2.0  # for their process to end, then it is killed
MAKERS: Final = "MM"  # sessions of the configuration whose names begin so are the traders'
TAKERS: Final = "TAKER"


def run_demo(config: VenueConfig, seed: int, orders_per_s: int, console: Console, show: Show) -> int:
    """Run until SIGINT or SIGTERM; the exit status is as of `venue.server.serve`.

    Raises OperatorError when the configuration has no sessions or prices for the traders.
    """
    makers, takers = _sessions(config, MAKERS), _sessions(config, TAKERS)
    tally = Tally()
    traders: Traders | None = None
    try:
        with running_venue(config, [tally.on_events], show, logs=config.data) as venue:
            end_on_signals(venue.ended)
            script = Script(
                host="127.0.0.1",
                port=venue.fix_port,
                target=config.fix.comp_id,
                store=str(config.data / "traders"),
                makers=makers,
                takers=takers,
                instruments=_prices(config, venue),
                seed=seed,
                orders_per_s=orders_per_s,
                certificate=str(config.gate.certificate or ""),
            )
            traders = Traders(script, config.data / "traders.log")
            try:
                _show_until_ended(venue, config, tally, traders, console)
            finally:
                traders.log_out()
    finally:
        if traders is not None:
            traders.end()
    print("stopped", flush=True)
    return 1 if venue.sequencer.failure else 0


class Traders:
    """The traders' process as its figures show it."""

    def __init__(self, script: Script, log_file: Path) -> None:
        self.figures = Figures(0, 0, 0)
        self.log_file: Final = log_file
        self._log = log_file.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "venue.demo.floor"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._stdin.write(line(script))
        self._stdin.flush()
        self._logged_out = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for told in self._stdout:
            figures = figures_of(told)
            if figures.is_done:
                break
            self.figures = figures
        self._logged_out.set()

    @property
    def trouble(self) -> str:
        status = self._process.poll()
        return "" if status is None else f"the traders' process ended with status {status}: see {self.log_file}"

    def log_out(self) -> None:
        """Tell them to stop, and wait until they have logged out."""
        self._stdin.close()
        self._logged_out.wait(FAREWELL_S)

    def end(self) -> None:
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._stdout.close()
        self._log.close()


def _sessions(config: VenueConfig, prefix: str) -> list[str]:
    names = [comp_id for comp_id in config.sessions if comp_id.startswith(prefix)]
    if not names:
        raise OperatorError(f"the demo's traders need sessions {prefix}1, {prefix}2 …: see config/demo.toml")
    return names


def _prices(config: VenueConfig, venue: Venue) -> list[Prices]:
    """Where each instrument's price goes on: at its last trade, else at the configured reference."""
    listed = {symbol: item for symbol, item in config.instruments.items() if item.reference_price is not None}
    if not listed:
        raise OperatorError("the demo's traders need a reference_price of an instrument: see config/demo.toml")
    last = asked(venue, lambda engine: {symbol: engine.best(symbol)[4] for symbol in listed}) or {}
    return [
        Prices(list_instrument(symbol, item), last.get(symbol) or _reference_ticks(item))
        for symbol, item in listed.items()
    ]


def _reference_ticks(instrument: InstrumentConfig) -> int:
    assert instrument.reference_price is not None
    return int(instrument.reference_price / instrument.tick)


def asked(venue: Venue, question: Callable[[Engine], Answer]) -> Answer | None:
    """The engine's answer, on the sequencer's thread; None when the venue has stopped or is too busy."""
    answers: list[Answer] = []
    answered = threading.Event()

    def answer(engine: Engine) -> None:
        answers.append(question(engine))
        answered.set()

    if venue.sequencer.query(answer, timeout_s=1.0):
        answered.wait(1.0)
    return answers[0] if answers else None


def _show_until_ended(venue: Venue, config: VenueConfig, tally: Tally, traders: Traders, console: Console) -> None:
    with Screen(console, _welcome(config, venue), tally) as screen:
        while not venue.ended.is_set():
            seen = asked(venue, _look)
            if seen is not None:
                books, earned = seen
                quotes = [
                    Quote(item, best, tally.volume_lots.get(item.symbol, 0), state) for item, best, state in books
                ]
                screen.show(quotes, earned, tally, traders.figures, traders.trouble)
            venue.ended.wait(REFRESH_S)


def _look(engine: Engine) -> tuple[list[Book], str]:
    """What the screen shows of the engine: each book, and the fees that the venue earned, as text."""
    books = [
        (listing, engine.best(listing.symbol), engine.trading_state(listing.symbol) or OPEN)
        for listing in engine.instruments()
    ]
    earned = [
        f"{trimmed(money_increment(currency.decimals).to_text(currency.revenue_units))} {currency.currency}"
        for currency in engine.currencies()
        if currency.revenue_units
    ]
    return books, ", ".join(earned)


def _welcome(config: VenueConfig, venue: Venue) -> list[str]:
    free = [
        comp_id
        for comp_id, session in config.sessions.items()
        if session.trades and not comp_id.startswith((MAKERS, TAKERS))
    ]
    symbol = next(iter(config.instruments))
    lines = [f"FIX order entry at {config.fix.host}:{venue.fix_port}, TargetCompID {config.fix.comp_id}"]
    if free:
        lines[0] += f", SenderCompID {free[0]} … {free[-1]}"
        lines.append(f"trade with them: venue order buy 0.5 {symbol}, in another terminal; Ctrl-C stops")
    return lines + (venue.gate.told() if venue.gate else []) + (venue.admin.told() if venue.admin else [])
