"""What every client should have heard in its whole life, and how its orders stand, read from the journal alone.

The journal is replayed from nothing by an engine of its own: neither a snapshot, nor a store, nor what the venue sent
is looked at.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from venue.engine.engine import Engine
from venue.fix import tables
from venue.fix.inbound import read_fields
from venue.fix.listing import Listing
from venue.fix.outbound import REPORTS
from venue.journal import JournalReader
from venue.messages import AnyCommand, AnyEvent, InstrumentListed
from venue.replica import Replica


@dataclass
class WholeLife:
    """ExecIDs of each session's own reports, and of the copies each watching session gets, in order."""

    engine: Engine = field(default_factory=Engine)
    listings: dict[str, Listing] = field(default_factory=dict)
    told: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def order(self, order_id: str) -> tuple[str, str, str, str]:
        """OrdStatus(39), OrderQty(38), CumQty(14) and LeavesQty(151) of an order."""
        status = self.engine.find_order_by_id(int(order_id))
        assert status is not None, f"the journal knows of no order {order_id}"
        qty_text = self.listings[status.terms.symbol].qty_text
        lots = (status.terms.qty_lots, status.cum_lots, status.leaves_lots)
        return (tables.ORD_STATUS_CHARS[status.ord_status], *map(qty_text, lots))  # type: ignore[return-value]


def whole_life(reader: JournalReader, watching: Mapping[str, Sequence[str]]) -> WholeLife:
    """`watching`: by session, the accounts of others of which it gets copies."""
    life = WholeLife()

    def hear(journal_seq: int, time_ns: int, command: AnyCommand, events: list[AnyEvent]) -> None:
        for event in events:
            if isinstance(event, InstrumentListed):
                life.listings[event.instrument.symbol] = Listing(event.instrument)
            for of, write, copy in REPORTS.get(type(event), ()):
                whose = of(event)
                fields = read_fields(write(life.listings, (journal_seq, 0, time_ns), event))
                if fields["35"] != _EXECUTION_REPORT:
                    continue
                life.told[whose.session].append(fields["17"])
                for session, accounts in watching.items():
                    if copy and whose.account in accounts and session != whose.session:
                        life.told[session].append(fields["17"])

    Replica(life.engine, [hear]).catch_up(reader)
    return life


_EXECUTION_REPORT: Final = "8"
