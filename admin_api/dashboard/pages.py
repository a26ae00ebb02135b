"""The pages there are: one table, for the routes, the navigation and the roles.

A page's HTML is static/pages/NAME.html, its module static/js/pages/NAME.js. `needs` is the role without which it
shows nothing but that; what is on it is asked of the API, which has its own table (access.py).
"""

from typing import Final, NamedTuple

from admin_api.access import Access


class Page(NamedTuple):
    """`paths`: where it is; the first stands in the navigation, the others name what it is about."""

    name: str
    title: str
    paths: tuple[str, ...]
    needs: Access
    is_in_navigation: bool = True


PAGES: Final = (
    Page("overview", "Overview", ("/",), Access.VIEW),
    Page("market", "Market", ("/market", "/market/{symbol}"), Access.VIEW),
    Page("orders", "Orders", ("/orders", "/orders/{order_id}"), Access.TRADE),
    Page("accounts", "Accounts", ("/accounts", "/accounts/{account}"), Access.TRADE),
    Page("sessions", "Sessions", ("/sessions", "/sessions/{session}"), Access.OPERATE),
    Page("system", "System", ("/system",), Access.OPERATE),
)
SIGN_IN: Final = Page("sign-in", "Sign in", ("/sign-in",), Access.PUBLIC, is_in_navigation=False)
