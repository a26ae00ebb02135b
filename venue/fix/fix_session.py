"""One session of the gateway: whose it is, what waits for it, and how far it has been told.

Threads: `tell_of` and the questions run on the sequencer's thread, `deliver` on the session's sender,
the rest on its connection's thread or the attendant's. Each field is written by one of them at a time.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeAlias

import msgspec

from venue import messages as m
from venue.config import FixConfig, SessionConfig
from venue.fix.answered import Answered
from venue.fix.answers import StatusIds
from venue.fix.inbound import Party
from venue.fix.listing import Listing
from venue.fix.order_timer import OrderTimer
from venue.fix.received import Received
from venue.fix.report_text import Place, Writer, perhaps_again
from venue.fix.resends import ResendBudget
from venue.fix.throttle import Throttle
from venue.handed import START, Position
from venue.latency import Latencies
from venue.outbox import Outbox

Report: TypeAlias = tuple[Any, ...]  # the function that writes the text, then its arguments; Place or None first


class LineState(Protocol):
    """What QuickFIX knows of a session."""

    @property
    def is_logged_on(self) -> bool: ...

    @property
    def next_numbers(self) -> tuple[int, int]: ...


class FixSession:
    """`send`, set before the first report, hands the text of a message to QuickFIX, which stores it and
    sends it if the client is there; it returns False when the store could not take it."""

    send: Callable[[str], bool]
    hold: Callable[[bool], None]  # see Outbox

    def __init__(
        self,
        comp_id: str,
        config: SessionConfig,
        fix: FixConfig,
        listings: dict[str, Listing],
        day_end_utc: str,
        ids: StatusIds,
        latencies: Latencies,
        on_full: Callable[["FixSession"], None],
        told: Position = START,
        whole_from: int = 1,
        answered: Answered | None = None,
    ) -> None:
        self.comp_id: Final = comp_id
        self.config: Final = config
        self.party: Party = Party(comp_id, (), (), listings, day_end_utc)
        self.listings: Final = listings
        self.ids: Final = ids
        self.status_reports_max: Final = fix.status_reports_max
        self.timer: Final = OrderTimer(latencies)
        self.received: Final = Received()
        self.throttle: Final = Throttle(config.orders_per_s_max)
        self.resends: Final = ResendBudget(fix.resend_max)
        self.outbox: Final[Outbox[Report]] = Outbox(
            comp_id, fix.outbox_max, self._deliver, on_full=lambda: on_full(self), hold=lambda on: self.hold(on)
        )
        self.watched: Final[dict[str, str]] = {}  # symbol -> SecurityStatusReqID(324) of its subscription
        self.told: Position = told  # the last report that is in the message store
        self.due: Position = told  # the last one that is to be
        self.perhaps_told_seq = 0  # reports of commands up to this one may be known to the client, not to the store
        self.whole_from = whole_from  # of our numbers, some below were left out
        self.answered: Final = (
            Answered() if answered is None else answered
        )  # requests that are not to be done when they are sent again
        self.logon_number = 0  # MsgSeqNum(34) of the present connection's Logon(A)
        self.cancel_on_disconnect = config.cancel_on_disconnect  # of the present connection
        self.logged_out_by_client = False
        self.is_armed = False  # its orders are canceled when its connection ends
        self.last_cancel: m.MassCancel | None = None  # the last command of that cancellation
        self.leaving: Final = threading.Lock()  # held while it is being logged out by us
        self.gate_port = 0  # that the gate has dialled its connection from; 0: there is no gate
        self.connected_since_ns = 0  # 0: no client is logged on
        self.messages_in = 0  # of the application, since the venue started
        self.messages_out = 0
        self._skip_to: Final = told
        self._journal_seq = 0
        self._report_index = 0

    @property
    def is_leaving(self) -> bool:
        """Is being logged out by us."""
        return self.leaving.locked()

    def told_up_to(self, applied_seq: int) -> int:
        """The journal_seq up to which the store has every report, of `applied_seq` that the gateway has passed on."""
        return applied_seq if self.due <= self.told else max(0, self.told[0] - 1)

    def entitle(self, entitlement: m.SetSession, used: Sequence[str] = ()) -> None:
        """From here the session may trade and watch these accounts, and no others; it has orders in the `used` ones."""
        party, trades = self.party, entitlement.trades
        known = dict.fromkeys((*party.left, *party.trades, *used))
        left = tuple([account for account in known if account not in trades])
        self.party = msgspec.structs.replace(party, trades=trades, watches=entitlement.watches, left=left)

    def status(self, line: LineState) -> m.FixSessionStatus:
        return m.FixSessionStatus(
            self.comp_id,
            line.is_logged_on,
            *line.next_numbers,
            len(self.outbox),
            self.outbox.bound,
            self.told[0],
            self.party.trades,
            self.party.watches,
            self.connected_since_ns,
            self.messages_in,
            self.messages_out,
        )

    def tell_of(self, journal_seq: int, time_ns: int, write: Writer, event: m.Event) -> None:
        """Put the report of an event into the outbox, unless the session was told before a restart."""
        if journal_seq != self._journal_seq:
            self._journal_seq = journal_seq
            self._report_index = 0
        else:
            self._report_index += 1
        if journal_seq <= self._skip_to[0] and (journal_seq, self._report_index) <= self._skip_to:
            return
        place: Place = (journal_seq, self._report_index, time_ns)
        self.due = (journal_seq, self._report_index)
        self.outbox.put((place, write, self.listings, place, event))

    def tell(self, write: Callable[..., str], *args: Any) -> None:
        """Put an answer into the outbox: what `write` makes of the arguments."""
        self.outbox.put((None, write, *args))

    def _deliver(self, report: Report) -> bool:
        place, write, *args = report
        text = write(*args)
        if place and place[0] <= self.perhaps_told_seq:
            text = perhaps_again(text)
        if not self.send(text):
            return False
        if place:
            self.told = place[:2]
        self.messages_out += 1
        if self.timer.began_ns:
            self.timer.note(text)
        return True
