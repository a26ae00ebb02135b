"""`venue watch`: an instrument's book and trades as they change, over the WebSocket feed like any client."""

import os
import signal
from collections import deque
from typing import Annotated, Final

import typer
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from venue.cli.options import Config, configured
from venue.cli.terminal import console
from venue.client.feed import Feed
from venue.client.feed_book import FeedBook, Level, Message

LADDER_LEVELS: Final = 10
TAPE_TRADES: Final = 20
FRAMES_PER_S: Final = 10
KEY_VARIABLE: Final = "VENUE_KEY"


def watch(
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help="An instrument, such as BTC-USD.")],
    url: Annotated[str, typer.Option(help="Such as ws://127.0.0.1:8000. Default: as configured.")] = "",
    changes: Annotated[int, typer.Option(min=0, help="End after so many. 0: go on until Ctrl-C.")] = 0,
    config: Config = None,
) -> None:
    """Watch the book and the trades of an instrument. An API key is taken from VENUE_KEY, where one is needed."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which the import of quickfix has taken away
    api = configured(config).api
    screen = console()
    show = _Ladder(symbol) if screen.is_terminal else _Lines()
    seen = 0
    try:
        with Feed(url or f"ws://{api.host}:{api.port}", symbol, os.environ.get(KEY_VARIABLE, "")) as feed, show:
            for message in feed.messages():
                if show.tell(message, feed.book):
                    seen += 1
                if changes and seen >= changes:
                    return
    except KeyboardInterrupt:
        pass


class _Lines:
    """A line for each change of the best prices and each trade: for a file, a pipe, a test."""

    def __init__(self) -> None:
        self._best = ""

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tell(self, message: Message, book: FeedBook) -> bool:
        """Whether there was something to tell."""
        if message["type"] == "disconnected":
            print("not connected, or the venue is not ready: trying again", flush=True)
            return False
        line = _told(message) if message["type"] in _TOLD else ""
        if message["type"] in ("book_snapshot", "book_delta") and (best := _best_told(book)) != self._best:
            self._best = line = best
        if line:
            print(f"{line} (journal_seq {message['journal_seq']})", flush=True)
        return bool(line)


class _Ladder:
    """The book's best levels beside the last trades."""

    def __init__(self, symbol: str) -> None:
        self._symbol = symbol
        self._tape: deque[Message] = deque(maxlen=TAPE_TRADES)
        self._book = FeedBook()
        self._is_connected = True
        self._live = Live(get_renderable=self._picture, refresh_per_second=FRAMES_PER_S, screen=True)

    def __enter__(self) -> "_Ladder":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tell(self, message: Message, book: FeedBook) -> bool:
        self._book = book
        self._is_connected = message["type"] != "disconnected"
        match message["type"]:
            case "trades_snapshot":
                self._tape.extend(message["trades"])
            case "trade":
                self._tape.append(message)
            case "book_snapshot" | "book_delta":
                pass
            case _:
                return False
        return True

    def _picture(self) -> Group:
        title = Text(f"{self._symbol}  feed_seq {self._book.feed_seq}  journal_seq {self._book.journal_seq}\n", "bold")
        both = Table.grid(padding=(0, 6))
        both.add_row(self._ladder(), self._trades())
        end = Text("\nCtrl-C ends", "dim") if self._is_connected else Text("\nconnecting again …", "red")
        return Group(title, both, end)

    def _ladder(self) -> Table:
        table = _table("orders", "quantity", "price")
        for price, qty, orders in reversed(self._book.asks(LADDER_LEVELS)):
            table.add_row(str(orders), qty, Text(price, "red"))
        table.add_section()
        for price, qty, orders in self._book.bids(LADDER_LEVELS):
            table.add_row(str(orders), qty, Text(price, "green"))
        return table

    def _trades(self) -> Table:
        table = _table("time", "quantity", "price")
        for trade in reversed(self._tape):
            color = {"buy": "green", "sell": "red"}.get(trade["side"] or "", "")
            table.add_row(trade["time"][11:23], trade["quantity"], Text(trade["price"], color))
        return table


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right", min_width=12)
    return table


_TOLD: Final = ("trade", "trade_amended")


def _told(message: Message) -> str:
    what = f"{message['quantity']} @ {message['price']}"
    if message["type"] == "trade":
        how = {"buy": "bought", "sell": "sold"}.get(message["side"] or "", "in auction")
        return f"{message['time'][11:23]} trade {what} {how}"
    return f"{message['time'][11:23]} trade {message['trade_id']} is now {what}"


def _best_told(book: FeedBook) -> str:
    return f"{_level_told(book.bids(1))} / {_level_told(book.asks(1))}"


def _level_told(levels: list[Level]) -> str:
    return f"{levels[0][1]} @ {levels[0][0]}" if levels else "–"
