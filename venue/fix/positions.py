"""Positions and balances, when a client asks for those of an account it trades or watches.

RequestForPositions(AN) is answered with a PositionReport(AP) for each instrument the account has traded, or
one RequestForPositionsAck(AO) when there is none; CollateralInquiry(BB) with a CollateralReport(BA) for each
currency, or one CollateralInquiryAck(BG). All are answers: they say what is and report nothing new.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from venue import messages as m
from venue.engine.engine import Engine
from venue.fix.fix_session import FixSession
from venue.fix.inbound import Fields, seen_account
from venue.fix.listing import Listing
from venue.fix.report_text import SOH, field
from venue.fix.timestamps import utc_text
from venue.increments import money_increment

Question: TypeAlias = Callable[[Engine], None]

NONE_FOUND: Final = ("2", "0")  # PosReqResult(728), PosReqStatus(729) Completed
TOO_MANY: Final = ("99", "2")  # Other, Rejected


def positions_asked(fields: Fields, session: FixSession) -> Question:
    """RequestForPositions(AN): one instrument, or all of them"""
    account, symbol = seen_account(fields, session.party), fields.get("55", "")

    def ask(engine: Engine) -> None:
        found = [position for position in engine.positions(account) if symbol in ("", position.symbol)]
        if not found:
            session.tell(no_positions, session.ids.next(), fields, account, *NONE_FOUND, "no positions")
        elif len(found) > session.status_reports_max:
            text = f"{len(found)} positions: at most {session.status_reports_max} are reported at a time"
            session.tell(no_positions, session.ids.next(), fields, account, *TOO_MANY, text)
        else:
            now = (len(found), engine.journal_seq, engine.time_ns)
            for position in found:
                listing = session.listings[position.symbol]
                session.tell(position_report, session.ids.next(), fields, listing, position, *now)

    return ask


def balances_asked(fields: Fields, session: FixSession) -> Question:
    """CollateralInquiry(BB): one currency, or all of them"""
    account, currency = seen_account(fields, session.party), fields.get("15", "")

    def ask(engine: Engine) -> None:
        found = [balance for balance in engine.balances(account) if currency in ("", balance.currency)]
        if not found:
            session.tell(no_balances, fields, account)
        decimals = {known.currency: known.decimals for known in engine.currencies()}
        for number, balance in enumerate(found, 1):
            place = (number, len(found), engine.journal_seq, engine.time_ns)
            session.tell(balance_report, session.ids.next(), fields, balance, decimals[balance.currency], *place)

    return ask


def position_report(
    report_id: str,
    asked: Fields,
    listing: Listing,
    position: m.Position,
    total: int,
    journal_seq: int,
    time_ns: int,
) -> str:
    """PositionReport(AP): AvgPx(6) is the average entry price, SettlPrice(730) the mark (0: no price yet)."""
    lots = position.qty_lots
    quantity = field(704, listing.qty_text(lots)) if lots >= 0 else field(705, listing.qty_text(-lots))
    amounts = (
        ("RPNL", position.realized_units),
        ("UPNL", position.unrealized_units),
        ("FEES", position.fees_units),
    )
    amounts_text = "".join(field(707, name) + field(708, listing.cash.to_text(units)) for name, units in amounts)
    return (
        f"35=AP{SOH}1={position.account}{SOH}6={listing.avg_px(position.open_notional, abs(lots))}{SOH}"
        f"15={listing.instrument.quote}{SOH}55={position.symbol}{SOH}60={utc_text(time_ns)}{SOH}581=1{SOH}"
        f"702=1{SOH}703=TQ{SOH}{quantity}727={total}{SOH}728=0{SOH}730={_mark(listing, position)}{SOH}731=2{SOH}"
        f"753={len(amounts)}{SOH}{amounts_text}710={asked['710']}{SOH}721={report_id}{SOH}5001={journal_seq}{SOH}"
    )


def _mark(listing: Listing, position: m.Position) -> str:
    """Of half ticks, as a decimal"""
    return listing.avg_px(position.mark_half_ticks, 2)


def no_positions(report_id: str, asked: Fields, account: str, result: str, status: str, text: str) -> str:
    """RequestForPositionsAck(AO)"""
    symbol = field(55, asked["55"]) if "55" in asked else ""
    return (
        f"35=AO{SOH}1={account}{SOH}{symbol}58={text}{SOH}581=1{SOH}710={asked['710']}{SOH}721={report_id}{SOH}"
        f"727=0{SOH}728={result}{SOH}729={status}{SOH}"
    )


def balance_report(
    report_id: str,
    asked: Fields,
    balance: m.Balance,
    decimals: int,
    number: int,
    total: int,
    journal_seq: int,
    time_ns: int,
) -> str:
    """CollateralReport(BA): TotalNetValue(900) is the balance, MarginExcess(899) what no open order has locked."""
    money = money_increment(decimals)
    return (
        f"35=BA{SOH}1={balance.account}{SOH}15={balance.currency}{SOH}60={utc_text(time_ns)}{SOH}"
        f"899={money.to_text(balance.total_units - balance.locked_units)}{SOH}"
        f"900={money.to_text(balance.total_units)}{SOH}908={report_id}{SOH}909={asked['909']}{SOH}910=3{SOH}"
        f"911={total}{SOH}912={'Y' if number == total else 'N'}{SOH}5001={journal_seq}{SOH}"
    )


def no_balances(asked: Fields, account: str) -> str:
    """CollateralInquiryAck(BG): completed, and nothing to tell; so it is of every account on credit."""
    return f"35=BG{SOH}1={account}{SOH}58=no balances{SOH}909={asked['909']}{SOH}945=2{SOH}946=99{SOH}"
