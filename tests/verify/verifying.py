"""`venue verify` without its command line."""

from tests.snapshots.places import Place
from venue.recorder.reading import open_history
from venue.verify import verify


def verified(place: Place, history_url: str) -> tuple[list[str], list[str]]:
    """What was told, and the differences."""
    told: list[str] = []
    return told, list(verify(place.reader, place.store, open_history(history_url, 0), tell=told.append))
