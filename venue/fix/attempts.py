"""How often an address may try: connections at once, connections a second, and a pause after refused Logons.

Counts by address, and of IPv6 by /64, which one host has to itself. The pause is of one CompID from one address: who
tries another's CompID shuts out himself, and not its owner. An address with too many refused Logons of any CompID may
not connect for a while, and one that goes on connecting when it may not is to be shut out. No clock of its own and
bounded memory: the oldest are forgotten first.
"""

from collections import OrderedDict
from ipaddress import IPv4Address, IPv6Address
from typing import Final, TypeAlias

from venue.config import GateConfig
from venue.fix.admission import Address, Refusal

FREE_FAILURES: Final = 3  # of one CompID from one address, before the first pause
PAUSE_S: Final = 1.0  # the first; each one more doubles it
PAUSE_S_MAX: Final = 60.0
KNOWN_MAX: Final = 10_000
SHUT_OUT_S: Final = 10.0
SHUT_OUT_MAX: Final = 100  # addresses at once

Place: TypeAlias = int | bytes


class Attempts:
    """Times in seconds, of a clock that never steps back."""

    def __init__(self, gate: GateConfig) -> None:
        self._connections_max = gate.connections_max
        self._per_address_max = gate.connections_per_address_max
        self._open: dict[Place, int] = {}
        self._count = 0
        self._arrivals = _Rate(gate.attempts_per_s_max, 2.0)
        self._refusals = _Rate(gate.refusals_per_min_max / 60, 60.0)
        self._paused: OrderedDict[tuple[Place, str], tuple[int, float]] = OrderedDict()  # refused, until
        self._turned_away = _Rate(gate.attempts_per_s_max, 2.0)
        self._shut_out: dict[Place, float] = {}  # until when

    def shut_out(self, now_s: float) -> frozenset[Place]:
        """Who is not to be heard now."""
        for place in [place for place, until_s in self._shut_out.items() if until_s <= now_s]:
            del self._shut_out[place]
        return frozenset(self._shut_out)

    def arrive(self, address: Address, now_s: float, is_welcome: bool = True) -> Refusal | None:
        """A connection: counted until `leave` when it is not refused. `is_welcome`: from where one may connect."""
        place = place_of(address)
        refusal = self._turn_away(place, now_s) if is_welcome else Refusal.ADDRESS
        if refusal is None:
            self._count += 1
            self._open[place] = self._open.get(place, 0) + 1
        elif not self._turned_away.spend(place, now_s) and len(self._shut_out) < SHUT_OUT_MAX:
            self._shut_out[place] = now_s + SHUT_OUT_S
        return refusal

    def _turn_away(self, place: Place, now_s: float) -> Refusal | None:
        if self._refusals.is_over(place, now_s):
            return Refusal.BACK_OFF
        if not self._arrivals.spend(place, now_s):
            return Refusal.ATTEMPTS
        if self._count >= self._connections_max or self._open.get(place, 0) >= self._per_address_max:
            return Refusal.CONNECTIONS
        return None

    def leave(self, address: Address) -> None:
        place = place_of(address)
        self._count -= 1
        self._open[place] -= 1
        if not self._open[place]:
            del self._open[place]

    def is_paused(self, address: Address, comp_id: str, now_s: float) -> bool:
        return self._paused.get((place_of(address), comp_id), (0, 0.0))[1] > now_s

    def refused(self, address: Address, comp_id: str, now_s: float) -> None:
        """A Logon was refused: its address, and its CompID from there, may try less."""
        place = place_of(address)
        self._refusals.spend(place, now_s)
        count = self._paused.pop((place, comp_id), (0, 0.0))[0] + 1
        pause_s = min(PAUSE_S * 2 ** min(count - FREE_FAILURES - 1, 20), PAUSE_S_MAX) if count > FREE_FAILURES else 0.0
        self._paused[place, comp_id] = (count, now_s + pause_s)
        if len(self._paused) > KNOWN_MAX:
            self._paused.popitem(last=False)

    def admitted(self, address: Address, comp_id: str) -> None:
        self._paused.pop((place_of(address), comp_id), None)


class _Rate:
    """A token bucket for each place, as the time at which all of its is paid for (see throttle.py)."""

    def __init__(self, per_s: float, burst_s: float) -> None:
        self._cost_s = 1 / per_s
        self._burst_s = burst_s
        self._paid_s: OrderedDict[Place, float] = OrderedDict()

    def is_over(self, place: Place, now_s: float) -> bool:
        return max(self._paid_s.get(place, 0.0), now_s) + self._cost_s - now_s > self._burst_s

    def spend(self, place: Place, now_s: float) -> bool:
        """False: over the rate, and nothing is spent."""
        if self.is_over(place, now_s):
            return False
        self._paid_s[place] = max(self._paid_s.pop(place, 0.0), now_s) + self._cost_s
        if len(self._paid_s) > KNOWN_MAX:
            self._paid_s.popitem(last=False)
        return True


def named(place: Place) -> str:
    return str(IPv4Address(place) if isinstance(place, int) else f"{IPv6Address(place + bytes(8))}/64")


def place_of(address: Address) -> Place:
    """What counts as one: an address of IPv4, a /64 of IPv6."""
    return address.packed[:8] if isinstance(address, IPv6Address) else int(address)
