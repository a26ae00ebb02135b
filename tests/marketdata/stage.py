"""An engine with market data beside it, as in a replica."""

from venue.engine.engine import Engine
from venue.marketdata import InstrumentMarket, MarketData
from venue.messages import AnyCommand, AnyEvent


class Stage:
    """stage(command, ...) applies them at time_ns and gives the events of the last one."""

    def __init__(self, *before: AnyCommand, time_ns: int = 1) -> None:
        self.engine = Engine()
        self.market = MarketData(self.engine)
        self.time_ns = time_ns
        self(*before)

    @classmethod
    def beside(cls, engine: Engine) -> "Stage":
        """Market data that begins with an engine that has run already."""
        stage = cls(time_ns=engine.time_ns)
        stage.engine, stage.market = engine, MarketData(engine)
        return stage

    def __call__(self, *commands: AnyCommand) -> list[AnyEvent]:
        events: list[AnyEvent] = []
        for command in commands:
            seq = self.engine.journal_seq + 1
            events = self.engine.apply(command, seq, self.time_ns)
            self.market.on_events(seq, self.time_ns, command, events)
        return events

    def at(self, time_ns: int, *commands: AnyCommand) -> list[AnyEvent]:
        self.time_ns = time_ns
        return self(*commands)

    def instrument(self, symbol: str = "X") -> InstrumentMarket:
        found = self.market.instrument(symbol)
        assert found is not None
        return found
