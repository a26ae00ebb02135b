"""Which accounts a question is about: those the caller may see, or the one of them he named."""

from admin_api.principals import Principal, require_sees
from admin_api.view import View


def seen_accounts(view: View, principal: Principal) -> tuple[str, ...] | None:
    """None: all there are."""
    if principal.is_operator:
        return None
    entitlement = view.entitlements.of(principal.session)
    return entitlement.trades + entitlement.watches if entitlement else ()


def asked_accounts(view: View, principal: Principal, account: str | None) -> tuple[str, ...] | None:
    """The same, or the one account that was named. Raises ProblemError when the caller may not see it."""
    if account is None:
        return seen_accounts(view, principal)
    require_sees(principal, account, view.entitlements.of(principal.session))
    return (account,)
