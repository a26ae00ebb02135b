"""NewOrderList(E): the orders of its repeating group become one EnterList.

QuickFIX has checked the group's count and that each member has what FIX requires, but none of the members' values.
It writes a message's fields in the order of their tags, the group at the place of NoOrders(73), its members
beginning with ClOrdID(11).
"""

from collections.abc import Sequence
from typing import Final

from venue import messages as m
from venue.fix import tables
from venue.fix.dictionary import is_allowed
from venue.fix.inbound import Fields, Party, check_ids, enter, traded_account
from venue.fix.refusals import Refused, WrongFormat, WrongValue
from venue.fix.timestamps import utc_ns

ORDERS_MAX: Final = 3  # of a bracket
_GROUP: Final = "73"
_FIRST_OF_MEMBER: Final = "11"
_BEHIND_GROUP: Final = ("394", "433", "1385", "10")  # the message's own fields whose tags come after 73
_RESENT: Final = ("43", "97")  # PossDupFlag and PossResend, which count for each of the orders


def read_legs(text: str) -> list[Fields]:
    """The members of NoOrders(73), each as fields. Raises WrongValue for a field that a member has twice."""
    _, _, rest = text.partition(f"{tables.SOH}{_GROUP}=")
    legs: list[Fields] = []
    for pair in rest.split(tables.SOH)[1:-1]:
        tag, _, value = pair.partition("=")
        if tag == _FIRST_OF_MEMBER:
            legs.append({})
        if tag not in _BEHIND_GROUP:
            if tag in legs[-1]:
                raise WrongValue(tag)
            legs[-1][tag] = value
    return legs


def list_of(fields: Fields, legs: Sequence[Fields], party: Party) -> m.EnterList:
    """The command that E asks for.

    Raises WrongValue, WrongFormat or BusinessReject like `inbound.command_of`, and Refused with its `leg`.
    """
    check_ids(fields)
    if len(legs) > ORDERS_MAX:
        raise WrongValue(_GROUP)
    if fields["68"] != str(len(legs)):
        raise WrongValue("68")
    resent = {tag: fields[tag] for tag in _RESENT if tag in fields}
    of_all = resent | {"66": fields["66"]}
    orders = tuple(_order(leg | of_all, number, party) for number, leg in enumerate(legs))
    contingency = _contingency(fields["1385"], len(orders))
    return m.EnterList(party.session, orders[0].account, fields["66"], contingency, orders)


def _order(leg: Fields, number: int, party: Party) -> m.EnterOrder:
    """ListSeqNo(67) counts from 1, in the order the members stand."""
    _check_values(leg)
    check_ids(leg)
    if leg["67"] != str(number + 1):
        raise WrongValue("67")
    try:
        return enter(leg, party, traded_account(leg, party))
    except Refused as refused:
        refused.leg = number
        raise


def _check_values(leg: Fields) -> None:
    """What QuickFIX would refuse in a message of its own."""
    for tag, value in leg.items():
        if not is_allowed(tag, value):
            raise WrongValue(tag)
    if "60" in leg:
        try:
            utc_ns(leg["60"])
        except ValueError:
            raise WrongFormat("60") from None


def _contingency(char: str, orders: int) -> m.Contingency:
    if char == tables.ONE_CANCELS_THE_OTHER:
        return m.OCO
    return m.BRACKET if orders == ORDERS_MAX else m.OTO
