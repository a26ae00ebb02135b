"""Flows: lists of drafts made into real commands, and the seeded ones.

Names and times of a draft are relative, so a list from which drafts are taken away is still a sensible
one, which is what makes a failing flow shrink.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from tests.support.list_drafts import draft_list, draft_resent_list
from tests.support.operation_drafts import (
    OPENING,
    draft_account,
    draft_amendment,
    draft_balance,
    draft_clock,
    draft_fees,
    draft_kill_switch,
    draft_limits,
    draft_listing,
    draft_loss_cap,
    draft_order_group,
    draft_price_limits,
    draft_relief,
    draft_session_control,
    draft_trading_state,
    draft_wrong_operation,
)
from tests.support.order_drafts import (
    MAY_REST,
    Choose,
    Draft,
    draft_cancel,
    draft_mass_cancel,
    draft_order,
    draft_order_cancel,
    draft_refusal,
    draft_replace,
)
from venue.messages import (
    MARKET,
    SELL,
    AnyCommand,
    BustTrade,
    CancelOrder,
    CorrectTrade,
    EnterList,
    EnterOrder,
    ExpireOrders,
    MassCancel,
    MoveBalance,
    RefuseRequest,
    ReplaceOrder,
    RollDay,
    SetTradingState,
)

DRAFTS: tuple[Draft, ...] = (
    *(draft_order,) * 130,
    *(draft_list,) * 14,
    *(draft_cancel,) * 10,
    *(draft_replace,) * 28,
    *(draft_relief,) * 24,
    *(draft_clock,) * 10,
    *(draft_trading_state,) * 5,
    *(draft_amendment,) * 4,
    *(draft_balance,) * 4,
    *(draft_loss_cap,) * 3,
    *(draft_limits,) * 2,
    *(draft_price_limits,) * 2,
    *(draft_order_group,) * 2,
    *(draft_mass_cancel,) * 2,
    *(draft_kill_switch,) * 2,
    *(draft_order_cancel,) * 6,
    draft_session_control,
    draft_resent_list,
    draft_refusal,
    draft_listing,
    draft_account,
    draft_fees,
    draft_wrong_operation,
)


def draft_command(choose: Choose) -> AnyCommand:
    draft: Draft = choose(DRAFTS)
    return draft(choose)


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


@dataclass
class Place:
    """Where the next command stands, and what the drafts before it have used."""

    journal_seq: int = 1
    sessions: dict[str, Names] = field(default_factory=dict)
    transactions: Names = field(default_factory=Names)
    entered: int = 0
    day_end_ns: int = 0

    def time_ns(self, in_ns: int) -> int:
        """1 is now; a time that is none, or wrong, stays as it is."""
        return batch_time_ns(self.journal_seq) + in_ns - 1 if in_ns > 0 else in_ns

    def order_id(self, percent: int) -> int:
        """-40 is two fifths of the number of orders entered: most likely one of the last ones accepted; 0 is none."""
        return max(1, -percent * self.entered // 100) if percent < 0 else 0


def placed(drafts: Sequence[AnyCommand]) -> list[AnyCommand]:
    """The commands of the drafts, behind the opening; the first has journal_seq 1."""
    commands = list(OPENING)
    place = Place()
    for draft in drafts:
        place.journal_seq = len(commands) + 1
        commands.append(placed_command(draft, place))
    return commands


def placed_command(draft: AnyCommand, place: Place) -> AnyCommand:
    """One draft with its real names, ids and times."""
    changes: dict[str, object] = {}
    match draft:
        case EnterOrder():
            return placed_order(draft, place, "")
        case EnterList():
            changes["list_id"] = f"L{place.journal_seq}"
            changes["orders"] = tuple(placed_order(o, place, f".{leg}") for leg, o in enumerate(draft.orders))
        case CancelOrder() | ReplaceOrder() | RefuseRequest():
            changes["orig_cl_ord_id"] = names_of(draft.session, place).absolute(draft.orig_cl_ord_id)
            changes["cl_ord_id"] = new_name(draft, place)
            if not isinstance(draft, RefuseRequest):
                changes["order_id"] = place.order_id(draft.order_id)
            if isinstance(draft, ReplaceOrder):
                changes["expire_ns"] = place.time_ns(draft.expire_ns)
        case MassCancel():
            changes["cl_ord_id"] = new_name(draft, place)
            changes["order_id"] = place.order_id(draft.order_id)
        case RollDay():
            place.day_end_ns += draft.day_end_ns
            changes["day_end_ns"] = place.day_end_ns
        case SetTradingState():
            changes["until_ns"] = place.time_ns(draft.until_ns)
        case MoveBalance():
            transaction_id = place.transactions.absolute(draft.transaction_id or f"T{place.journal_seq}")
            place.transactions.used.append(transaction_id)
            changes["transaction_id"] = "" if transaction_id == "none" else transaction_id
        case BustTrade() | CorrectTrade():
            changes["trade_id"] = max(1, place.entered * draft.trade_id // 100)
    return msgspec.structs.replace(draft, **changes)


def placed_order(draft: EnterOrder, place: Place, leg: str) -> EnterOrder:
    place.entered += 1
    cl_ord_id = new_name(draft, place, leg)
    return msgspec.structs.replace(draft, cl_ord_id=cl_ord_id, expire_ns=place.time_ns(draft.expire_ns))


def new_name(
    draft: EnterOrder | CancelOrder | ReplaceOrder | MassCancel | RefuseRequest, place: Place, leg: str = ""
) -> str:
    names = names_of(draft.session, place)
    cl_ord_id = names.absolute(draft.cl_ord_id or f"N{place.journal_seq}{leg}")
    names.add(draft, cl_ord_id)
    return cl_ord_id


def names_of(session: str, place: Place) -> Names:
    return place.sessions.setdefault(session, Names())


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
