"""Where this replica begins: with the journal's first command, so that all it tells is of the whole journal.

Where the beginning of the journal was deleted (journal.retention = "prune"), is damaged, or was traded by another
engine version, which this one may not replay, it begins at the oldest snapshot behind that, with what an engine knows:
open orders, sessions, instruments. Counts then begin there, and orders that were closed before are in the history only.
"""

import logging

from admin_api.entitlements import Entitlements
from admin_api.orders.index import OrderIndex
from admin_api.tally import Tally
from venue.config import VenueConfig
from venue.engine.engine import ENGINE_VERSION, Engine
from venue.errors import JournalError, OperatorError
from venue.journal import JournalReader, same_behaviour_from
from venue.snapshots import load, open_snapshots, snapshots_url

log = logging.getLogger(__name__)


def beginning(config: VenueConfig, reader: JournalReader, whole_to: int | None = None) -> Engine:
    """`whole_to`: the journal is damaged behind this journal_seq. Raises JournalError when neither the journal's
    beginning nor a snapshot is there."""
    first_seq = max(reader.first_seq(), same_behaviour_from(reader, ENGINE_VERSION))
    if whole_to is not None:
        first_seq = max(first_seq, whole_to + 2)  # the snapshot is of a later command than the last whole one
    if first_seq == 1:
        return Engine()
    store = open_snapshots(snapshots_url(config.snapshots, config.data))
    for snapshot in reversed(store.newest_first()):
        if snapshot.journal_seq < first_seq - 1:
            continue
        try:
            return load(store, snapshot, reader)
        except OperatorError as error:
            log.warning("a snapshot is not used: %s", error)
    raise JournalError(
        f"the journal can be replayed from journal_seq {first_seq} on, and there is no snapshot to begin from"
    )


def take_over(engine: Engine, entitlements: Entitlements, orders: OrderIndex, tally: Tally) -> None:
    """Have them know what the engine does; nothing of an engine that has applied nothing."""
    for setting in engine.sessions():
        entitlements.begin(setting)
    for instrument in engine.instruments():
        tally.begin(instrument.symbol)
    accounts = [account.account for account in engine.accounts()]
    known = [status for account in accounts for status in engine.open_orders(account)]
    for status in sorted(known, key=lambda status: status.order_id):
        orders.begin(status)
