"""The app, put together: what every request passes, then the routes.

    host check ─► body limit ─► who asks (`principals`) ─► may he (`access`) ─► how often (`throttle`) ─► route

The order of the routers is the order of the OpenAPI document.
"""

from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import HTTPConnection

from admin_api import access
from admin_api.principals import principal_of
from admin_api.problems import answer_with_problems
from admin_api.routes import accounts, fees, instruments, orders, switches, system
from admin_api.traffic import MeasuredTraffic
from admin_api.view import View

PREFIX: Final = "/api/v3"
ROUTERS: Final[tuple[APIRouter, ...]] = (
    orders.router,
    instruments.router,
    accounts.router,
    fees.router,
    switches.router,
    system.router,
)


def create_app(view: View) -> FastAPI:
    """Raises KeyError when a route has no row in the access table."""
    app = FastAPI(
        title="Venue admin API",
        version=version("venue"),
        description="Orders, market data and control of the venue. Decimals are strings; times are UTC.",
        dependencies=[Depends(_admit)],
        generate_unique_id_function=lambda route: route.name,
        max_body_size=view.config.api.request_bytes_max,
        separate_input_output_schemas=False,
    )
    app.state.view = view
    app.add_middleware(MeasuredTraffic, traffic=view.traffic)  # the one added last is the outermost
    answer_with_problems(app)
    for router in ROUTERS:
        for route in router.routes:
            access.RULES[route.name]  # type: ignore[attr-defined]
        app.include_router(router, prefix=PREFIX)
    return app


async def _admit(connection: HTTPConnection) -> None:
    """Runs before every route. Raises ProblemError."""
    view: View = connection.app.state.view
    principal = principal_of(connection, view.config.api, view.keys)
    access.require(principal, connection.scope["endpoint"].__name__)
    connection.state.principal = principal
