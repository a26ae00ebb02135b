"""A desk of the tests: it enters commands into the running venue, and asks the admin API once that has them."""

from itertools import count
from typing import Any, Final

import httpx

from tests.support.waiting import wait_until
from venue.journal.frames import VITALS
from venue.journal.remote import RemoteJournal
from venue.messages import BUY, GTC, LIMIT, SELL, AnyCommand, AnyEvent, EnterOrder, Side

__all__: Final = ["BUY", "SELL", "Desk", "limit_order"]

_numbers: Final = count(1)


class Desk:
    """`ask` is for what the venue itself says, `get` for what REST says after everything the venue has done."""

    def __init__(self, journal: RemoteJournal, http: httpx.Client) -> None:
        self.ask: Final = journal.ask
        self.http: Final = http
        self._journal: Final = journal

    def enter(self, *commands: AnyCommand) -> list[AnyEvent]:
        return [event for _, events in self._journal.append(commands) for event in events]

    def get(self, path: str, http: httpx.Client | None = None, /, **parameters: Any) -> Any:
        """The body of a GET that must succeed, `http` being whose."""
        self.wait()
        answer = (http or self.http).get(path, params=parameters)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.json()

    def refused(self, path: str, http: httpx.Client | None = None, /, **parameters: Any) -> dict[str, Any]:
        """The problem of a GET that must be refused."""
        self.wait()
        answer = (http or self.http).get(path, params=parameters)
        assert answer.is_client_error, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem: dict[str, Any] = answer.json()
        assert problem["status"] == answer.status_code
        return problem

    def wait(self) -> None:
        """Until the API's replica is where the venue is now."""
        journal_seq = self.ask(VITALS).journal_seq
        wait_until(lambda: self._replica_seq() >= journal_seq, f"the replica has applied {journal_seq}")

    def _replica_seq(self) -> int:
        seq: int = self.http.get("/readiness").json()["journal_seq"]
        return seq


def limit_order(account: str, symbol: str, side: Side, qty_lots: int, price_ticks: int, **terms: Any) -> EnterOrder:
    """A GTC limit order of the session that has the account's name."""
    cl_ord_id = f"desk-{next(_numbers)}"
    return EnterOrder(account, account, cl_ord_id, symbol, side, LIMIT, GTC, qty_lots, price_ticks, **terms)
