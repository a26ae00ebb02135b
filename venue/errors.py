"""The four kinds of error. Inside the engine a refusal is a value, never one of these."""


class VenueError(Exception):
    """Base of all errors the venue raises on purpose. The text is a sentence for a person."""


class PeerError(VenueError):
    """The other side sent something wrong: it is refused with a FIX reason, or the connection closes."""


class GarbledError(PeerError):
    """Bytes that are no FIX message: the connection closes. `frames` are the whole messages that came before them."""

    def __init__(self, text: str, frames: list[bytes]) -> None:
        super().__init__(text)
        self.frames = frames


class OperatorError(VenueError):
    """Configuration or an operator's request is wrong: the text names field, value and remedy."""


class WrongValueError(OperatorError):
    """One value of the request is wrong: "field was value: remedy". `reason` is of the reason table, None: none says it
    better than that the value is out of range."""

    def __init__(self, field: str, value: str, remedy: str, reason: int | None = None) -> None:
        super().__init__(f"{field} was {value!r}: {remedy}")
        self.field = field
        self.value = value
        self.remedy = remedy
        self.reason = reason


class JournalError(VenueError):
    """Durability is in doubt: the venue stops accepting orders and says so."""


class DamageError(JournalError):
    """What the journal holds was changed after it was written."""


class InvariantError(VenueError):
    """Our own bug: state that cannot be. The venue stops rather than trade on it."""
