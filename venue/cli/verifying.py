"""`venue verify`: whether all that is kept beside the journal is what the journal gives."""

from itertools import islice
from typing import Annotated

import typer

from venue.cli.options import Config, Data, Settings, configured
from venue.cli.snapshots import snapshots_of
from venue.cli.terminal import progress
from venue.journal import archive_folder, journal_url, open_reader
from venue.recorder.database import history_url
from venue.recorder.reading import open_history
from venue.snapshots.collecting import without_collections
from venue.verify import verify


@without_collections()
def verify_all(
    most: Annotated[int, typer.Option("--most", min=1, help="Stop after so many differences.")] = 1,
    config: Config = None,
    data: Data = None,
    settings: Settings = None,
) -> None:
    """Replay the journal from nothing; compare it with every snapshot, then with the history in SQL.

    It works beside a running venue. The exit status is 1 when something differs.
    """
    loaded = configured(config, data, settings)
    reader = open_reader(journal_url(loaded.journal, loaded.data), archive_folder(loaded.data))
    history = open_history(history_url(loaded.recorder, loaded.data), question_s=0)
    found = list(islice(verify(reader, snapshots_of(loaded), history, tell=_tell, show=progress), most))
    for difference in found:
        print(difference)
    if found:
        raise typer.Exit(1)
    print("nothing differs")


def _tell(line: str) -> None:
    print(line, flush=True)
