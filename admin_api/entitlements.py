"""What each session may trade and watch, as the journal has said so far: a sink of the replica."""

from typing import Final

from venue.messages import AnyCommand, AnyEvent, SetSession, SettingChanged


class Entitlements:
    def __init__(self) -> None:
        self._of: Final[dict[str, SetSession]] = {}

    def on_events(self, _journal_seq: int, _time_ns: int, _command: AnyCommand, events: list[AnyEvent]) -> None:
        for event in events:
            if type(event) is SettingChanged and isinstance(event.setting, SetSession):
                self._of[event.setting.session] = event.setting

    def begin(self, setting: SetSession) -> None:
        """What was so before the first command that is followed."""
        self._of[setting.session] = setting

    def of(self, session: str) -> SetSession | None:
        """None: the session was never entitled to anything."""
        return self._of.get(session)

    def sessions(self) -> list[str]:
        """Every session that was ever entitled, as any that has entered an order was."""
        return list(self._of)
