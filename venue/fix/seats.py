"""The table that admission asks: of each session in the configuration what it must bring, as of now.

Credentials are read from their file again whenever it has changed. While it cannot be read nobody is let in.
"""

import logging
from typing import Final

from venue.config import VenueConfig
from venue.credentials import Credential, CredentialStore
from venue.errors import OperatorError
from venue.fix.admission import Seat, seat_of

log = logging.getLogger(__name__)


class Seats:
    def __init__(self, config: VenueConfig) -> None:
        self._config: Final = config
        self._store: Final = CredentialStore(config.data)
        self._in_force: dict[str, tuple[Credential, ...]] | None = None
        self._seats: dict[str, Seat] = {}
        self._trouble = ""

    def now(self) -> dict[str, Seat]:
        """By CompID; the same object until something changes."""
        try:
            in_force = self._store.in_force()
        except OperatorError as error:
            if str(error) != self._trouble:
                log.error("%s", error)
            self._trouble, self._in_force, self._seats = str(error), None, {}
            return self._seats
        if in_force is not self._in_force:
            self._trouble, self._in_force = "", in_force
            self._seats = {comp_id: self._seat(comp_id, in_force) for comp_id in self._config.sessions}
        return self._seats

    def revoked(self, credentials: tuple[Credential, ...]) -> Credential | None:
        """The first of them that was revoked, and not replaced by one that is in force."""
        try:
            known = {(each.kind, each.name, each.created_ns): each for each in self._store.listed()}
        except OperatorError:  # `now` has told of it; who is logged on stays
            return None
        for credential in credentials:
            now = known.get((credential.kind, credential.name, credential.created_ns), credential)
            has_another = bool(seat_of(now.session, self.now()).of_kind(now.kind))
            if now.revoked_ns and not (now.is_replaced and has_another):
                return now
        return None

    def pinned(self) -> list[str]:
        """The clients' certificates in force, in PEM."""
        credentials = [credential for seat in self.now().values() for credential in seat.of_kind("certificate")]
        return [credential.verifier for credential in credentials]

    def without_credentials(self) -> list[str]:
        return [comp_id for comp_id, seat in self.now().items() if not seat.credentials]

    def _seat(self, comp_id: str, in_force: dict[str, tuple[Credential, ...]]) -> Seat:
        session = self._config.sessions[comp_id]
        return Seat(
            comp_id,
            session.addresses,
            session.reset_allowed,
            in_force.get(comp_id, ()),
            is_open=self._config.fix.credentials == "none",
        )
