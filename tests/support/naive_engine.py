"""The naive engine: every command's checks and effects, in the order the rules name them.

Same interface as venue.engine.engine.Engine, without dump and load. It is written from the rules in
venue/engine/__init__.py alone, slow and plain on purpose: nothing is kept that could be computed, so
nothing can be forgotten. Agreement of the two is what the tests are after.
"""

from collections.abc import Callable
from typing import Any

from tests.support.naive_auction import advance_states
from tests.support.naive_changing import cancel_order, expire_orders, mass_cancel, refuse_request, replace_order
from tests.support.naive_ending import expire
from tests.support.naive_entry import enter_list, enter_order
from tests.support.naive_groups import count_losses_anew, reach_a_loss_cap
from tests.support.naive_matching import run_released
from tests.support.naive_money import lock_anew, roll_volumes
from tests.support.naive_operating import operate
from tests.support.naive_state import NaiveState
from tests.support.naive_views import NaiveViews
from venue.errors import InvariantError
from venue.messages import (
    DAY,
    AdvanceStates,
    AnyCommand,
    AnyEvent,
    CancelOrder,
    DayRolled,
    EnterList,
    EnterOrder,
    ExpireOrders,
    MassCancel,
    OperationRefused,
    RefuseRequest,
    ReplaceOrder,
    RollDay,
)
from venue.reasons import BAD_VALUE


class NaiveEngine(NaiveViews):
    def apply(self, command: AnyCommand, journal_seq: int, time_ns: int) -> list[AnyEvent]:
        if journal_seq != self.journal_seq + 1:
            raise InvariantError(f"journal_seq was {journal_seq}: must be {self.journal_seq + 1}")
        self.journal_seq, self.time_ns = journal_seq, time_ns
        self.events = []
        COMMANDS.get(type(command), operate)(self, command)
        run_released(self)
        while reach_a_loss_cap(self):
            run_released(self)
        forget_oldest(self)
        return self.events


def roll_day(state: NaiveState, request: RollDay) -> None:
    if request.day_end_ns <= state.day_end_ns:
        state.events.append(OperationRefused(BAD_VALUE, ""))
        return
    for order in [order for order in state.open if order.terms.time_in_force == DAY]:
        expire(state, order)
    state.day_end_ns = request.day_end_ns
    state.day += 1
    roll_volumes(state)
    for name in state.opened:
        lock_anew(state, name)
    for name in state.opened:
        count_losses_anew(state, name)
    for instrument in state.listed.values():
        instrument.day_prices = []
        instrument.reference_ticks = instrument.last_ticks or instrument.reference_ticks
    state.events.append(DayRolled(request.day_end_ns))


def forget_oldest(state: NaiveState) -> None:
    while len(state.closed) > state.closed_orders_max:
        forgotten = state.closed.pop(0)
        state.names = {name: order for name, order in state.names.items() if order is not forgotten}


def advance(state: NaiveState, _: AdvanceStates) -> None:
    advance_states(state)


def expire_due(state: NaiveState, _: ExpireOrders) -> None:
    expire_orders(state)


COMMANDS: dict[type, Callable[[NaiveState, Any], None]] = {
    EnterOrder: enter_order,
    EnterList: enter_list,
    CancelOrder: cancel_order,
    ReplaceOrder: replace_order,
    MassCancel: mass_cancel,
    RefuseRequest: refuse_request,
    ExpireOrders: expire_due,
    RollDay: roll_day,
    AdvanceStates: advance,
}
