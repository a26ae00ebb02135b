"""What operators asked, as text: the second half of `venue.journal.text`."""

from venue import messages as m
from venue.journal.phrases import field, number, plain, until
from venue.names import SCOPES, SELF_MATCHES, SESSION_ACTIONS, SETTLEMENTS, STATES


def operation_told(command: m.Operation) -> tuple[str, str, list[str]]:
    """What is asked, of whom, and the rest in words, who asked and why at the end; empty words are left out."""
    verb, subject, words = _told(command)
    return verb, subject, [*words, field("by", command.by), field("why", command.why)]


def _told(command: m.Operation) -> tuple[str, str, list[str]]:
    match command:
        case m.ListInstrument():
            return "list", command.symbol, _list(command)
        case m.OpenAccount():
            return "account", command.account, _account(command)
        case m.SetTradingState():
            return "state", command.symbol, [STATES[command.state], until(command.until_ns)]
        case m.SetSession():
            return "session", command.session, [_names("trades", command.trades), _names("watches", command.watches)]
        case m.ControlSession():
            return "session", command.session, [SESSION_ACTIONS[command.action]]
        case m.SetKillSwitch():
            switch = "engaged" if command.engaged else "released"
            return "kill", command.name, [SCOPES[command.scope], switch]
        case m.SetPriceLimits():
            return "prices", command.symbol, _prices(command)
        case m.SetOrderLimits() | m.SetAccountLimits() | m.SetLossCap() | m.ReleaseLossCap() | m.SetOrderGroup():
            return _limits_told(command)
        case m.SetFeeSchedule() | m.SetAccountFees() | m.MoveBalance() | m.BustTrade() | m.CorrectTrade():
            return _money_told(command)


def _limits_told(
    command: m.SetOrderLimits | m.SetAccountLimits | m.SetLossCap | m.ReleaseLossCap | m.SetOrderGroup,
) -> tuple[str, str, list[str]]:
    match command:
        case m.SetOrderLimits():
            return "limits", command.account, _order_limits(command)
        case m.SetAccountLimits():
            return "limits", command.account, [_limit("open_orders_max", command.open_orders_max)]
        case m.SetLossCap():
            return "loss-cap", command.account, [plain(command.currency), _limit("cap_units", command.cap_units)]
        case m.ReleaseLossCap():
            return "release", command.account, ["from its loss caps"]
        case m.SetOrderGroup():
            window = f"in {command.window_ns} ns"
            return "group", command.account, [
                plain(command.group), plain(command.symbol), _limit("lots_max", command.lots_max), window
            ]  # fmt: skip


def _money_told(
    command: m.SetFeeSchedule | m.SetAccountFees | m.MoveBalance | m.BustTrade | m.CorrectTrade,
) -> tuple[str, str, list[str]]:
    match command:
        case m.SetFeeSchedule():
            return "fees", command.currency, [
                f"from {tier.volume_units} maker {tier.maker_rate} taker {tier.taker_rate}" for tier in command.tiers
            ]  # fmt: skip
        case m.SetAccountFees():
            rates = command.rates
            told = "as the schedule says" if rates is None else f"maker {rates[0]} taker {rates[1]}"
            return "fees", command.account, [plain(command.currency), told]
        case m.MoveBalance():
            verb = "withdraw" if command.amount_units < 0 else "deposit"
            amount = f"{abs(command.amount_units)} units of {plain(command.currency)}"
            return verb, command.account, [amount, field("transaction_id", command.transaction_id)]
        case m.BustTrade():
            return "bust", "", [f"trade_id={command.trade_id}"]
        case m.CorrectTrade():
            return "correct", "", [f"trade_id={command.trade_id}", f"{command.qty_lots} lots at {command.price_ticks}"]


def _list(instrument: m.ListInstrument) -> list[str]:
    return [
        f"{plain(instrument.base)}/{plain(instrument.quote)}",
        f"tick {plain(instrument.tick_size)}",
        f"lot {plain(instrument.lot_size)}",
        f"{instrument.min_lots} to {instrument.max_lots} lots",
        STATES[instrument.state],
    ]


def _account(account: m.OpenAccount) -> list[str]:
    return [
        field("firm", account.firm),
        SETTLEMENTS[account.settlement],
        _names("instruments", account.instruments),
        field("self_match", SELF_MATCHES.get(account.self_match, "")),
        field("self_match_group", account.self_match_group),
    ]


def _order_limits(limits: m.SetOrderLimits) -> list[str]:
    return [
        plain(limits.symbol),
        _limit("order_lots_max", limits.order_lots_max),
        _limit("order_notional_max", limits.order_notional_max),
        _limit("long_lots_max", limits.long_lots_max),
        _limit("short_lots_max", limits.short_lots_max),
    ]


def _prices(limits: m.SetPriceLimits) -> list[str]:
    return [
        f"collar {limits.collar_bp} bp",
        f"breaker {limits.breaker_bp} bp",
        f"halt {limits.halt_ns} ns",
        f"auction {limits.auction_ns} ns",
        number("reference ", limits.reference_ticks),
    ]


def _limit(name: str, value: int) -> str:
    return f"{name}={'none' if value == m.NO_LIMIT else value}"


def _names(name: str, names: tuple[str, ...]) -> str:
    return field(name, ",".join(names))
