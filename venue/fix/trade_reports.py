"""Reports of trades: 150=F to each side when it happens, 150=H or G when an operator amends it."""

from venue import messages as m
from venue.fix import tables
from venue.fix.listing import Listing
from venue.fix.report_text import SOH, Listings, Place, execution_report, field, open_status, place_fields


def maker_traded(listings: Listings, place: Place, event: m.OrderTraded) -> str:
    """150=F Trade, for the owner of the resting order"""
    listing = listings[event.maker.symbol]
    leaves_lots, cum_lots = event.maker_leaves_lots, event.maker_cum_lots
    return execution_report(
        listing,
        event.maker,
        event.maker_order_id,
        event.maker_exec_id,
        "F",
        open_status(cum_lots, leaves_lots),
        cum_lots,
        leaves_lots,
        event.maker_notional,
        place[2],
        _trade_fields(listing, event, tables.ADDED, event.maker_fee) + place_fields(place),
    )


def taker_traded(listings: Listings, place: Place, event: m.OrderTraded) -> str:
    """150=F Trade, for the owner of the incoming order"""
    listing = listings[event.taker.symbol]
    leaves_lots, cum_lots = event.taker_leaves_lots, event.taker_cum_lots
    return execution_report(
        listing,
        event.taker,
        event.taker_order_id,
        event.taker_exec_id,
        "F",
        open_status(cum_lots, leaves_lots),
        cum_lots,
        leaves_lots,
        event.taker_notional,
        place[2],
        _trade_fields(listing, event, tables.REMOVED, event.taker_fee) + place_fields(place),
    )


def maker_amended(listings: Listings, place: Place, event: m.TradeAmended) -> str:
    """150=H or G, for the owner of the order that rested"""
    return _amended(listings, place, event, event.maker, tables.ADDED)


def taker_amended(listings: Listings, place: Place, event: m.TradeAmended) -> str:
    """150=H or G, for the owner of the order that came in"""
    return _amended(listings, place, event, event.taker, tables.REMOVED)


def _amended(listings: Listings, place: Place, event: m.TradeAmended, side: m.TradeSide, liquidity: str) -> str:
    """150=H Trade Cancel, or G Trade Correct with what the trade is now (matrix J.1.a).

    ExecRefID(19) names the report amended; the quantities are the order's after it. What the trade took off
    comes back to neither side, so a Filled order that lost some of it is Canceled.
    """
    listing = listings[side.terms.symbol]
    more = field(19, side.exec_ref_id) + _trade_fields(listing, event, liquidity, side.fee)
    why = field(58, event.why) if event.why else ""
    return execution_report(
        listing,
        side.terms,
        side.order_id,
        side.exec_id,
        "G" if event.qty_lots else "H",
        tables.ORD_STATUS_CHARS[side.ord_status],
        side.cum_lots,
        side.leaves_lots,
        side.notional,
        place[2],
        more + why + place_fields(place),
    )


def _trade_fields(listing: Listing, event: m.OrderTraded | m.TradeAmended, liquidity: str, fee: int) -> str:
    """LastPx(31), LastQty(32), the fee, LastLiquidityInd(851) and the TrdMatchID(880) both sides share."""
    return (
        f"31={listing.price_text(event.price_ticks)}{SOH}32={listing.qty_text(event.qty_lots)}{SOH}"
        f"{_fee_group(listing, fee) if fee else ''}"
        f"851={tables.AUCTIONED if event.is_auction else liquidity}{SOH}880={event.trade_id}{SOH}"
    )


def _fee_group(listing: Listing, fee: int) -> str:
    """NoMiscFees(136): one exchange fee (139=4), an absolute amount (891=0); a rebate is negative."""
    return f"136=1{SOH}137={listing.cash_text(fee)}{SOH}138={listing.instrument.quote}{SOH}139=4{SOH}891=0{SOH}"
