"""Rows of the history as they are told: the fields that orders and trades have elsewhere, and what they were."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field

from admin_api.models.orders import OrderId, OrderType, SideWord, StatusWord, TimeInForceWord, TriggerWord
from admin_api.models.values import AccountName, CurrencyName, Money, Price, Qty, Symbol, Time

HistorySeq: TypeAlias = Annotated[
    int, Field(description="The last command of the journal that is in the history.", examples=[1506])
]
CommandSeq: TypeAlias = Annotated[int, Field(description="Of the command that led to it.", examples=[1506])]
NextCursor: TypeAlias = Annotated[
    str | None, Field(description="Send it as `cursor` to go on behind this page; null: there is no more.")
]
ExecWord: TypeAlias = Literal[
    "new", "triggered", "released", "replaced", "reduced", "canceled", "expired", "trade", "trade_canceled",
    "trade_corrected", "rejected",
]  # fmt: skip
ExecStatusWord: TypeAlias = Literal["new", "partially_filled", "filled", "canceled", "expired", "rejected"]
HistoryInterval: TypeAlias = Literal["1m", "5m", "1h", "1d"]
Reason: TypeAlias = Annotated[str | None, Field(description="A name of the reason table.", examples=["self_match"])]


class PastOrder(BaseModel):
    """An order as it is, or as it ended."""

    order_id: OrderId
    client_order_id: Annotated[str, Field(description="ClOrdID(11), the last one it had.", examples=["a-7"])]
    account: AccountName
    session: Annotated[str, Field(description="FIX session or `api.KEY` that entered it.", examples=["api.desk"])]
    symbol: Symbol
    side: SideWord
    order_type: OrderType
    time_in_force: TimeInForceWord
    status: StatusWord
    reason: Annotated[Reason, Field(description="Why it was canceled or reduced.")]
    quantity: Annotated[Qty | None, Field(description="OrderQty(38); null: cash_quantity was asked for.")]
    executed_quantity: Annotated[Qty, Field(description="CumQty(14)")]
    leaves_quantity: Annotated[Qty, Field(description="LeavesQty(151)")]
    average_price: Annotated[Price | None, Field(description="AvgPx(6) of the executions.")]
    executed_value: Annotated[Money, Field(description="Price × quantity of the executions, in the quote currency.")]
    price: Price | None
    stop_price: Price | None
    trail: Price | None
    display_quantity: Qty | None
    min_quantity: Qty | None
    cash_quantity: Money | None
    trigger: TriggerWord | None
    is_triggered: bool
    is_held: Annotated[bool, Field(description="Waits for another order of its list to be filled.")]
    list_id: str | None
    expire_time: Time | None
    entered: Time
    entered_seq: CommandSeq
    updated: Time
    updated_seq: CommandSeq


class PastExecution(BaseModel):
    """An ExecutionReport(8): what happened to an order, or why a request was refused."""

    exec_id: Annotated[int, Field(description="ExecID(17)", examples=[93])]
    exec_type: ExecWord
    order_id: Annotated[int | None, Field(description="OrderID(37); null: the request was refused.", examples=[42])]
    client_order_id: Annotated[str, Field(description="ClOrdID(11)", examples=["a-7"])]
    orig_client_order_id: Annotated[str | None, Field(description="OrigClOrdID(41)")]
    account: str
    session: str
    symbol: str
    side: SideWord | None
    status: ExecStatusWord
    executed_quantity: Qty
    leaves_quantity: Qty
    last_quantity: Annotated[Qty | None, Field(description="LastQty(32): of the trade.")]
    last_price: Annotated[Price | None, Field(description="LastPx(31): of the trade.")]
    trade_id: Annotated[int | None, Field(examples=[7])]
    liquidity: Literal["maker", "taker", "auction"] | None
    fee: Annotated[Money | None, Field(description="In the quote currency; negative: a rebate.")]
    exec_ref_id: Annotated[int | None, Field(description="ExecRefID(19): the execution it takes the place of.")]
    reason: Reason
    text: str | None
    journal_seq: CommandSeq
    time: Time


class PastTrade(BaseModel):
    """A trade. Accounts and orders of others are null."""

    trade_id: Annotated[int, Field(examples=[1012])]
    symbol: Symbol
    price: Annotated[Price, Field(description="As it stands.")]
    quantity: Annotated[Qty, Field(description="As it stands; 0: it was busted.")]
    printed_price: Annotated[Price, Field(description="As it was printed.")]
    printed_quantity: Qty
    side: Annotated[SideWord | None, Field(description="Of the incoming order; null: in an auction.")]
    is_auction: bool
    maker_order_id: int | None
    maker_account: str | None
    taker_order_id: int | None
    taker_account: str | None
    amended: Annotated[Time | None, Field(description="When it was busted or corrected; null: it was not.")]
    amended_seq: int | None
    journal_seq: CommandSeq
    time: Time


class PastCandle(BaseModel):
    """The trades from `start` on, for as long as the interval. volume in the base, notional in the quote currency."""

    start: Time
    open: Price
    high: Price
    low: Price
    close: Price
    volume: Qty
    notional: Money
    trades: Annotated[int, Field(examples=[12])]


class PastPosition(BaseModel):
    """A position as of journal_seq, also one that was closed."""

    account: AccountName
    symbol: Symbol
    quantity: Annotated[Qty, Field(description="Short: negative.")]
    open_value: Annotated[Money, Field(description="What it was entered for: average entry price × quantity.")]
    realized: Annotated[Money, Field(description="Before fees.")]
    fees: Annotated[Money, Field(description="Paid; negative: rebates received.")]
    updated: Time
    updated_seq: CommandSeq


class PastBalance(BaseModel):
    account: AccountName
    currency: CurrencyName
    total: Money
    updated: Time
    updated_seq: CommandSeq


class BalanceMove(BaseModel):
    """A deposit or a withdrawal."""

    journal_seq: CommandSeq
    time: Time
    account: AccountName
    currency: CurrencyName
    amount: Annotated[Money, Field(description="Negative: withdrawn.")]
    total: Annotated[Money, Field(description="Of the balance, after it.")]
    transaction_id: Annotated[str, Field(examples=["wire-17"])]
    by: Annotated[str, Field(examples=["ann"])]
    why: Annotated[str, Field(examples=["wire of November 24"])]


class DayFees(BaseModel):
    """What an account paid on one day (UTC) in instruments of one quote currency."""

    day: Annotated[str, Field(examples=["2026-11-24"])]
    account: AccountName
    currency: CurrencyName
    paid: Money
    rebated: Money
    value: Annotated[Money, Field(description="Traded: price × quantity, both sides of an account counted.")]


class PastAction(BaseModel):
    """A control action: who did what, and why."""

    journal_seq: CommandSeq
    time: Time
    by: Annotated[str, Field(description="The name of a key, a login name, or `configuration`.", examples=["desk"])]
    why: Annotated[str, Field(examples=["lost control of its orders"])]
    action: Annotated[str, Field(examples=["kill"])]
    subject: Annotated[str, Field(description="An account, a session, an instrument …", examples=["DEMO1"])]
    text: Annotated[str, Field(description="What came of it.", examples=["kill switch of account DEMO1 is engaged"])]
    is_refused: bool
    orders_canceled: Annotated[int, Field(examples=[12])]
    command: Annotated[str, Field(description="As it was journaled, as JSON.", examples=['{"command":"BustTrade"}'])]


class HistoryState(BaseModel):
    """How far the history goes."""

    journal_seq: HistorySeq
    time: Annotated[Time, Field(description="Of that command.")]
    engine_version: Annotated[int, Field(description="Of the recorder that wrote last.", examples=[2])]
    behind: Annotated[int, Field(description="Commands that are applied here and not yet in the history.")]


class PastOrderPage(BaseModel):
    """Newest first."""

    journal_seq: HistorySeq
    orders: list[PastOrder]
    next_cursor: NextCursor


class PastExecutionPage(BaseModel):
    """Newest first."""

    journal_seq: HistorySeq
    executions: list[PastExecution]
    next_cursor: NextCursor


class PastTradePage(BaseModel):
    """Newest first."""

    journal_seq: HistorySeq
    trades: list[PastTrade]
    next_cursor: NextCursor


class PastCandlePage(BaseModel):
    """Newest first; only intervals with trades have a candle, and the newest may be under way."""

    journal_seq: HistorySeq
    symbol: Symbol
    interval: HistoryInterval
    candles: list[PastCandle]
    next_cursor: NextCursor


class PastPositionPage(BaseModel):
    """By account and symbol, backwards."""

    journal_seq: HistorySeq
    positions: list[PastPosition]
    next_cursor: NextCursor


class PastBalancePage(BaseModel):
    """By account and currency, backwards."""

    journal_seq: HistorySeq
    balances: list[PastBalance]
    next_cursor: NextCursor


class BalanceMovePage(BaseModel):
    """Newest first."""

    journal_seq: HistorySeq
    balance_moves: list[BalanceMove]
    next_cursor: NextCursor


class DayFeesPage(BaseModel):
    """The newest day first."""

    journal_seq: HistorySeq
    fees: list[DayFees]
    next_cursor: NextCursor


class PastActionPage(BaseModel):
    """Newest first."""

    journal_seq: HistorySeq
    actions: list[PastAction]
    next_cursor: NextCursor


class OrderLife(BaseModel):
    """An order and all that happened to it, oldest first."""

    journal_seq: HistorySeq
    order: PastOrder
    executions: list[PastExecution]
    has_more: Annotated[bool, Field(description="There were more than 1,000: /history/executions has them all.")]
