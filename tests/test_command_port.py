"""The command port over a real sequencer and journal: who appends from outside, and what it is told."""

import socket
import stat
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.support.appending_process import appending_process
from tests.support.bare_venue import BareVenue
from tests.support.waiting import wait_until
from venue.command_port import CONNECTIONS_MAX, IN_FLIGHT_MAX, CommandPort
from venue.config import SequencerConfig
from venue.engine.engine import Engine
from venue.errors import JournalError, OperatorError
from venue.journal import open_reader
from venue.journal.frames import (
    ACCOUNTS,
    ANSWER_BYTES_MAX,
    QUESTIONS,
    REQUEST_BYTES_MAX,
    TRADING_STATE,
    Append,
    Applied,
    Question,
    Refused,
    Reply,
    Welcome,
    encode,
    framed,
    receive_frame,
    reply_of,
)
from venue.journal.remote import SOCKET_NAME, RemoteJournal, socket_address
from venue.latency import Latencies
from venue.messages import (
    OPEN,
    AccountOpened,
    AdvanceStates,
    AnyCommand,
    ExpireOrders,
    MassCancel,
    OpenAccount,
    OperationRefused,
    RollDay,
    SetTradingState,
)
from venue.pulse import Pulse
from venue.sequencer import Sequencer

PATIENCE_S: Final = 30.0


@pytest.fixture
def make_venue(tmp_path: Path) -> Iterator[Callable[..., BareVenue]]:
    venues: list[BareVenue] = []

    def make(folder: str = "data", **bounds: float) -> BareVenue:
        data = tmp_path / folder
        data.mkdir(parents=True, exist_ok=True)
        venues.append(BareVenue(data, SequencerConfig.model_validate(bounds)))
        venues[-1].port.start()
        return venues[-1]

    yield make
    for venue in venues:
        if venue.sequencer._thread.ident is None:  # its test never started it
            venue.sequencer.start()
        venue.stop()


@pytest.fixture
def venue(make_venue: Callable[..., BareVenue]) -> BareVenue:
    made = make_venue()
    made.sequencer.start()
    return made


def opening(account: str) -> OpenAccount:
    return OpenAccount(account, by="ann", why="test")


def raw_connection(venue: BareVenue) -> socket.socket:
    """A connection that has been welcomed, for bytes of any kind."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(PATIENCE_S)
    with socket_address(venue.data) as address:
        connection.connect(address)
    assert isinstance(next_reply(connection), Welcome)
    return connection


def next_reply(connection: socket.socket) -> Reply | None:
    body = receive_frame(connection, ANSWER_BYTES_MAX)
    return None if body is None else reply_of(body)


def has_ended(connection: socket.socket) -> bool:
    """Reset, when something was left unread."""
    try:
        return next_reply(connection) is None
    except ConnectionResetError:
        return True


def assert_serves(venue: BareVenue) -> None:
    """Another client gets its answer."""
    with RemoteJournal(venue.data) as remote:
        assert remote.append([opening("ANN")])[0][1] == [AccountOpened(opening("ANN"))]


# -- appending and asking ----------------------------------------------------------------------------------


def test_commands_are_answered_with_journal_seq_and_events(venue: BareVenue) -> None:
    """Each command of a request has the next journal_seq and its own events, a refusal among them."""
    with RemoteJournal(venue.data) as remote:
        (first, opened), (second, refused) = remote.append([opening("ANN"), SetTradingState("NONE", OPEN, "ann", "x")])
    assert second == first + 1
    assert opened == [AccountOpened(opening("ANN"))]
    assert [type(event) for event in refused] == [OperationRefused]


def test_commands_of_one_request_are_one_batch(venue: BareVenue) -> None:
    """All of them are in the journal, or none: they share one row, one behind the other."""
    commands: list[AnyCommand] = [opening(f"A{n}") for n in range(50)]
    with RemoteJournal(venue.data) as remote:
        (first, _), *_ = remote.append(commands)
    batch = next(iter(open_reader(venue.url).read(first)))
    assert batch.commands()[first - batch.first_seq :] == commands


def test_an_answer_comes_only_when_the_command_is_durable(venue: BareVenue) -> None:
    """When the client has the answer, any reader finds the command in the journal."""
    reader = open_reader(venue.url)
    with RemoteJournal(venue.data) as remote:
        for number in range(50):
            ((journal_seq, _),) = remote.append([opening(f"A{number}")])
            assert reader.last_seq() >= journal_seq


def test_a_question_sees_what_was_acknowledged_before(venue: BareVenue) -> None:
    """What the engine knows comes back as the messages of the vocabulary."""
    with RemoteJournal(venue.data) as remote:
        remote.append([opening("ANN"), opening("BOB")])
        assert remote.ask(ACCOUNTS) == [opening("ANN"), opening("BOB")]
        assert remote.ask(TRADING_STATE, "NONE") is None


@pytest.mark.parametrize(
    ("question", "arguments", "text"),
    [
        (Question("dump", bytes), [], "'dump' is no question: there are accounts"),
        (Question("__class__", bytes), [], "'__class__' is no question"),
        (TRADING_STATE, [], "question trading_state could not be answered: .*argument"),
        (TRADING_STATE, ["A", "B"], "question trading_state could not be answered: .*argument"),
    ],
)
def test_a_wrong_question_is_refused_and_nothing_else(
    venue: BareVenue, question: "Question[object]", arguments: list[str], text: str
) -> None:
    """Only named questions with their arguments reach the engine, and no question stops the venue."""
    with RemoteJournal(venue.data) as remote:
        with pytest.raises(OperatorError, match=text):
            remote.ask(question, *arguments)
        assert remote.ask(ACCOUNTS) == []


def test_every_question_is_one_the_engine_answers() -> None:
    """A name in the table that the engine does not have would be found by an operator."""
    assert [name for name in QUESTIONS if not callable(getattr(Engine, name, None))] == []


def test_many_requests_are_in_flight_on_one_connection(venue: BareVenue) -> None:
    """Four times what the port lets be in flight: all are answered, in the order they were sent."""
    with RemoteJournal(venue.data) as remote:
        answers = [remote.send([opening(f"A{n}")]) for n in range(4 * IN_FLIGHT_MAX)]
        seqs = [answer.result(PATIENCE_S).first_seq for answer in answers]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


def test_threads_share_one_connection(venue: BareVenue) -> None:
    """Each gets the answers to its own requests."""
    found: list[tuple[str, int]] = []

    def append(remote: RemoteJournal, name: str) -> None:
        for number in range(50):
            ((journal_seq, events),) = remote.append([opening(f"{name}{number}")])
            assert events == [AccountOpened(opening(f"{name}{number}"))]
            found.append((name, journal_seq))

    with RemoteJournal(venue.data) as remote:
        threads = [threading.Thread(target=append, args=(remote, name)) for name in "ABCD"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_S)
    assert len({journal_seq for _, journal_seq in found}) == 200


def test_processes_append_side_by_side(venue: BareVenue) -> None:
    """Four processes, one of them killed with requests under way: what was acknowledged is in the journal."""
    with (
        appending_process(venue.data, "A") as first,
        appending_process(venue.data, "B") as second,
        appending_process(venue.data, "C") as third,
        appending_process(venue.data, "D") as fourth,
    ):
        told = [*first.acknowledged(100), *second.acknowledged(100)]
        fourth.kill()
        told += [*third.acknowledged(200), *first.acknowledged(100), *fourth.acknowledged()]
    assert_serves(venue)
    journaled = {
        (seq, command.account)
        for batch in open_reader(venue.url).read()
        for seq, command in enumerate(batch.commands(), batch.first_seq)
        if isinstance(command, OpenAccount)
    }
    assert len(told) >= 500
    assert set(told) <= journaled


# -- what a client may do wrong ----------------------------------------------------------------------------


def test_a_request_may_come_byte_by_byte(venue: BareVenue) -> None:
    """A frame is complete when its last byte is there, however it was cut."""
    with closing(raw_connection(venue)) as connection:
        for octet in framed(Append(7, [opening("ANN")]), REQUEST_BYTES_MAX):
            connection.sendall(bytes([octet]))
        reply = next_reply(connection)
    assert isinstance(reply, Applied)
    assert reply.request_id == 7


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"\xff\xff\xff\xff", f"the message was 4294967295 bytes long: must be at most {REQUEST_BYTES_MAX}"),
        (struct.pack(">I", REQUEST_BYTES_MAX + 1), "must be at most"),
        (b"GET / HTTP/1.1\r\n\r\n", "must be at most"),
        (b"\x00\x00\x00\x00", "could not be read"),
        (b"\x00\x00\x00\x01\xc1", "could not be read"),
        (b"\x00\x00\x00\x03\x93\x01\x02", "could not be read"),
        (struct.pack(">I", 4) + encode([9, 1, []]), "could not be read"),
        (struct.pack(">I", 8) + encode([1, 1, [[7]]])[:4] + b"\xa2\xff\xff\xff", "could not be read"),
        (struct.pack(">I", 100_000) + b"\x91" * 100_000, "could not be read"),
    ],
)
def test_what_is_no_request_ends_its_connection_with_a_word(venue: BareVenue, octets: bytes, text: str) -> None:
    """The client is told what was wrong, then the connection ends; nobody else notices."""
    with closing(raw_connection(venue)) as connection:
        connection.sendall(octets)
        reply = next_reply(connection)
        assert isinstance(reply, Refused)
        assert reply.request_id == 0
        assert text in reply.text
        assert has_ended(connection)
    assert_serves(venue)


@pytest.mark.parametrize("octets", [b"", b"\x00\x00", b"\x00\x00\x00\x10\x93\x01"])
def test_a_client_that_dies_half_way_is_forgotten(venue: BareVenue, octets: bytes) -> None:
    """In the middle of a length or of a message: its connection is given free."""
    connection = raw_connection(venue)
    connection.sendall(octets)
    connection.close()
    wait_until(lambda: not venue.port._connections, "the connection is forgotten")
    assert_serves(venue)


def test_a_client_that_takes_no_answers_holds_up_nobody(venue: BareVenue) -> None:
    """Its connection fills and is read no further; others are served, and the venue still stops."""
    connection = raw_connection(venue)
    connection.setblocking(False)
    frame = framed(Append(1, [opening("A" * 10_000)]), REQUEST_BYTES_MAX)
    stuck = 0
    while stuck < 50:
        try:
            connection.sendall(frame)
        except BlockingIOError:
            stuck += 1
            assert_serves(venue)
    venue.stop()
    connection.close()


def test_an_oversize_request_is_refused_before_it_is_sent(venue: BareVenue) -> None:
    """The connection stays usable."""
    with RemoteJournal(venue.data) as remote:
        with pytest.raises(OperatorError, match="bytes long: must be at most 1048576"):
            remote.append([opening("A" * REQUEST_BYTES_MAX)])
        assert remote.ask(ACCOUNTS) == []


def test_an_empty_request_is_refused(venue: BareVenue) -> None:
    """There would be nothing to answer it with."""
    with RemoteJournal(venue.data) as remote, pytest.raises(OperatorError, match="without commands"):
        remote.append([])


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (RollDay(2**63), "RollDay is of the venue's own clock"),
        (ExpireOrders(), "ExpireOrders is of"),
        (AdvanceStates(), "AdvanceStates is of"),
        (MassCancel("DEMO1", "DEMO1", "", reason=9_999), "reason 9999 is none of the venue's"),
    ],
)
def test_a_command_that_nobody_may_send_is_refused_with_its_batch(
    venue: BareVenue, command: AnyCommand, text: str
) -> None:
    """The clock's commands, and reasons no report can tell: nothing of the request is journaled."""
    with RemoteJournal(venue.data) as remote:
        with pytest.raises(OperatorError, match=text):
            remote.append([opening("A1"), command])
        assert remote.ask(ACCOUNTS) == []
    assert_serves(venue)


def test_one_connection_too_many_is_refused(venue: BareVenue) -> None:
    """It is told why, and when another one ends there is room again."""
    connections = [raw_connection(venue) for _ in range(CONNECTIONS_MAX)]
    with pytest.raises(OperatorError, match=f"it has {CONNECTIONS_MAX} connections already"):
        RemoteJournal(venue.data)
    for connection in connections:
        connection.close()
    wait_until(lambda: not venue.port._connections, "the connections are forgotten")
    assert_serves(venue)


# -- what may become of the venue ---------------------------------------------------------------------------


def test_a_full_queue_is_a_refusal(make_venue: Callable[..., BareVenue]) -> None:
    """After enter_timeout_s the client is told that nothing was journaled, and may try again."""
    venue = make_venue(queue_max=1, enter_timeout_s=0.01)
    with RemoteJournal(venue.data) as remote:
        first, second = remote.send([opening("ANN")]), remote.send([opening("BOB")])
        with pytest.raises(OperatorError, match="the venue is busy, its queue stayed full: try again"):
            second.result(PATIENCE_S)
        venue.sequencer.start()
        assert first.result(PATIENCE_S).events == [[AccountOpened(opening("ANN"))]]


def test_a_stopping_venue_answers_what_was_sent(make_venue: Callable[..., BareVenue]) -> None:
    """What was accepted is done and told; then the connection ends, and nobody can open another one."""
    venue = make_venue()
    with RemoteJournal(venue.data) as remote:
        answers = [remote.send([opening(f"A{n}")]) for n in range(20)]
        venue.sequencer.start()
        venue.stop()
        assert [answer.result(PATIENCE_S).first_seq for answer in answers] == list(range(2, 22))
        with pytest.raises(JournalError, match="the venue"):
            remote.append([opening("LATE")])
    with pytest.raises(OperatorError, match=r"no venue runs on .*data: start one with `venue serve`"):
        RemoteJournal(venue.data)


def test_a_failed_journal_leaves_the_client_in_no_error(venue: BareVenue) -> None:
    """Whether the command is durable is not known: no answer, and no refusal either, but that sentence."""
    with RemoteJournal(venue.data) as remote:
        remote.append([opening("ANN")])
        venue.journal.close()
        with pytest.raises(JournalError, match="whether it was done is not known"):
            remote.append([opening("BOB")])
    with RemoteJournal(venue.data) as remote, pytest.raises(OperatorError, match="the venue has stopped accepting"):
        remote.append([opening("CAT")])


def test_a_venue_that_does_not_answer_is_not_waited_for(make_venue: Callable[..., BareVenue]) -> None:
    """patience_s bounds the wait; the outcome is not known."""
    venue = make_venue()
    with RemoteJournal(venue.data, patience_s=0.1) as remote, pytest.raises(JournalError, match=r"within 0\.1 s"):
        remote.append([opening("ANN")])


def test_another_version_is_told_from_a_venue_of_this_one(tmp_path: Path) -> None:
    """The first word of the port is the format of its journal."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as listener:
        with socket_address(tmp_path) as address:
            listener.bind(address)
        listener.listen()

        def welcome() -> None:
            accepted, _ = listener.accept()
            with accepted:
                accepted.sendall(framed(Welcome(1), ANSWER_BYTES_MAX))

        thread = threading.Thread(target=welcome)
        thread.start()
        with pytest.raises(OperatorError, match="of another version"):
            RemoteJournal(tmp_path)
        thread.join(PATIENCE_S)


# -- the socket ---------------------------------------------------------------------------------------------


def test_only_the_user_of_the_venue_may_open_the_socket(venue: BareVenue) -> None:
    """Mode 0600; it goes when the venue stops."""
    path = venue.data / SOCKET_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    venue.stop()
    assert not path.exists()


def test_the_data_folder_may_have_a_long_path(make_venue: Callable[..., BareVenue]) -> None:
    """A socket's address is 107 bytes at most; the folder's path is not."""
    venue = make_venue("/".join(["folder" * 10] * 3))
    venue.sequencer.start()
    assert_serves(venue)


def test_a_socket_left_by_a_killed_venue_is_replaced(make_venue: Callable[..., BareVenue], tmp_path: Path) -> None:
    """The file alone is no venue: a client is told so, and the next start takes its place."""
    (tmp_path / "data").mkdir()
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as left, socket_address(tmp_path / "data") as path:
        left.bind(path)
    with pytest.raises(OperatorError, match="no venue runs"):
        RemoteJournal(tmp_path / "data")
    venue = make_venue()
    venue.sequencer.start()
    assert_serves(venue)


def test_a_folder_that_takes_no_socket_is_named(tmp_path: Path) -> None:
    """The start is refused with the path and the reason."""
    file = tmp_path / "file"
    file.touch()
    unstarted: Sequencer = object()  # type: ignore[assignment]
    with pytest.raises(OperatorError, match=r"commands\.sock could not be made"):
        CommandPort(file, unstarted, Pulse(unstarted, list, Latencies()).vitals).start()
