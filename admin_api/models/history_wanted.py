"""What may be asked of the history: the query parameters of each list."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from admin_api.models.history import ExecWord, HistoryInterval
from admin_api.models.orders import MAX_ID, SideWord, StatusFilter
from admin_api.models.values import AccountName, ClientId, Moment, Symbol
from venue.config import NAME

LIMIT: Final = 100
LIMIT_MAX: Final = 500  # of a page
ROWS_MAX: Final = 10_000_000  # of an export

ShortText = Annotated[str, Field(max_length=200)]
CurrencyAsked = Annotated[str, Field(pattern=NAME, description="A currency.", examples=["USD"])]
Id = Annotated[int, Field(ge=1, le=MAX_ID)]


class HistoryWanted(BaseModel):
    """Of every list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Annotated[
        Moment | None, Field(alias="from", description="Then or later.", examples=["2026-11-24T09:30:00Z"])
    ] = None
    end: Annotated[Moment | None, Field(alias="to", description="Before.", examples=["2036-11-24T16:00:00Z"])] = None
    limit: Annotated[
        int | None,
        Field(ge=1, le=ROWS_MAX, description=f"At most so many rows: {LIMIT_MAX} of a page, {LIMIT} if not given; as "
              "CSV all, if not given."),
    ] = None  # fmt: skip
    cursor: Annotated[str | None, Field(max_length=200, description="next_cursor of the page before.")] = None
    format: Annotated[
        Literal["json", "csv"] | None,
        Field(description="csv: all rows, as a file to download; the same as `Accept: text/csv`."),
    ] = None


class OfAccount(HistoryWanted):
    account: AccountName | None = None


class PastOrdersWanted(OfAccount):
    symbol: Symbol | None = None
    status: Annotated[StatusFilter | None, Field(description="`open` and `closed` stand for several.")] = None
    side: SideWord | None = None
    client_order_id: Annotated[ClientId | None, Field(description="The last ClOrdID(11) of the order.")] = None
    list_id: ClientId | None = None


class PastExecutionsWanted(OfAccount):
    symbol: Symbol | None = None
    exec_type: ExecWord | None = None
    side: SideWord | None = None
    order_id: Id | None = None
    client_order_id: Annotated[ClientId | None, Field(description="ClOrdID(11) of the report.")] = None
    trade_id: Id | None = None


class PastTradesWanted(OfAccount):
    symbol: Symbol | None = None


class PastCandlesWanted(HistoryWanted):
    interval: HistoryInterval = "1m"


class PastPositionsWanted(OfAccount):
    symbol: Symbol | None = None


class OfCurrency(OfAccount):
    currency: CurrencyAsked | None = None


class BalanceMovesWanted(OfCurrency):
    transaction_id: ShortText | None = None


class PastActionsWanted(HistoryWanted):
    by: Annotated[ShortText | None, Field(description="Only of this one.")] = None
    action: Annotated[ShortText | None, Field(description="Only of this kind.", examples=["kill"])] = None
    subject: Annotated[ShortText | None, Field(description="Only about this.")] = None
