"""Where the pages and their files are. None of it is part of the API."""

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from admin_api.access import may
from admin_api.dashboard.assets import Assets
from admin_api.dashboard.pages import PAGES, SIGN_IN, Page
from admin_api.dashboard.shell import POLICY, Theme, page_html
from admin_api.principals import Principal, is_of_this_machine
from admin_api.problems import ProblemError
from admin_api.sign_ins import forget_cookie
from admin_api.view import Seen, View
from venue import reasons

router = APIRouter(include_in_schema=False, tags=["dashboard"])

THEME_COOKIE: Final = "venue_theme"
_THEMES: Final[tuple[Theme, ...]] = ("auto", "dark", "light")
_assets: Final = Assets()
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


async def page(request: Request, view: Seen) -> Response:
    """A page of the table, or the way to sign in."""
    principal = request.state.principal
    if principal is None:
        return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", status_code=303)
    return _html(_page_of(request), principal, request, view)


for _page in PAGES:
    for _path in _page.paths:
        router.add_api_route(_path, page, methods=["GET"], response_class=HTMLResponse, name="page")


@router.get("/sign-in", response_class=HTMLResponse)
async def sign_in_page(request: Request, view: Seen) -> Response:
    """Asks for an API key. A cookie that means nothing any more is taken back here."""
    answer = _html(SIGN_IN, request.state.principal, request, view)
    if request.state.principal is None and request.state.sign_in is not None:
        forget_cookie(answer, request)
    return answer


@router.get("/dashboard/{version}/{name:path}")
async def asset(version: str, name: str, request: Request) -> Response:
    """A file of the pages; of another version than this process has: none."""
    found = _assets.find(name) if version == _assets.version else None
    if found is None:
        raise ProblemError(reasons.NOT_FOUND, "there is no such file of the dashboard: load the page anew")
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = _FOR_EVER | {"Content-Encoding": "gzip"}
        return Response(found.zipped, media_type=found.media_type, headers=headers)
    return Response(found.body, media_type=found.media_type, headers=_FOR_EVER)


def _page_of(request: Request) -> Page:
    path = request.scope["route"].path
    return next(page for page in PAGES if path in page.paths)


def _html(page: Page, principal: Principal | None, request: Request, view: View) -> HTMLResponse:
    anonymous = view.config.api.anonymous if is_of_this_machine(request) else "none"
    html = page_html(page, principal, _theme(request), _assets.version, anonymous=anonymous)
    status = 200 if may(principal, page.needs) else 403
    return HTMLResponse(html, status, headers={"Content-Security-Policy": POLICY})


def _theme(request: Request) -> Theme:
    given = request.cookies.get(THEME_COOKIE)
    return next((theme for theme in _THEMES if theme == given), "auto")
