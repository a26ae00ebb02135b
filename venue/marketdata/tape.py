"""The tape of one instrument: its last trades, as they stand after busts and corrections."""

from collections import deque
from itertools import islice
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

TAPE_MAX: Final = 10_000  # trades of an instrument; older ones are forgotten


class Print(msgspec.Struct, frozen=True, gc=False):
    """A trade. aggressor is the incoming order's side: 1 bought, 2 sold, 0 in an auction, where there is none.

    is_amended: price or quantity were corrected since it printed; qty_lots 0: it was busted.
    """

    trade_id: int
    symbol: str
    journal_seq: int
    time_ns: int
    price_ticks: int
    qty_lots: int
    aggressor: Literal[0, 1, 2]
    is_auction: bool
    is_amended: bool = False


class PrintAmended(msgspec.Struct, frozen=True, gc=False):
    """A bust (qty_lots 0) or correction of the trade trade_id, made by the command journal_seq at time_ns.

    former is the trade as it stood before, None when the tape has forgotten it.
    """

    trade_id: int
    symbol: str
    journal_seq: int
    time_ns: int
    price_ticks: int
    qty_lots: int
    former: Print | None


class Tape:
    """The last TAPE_MAX trades, ascending by trade_id. Each is told by a Print once, then by PrintAmended."""

    def __init__(self) -> None:
        self.prints: deque[Print] = deque(maxlen=TAPE_MAX)

    def append(self, printed: Print) -> None:
        self.prints.append(printed)

    def newest(self, count: int) -> list[Print]:
        """Newest first."""
        return list(islice(reversed(self.prints), count))

    def find(self, trade_id: int) -> Print | None:
        """Cost: O(trades since)."""
        place = self._place(trade_id)
        return None if place is None else self.prints[place]

    def amend(self, trade_id: int, price_ticks: int, qty_lots: int) -> tuple[Print, Print] | None:
        """Let a trade stand with another price and quantity; returns it as it stood and as it stands, None if it
        is forgotten. Cost: O(trades since)."""
        place = self._place(trade_id)
        if place is None:
            return None
        former = self.prints[place]
        now = self.prints[place] = replace(former, price_ticks=price_ticks, qty_lots=qty_lots, is_amended=True)
        return former, now

    def _place(self, trade_id: int) -> int | None:
        """Negative: counted from the newest."""
        for place, printed in enumerate(reversed(self.prints), 1):
            if printed.trade_id <= trade_id:
                return -place if printed.trade_id == trade_id else None
        return None
