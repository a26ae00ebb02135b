"""The market in a mirror: who bought sells, and a price of p becomes PRICE_CENTRE_X2 - p.

All rules but one treat both sides alike, so a mirrored flow must give the mirrored events. The one is
cash_units: money buys fewer lots the higher the price, on both sides of the mirror.
"""

import msgspec

from tests.support.order_drafts import PRICE_CENTRE_X2
from venue.messages import (
    BUY,
    SELL,
    AnyCommand,
    AnyEvent,
    CancelOrder,
    EnterOrder,
    MassCancel,
    MassCanceled,
    MassCancelRejected,
    OrderEvent,
    OrderRejected,
    OrderStatusReported,
    OrderTraded,
    RefuseRequest,
    ReplaceOrder,
    SelfMatchPrevented,
)

OTHER_SIDE = {0: 0, BUY: SELL, SELL: BUY}


def mirrored_price(price_ticks: int) -> int:
    """0 stays "none" and what is no price stays none."""
    return PRICE_CENTRE_X2 - price_ticks if price_ticks > 0 else price_ticks


def mirrored_notional(notional: int, cum_lots: int) -> int:
    return PRICE_CENTRE_X2 * cum_lots - notional


def mirrored_command(command: AnyCommand) -> AnyCommand:
    changes: dict[str, object] = {}
    if isinstance(command, EnterOrder | CancelOrder | ReplaceOrder | MassCancel | RefuseRequest):
        changes["side"] = OTHER_SIDE[command.side]
    if isinstance(command, EnterOrder | ReplaceOrder):
        changes["price_ticks"] = mirrored_price(command.price_ticks)
        changes["stop_ticks"] = mirrored_price(command.stop_ticks)
    return msgspec.structs.replace(command, **changes)


def mirrored_event(event: AnyEvent) -> AnyEvent:
    changes: dict[str, object] = {}
    match event:
        case OrderTraded():
            changes["price_ticks"] = mirrored_price(event.price_ticks)
            changes["maker"] = mirrored_command(event.maker)
            changes["taker"] = mirrored_command(event.taker)
            changes["maker_notional"] = mirrored_notional(event.maker_notional, event.maker_cum_lots)
            changes["taker_notional"] = mirrored_notional(event.taker_notional, event.taker_cum_lots)
        case OrderEvent():
            changes["terms"] = mirrored_command(event.terms)
            changes["notional"] = mirrored_notional(event.notional, event.cum_lots)
        case OrderRejected():
            changes["request"] = mirrored_command(event.request) if event.request else None
            changes["refused"] = mirrored_command(event.refused) if event.refused else None
            changes["notional"] = mirrored_notional(event.notional, event.cum_lots)
        case OrderStatusReported():
            status = event.status
            changes["status"] = msgspec.structs.replace(
                status,
                terms=mirrored_command(status.terms),
                notional=mirrored_notional(status.notional, status.cum_lots),
            )
        case MassCanceled() | MassCancelRejected():
            changes["request"] = mirrored_command(event.request)
        case SelfMatchPrevented():
            changes["price_ticks"] = mirrored_price(event.price_ticks)
    return msgspec.structs.replace(event, **changes)
