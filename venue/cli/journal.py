"""`venue journal`: the journal read back, checked and copied."""

from contextlib import nullcontext
from typing import Annotated

import typer

from venue.cli.options import Config, Data, Settings, configured
from venue.cli.terminal import progress
from venue.errors import OperatorError
from venue.journal import JournalReader, archive_folder, journal_url, open_reader, verify
from venue.journal.copying import copy, without_writer
from venue.journal.phrases import time_text
from venue.journal.text import show as journal_lines

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
    require_in_journal(reader, "--from", from_seq)
    for line in journal_lines(reader, from_seq, to_seq):
        print(line)


@app.command("copy")
def copy_journal(
    url: Annotated[str, typer.Argument(help="Of an empty database: postgresql+psycopg://… or sqlite:////path.")],
    until_seq: Annotated[
        int | None,
        typer.Option("--until", min=1, help="Last journal_seq. Default: the end; the venue is stopped."),
    ] = None,
    config: Config = None,
    data: Data = None,
    settings: Settings = None,
) -> None:
    """Copy the journal into another database, checked, to go on there."""
    loaded = configured(config, data, settings)
    source = journal_url(loaded.journal, loaded.data)
    reader = open_reader(source, archive=archive_folder(loaded.data))
    if until_seq:
        require_in_journal(reader, "--until", until_seq)
    with nullcontext() if until_seq else without_writer(source), progress("copying the journal") as tell:
        audit = copy(reader, url, until_seq, tell)
    print(f"copied and read back: {audit.last_seq:,} commands in {audit.batches:,} batches")
    print(f"chain hash {audit.chain_hash.hex()}")


def _reader(config: Config, data: Data, settings: Settings) -> JournalReader:
    loaded = configured(config, data, settings)
    return open_reader(journal_url(loaded.journal, loaded.data))


def require_in_journal(reader: JournalReader, option: str, journal_seq: int) -> None:
    last_seq = reader.last_seq()
    if journal_seq > last_seq:
        raise OperatorError(f"{option} was {journal_seq}: the journal ends at {last_seq}")
