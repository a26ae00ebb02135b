"""A page as it is sent: static/shell.html around static/pages/NAME.html.

What is put in is of our own making or escaped; everything else comes by the API and is set as text by the scripts.
"""

from html import escape
from string import Template
from typing import Final, Literal, TypeAlias

from admin_api.access import may
from admin_api.dashboard.assets import STATIC
from admin_api.dashboard.pages import PAGES, SIGN_IN, Page
from admin_api.principals import Principal
from venue.keys import ANONYMOUS

Theme: TypeAlias = Literal["auto", "dark", "light"]

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types"
)
_SHELL: Final = Template((STATIC / "shell.html").read_text())
_BODIES: Final = {page.name: (STATIC / "pages" / f"{page.name}.html").read_text() for page in (*PAGES, SIGN_IN)}
_FORBIDDEN: Final = (STATIC / "pages" / "forbidden.html").read_text()


def page_html(page: Page, principal: Principal | None, theme: Theme, version: str, *, anonymous: str) -> str:
    """`anonymous`: the role of callers of this machine without a key."""
    is_allowed = may(principal, page.needs)
    return _SHELL.substitute(
        title=escape(page.title),
        name=page.name,
        theme=theme,
        assets=f"/dashboard/{version}",
        script=page.name if is_allowed else "forbidden",
        navigation=_navigation(page, principal),
        who=escape(_who(principal)),
        caller=escape(principal.name if principal else ""),
        role=principal.role if principal else "",
        anonymous=anonymous,
        signed=_signed(principal),
        body=_BODIES[page.name] if is_allowed else _FORBIDDEN,
    )


def _navigation(current: Page, principal: Principal | None) -> str:
    """Only what the role may see."""
    return "\n".join(
        f'<li><a href="{page.paths[0]}"{_MARK if page is current else ""}>{escape(page.title)}</a></li>'
        for page in PAGES
        if page.is_in_navigation and principal is not None and may(principal, page.needs)
    )


_MARK: Final = ' aria-current="page"'


def _who(principal: Principal | None) -> str:
    if principal is None:
        return ""
    return f"no key, {principal.role}" if principal.name == ANONYMOUS else f"{principal.name}, {principal.role}"


def _signed(principal: Principal | None) -> str:
    """What the button at the top right does."""
    return "" if principal is None else "in" if principal.name != ANONYMOUS else "anonymous"
