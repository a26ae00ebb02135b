"""Flows: lists of drafts made into real commands, and the seeded ones.

Names and times of a draft are relative, so a list from which drafts are taken away is still a sensible
one, which is what makes a failing flow shrink.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from tests.support.order_drafts import MAY_REST, OPENING, SESSIONS, draft_command
from venue.messages import (
    MARKET,
    SELL,
    AnyCommand,
    CancelOrder,
    EnterOrder,
    ExpireOrders,
    MassCancel,
    RefuseRequest,
    ReplaceOrder,
    RollDay,
)


def batch_time_ns(journal_seq: int) -> int:
    """Three commands a batch, which have one time; the clock moves on by three."""
    return journal_seq - journal_seq % 3


@dataclass
class Names:
    """The ClOrdIDs of one session so far: those of any request, and those of orders that may rest."""

    used: list[str] = field(default_factory=list)
    resting: list[str] = field(default_factory=list)

    def absolute(self, name: str) -> str:
        """ "-3" is the third last name of an order that may rest, "=3" the third last of any request's."""
        if name[:1] not in ("-", "="):
            return name
        names = self.resting if name[0] == "-" else self.used
        return names[-min(int(name[1:]), len(names))] if names else "UNUSED"

    def add(self, request: AnyCommand, cl_ord_id: str) -> None:
        self.used.append(cl_ord_id)
        if isinstance(request, EnterOrder) and request.ord_type != MARKET and request.time_in_force in MAY_REST:
            self.resting.append(cl_ord_id)


def placed(drafts: Sequence[AnyCommand]) -> list[AnyCommand]:
    """The commands of the drafts, behind the opening; the first has journal_seq 1."""
    commands = list(OPENING)
    sessions = {session: Names() for session in SESSIONS}
    entered, day_end_ns = 0, 0
    for draft in drafts:
        journal_seq = len(commands) + 1
        changes: dict[str, object] = {}
        if isinstance(draft, EnterOrder | CancelOrder | ReplaceOrder | MassCancel | RefuseRequest):
            names = sessions[draft.session]
            if isinstance(draft, CancelOrder | ReplaceOrder | RefuseRequest):
                changes["orig_cl_ord_id"] = names.absolute(draft.orig_cl_ord_id)
            changes["cl_ord_id"] = cl_ord_id = names.absolute(draft.cl_ord_id or f"N{journal_seq}")
            names.add(draft, cl_ord_id)
        if isinstance(draft, CancelOrder | ReplaceOrder) and draft.order_id < 0:
            changes["order_id"] = max(0, entered + 1 + draft.order_id)
        if isinstance(draft, EnterOrder | ReplaceOrder) and draft.expire_ns > 0:
            changes["expire_ns"] = batch_time_ns(journal_seq) + draft.expire_ns - 1
        if isinstance(draft, RollDay):
            day_end_ns += draft.day_end_ns
            changes["day_end_ns"] = day_end_ns
        entered += isinstance(draft, EnterOrder)
        commands.append(msgspec.structs.replace(draft, **changes))
    return commands


def seeded_drafts(seed: int, count: int) -> list[AnyCommand]:
    """The same drafts for the same seed. Books stay small: much trades, much is canceled in one go."""
    choose = random.Random(seed).choice
    return [draft_command(choose) for _ in range(count)]


def seeded_deep_drafts(seed: int, count: int) -> list[AnyCommand]:
    """Drafts that fill the books: hundreds of open orders on a hundred levels, single ones taken out."""
    rng = random.Random(seed)
    drafts: list[AnyCommand] = []
    while len(drafts) < count:
        draft = draft_command(rng.choice)
        if isinstance(draft, EnterOrder | ReplaceOrder | CancelOrder | ExpireOrders):
            drafts.append(deepened(rng, draft))
    return drafts


def deepened(rng: random.Random, draft: AnyCommand) -> AnyCommand:
    """Spread the prices over a hundred ticks, most of them passive; reach far back for what to cancel."""
    changes: dict[str, object] = {}
    if isinstance(draft, CancelOrder | ReplaceOrder) and draft.orig_cl_ord_id:
        changes["orig_cl_ord_id"] = f"-{rng.randint(1, 500)}"
    if isinstance(draft, EnterOrder | ReplaceOrder):
        if draft.price_ticks > 0:
            away = rng.randint(-5, 50) if isinstance(draft, EnterOrder) else rng.randint(-40, 40)
            changes["price_ticks"] = 100 + (away if draft.side == SELL else -away)
        if draft.stop_ticks > 0:
            changes["stop_ticks"] = 100 + rng.randint(-50, 50)
        if draft.expire_ns > 0:
            changes["expire_ns"] = rng.randint(1, 2_000)
    return msgspec.structs.replace(draft, **changes)
