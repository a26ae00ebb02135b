"""`venue replay`: the state as it was at any moment of the journal, such as when an order arrived."""

import time
from functools import partial
from typing import Annotated, NamedTuple

import typer
from rich.table import Table

from venue.cli.books_json import open_orders, replayed_json
from venue.cli.journal import require_in_journal
from venue.cli.options import Config, Data, Settings, configured
from venue.cli.snapshots import snapshots_of, tell_refusal
from venue.cli.terminal import console, progress
from venue.config import VenueConfig
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.engine_kind import engine_kind
from venue.errors import OperatorError
from venue.increments import Increment
from venue.journal import JournalReader, archive_folder, journal_url, open_reader, require_same_behaviour
from venue.journal.phrases import time_text
from venue.journal.text import show as journal_lines
from venue.messages import ListInstrument, OrderAccepted
from venue.recorder.database import history_url
from venue.recorder.progress import HistoryPosition, require_same_journal
from venue.recorder.reading import History, open_history
from venue.replica import Replica
from venue.snapshots import Show, newest_valid
from venue.snapshots.collecting import without_collections


class _Moment(NamedTuple):
    """Where a replay stops: after until_seq, the end if None. An order's is told with its command and its book."""

    until_seq: int | None
    entered_seq: int = 0  # of the order; 0: none was asked about
    symbol: str = ""


@without_collections()
def replay(
    until: Annotated[int | None, typer.Option(min=0, help="The journal_seq to stop after. Default: the end.")] = None,
    until_order: Annotated[
        int | None, typer.Option(min=1, metavar="ORDER_ID", help="Stop after the command that entered this order.")
    ] = None,
    before_order: Annotated[
        int | None, typer.Option(min=1, metavar="ORDER_ID", help="Stop before it: the book that the order met.")
    ] = None,
    levels: Annotated[int, typer.Option(min=1, help="Price levels to print on each side.")] = 5,
    from_start: Annotated[bool, typer.Option("--from-start", help="Use no snapshot.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for programs.")] = False,
    config: Config = None,
    data: Data = None,
    settings: Settings = None,
) -> None:
    """Rebuild the state from the newest snapshot and the journal, at any moment of it; print books and state hash."""
    loaded = configured(config, data, settings)
    reader = open_reader(journal_url(loaded.journal, loaded.data), archive_folder(loaded.data))
    show = partial(progress, stderr=True) if as_json else progress
    history = open_history(history_url(loaded.recorder, loaded.data))
    moment = _moment(reader, history, until, until_order, before_order, show)
    started = time.perf_counter()
    engine = Engine() if from_start else _restored(loaded, reader, moment.until_seq, show)
    from_seq = engine.journal_seq
    with show("replaying the journal", "commands") as tell:
        Replica(engine).catch_up(reader, moment.until_seq, tell)
    elapsed_s = time.perf_counter() - started
    entered = [line.strip() for line in journal_lines(reader, moment.entered_seq, moment.entered_seq)] if (
        moment.entered_seq
    ) else []  # fmt: skip
    if as_json:
        print(replayed_json(engine, moment.symbol, levels, from_seq, elapsed_s, entered))
    else:
        _print(engine, moment.symbol, levels, entered)
        begin = f"from snapshot {from_seq:,}" if from_seq else "from the start"
        print(f"replayed {begin} in {elapsed_s:.2f} s, engine {engine_kind()}")
        print(f"state hash {engine.state_hash().hex()}")


def _print(engine: Engine, symbol: str, levels: int, entered: list[str]) -> None:
    for instrument in engine.instruments():
        if symbol in ("", instrument.symbol):
            console().print(_book(engine, instrument, levels))
    for line in entered:
        print(line)
    print(f"journal_seq {engine.journal_seq:,}, {time_text(engine.time_ns)}: {open_orders(engine):,} open orders")


def _moment(
    reader: JournalReader,
    history: History,
    until: int | None,
    until_order: int | None,
    before_order: int | None,
    show: Show,
) -> _Moment:
    """Raises OperatorError when several were asked for, or there is no such moment."""
    named = {"--until": until, "--until-order": until_order, "--before-order": before_order}
    given = [(name, value) for name, value in named.items() if value is not None]
    if len(given) > 1:
        raise OperatorError(f"{' and '.join(name for name, _ in given)} were given: name one moment")
    for option, order_id in given:
        if option != "--until":
            entered_seq, symbol = _told(history, reader, order_id) or _entered(reader, option, order_id, show)
            return _Moment(entered_seq - (option == "--before-order"), entered_seq, symbol)
    if until is not None:
        require_in_journal(reader, "--until", until)
    return _Moment(until)


def _told(history: History, reader: JournalReader, order_id: int) -> tuple[int, str] | None:
    """journal_seq and symbol of an order, from the history; None: it does not know, or is of another journal."""
    try:
        moment, life = history.moment(), history.life(order_id)
        require_same_journal(HistoryPosition(moment.journal_seq, moment.chain_hash), reader)
    except OperatorError:
        return None
    return (life.order["entered_seq"], life.order["symbol"]) if life else None


def _entered(reader: JournalReader, option: str, order_id: int, show: Show) -> tuple[int, str]:
    """The same from the journal. Cost: a replay up to there. Raises OperatorError when there is no such order."""
    engine, last_seq = Engine(), reader.last_seq()
    require_same_behaviour(reader, 1, ENGINE_VERSION)
    with show(f"looking for order {order_id}", "commands") as tell:
        for batch in reader.read(1, last_seq):
            for journal_seq, command in enumerate(batch.commands(), batch.first_seq):
                for event in engine.apply(command, journal_seq, batch.time_ns):
                    if type(event) is OrderAccepted and event.order_id == order_id:
                        return journal_seq, event.terms.symbol
            tell(batch.last_seq, last_seq)
    raise OperatorError(f"{option} was {order_id}: no order of the journal has this OrderID")


def _restored(config: VenueConfig, reader: JournalReader, until: int | None, show: Show) -> Engine:
    """The engine of the newest snapshot that can be used, or one that has applied nothing yet."""
    newest = newest_valid(snapshots_of(config), reader, until, on_refusal=tell_refusal, show=show)
    return newest[1] if newest else Engine()


def _book(engine: Engine, instrument: ListInstrument, levels: int) -> Table:
    """Best prices in the first row; of each level the price, the visible quantity and how many orders."""
    price, qty = Increment(instrument.tick_size), Increment(instrument.lot_size)
    bids, asks = engine.depth(instrument.symbol, levels)
    last_ticks = engine.best(instrument.symbol)[4]
    last = f", last {price.to_text(last_ticks)}" if last_ticks else ""
    table = Table(title=f"{instrument.symbol}{last}", title_justify="left", box=None, pad_edge=False)
    for name in ("orders", "bid qty", "bid", "ask", "ask qty", "orders"):
        table.add_column(name, justify="right", min_width=8)
    for level in range(max(len(bids), len(asks))):
        row = ["", "", "", "", "", ""]
        if level < len(bids):
            ticks, lots, orders = bids[level]
            row[:3] = str(orders), qty.to_text(lots), price.to_text(ticks)
        if level < len(asks):
            ticks, lots, orders = asks[level]
            row[3:] = price.to_text(ticks), qty.to_text(lots), str(orders)
        table.add_row(*row)
    if not bids and not asks:
        table.add_row("", "", "empty", "empty", "", "")
    return table
