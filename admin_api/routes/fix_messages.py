"""FIX messages, decoded: the last of a session, and those of an order."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from admin_api import naming
from admin_api.fix_messages import collecting
from admin_api.models.fix_messages import OrderMessages, SessionMessages
from admin_api.models.orders import OrderId
from admin_api.principals import Asking
from admin_api.problems import ProblemError, responses, wrong_field
from admin_api.rights import seen_accounts
from admin_api.routes.sessions import CompId
from admin_api.view import Seen
from venue import reasons
from venue.errors import VenueError

router = APIRouter()


@router.get(
    "/sessions/{comp_id}/messages", tags=["sessions"], responses=responses(reasons.UNKNOWN_SESSION, reasons.UNAVAILABLE)
)
async def list_session_messages(
    comp_id: CompId,
    view: Seen,
    limit: Annotated[int, Query(ge=1, le=500, description="At most so many.")] = 50,
) -> SessionMessages:
    """The last FIX messages of a session, both ways, field by field.

    What was sent is in the session's store; of what came the venue remembers the last 50, and 20 session messages."""
    if comp_id not in view.config.sessions:
        raise naming.unknown(reasons.UNKNOWN_SESSION, "comp_id", comp_id, view.config.sessions, "/api/v3/sessions")
    try:
        messages = await collecting.of_session(view, comp_id, limit)
    except VenueError as error:
        raise ProblemError(reasons.UNAVAILABLE, f"the venue cannot be asked for what came: {error}") from error
    return SessionMessages.model_construct(journal_seq=view.engine.journal_seq, session=comp_id, messages=messages)


@router.get(
    "/history/orders/{order_id}/messages",
    tags=["history"],
    responses=responses(reasons.UNKNOWN_ORDER, reasons.UNAVAILABLE),
)
async def list_order_messages(
    order_id: Annotated[OrderId, Path(examples=[42])], view: Seen, principal: Asking
) -> OrderMessages:
    """The FIX messages of an order, field by field: what was asked, and what the session that entered it was told.

    Operators are told what went to the sessions that watch its account too."""
    accounts = seen_accounts(view, principal)
    life = await view.history.ask(principal.name, lambda history: history.life(order_id, accounts))
    if life is None:
        raise wrong_field(reasons.UNKNOWN_ORDER, "order_id", order_id, "unknown, or not yet in the history")
    messages, is_complete = await collecting.of_order(view, life, with_copies=principal.is_operator)
    return OrderMessages.model_construct(journal_seq=life.journal_seq, messages=messages, is_complete=is_complete)
