"""`venue bracket`, `oto` and `oco`: orders that belong together, entered with one message.

The venue takes all of them or none. One side is named, that of the first order; quantity, time in force and
account are those of every order. An order of the list is canceled, replaced and listed like any other.
"""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import typer

from venue.cli.desk import ANSWER_WAIT_S, Desk, Host, Port, Session, trading
from venue.cli.options import Config
from venue.cli.ordering import AccountOption, Price, Qty, Side, Symbol, Trigger, Until, expire_time, price_behind
from venue.client import order_lists, requests, words
from venue.client.fields import Fields
from venue.client.requests import Order, OrderList, new_cl_ord_id

Tif: TypeAlias = Annotated[str, typer.Option(help="day, gtc, gtd")]
Stop: TypeAlias = Annotated[str, typer.Option(metavar="PRICE", help="Trigger of the stop.")]
Profit: TypeAlias = Annotated[str, typer.Option(metavar="PRICE", help="Limit at which the profit is taken.")]
ListId: TypeAlias = Annotated[str, typer.Option("--id", help="ListID. Default: a new one.")]
Wait: TypeAlias = Annotated[bool, typer.Option("--wait", help="Follow the list until all its orders are closed.")]


def bracket(
    side: Side,
    qty: Qty,
    symbol: Symbol,
    price: Price = None,
    stop: Stop = "",
    profit: Profit = "",
    on: Trigger = "",
    tif: Tif = "day",
    until: Until = "",
    account: AccountOption = "",
    list_id: ListId = "",
    wait: Wait = False,
    session: Session = "DEMO1",
    config: Config = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Enter with a stop and a take profit behind: venue bracket buy 1 BTC-USD @ 45000 --stop 44000 --profit 46000

    Without a price the entry is a market order. An entry that ends without being filled in full takes both with it.
    """
    asked = order_lists.bracket(_first(side, qty, symbol, price, tif, until, account), stop, profit, on)
    with trading(session, config, host, port) as desk:
        _enter(desk, asked, list_id or new_cl_ord_id(), wait)


def oto(
    side: Side,
    qty: Qty,
    symbol: Symbol,
    price: Price = None,
    stop: Stop = "",
    profit: Profit = "",
    on: Trigger = "",
    tif: Tif = "day",
    until: Until = "",
    account: AccountOption = "",
    list_id: ListId = "",
    wait: Wait = False,
    session: Session = "DEMO1",
    config: Config = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Enter with one way out behind, --stop or --profit: venue oto buy 1 BTC-USD @ 45000 --stop 44000

    Without a price the entry is a market order. An entry that ends without being filled in full takes it along.
    """
    asked = order_lists.oto(_first(side, qty, symbol, price, tif, until, account), stop, profit, on)
    with trading(session, config, host, port) as desk:
        _enter(desk, asked, list_id or new_cl_ord_id(), wait)


def oco(
    side: Side,
    qty: Qty,
    symbol: Symbol,
    price: Price = None,
    stop: Stop = "",
    on: Trigger = "",
    tif: Tif = "day",
    until: Until = "",
    account: AccountOption = "",
    list_id: ListId = "",
    wait: Wait = False,
    session: Session = "DEMO1",
    config: Config = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """A limit and a stop, one cancels the other: venue oco sell 1 BTC-USD @ 46000 --stop 44000"""
    asked = order_lists.oco(_first(side, qty, symbol, price, tif, until, account), stop, on)
    with trading(session, config, host, port) as desk:
        _enter(desk, asked, list_id or new_cl_ord_id(), wait)


def _first(side: str, qty: str, symbol: str, price: list[str] | None, tif: str, until: str, account: str) -> Order:
    return Order(
        side=side,
        qty=qty,
        symbol=symbol,
        price=price_behind(price or []),
        time_in_force="gtd" if until else tif,
        until=expire_time(until, datetime.now(UTC)) if until else "",
        account=account,
    )


def _enter(desk: Desk, asked: OrderList, list_id: str, to_the_end: bool) -> None:
    """Tell what the venue says until the list is in or refused, or with `to_the_end` until it is done.

    What came of its orders at once stands before the answer to a status request that follows the list's.
    """
    request, members = requests.enter_list(asked, list_id)
    status = requests.status(members[0])
    desk.ask(request, members)
    for fields in desk.answers(None if to_the_end else ANSWER_WAIT_S):
        if words.is_report(fields, "I") and fields["ClOrdID"] == status["ClOrdID"]:
            return
        print(words.told(fields), flush=True)
        if _is_refusal(fields, list_id):
            raise typer.Exit(1)
        if _list_status(fields, list_id) == words.LIST_DONE and to_the_end:
            return
        if _list_status(fields, list_id) == words.LIST_ACCEPTED and not to_the_end:
            desk.ask(status)


def _is_refusal(fields: Fields, list_id: str) -> bool:
    """Reject(3), BusinessMessageReject(j) or 431=7 for what we asked"""
    if fields["MsgType"] in ("3", "j"):
        return fields.get("RefMsgType") == "E"
    return _list_status(fields, list_id) == words.LIST_REJECTED


def _list_status(fields: Fields, list_id: str) -> str:
    """ListOrderStatus(431) of our ListStatus(N); "" for every other message"""
    return fields["ListOrderStatus"] if fields["MsgType"] == "N" and fields["ListID"] == list_id else ""
