"""A session that only watches: it gets a copy of every report of some accounts, over crashes too."""

from typing import Final

from tests.recovery.hearing import Hearing
from tests.support.fix_message import FixMessage
from tests.support.recovering_client import RecoveringClient


class CopyWatcher:
    """`hearing` has the ExecIDs of all copies."""

    def __init__(self, client: RecoveringClient) -> None:
        self.client: Final = client
        self.hearing: Final = Hearing(client)

    def come_back(self, port: int) -> None:
        for message in self.client.log_on_and_recover(port):
            self.hear(message)

    def hear_all(self, patience_s: float) -> None:
        while (message := self.client.receive(patience_s)) is not None:
            self.hear(message)
            patience_s = 0.0

    def hear(self, message: FixMessage) -> None:
        if message.is_admin:
            assert message.msg_type != "3", f"a Reject(3) came\n{self.client.told()}"
            return
        assert (message.msg_type, message.get("CopyMsgIndicator")) == ("8", "Y"), f"{message}\n{self.client.told()}"
        self.hearing.is_news(message)
