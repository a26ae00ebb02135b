"""Drafts of order lists: pairs that surround the market, entries with what follows them, and wrong ones."""

from collections.abc import Sequence

from msgspec.structs import replace

from tests.support.order_drafts import GROUPS, NAMES_BACK, Choose, draft_name, draft_order, draft_terms, spoil
from venue.messages import (
    BRACKET,
    BUY,
    DAY,
    FOK,
    GTC,
    IOC,
    LIMIT,
    OCO,
    OTO,
    SELL,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
    TRAILING_STOP,
    Contingency,
    EnterList,
    EnterOrder,
    OrdType,
    Side,
)

OTHER_SIDE: dict[Side, Side] = {BUY: SELL, SELL: BUY}


def draft_list(choose: Choose) -> EnterList:
    """Orders of one account and symbol; usually such that the pair surrounds the market."""
    contingency: Contingency = choose((OCO, OTO, OTO, BRACKET, BRACKET))
    first = replace(draft_order(choose), cl_ord_id=draft_name(choose))
    orders = [first]
    if contingency == OCO:
        orders = draft_pair(choose, first, first.side)
    elif contingency == OTO:
        orders.append(draft_leg(choose, first, OTHER_SIDE[first.side], choose(RESTING_TYPES)))
    else:
        orders += draft_pair(choose, first, OTHER_SIDE[first.side])
    if choose((False,) * 15 + (True,)):
        leg = choose(range(len(orders)))
        orders[leg] = spoil(choose, orders[leg], SPOILED_LEG)
    if choose((False,) * 30 + (True,)):
        orders = orders[:-1]
    return EnterList(first.session, first.account, "", contingency, tuple(orders))


def draft_pair(choose: Choose, first: EnterOrder, side: Side) -> list[EnterOrder]:
    """A take profit and a stop of the same quantity."""
    profit = draft_leg(choose, first, side, choose((LIMIT, LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT)))
    stop = draft_leg(choose, first, side, choose((STOP, STOP_LIMIT, TRAILING_STOP, LIMIT)))
    return [profit, replace(stop, qty_lots=profit.qty_lots)]


def draft_leg(choose: Choose, first: EnterOrder, side: Side, ord_type: OrdType) -> EnterOrder:
    leg = EnterOrder(
        first.session,
        first.account,
        draft_name(choose),
        first.symbol,
        side,
        ord_type,
        DAY,
        max(1, first.qty_lots),
        order_group=choose(GROUPS),
    )
    leg = draft_terms(choose, leg)
    return replace(leg, time_in_force=choose((DAY, GTC)), expire_ns=0, display_lots=0, cash_units=0)


RESTING_TYPES: tuple[OrdType, ...] = (LIMIT, LIMIT, STOP, STOP_LIMIT, TAKE_PROFIT, TRAILING_STOP)
SPOILED_LEG: tuple[tuple[str, Sequence[object]], ...] = (
    ("symbol", ("Y", "Z")),
    ("session", ("S2", "S3")),
    ("account", ("BOB",)),
    ("side", (BUY, SELL)),
    ("qty_lots", (21, 0, 2)),
    ("time_in_force", (IOC, FOK)),
    ("cl_ord_id", ("=1", "=2", "SAME")),
    ("poss_resend", (True,)),
    ("order_group", ("NONE",)),
    ("price_ticks", (0, 9)),
)


def draft_resent_list(choose: Choose) -> EnterList:
    """A list whose orders are known already, sent again."""
    wanted = draft_list(choose)
    orders = [replace(o, cl_ord_id=f"={choose(NAMES_BACK)}", poss_resend=True) for o in wanted.orders]
    return replace(wanted, orders=tuple(orders))
