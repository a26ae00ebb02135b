"""Kill switches: what stops trading at once."""

from fastapi import APIRouter

from admin_api.models.limits import KillSwitchList, switch_of
from admin_api.view import Seen

router = APIRouter(prefix="/kill-switches", tags=["kill switches"])


@router.get("")
async def list_kill_switches(view: Seen) -> KillSwitchList:
    """The kill switches that are engaged."""
    switches = [switch_of(switch) for switch in view.engine.kill_switches()]
    return KillSwitchList(journal_seq=view.engine.journal_seq, kill_switches=switches)
