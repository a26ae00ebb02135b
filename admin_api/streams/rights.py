"""What a stream's caller may listen to, and whether he still may."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from admin_api import access, naming
from admin_api.principals import Principal, require_sees
from admin_api.problems import ProblemError
from admin_api.sign_ins import SignIns
from admin_api.streams.books import L3_ORDERS_MAX
from admin_api.streams.requests import TopicKey
from admin_api.streams.stream import Stream
from venue import reasons
from venue.errors import OperatorError
from venue.keys import ANONYMOUS, Key, KeyStore

if TYPE_CHECKING:
    from admin_api.view import View

PRIVATE: Final = ("executions", "positions")


def require_channel(principal: Principal | None, key: TopicKey, view: "View") -> None:
    """Raises ProblemError when the caller may not subscribe to this."""
    access.require(principal, f"channel_{key.channel}")
    if key.symbol is not None:
        naming.listed(view, key.symbol)
        if key.l3:
            _require_small_book(key.symbol, view)
    if key.channel in PRIVATE and key.account is not None:
        assert principal is not None  # private channels are nobody's
        require_sees(principal, key.account, view.entitlements.of(principal.session))
        naming.account(view, key.account)


def _require_small_book(symbol: str, view: "View") -> None:
    count = view.books.flush(symbol).order_count
    if count > L3_ORDERS_MAX:
        raise ProblemError(
            reasons.TOO_LARGE, f"the book has {count:,} orders, {L3_ORDERS_MAX:,} are told at most: subscribe by level"
        )


def keys_wanted(keys: Iterable[TopicKey], principal: Principal | None, view: "View") -> list[TopicKey]:
    """The topics behind a stream's subscriptions, as of now, each once.

    A private channel without account is, for a trader, one topic for each account he sees; for an operator, one of
    all accounts. Where everything is subscribed to, its parts are not told twice.
    """
    wanted = dict.fromkeys(topic for key in keys for topic in _topics_behind(key, principal, view))
    return [key for key in wanted if key == _whole(key) or _whole(key) not in wanted]


def _topics_behind(key: TopicKey, principal: Principal | None, view: "View") -> list[TopicKey]:
    if key.channel not in PRIVATE or principal is None or principal.is_operator:
        return [key]
    entitled = view.entitlements.of(principal.session)
    seen = entitled.trades + entitled.watches if entitled else ()
    return [key._replace(account=account) for account in seen if key.account in (None, account)]


def _whole(key: TopicKey) -> TopicKey:
    if key.channel in ("trades", "states"):
        return key._replace(symbol=None)
    return key._replace(account=None)


def key_in_force(name: str, keys: KeyStore) -> Key | None:
    """Raises OperatorError when the keys cannot be read."""
    for key in keys.listed():
        if key.name == name and not key.revoked_ns:
            return key
    return None


def require_key_in_force(stream: Stream, keys: KeyStore) -> None:
    """Raises ProblemError when the key that let the stream in is revoked, or the keys cannot be read."""
    principal = stream.principal
    if principal is None or principal.name == ANONYMOUS:
        return
    try:
        key = key_in_force(principal.name, keys)
    except OperatorError:
        raise ProblemError(reasons.UNAVAILABLE, "unavailable: the API keys cannot be read") from None
    if key is None or (key.role, key.created_ns) != (principal.role, stream.key_made_ns):
        raise ProblemError(reasons.UNAUTHENTICATED, "unauthenticated: the API key was revoked")


def require_signed_in(stream: Stream, sign_ins: SignIns) -> None:
    """Raises ProblemError when the sign-in that let the stream in has ended."""
    if stream.sign_in is not None and stream.principal is not None and sign_ins.find(stream.sign_in) is None:
        raise ProblemError(reasons.UNAUTHENTICATED, "unauthenticated: signed out")
