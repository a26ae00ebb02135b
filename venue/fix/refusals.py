"""How a message that passed the dictionary may still be refused; `application` turns each into FIX.

Which reject for what, decided once:

    not a value of this field                       Reject(3) 373=5          WrongValue
    no decimal, date or ASCII text                  Reject(3) 373=6          WrongFormat
    a field missing that the others make necessary  j 380=5                  BusinessReject
    somebody else's account                         j 380=6                  BusinessReject
    a message the venue does not take               j 380=3                  BusinessReject
    the venue cannot take it now                    j 380=4                  BusinessReject
    an order, cancel or replace understood          8, 9 or r from the       Refused, which becomes a
    but not possible                                 journal like any other   RefuseRequest command
    an order list understood but not possible       N 431=7                  Refused
"""

from venue.errors import PeerError


class WrongValue(PeerError):
    def __init__(self, tag: str) -> None:
        super().__init__(f"value of field {tag} is not supported")
        self.tag = tag


class WrongFormat(PeerError):
    def __init__(self, tag: str) -> None:
        super().__init__(f"format of field {tag} is wrong")
        self.tag = tag


class BusinessReject(PeerError):
    """`reason` is BusinessRejectReason(380); the text goes into Text(58)."""

    def __init__(self, reason: int, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class Refused(PeerError):
    """`reason` is a row of venue.reasons; the text goes behind the row's own in Text(58). `leg` is the order
    at fault when a list is refused, from 0."""

    def __init__(self, reason: int, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.leg = 0
