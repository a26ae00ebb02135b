"""What the demo's screen counts: a sink of the venue's replica, called on the sequencer's thread."""

from venue.messages import AnyCommand, AnyEvent, EnterOrder, OrderTraded, ReplaceOrder


class Tally:
    """Counts from the start of the journal; replayed commands count too, rates come from differences."""

    def __init__(self) -> None:
        self.orders = 0  # entered or replaced
        self.trades = 0
        self.journal_seq = 0
        self.volume_lots: dict[str, int] = {}

    def on_events(self, journal_seq: int, _time_ns: int, command: AnyCommand, events: list[AnyEvent]) -> None:
        self.journal_seq = journal_seq
        self.orders += isinstance(command, EnterOrder | ReplaceOrder)
        for event in events:
            if isinstance(event, OrderTraded):
                self.trades += 1
                symbol = event.maker.symbol
                self.volume_lots[symbol] = self.volume_lots.get(symbol, 0) + event.qty_lots
