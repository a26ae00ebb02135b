"""The venue at a glance."""

from fastapi import APIRouter

from admin_api.models.overview import Overview
from admin_api.overview import overview
from admin_api.view import Seen

router = APIRouter(tags=["performance"])


@router.get("/overview")
async def get_overview(view: Seen) -> Overview:
    """How the venue does, and every instrument with last price, quote, day and trend."""
    return overview(view)
