"""Which order gateway serves which session, and what each of them goes on from when that has changed.

All gateways keep their sessions' stores in one folder, <data>/fix, so a session that another gateway serves from the
next start on finds its own there. How far clients have been told each gateway writes for itself: those files
(venue/handed.py) are made to fit here, before any gateway runs.
"""

from collections.abc import Collection
from zlib import crc32

from venue.config import SessionConfig, VenueConfig
from venue.handed import CLOSED, IN_DOUBT, Handed, Stored, Told, boot_id, numbers, remove


def gateway_of(config: VenueConfig, comp_id: str) -> int:
    """The number of the gateway: chosen in the configuration, or by the name, whatever other sessions there are."""
    chosen = config.sessions[comp_id].gateway
    return crc32(comp_id.encode()) % config.fix.gateways if chosen is None else chosen


def share(config: VenueConfig, number: int) -> dict[str, SessionConfig]:
    """The sessions that a gateway serves, as they are configured."""
    return {name: session for name, session in config.sessions.items() if gateway_of(config, name) == number}


def settle(config: VenueConfig) -> None:
    """Give each gateway the file that says how far its sessions have been told. No gateway may run.

    Each goes on from where the least far of those went that served its sessions before, and skips what a store has.
    Raises OperatorError when a file is damaged."""
    folder, wanted = config.data / "fix", range(config.fix.gateways)
    known = numbers(folder)
    if known <= {0} and len(wanted) == 1:
        return
    told = {number: Handed(folder, number).told() for number in known}
    if known == set(wanted) and all(_is_of(config, number, name) for number in told for name in told[number].stores):
        return
    folder.mkdir(parents=True, exist_ok=True)
    journal_seq = min((each.journal_seq for each in told.values()), default=0) if 0 in told else 0
    stores, boot = _newest(told.values()), _boot(told.values())
    for number in reversed(wanted):
        own = {name: stores[name] for name in share(config, number) if name in stores}
        Handed(folder, number).write(journal_seq, own, boot)
    for number in known - set(wanted):
        remove(folder, number)


def _is_of(config: VenueConfig, number: int, name: str) -> bool:
    """Sessions that are in no configuration any more are of none."""
    return name not in config.sessions or gateway_of(config, name) == number


def _newest(told: Collection[Told]) -> dict[str, Stored]:
    """Of each session; one that was moved when a start broke off may be in two files."""
    stores: dict[str, Stored] = {}
    for each in told:
        for name, stored in each.stores.items():
            if name not in stores or stored.told > stores[name].told:
                stores[name] = stored
    return stores


def _boot(told: Collection[Told]) -> str:
    boots = {each.boot for each in told}
    if len(boots) < 2:
        return next(iter(boots), CLOSED)
    return IN_DOUBT if any(each.is_in_doubt for each in told) else boot_id()
