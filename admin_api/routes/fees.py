"""What trading costs, and what the venue earned."""

from fastapi import APIRouter

from admin_api.models.fees import FeeSchedules, Revenues, revenue_of, schedule_of
from admin_api.view import Seen

router = APIRouter(prefix="/fees", tags=["fees"])


@router.get("")
async def list_fees(view: Seen) -> FeeSchedules:
    """The fee schedules."""
    quotes = {listing.quote for listing in view.engine.instruments()}
    schedules = [
        schedule_of(currency, view.units) for currency in view.engine.currencies() if currency.currency in quotes
    ]
    return FeeSchedules(journal_seq=view.engine.journal_seq, schedules=schedules)


@router.get("/revenue")
async def get_revenue(view: Seen) -> Revenues:
    """What the venue earned: all fees, rebates taken off."""
    revenues = [revenue_of(currency, view.units) for currency in view.engine.currencies()]
    return Revenues(journal_seq=view.engine.journal_seq, revenues=revenues)
