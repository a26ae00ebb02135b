"""The app, put together: what every request passes, then the routes.

    Gate: host, origin ─► CORS ─► Admission: who asks, how often, body ─► may he (`access`) ─► route
      ◄── headers, log ──────────────────────────────────────────────── problems ◄──┘

The order of the routers is the order of the OpenAPI document.
"""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.routing import Route
from starlette.types import ASGIApp

from admin_api import access
from admin_api.admission import Admission
from admin_api.dashboard import routes as dashboard
from admin_api.document import completed
from admin_api.gate import Gate
from admin_api.methods import Methods
from admin_api.problems import ProblemError, answer_with_problems
from admin_api.queries import Queries
from admin_api.routes import (
    account_controls,
    accounts,
    alerts,
    audit,
    fee_controls,
    fees,
    fix_messages,
    history,
    instruments,
    journal,
    limit_controls,
    market,
    market_controls,
    orders,
    overview,
    performance,
    sessions,
    sign_in,
    snapshots,
    switches,
    system,
    verifications,
)
from admin_api.streams import routes as streams
from admin_api.view import View
from venue import reasons

PREFIX: Final = "/api/v3"
ROUTERS: Final[tuple[APIRouter, ...]] = (
    orders.router,
    market.router,
    instruments.router,
    market_controls.router,
    accounts.router,
    account_controls.router,
    limit_controls.router,
    fees.router,
    fee_controls.router,
    switches.router,
    sessions.router,
    fix_messages.router,
    journal.router,
    snapshots.router,
    verifications.router,
    audit.router,
    alerts.router,
    history.router,
    performance.router,
    overview.router,
    sign_in.router,
    system.router,
)
ROOT_ROUTERS: Final[tuple[APIRouter, ...]] = (
    performance.root_router,
    dashboard.router,
    streams.router,
    streams.root_router,
)


def create_app(view: View) -> FastAPI:
    """Raises KeyError when a route has no row in the access table."""
    app = FastAPIOffline(  # its pages load nothing from the internet
        redoc_url=None,
        title="Venue admin API",
        version=version("venue"),
        description="Orders, market data and control of the venue. Decimals are strings; times are UTC.",
        dependencies=[Depends(_admit)],
        generate_unique_id_function=lambda route: route.name,
        max_body_size=view.config.api.request_bytes_max,
        separate_input_output_schemas=False,
    )
    app.state.view = view
    answer_with_problems(app)
    for prefix, router in _placed():
        for route in router.routes:
            access.RULES[route.name]  # type: ignore[attr-defined]
        app.include_router(router, prefix=prefix)
    app.openapi = partial(_document, app, app.openapi)  # type: ignore[method-assign]
    app.state.queries = Queries(route for _, router in _placed() for route in router.routes)
    app.state.methods = Methods(_paths(app))
    app.state.admission = Admission(app, view, app.state.methods)
    return app


def guarded(app: FastAPI, view: View) -> ASGIApp:
    """The app behind everything that a request passes before it."""
    inner: ASGIApp = app.state.admission
    if origins := view.config.api.cors_origins:
        inner = CORSMiddleware(
            inner,
            allow_origins=origins,
            allow_methods=_CORS_METHODS,
            allow_headers=("Authorization", "Content-Type", "Idempotency-Key"),
            expose_headers=("Journal-Seq", "Location", "Retry-After"),
        )
    return Gate(inner, view)


_CORS_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _document(app: FastAPI, made: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    if app.openapi_schema is None:
        view: View = app.state.view
        app.openapi_schema = completed(made(), needs_key=view.config.api.anonymous == "none")
    return app.openapi_schema


def _paths(app: FastAPI) -> Iterator[tuple[str, set[str]]]:
    for route in app.routes:
        if isinstance(route, Route):  # the documents
            yield route.path, set(route.methods or ())
    for prefix, router in _placed():
        for route in router.routes:
            if isinstance(route, Route):
                yield prefix + route.path, set(route.methods or ())


def _placed() -> Iterator[tuple[str, APIRouter]]:
    yield from ((PREFIX, router) for router in ROUTERS)
    yield from (("", router) for router in ROOT_ROUTERS)


async def _admit(connection: HTTPConnection) -> None:
    """Runs before every route. Raises ProblemError."""
    name = connection.scope["endpoint"].__name__
    access.require(connection.state.principal, name)
    follower = connection.app.state.view.follower
    if not follower.is_caught_up and not access.may_be_asked_while_replaying(name):
        raise ProblemError(
            reasons.UNAVAILABLE,
            f"replaying the journal: {follower.journal_seq} of {follower.start_seq} commands",
            headers={"Retry-After": "1"},
        )
    connection.app.state.queries.require_known(name, connection.query_params)
