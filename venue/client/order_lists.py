"""The order lists a trader asks for by hand: bracket, OTO and OCO, from an order and the prices around it.

A stop on the wrong side of the entry would fire at once and a take profit there would take at once, so the
prices are looked at before anything is sent. What the venue decides (ticks, limits, the collar) is left to it.
"""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from venue.client.requests import (
    ONE_CANCELS_THE_OTHER,
    ONE_TRIGGERS_THE_OTHER,
    SIDES,
    TIMES_IN_FORCE,
    TRIGGERS,
    Order,
    OrderList,
    code_of,
)
from venue.errors import OperatorError

_OPPOSITE: Final = {"buy": "sell", "sell": "buy"}
_STOP_WAITS: Final = {"buy": "above", "sell": "below"}  # the price now, or the entry's, by the stop's own side
_LIMIT_WAITS: Final = {"buy": "below", "sell": "above"}
_DECIMAL: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_AT_ONCE: Final = ("ioc", "fok")  # orders of a list wait, and may not end at once


def bracket(entry: Order, stop: str, profit: str, trigger: str = "") -> OrderList:
    """The entry; when it is filled, a stop that protects it and a limit that takes the profit, one of which
    cancels the other.

    Raises OperatorError for prices that make no bracket.
    """
    _check_entry(entry)
    _check_given("--stop", stop, "the price of the protective stop")
    _check_given("--profit", profit, "the price at which to take the profit")
    exits = (_protection(entry, stop, trigger), _profit(entry, profit))
    _check_beyond("--profit", profit, _LIMIT_WAITS[_OPPOSITE[entry.side]], "--stop", stop, entry.side)
    return OrderList(ONE_TRIGGERS_THE_OTHER, (_timed(entry), *exits))


def oto(entry: Order, stop: str, profit: str, trigger: str = "") -> OrderList:
    """The entry; when it is filled, one way out of it: a protective stop or a take profit."""
    _check_entry(entry)
    if stop and profit:
        raise OperatorError(f"--profit was {profit!r} beside --stop: must be one of the two (bracket has both)")
    if not stop and not profit:
        raise OperatorError("--stop and --profit were missing: one of the two must be given")
    if trigger and not stop:
        raise OperatorError(f"--on was {trigger!r} without --stop: must go with a stop, or be left out")
    out = _protection(entry, stop, trigger) if stop else _profit(entry, profit)
    return OrderList(ONE_TRIGGERS_THE_OTHER, (_timed(entry), out))


def oco(limit: Order, stop: str, trigger: str = "") -> OrderList:
    """A limit and a stop of the same side and quantity, one of which cancels the other."""
    _check_entry(limit)
    _check_given("the price", limit.price, "that of the limit order, written as @ 46000")
    _check_given("--stop", stop, "the price of the stop order")
    _check_beyond("--stop", stop, _STOP_WAITS[limit.side], "the limit at", limit.price, limit.side)
    return OrderList(ONE_CANCELS_THE_OTHER, (limit, replace(limit, price="", stop=stop, trigger=_source(trigger))))


def _protection(entry: Order, stop: str, trigger: str) -> Order:
    side = _OPPOSITE[entry.side]
    _number("--stop", stop)
    if entry.price:
        _check_beyond("--stop", stop, _STOP_WAITS[side], "the entry at", entry.price, entry.side)
    return replace(entry, side=side, price="", stop=stop, trigger=_source(trigger))


def _profit(entry: Order, profit: str) -> Order:
    side = _OPPOSITE[entry.side]
    _number("--profit", profit)
    if entry.price:
        _check_beyond("--profit", profit, _LIMIT_WAITS[side], "the entry at", entry.price, entry.side)
    return replace(entry, side=side, price=profit)


def _timed(entry: Order) -> Order:
    """A market entry does not rest: the time in force is that of the orders behind it."""
    return entry if entry.price else replace(entry, time_in_force="day", until="")


def _source(trigger: str) -> str:
    if trigger:
        code_of("--on", trigger, TRIGGERS)
    return trigger


def _check_entry(entry: Order) -> None:
    """What all orders of the list have."""
    code_of("side", entry.side, SIDES)
    _number("the quantity", entry.qty, "0.5")
    if entry.price:
        _number("the price", entry.price)
    lasting = {word: code for word, code in TIMES_IN_FORCE.items() if word not in _AT_ONCE}
    code_of("--tif", entry.time_in_force, lasting)
    if entry.time_in_force == "gtd" and not entry.until:
        raise OperatorError("--until was missing: must say when the gtd orders end, such as --until 8h")


def _check_given(what: str, text: str, meaning: str) -> None:
    if not text:
        raise OperatorError(f"{what} was missing: must be {meaning}")


def _check_beyond(what: str, text: str, where: str, bound: str, bound_text: str, side: str) -> None:
    price, other = _number(what, text), _number(bound, bound_text)
    if price == other or (price > other) != (where == "above"):
        raise OperatorError(f"{what} was {text!r}: must be {where} {bound} {bound_text} for a {side}")


def _number(what: str, text: str, example: str = "45000") -> Decimal:
    """FIX knows digits and a point, nothing else."""
    if not _DECIMAL.fullmatch(text) or not Decimal(text):
        raise OperatorError(f"{what} was {text!r}: must be a number above 0, such as {example}")
    return Decimal(text)
