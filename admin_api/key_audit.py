"""API keys are made and revoked on the command line, past this process: it looks for what has changed, and writes the
audit line of it. What changed before it was started stands in keys.json, with who and why."""

import logging
from typing import Final

from admin_api.audit import log_action
from venue.errors import OperatorError
from venue.keys import Key, KeyStore

log = logging.getLogger(__name__)


class KeyAudit:
    def __init__(self, keys: KeyStore) -> None:
        self._keys: Final = keys
        self._known: frozenset[Key] | None = None  # None: it was not looked yet

    def look(self) -> None:
        """Cost: two microseconds when nothing has changed."""
        try:
            found = frozenset(self._keys.listed())
        except OperatorError as error:  # requests are refused for it, in words
            log.debug("the keys cannot be looked at: %s", error)
            return
        if self._known is not None:
            for key in sorted(found - self._known, key=lambda key: max(key.created_ns, key.revoked_ns)):
                _tell(key)
        self._known = found


def _tell(key: Key) -> None:
    if key.revoked_ns:
        log_action("key", key.revoked_by, key.revoked_why, f"key {key.name} ({key.role}) is revoked")
    else:
        log_action("key", key.by, key.why, f"key {key.name} ({key.role}) is made")
