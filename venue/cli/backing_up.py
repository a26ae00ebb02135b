"""`venue backup`: a copy of the data folder, beside a running venue."""

from pathlib import Path
from typing import Annotated

import typer

from venue.backup import back_up
from venue.cli.options import Config, Data, Settings, configured
from venue.cli.terminal import progress


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder, best on another disk.")],
    config: Config = None,
    data: Data = None,
    settings: Settings = None,
) -> None:
    """Copy the data folder, also of a running venue, and read the copy back."""
    copied = back_up(configured(config, data, settings), folder, progress)
    print(f"{copied.octets:,} bytes in {copied.files} files are in {copied.folder}")
    if copied.audit:
        print(f"the journal in it is whole: {copied.audit.last_seq:,} commands")
        print(f"chain hash {copied.audit.chain_hash.hex()}")
    for name in copied.elsewhere:
        print(f"not in it: the {name}, in a database of its own; copy that now, by its own tools")
