"""`venue order`, `cancel`, `replace` and `orders`: trade by hand, over FIX like any client.

Each report is told in words. The exit status is 0 when the venue did what was asked, 1 when it refused.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeAlias

import typer
from rich.table import Table

from venue.cli.desk import ANSWER_WAIT_S, Desk, Host, Port, Session, trading
from venue.cli.options import Config
from venue.cli.terminal import console
from venue.client import requests, words
from venue.client.fields import Fields
from venue.client.requests import ORD_TYPES, TIMES_IN_FORCE, TRIGGERS, Order, new_cl_ord_id
from venue.errors import OperatorError
from venue.fix.timestamps import utc_text

Side: TypeAlias = Annotated[str, typer.Argument(metavar="buy|sell")]
Qty: TypeAlias = Annotated[str, typer.Argument(metavar="QTY")]
Symbol: TypeAlias = Annotated[str, typer.Argument(metavar="SYMBOL")]
Price: TypeAlias = Annotated[list[str] | None, typer.Argument(metavar="[@ PRICE]")]
Until: TypeAlias = Annotated[str, typer.Option(help="End of a gtd order: 90s, 15m, 8h, 3d, or 2026-12-31T17:00 (UTC).")]
Trigger: TypeAlias = Annotated[
    str, typer.Option(help=f"What reaches the trigger: {', '.join(TRIGGERS)}. Default: last.")
]
AccountOption: TypeAlias = Annotated[str, typer.Option("--account", help="One the session trades. Default: its first.")]


def order(
    side: Side,
    qty: Qty,
    symbol: Symbol,
    price: Price = None,
    ord_type: Annotated[
        str, typer.Option("--type", help=f"{', '.join(ORD_TYPES)}. Default: what the prices say.")
    ] = "",
    tif: Annotated[str, typer.Option(help=", ".join(TIMES_IN_FORCE))] = "day",
    until: Until = "",
    stop: Annotated[str, typer.Option(metavar="PRICE", help="Trigger of the stop and take-profit types.")] = "",
    display: Annotated[str, typer.Option(metavar="QTY", help="Iceberg: how much is shown.")] = "",
    min_qty: Annotated[str, typer.Option(metavar="QTY", help="Trade at least this much at once, or nothing.")] = "",
    post_only: Annotated[bool, typer.Option("--post-only", help="Refuse the order if it would take.")] = False,
    cash: Annotated[bool, typer.Option("--cash", help="QTY is an amount of the quote currency.")] = False,
    trail: Annotated[str, typer.Option(metavar="OFFSET", help="Trailing stop: this far behind the last trade.")] = "",
    on: Trigger = "",
    group: Annotated[str, typer.Option(help="Fill-rate group of the account it counts in.")] = "",
    account: AccountOption = "",
    cl_ord_id: Annotated[str, typer.Option("--id", help="ClOrdID. Default: a new one.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Follow the order until it is closed.")] = False,
    session: Session = "DEMO1",
    config: Config = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Send an order: venue order buy 0.5 BTC-USD @ 45000"""
    terms = Order(
        side=side,
        qty=qty,
        symbol=symbol,
        price=price_behind(price or []),
        stop=stop,
        ord_type=ord_type,
        time_in_force="gtd" if until else tif,
        until=expire_time(until, datetime.now(UTC)) if until else "",
        display=display,
        min_qty=min_qty,
        post_only=post_only,
        is_cash=cash,
        account=account,
        trail=trail,
        trigger=on,
        group=group,
    )
    request = requests.enter(terms, cl_ord_id or new_cl_ord_id())
    with trading(session, config, host, port) as desk:
        desk.ask(request)
        _follow(desk, request, to_the_end=wait)


def price_behind(words_behind: list[str]) -> str:
    """["@", "45000"], ["@45000"] and ["45000"] all mean the price."""
    text = "".join(words_behind).removeprefix("@")
    if len(words_behind) > 2 or (words_behind and not text):
        raise OperatorError(f"the price was {' '.join(words_behind)!r}: must be written as @ 45000")
    return text


def expire_time(text: str, now: datetime) -> str:
    """ExpireTime(126) of "15m", or of a time in UTC."""
    units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    try:
        if text[-1] in units:
            end = now + timedelta(**{units[text[-1]]: float(text[:-1])})
        else:
            end = datetime.fromisoformat(text)
            end = end if end.tzinfo else end.replace(tzinfo=UTC)
        return utc_text(int(end.timestamp() * 1000) * 1_000_000)
    except (ValueError, OverflowError):
        raise OperatorError(f"--until was {text!r}: must be like 90s, 15m, 8h, 3d or 2026-12-31T17:00") from None


def _follow(desk: Desk, request: Fields, to_the_end: bool = False) -> None:
    """Tell what the venue says until the request is answered, or with `to_the_end` until the order is closed.

    What came of an order at once follows its first report, and the answer to a status request follows that.
    """
    has_asked = False
    for fields in desk.answers(None if to_the_end else ANSWER_WAIT_S):
        is_ours = fields.get("ClOrdID") == request["ClOrdID"]
        if is_ours and words.is_report(fields, "I"):
            return
        print(words.told(fields), flush=True)
        if _is_refusal(fields, request):
            raise typer.Exit(1)
        if is_ours and words.is_report(fields, "0", "5") and not to_the_end:
            desk.ask(requests.status(request))
            has_asked = True
        elif is_ours and not has_asked and (fields["MsgType"] == "r" or fields["OrdStatus"] not in words.OPEN):
            return


def _is_refusal(fields: Fields, request: Fields) -> bool:
    """Reject(3), BusinessMessageReject(j), OrderCancelReject(9), 150=8 or 531=0 for what we asked"""
    if fields["MsgType"] in ("3", "j"):
        return fields.get("RefMsgType") == request["MsgType"]
    return fields.get("ClOrdID") == request["ClOrdID"] and (
        fields["MsgType"] == "9" or words.is_report(fields, "8") or fields.get("MassCancelResponse") == "0"
    )


def cancel(
    cl_ord_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="ClOrdID or OrderID.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every open order that fits.")] = False,
    symbol: Annotated[str, typer.Option(help="With --all: only of this instrument.")] = "",
    side: Annotated[str, typer.Option(help="With --all: only buy or sell.")] = "",
    account: AccountOption = "",
    session: Session = "DEMO1",
    config: Config = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Cancel an order, or all that fit."""
    if (cl_ord_id is None) != every:
        raise OperatorError("cancel needs the ID of an order, or --all")
    with trading(session, config, host, port) as desk:
        if every:
            request = requests.mass_cancel(new_cl_ord_id(), symbol, side, account)
        else:
            request = requests.cancel(_open_order(desk, cl_ord_id or "", account), new_cl_ord_id())
        desk.ask(request)
        _follow(desk, request)


def replace(
    cl_ord_id: Annotated[str, typer.Argument(metavar="ID", help="ClOrdID or OrderID.")],
    qty: Annotated[str, typer.Option(help="New quantity, what is filled included.")] = "",
    price: Annotated[str, typer.Option()] = "",
    stop: Annotated[str, typer.Option()] = "",
    display: Annotated[str, typer.Option()] = "",
    account: AccountOption = "",
    session: Session = "DEMO1",
    config: Config = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Change an open order: venue replace ID --price 45010"""
    given = {"OrderQty": qty, "Price": price, "StopPx": stop, "MaxFloor": display}
    changes = {name: value for name, value in given.items() if value}
    if not changes:
        raise OperatorError("replace needs what to change: --qty, --price, --stop or --display")
    with trading(session, config, host, port) as desk:
        request = requests.replace(_open_order(desk, cl_ord_id, account), new_cl_ord_id(), changes)
        desk.ask(request)
        _follow(desk, request)


def orders(
    account: AccountOption = "",
    session: Session = "DEMO1",
    config: Config = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """List the open orders of an account."""
    with trading(session, config, host, port) as desk:
        reports = _open_orders(desk, account)
    if not reports:
        print("no open orders")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "order", "side", "symbol", "type", "price", "stop", "qty", "left", "status"):
        table.add_column(name, justify="right" if name in ("price", "stop", "qty", "left") else "left")
    for report in reports:
        table.add_row(
            report["ClOrdID"],
            report["OrderID"],
            words.side(report),
            report["Symbol"],
            words.ord_type(report),
            report.get("Price", ""),
            report.get("StopPx", ""),
            report["OrderQty"],
            report["LeavesQty"],
            words.ord_status(report),
        )
    console().print(table)


def _open_orders(desk: Desk, account: str) -> list[Fields]:
    """One report for each open order, by OrderID; other news is told meanwhile."""
    request = requests.mass_status(new_cl_ord_id(), account)
    desk.ask(request)
    reports: list[Fields] = []
    for fields in desk.answers():
        if fields.get("MassStatusReqID") != request["MassStatusReqID"]:
            print(words.told(fields), flush=True)
            if _is_refusal(fields, request):
                raise typer.Exit(1)
            continue
        if fields["OrdStatus"] in words.OPEN:
            reports.append(fields)
        if fields["OrdStatus"] not in words.OPEN or fields.get("LastRptRequested") == "Y":
            break
    return reports


def _open_order(desk: Desk, cl_ord_id: str, account: str) -> Fields:
    for report in _open_orders(desk, account):
        if cl_ord_id in (report["ClOrdID"], report["OrderID"]):
            return report
    raise OperatorError(
        f"{desk.comp_id} has no open order {cl_ord_id}: `venue orders --session {desk.comp_id}` lists what is open"
    )
