"""A journaled request as the fields of the FIX message that asked it: values as the venue understood them, in words.

An order entered over REST has one too: what a FIX client would have sent.
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from admin_api.models.fix_messages import FixField, FixMessage
from admin_api.models.values import time_text
from venue import messages as m
from venue.fix_text.dictionary import names
from venue.fix_text.fields import message_name
from venue.names import ORD_TYPES, SELF_MATCHES, SIDES, TIMES_IN_FORCE, TRIGGERS
from venue.reasons import REASONS
from venue.units import Units

Pairs: TypeAlias = Iterator[tuple[int, str]]
Request: TypeAlias = m.EnterOrder | m.CancelOrder | m.ReplaceOrder | m.MassCancel


def request_message(request: Request, units: Units, journal_seq: int, time_ns: int) -> FixMessage:
    msg_type, told = _REQUESTS[type(request)]
    return FixMessage.model_construct(
        direction="in",
        source="journal",
        session=request.session,
        msg_type=msg_type,
        name=message_name(msg_type),
        msg_seq_num=None,
        journal_seq=journal_seq,
        time=time_text(time_ns),
        fields=[
            FixField.model_construct(tag=tag, name=names().fields[tag].name, value=value, meaning="", part="body")
            for tag, value in told(request, units)
            if value
        ],
    )


def _enter(order: m.EnterOrder, units: Units) -> Pairs:
    price, qty = units.price(order.symbol), units.qty(order.symbol)
    yield 1, order.account
    yield 11, order.cl_ord_id
    yield 66, order.list_id
    yield 55, order.symbol
    yield 54, SIDES[order.side]
    yield 40, ORD_TYPES[order.ord_type]
    yield 59, TIMES_IN_FORCE[order.time_in_force]
    yield 38, _if(order.qty_lots, qty.to_text)
    yield 152, _if(order.cash_units, units.money(units.instrument(order.symbol).quote).to_text)
    yield 44, _if(order.price_ticks, price.to_text)
    yield 99, _if(order.stop_ticks, price.to_text)
    yield 211, _if(order.trail_ticks, price.to_text)
    yield 1107, TRIGGERS[order.trigger] if order.stop_ticks or order.trail_ticks else ""
    yield 111, _if(order.display_lots, qty.to_text)
    yield 110, _if(order.min_lots, qty.to_text)
    yield 18, "post-only" if order.post_only else ""
    yield 126, _if(order.expire_ns, time_text)
    yield 2964, SELF_MATCHES.get(order.self_match, "")
    yield 5003, order.order_group
    yield 97, "yes" if order.poss_resend else ""


def _replace(request: m.ReplaceOrder, units: Units) -> Pairs:
    yield from _which(request)
    yield 40, ORD_TYPES[request.ord_type]
    yield 59, TIMES_IN_FORCE[request.time_in_force]
    if request.symbol:
        price, qty = units.price(request.symbol), units.qty(request.symbol)
        yield 38, _if(request.qty_lots, qty.to_text)
        yield 44, _if(request.price_ticks, price.to_text)
        yield 99, _if(request.stop_ticks, price.to_text)
        yield 111, _if(request.display_lots, qty.to_text)
    yield 126, _if(request.expire_ns, time_text)


def _cancel(request: m.CancelOrder, _units: Units) -> Pairs:
    yield from _which(request)


def _which(request: m.CancelOrder | m.ReplaceOrder) -> Pairs:
    yield 1, request.account
    yield 11, request.cl_ord_id
    yield 41, request.orig_cl_ord_id
    yield 37, str(request.order_id or "")
    yield 55, request.symbol
    yield 54, SIDES[request.side]
    yield 97, "yes" if request.poss_resend else ""


def _mass_cancel(request: m.MassCancel, _units: Units) -> Pairs:
    """Of an operator, or of the venue: Text(58) says why."""
    yield 1, request.account
    yield 11, request.cl_ord_id
    yield 55, request.symbol
    yield 54, SIDES[request.side]
    yield 37, str(request.order_id or "")
    why = [REASONS[request.reason].text] if request.reason else []
    why += [f"by {request.by}" if request.by else "", request.why]
    yield 58, ": ".join(filter(None, why))


def _if(value: int, to_text: Callable[[int], str]) -> str:
    return to_text(value) if value else ""


_REQUESTS: Final[dict[type, tuple[str, Callable[..., Pairs]]]] = {
    m.EnterOrder: ("D", _enter),
    m.CancelOrder: ("F", _cancel),
    m.ReplaceOrder: ("G", _replace),
    m.MassCancel: ("q", _mass_cancel),
}
