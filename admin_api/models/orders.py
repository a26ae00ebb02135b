"""Orders, as they are asked for and as they are told."""

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from admin_api.models.values import AccountName, ClientId, Decimal, JournalSeq, Money, Price, Qty, Symbol, Time, Why
from admin_api.wording import UTC_TIME

OrderType: TypeAlias = Literal[
    "market", "limit", "ioc", "fok", "post_only", "iceberg", "stop_loss", "stop_limit", "take_profit",
    "take_profit_limit", "trailing_stop",
]  # fmt: skip
SideWord: TypeAlias = Literal["buy", "sell"]
TimeInForceWord: TypeAlias = Literal["day", "gtc", "gtd", "ioc", "fok"]
SelfMatchWord: TypeAlias = Literal["cancel_incoming", "cancel_resting", "cancel_both", "decrement"]
TriggerWord: TypeAlias = Literal["last", "bid", "offer", "mid"]
StatusWord: TypeAlias = Literal["new", "partially_filled", "filled", "canceled", "expired"]
StatusFilter: TypeAlias = Literal["open", "closed", "new", "partially_filled", "filled", "canceled", "expired"]
ContingencyWord: TypeAlias = Literal["oco", "oto", "bracket"]

MAX_ID: Final = 2**63 - 1
OrderId: TypeAlias = Annotated[int, Field(ge=1, le=MAX_ID, description="Given by the venue.", examples=[42])]
ExpireTime: TypeAlias = Annotated[
    str,
    Field(
        pattern=UTC_TIME,
        description="When a gtd order expires: UTC, with up to nine decimals.",
        examples=["2026-12-31T17:00:00Z"],
    ),
]

OrderQty: TypeAlias = Annotated[Decimal, Field(description="In the base currency, a multiple of the lot.")]
OrderPrice: TypeAlias = Annotated[Decimal, Field(description="In the quote currency, a multiple of the tick.")]


class OrderTerms(BaseModel):
    """An order, without whose it is.

    | order_type | needs | may have |
    |---|---|---|
    | market | quantity or cash_quantity | min_quantity; time_in_force `ioc` or `fok`: never rests in any case |
    | limit | price | display_quantity, min_quantity, time_in_force |
    | ioc, fok | price | min_quantity (ioc); the same as limit with that time_in_force |
    | post_only | price | display_quantity, time_in_force; refused when it would take liquidity |
    | iceberg | price, display_quantity | min_quantity, time_in_force |
    | stop_loss, take_profit | stop_price | trigger, time_in_force; a market order once triggered |
    | stop_limit, take_profit_limit | stop_price, price | trigger, display_quantity, time_in_force |
    | trailing_stop | trail | time_in_force; a market order once triggered |

    Where time_in_force may be given it is `gtc` when it is not. A limit order that should take what there is at any
    price is a market order: ioc and fok without price are refused, so that a forgotten price is no market order.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    symbol: Annotated[Symbol, Field(examples=["BTC-USD"])]
    side: SideWord
    order_type: OrderType
    quantity: Annotated[OrderQty | None, Field(examples=["1.0"])] = None
    cash_quantity: Annotated[
        Decimal | None, Field(description="Of market orders instead of quantity: money of the quote currency.")
    ] = None
    price: Annotated[OrderPrice | None, Field(examples=["45000.00"])] = None
    stop_price: OrderPrice | None = None
    trail: Annotated[
        Decimal | None, Field(description="How far a trailing stop stays behind the market, a multiple of the tick.")
    ] = None
    display_quantity: Annotated[OrderQty | None, Field(description="What the book shows of the order.")] = None
    min_quantity: Annotated[
        OrderQty | None, Field(description="What must be filled at once, or the order is canceled.")
    ] = None
    time_in_force: TimeInForceWord | None = None
    expire_time: ExpireTime | None = None
    trigger: Annotated[TriggerWord | None, Field(description="What reaches stop_price; `last` if not given.")] = None
    self_match: Annotated[
        SelfMatchWord | None, Field(description="Instead of the account's way to prevent matches with itself.")
    ] = None
    order_group: Annotated[ClientId | None, Field(description="A fill-rate group of the account.")] = None
    client_order_id: Annotated[
        ClientId | None,
        Field(description="ClOrdID(11) of FIX reports; unique among the caller's orders. One is made if not given."),
    ] = None


class OrderRequest(OrderTerms):
    """A new order: its terms, and for whom. Exactly one of account and user_id is given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "symbol": "BTC-USD", "order_type": "limit", "side": "buy", "quantity": "1.0",
                    "price": "45000.00", "user_id": "trader_1",
                },
                {
                    "symbol": "BTC-USD", "order_type": "stop_loss", "side": "sell", "quantity": "0.5",
                    "stop_price": "44000.00", "trigger": "bid", "account": "DEMO1",
                },
            ]
        }
    )  # fmt: skip

    account: Annotated[AccountName | None, Field(examples=["DEMO1"])] = None
    user_id: Annotated[AccountName | None, Field(description="Another name of account.", examples=["trader_1"])] = None


class AmendRequest(BaseModel):
    """New terms of an open order; what is not given stays. At least one is given.

    quantity is the new total, executions included: at or below what is executed it ends the order as filled. An
    order keeps its place in the book when nothing but its quantity changes, and not upwards.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, json_schema_extra={"examples": [{"price": "44900.00"}]}
    )

    quantity: OrderQty | None = None
    price: OrderPrice | None = None
    stop_price: OrderPrice | None = None
    display_quantity: OrderQty | None = None
    time_in_force: Literal["day", "gtc", "gtd"] | None = None
    expire_time: ExpireTime | None = None


class MassCancelRequest(BaseModel):
    """Cancel the open orders of an account that fit, also those entered by its FIX sessions.

    Operators say why: it is a control action then, and stands as such in the audit.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        json_schema_extra={"examples": [{"account": "DEMO1", "symbol": "BTC-USD", "why": "the desk asked by phone"}]},
    )

    account: Annotated[AccountName, Field(examples=["DEMO1"])]
    symbol: Symbol | None = None
    side: SideWord | None = None
    own_session_only: Annotated[bool, Field(description="Only orders entered with this API key.")] = False
    why: Why | None = None


class ListRequest(BaseModel):
    """Orders that depend on each other, all in one instrument; all are accepted, or none.

    oco: two orders of one side and quantity, the first fill, trigger or end of one cancels the other. oto: the second
    waits until the first is filled. bracket: the second and third wait until the first is filled, then are an oco.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "contingency": "bracket", "account": "DEMO1", "orders": [
                        {"symbol": "BTC-USD", "side": "buy", "order_type": "limit", "quantity": "1", "price": "44000"},
                        {"symbol": "BTC-USD", "side": "sell", "order_type": "stop_loss", "quantity": "1",
                         "stop_price": "43000"},
                        {"symbol": "BTC-USD", "side": "sell", "order_type": "limit", "quantity": "1",
                         "price": "46000"},
                    ],
                }
            ]
        },
    )  # fmt: skip

    contingency: ContingencyWord
    account: Annotated[AccountName, Field(examples=["DEMO1"])]
    orders: Annotated[list[OrderTerms], Field(min_length=2, max_length=3)]
    list_id: Annotated[ClientId | None, Field(description="ListID(66) of FIX reports. One is made if not given.")] = (
        None
    )


LIMIT_MAX: Final = 500


class OrdersWanted(BaseModel):
    """Which orders to list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: AccountName | None = None
    symbol: Symbol | None = None
    status: Annotated[StatusFilter | None, Field(description="`open` and `closed` stand for several.")] = None
    side: SideWord | None = None
    client_order_id: Annotated[
        ClientId | None, Field(description="The order that has, or once had, this ClOrdID(11).")
    ] = None
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = 100
    cursor: Annotated[str | None, Field(max_length=40, description="next_cursor of the page before.")] = None


class Order(BaseModel):
    """An order as it stands. Prices and quantities are null where the order has none."""

    order_id: OrderId
    client_order_id: Annotated[
        str, Field(description="The ClOrdID(11) it was entered with: amendments do not change it.", examples=["a-7"])
    ]
    account: AccountName
    session: Annotated[str, Field(description="FIX session or `api.KEY` that entered it.", examples=["api.desk"])]
    symbol: Annotated[Symbol, Field(examples=["BTC-USD"])]
    side: SideWord
    order_type: OrderType
    time_in_force: TimeInForceWord
    status: StatusWord
    reason: Annotated[
        str | None,
        Field(description="Why it was canceled or reduced, a name of the reason table.", examples=["ioc_remainder"]),
    ]
    quantity: Annotated[Qty, Field(description="OrderQty(38), in the base currency.")]
    executed_quantity: Annotated[Qty, Field(description="CumQty(14)")]
    leaves_quantity: Annotated[Qty, Field(description="LeavesQty(151): what may still be executed.")]
    average_price: Annotated[Price | None, Field(description="AvgPx(6) of the executions.")]
    price: Price | None
    stop_price: Annotated[Price | None, Field(description="Of a trailing stop: where it is now.")]
    trail: Price | None
    display_quantity: Qty | None
    min_quantity: Qty | None
    cash_quantity: Annotated[Money | None, Field(description="Asked for instead of a quantity.")]
    trigger: TriggerWord | None
    is_triggered: Annotated[bool, Field(description="A stop or take profit that was reached.")]
    is_held: Annotated[bool, Field(description="Waits for another order of its list to be filled.")]
    self_match: SelfMatchWord | None
    order_group: str | None
    list_id: str | None
    expire_time: Time | None
    entered: Time
    updated: Time
    ended: Annotated[Time | None, Field(description="When it was filled, canceled or expired; null: it is open.")]


class OrderAnswer(Order):
    """One order, as of journal_seq."""

    journal_seq: JournalSeq


class OrderFill(BaseModel):
    """The order's side of one trade."""

    trade_id: Annotated[int, Field(examples=[7])]
    price: Price
    quantity: Qty
    fee: Annotated[Money, Field(description="In the quote currency; negative: a rebate.", examples=["1.25"])]
    liquidity: Annotated[Literal["maker", "taker", "auction"], Field(examples=["taker"])]


class OrderDone(Order):
    """The order right after the request, and what the request had filled at once.

    journal_seq is the request's place in the journal.
    """

    fills: Annotated[
        list[OrderFill] | None,
        Field(description="Oldest first; null in the answer to a repeated request whose first answer is forgotten."),
    ]
    journal_seq: Annotated[int, Field(examples=[1506])]


class OrderPage(BaseModel):
    """Newest first. More orders may follow while next_cursor is not null, also when this page is short or empty."""

    orders: list[Order]
    next_cursor: Annotated[str | None, Field(description="Send it as `cursor` to go on behind this page.")]
    journal_seq: JournalSeq


class MassCancelDone(BaseModel):
    """What a mass cancel found."""

    count: Annotated[int, Field(description="Orders canceled, those of lists they belonged to included.")]
    order_ids: Annotated[list[int], Field(description="In ascending order, 1,000 at most.", examples=[[41, 42]])]
    journal_seq: Annotated[int, Field(examples=[1506])]


class ListDone(BaseModel):
    """The orders of an accepted list, in the order of the request."""

    list_id: str
    orders: list[OrderDone]
    journal_seq: Annotated[int, Field(examples=[1506])]
