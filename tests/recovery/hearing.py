"""What one client has heard in its life: each ExecID(17) once, but for reports that say PossResend(97)=Y."""

from typing import Final

from tests.support.fix_message import SOH, FixMessage
from tests.support.recovering_client import RecoveringClient

# What may differ when a report is told again: header, trailer, and what says that it comes again.
_OF_THE_MESSAGE: Final = frozenset(("8", "9", "34", "35", "43", "49", "52", "56", "97", "122", "10"))


class Hearing:
    """`may_come_again`: whether there was a power loss, else nothing may say PossResend."""

    def __init__(self, client: RecoveringClient) -> None:
        self.exec_ids: Final[list[str]] = []  # in the order they were first heard, but for answers to questions
        self.may_come_again = False
        self.came_again = 0
        self._texts: Final[dict[str, int]] = {}  # hash of each report's text, by ExecID
        self._client = client

    def is_news(self, report: FixMessage) -> bool:
        """False when it was heard before, word for word, and says so. Fails when it may not come."""
        exec_id, is_again = report["ExecID"], report.get("PossResend") == "Y"
        assert self.may_come_again or not is_again, f"PossResend without a power loss: {report}\n{self._client.told()}"
        text = hash(SOH.join(f"{tag}={value}" for tag, value in report.fields if str(tag) not in _OF_THE_MESSAGE))
        if exec_id in self._texts:
            assert is_again, f"ExecID(17) {exec_id} came twice\n{self._client.told()}"
            assert self._texts[exec_id] == text, f"ExecID(17) {exec_id} came again otherwise\n{self._client.told()}"
            self.came_again += 1
            return False
        self._texts[exec_id] = text
        if not exec_id.startswith("I"):  # the answer to a question, which no journal has
            self.exec_ids.append(exec_id)
        return True
