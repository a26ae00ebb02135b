"""`venue journal verify`, `venue journal show` and `venue replay`: the journal read back."""

import time
from typing import Annotated

import typer
from rich.table import Table

from venue.cli.options import Config, Data, Settings, configured
from venue.cli.snapshots import snapshots_of, tell_refusal
from venue.cli.terminal import console, progress
from venue.config import VenueConfig
from venue.engine.engine import Engine
from venue.engine_kind import engine_kind
from venue.errors import OperatorError
from venue.increments import Increment
from venue.journal import JournalReader, journal_url, open_reader, verify
from venue.journal.phrases import time_text
from venue.journal.text import show as journal_lines
from venue.messages import ListInstrument
from venue.replica import Replica
from venue.snapshots import newest_valid
from venue.snapshots.collecting import without_collections

app = typer.Typer(no_args_is_help=True, help="Check and read the journal.")


@app.command("verify")
def verify_journal(config: Config = None, data: Data = None, settings: Settings = None) -> None:
    """Check the hash chain and every command of the journal."""
    reader = _reader(config, data, settings)
    with progress("checking the journal") as tell:
        audit = verify(reader, tell)
    writers = "1 writer" if audit.writers == 1 else f"{audit.writers} writers"
    print(f"the journal is whole: {audit.last_seq:,} commands in {audit.batches:,} batches by {writers}")
    if audit.batches:
        first, last = time_text(audit.first_time_ns), time_text(audit.last_time_ns)
        print(f"from {first} to {last}, {audit.payload_bytes:,} bytes")
    print(f"chain hash {audit.chain_hash.hex()}")


@app.command("show")
def show_journal(
    from_seq: Annotated[int, typer.Option("--from", min=1, help="First journal_seq.")] = 1,
    to_seq: Annotated[int | None, typer.Option("--to", min=1, help="Last journal_seq. Default: the end.")] = None,
    config: Config = None,
    data: Data = None,
    settings: Settings = None,
) -> None:
    """Print the journal as text, one line per command, in ticks and lots."""
    reader = _reader(config, data, settings)
    _require_in_journal(reader, "--from", from_seq)
    for line in journal_lines(reader, from_seq, to_seq):
        print(line)


@without_collections()
def replay(
    until: Annotated[int | None, typer.Option(min=0, help="The journal_seq to stop after. Default: the end.")] = None,
    levels: Annotated[int, typer.Option(min=1, help="Price levels to print on each side.")] = 5,
    from_start: Annotated[bool, typer.Option("--from-start", help="Use no snapshot.")] = False,
    config: Config = None,
    data: Data = None,
    settings: Settings = None,
) -> None:
    """Rebuild the state from the newest snapshot and the journal, at any moment of it; print books and state hash."""
    loaded = configured(config, data, settings)
    reader = open_reader(journal_url(loaded.journal, loaded.data))
    if until is not None:
        _require_in_journal(reader, "--until", until)
    started = time.perf_counter()
    engine = Engine() if from_start else _restored(loaded, reader, until)
    from_seq = engine.journal_seq
    with progress("replaying the journal") as tell:
        Replica(engine).catch_up(reader, until, tell)
    elapsed_s = time.perf_counter() - started
    for instrument in engine.instruments():
        console().print(_book(engine, instrument, levels))
    orders = sum(len(engine.open_orders(account.account)) for account in engine.accounts())
    print(f"journal_seq {engine.journal_seq:,}, {time_text(engine.time_ns)}: {orders:,} open orders")
    begin = f"from snapshot {from_seq:,}" if from_seq else "from the start"
    print(f"replayed {begin} in {elapsed_s:.2f} s, engine {engine_kind()}")
    print(f"state hash {engine.state_hash().hex()}")


def _restored(config: VenueConfig, reader: JournalReader, until: int | None) -> Engine:
    """The engine of the newest snapshot that can be used, or one that has applied nothing yet."""
    newest = newest_valid(snapshots_of(config), reader, until, on_refusal=tell_refusal, show=progress)
    return newest[1] if newest else Engine()


def _reader(config: Config, data: Data, settings: Settings) -> JournalReader:
    loaded = configured(config, data, settings)
    return open_reader(journal_url(loaded.journal, loaded.data))


def _require_in_journal(reader: JournalReader, option: str, journal_seq: int) -> None:
    last_seq = reader.last_seq()
    if journal_seq > last_seq:
        raise OperatorError(f"{option} was {journal_seq}: the journal ends at {last_seq}")


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
