"""A process beside the venue: started, started again when it ends by itself, and ended with the venue.

    venue ──one line of text──► stdin    child        it runs until its stdin ends, however the venue ended:
          ◄──one line a sign── stdout                 also kill -9 closes the pipe
          (log, a file or ours) stderr

All this knows of the child is its command line. A child that ends unasked comes back after RESTART_S, each time
twice as long until it has once run for STEADY_S; descriptors it is given, such as a listening socket, stay open
meanwhile, so that clients wait in the queue of the socket instead of being refused.
"""

import logging
import os
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final

from venue.giving_way import give_way

log = logging.getLogger(__name__)

READY: Final = "ready"  # the line a child prints when it serves
RESTART_S: Final = 0.25
RESTART_S_MAX: Final = 30.0
STEADY_S: Final = 60.0
FAREWELL_S: Final = 6.0  # from the end of its stdin to SIGTERM
TERM_S: Final = 2.0  # and from there to SIGKILL


class Child:
    """`command` is run from start() to stop().

    `first_line` is written to its stdin, `pass_fds` are open in it under their numbers, `log_file` takes its stderr
    (none: it is ours), and it runs on `processors` (none named: on those that the venue runs on); one that `gives_way`
    has them when those that trade do not need them. When it is stopped it has `farewell_s` to end by itself. `on_line`
    takes what it prints besides `ready`, on the supervisor's thread.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        first_line: bytes = b"",
        *,
        pass_fds: Sequence[int] = (),
        log_file: Path | None = None,
        processors: Sequence[int] = (),
        gives_way: bool = False,
        farewell_s: float = FAREWELL_S,
        on_line: Callable[[bytes], None] = lambda _line: None,
    ) -> None:
        self.name: Final = name
        self.restarts = 0
        self._command = list(command)
        self._first_line = first_line
        self._pass_fds = tuple(pass_fds)
        self._log_file = log_file
        self._processors = tuple(processors)
        self._gives_way = gives_way
        self._farewell_s = farewell_s
        self._on_line = on_line
        self._process: subprocess.Popen[bytes] | None = None
        self._changing = threading.Lock()  # so that nothing is started once it is stopping
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._is_told = False  # the process that runs has its first line
        self._thread = threading.Thread(target=self._supervise, name=f"supervisor of {name}", daemon=True)

    @property
    def pid(self) -> int:
        """Of the process that runs now, or ran last; 0 before the first."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        self._thread.start()

    def wait_until_ready(self, timeout_s: float) -> bool:
        """Whether the process that runs now has said that it serves."""
        return self._ready.wait(timeout_s)

    def tell(self, line: bytes) -> None:
        """Write a further line to its stdin. One that does not run, or does not read, misses it."""
        with self._changing:
            process = self._process if self._is_told else None
            try:
                if process and process.stdin:
                    process.stdin.write(line)
                    process.stdin.flush()
            except (OSError, ValueError):  # it has ended
                pass

    def stop(self) -> None:
        """End its stdin, and the process itself when it does not end by that."""
        with self._changing:
            self._stopping.set()
            process = self._process
        if process:
            if self._is_told:
                _close(process.stdin)
            else:  # it does not read, and we may be waiting for it to: it has nothing to finish either
                process.terminate()
            _end(self.name, process, self._farewell_s)
        self._thread.join()

    # -- the supervisor's thread -----------------------------------------------------------------------

    def _supervise(self) -> None:
        pause_s = RESTART_S
        while True:
            began_s = time.monotonic()
            ending = self._run_once()
            if self._stopping.is_set():
                return
            if time.monotonic() - began_s >= STEADY_S:
                pause_s = RESTART_S
            log.error("%s %s: it is started again in %g s", self.name, ending, pause_s)
            if self._stopping.wait(pause_s):
                return
            pause_s = min(2 * pause_s, RESTART_S_MAX)
            self.restarts += 1

    def _run_once(self) -> str:
        """Start the process and wait for its end; returns how it ended."""
        try:
            process = self._started()
        except OSError as error:
            return f"could not be started ({error.strerror})"
        if process is None:
            return "was not started"
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(self._first_line)
            process.stdin.flush()
            self._is_told = True
        except OSError:  # it ended before it read: its status says more
            pass
        with process.stdout:
            for line in process.stdout:
                if line.decode("utf-8", "replace").strip() == READY:
                    log.info("%s is ready (process %d)", self.name, process.pid)
                    self._ready.set()
                else:
                    self._on_line(line)
        status = process.wait()
        self._is_told = False
        self._ready.clear()
        _close(process.stdin)
        return f"ended by signal {-status}" if status < 0 else f"ended with status {status}"

    def _started(self) -> "subprocess.Popen[bytes] | None":
        """The new process, in a process group of its own: Ctrl-C on the terminal is for the venue, which ends it."""
        with self._changing:
            if self._stopping.is_set():
                return None
            log_to = self._log_file.open("ab") if self._log_file else None
            try:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log_to,
                    pass_fds=self._pass_fds,
                    process_group=0,
                )
            finally:
                if log_to:
                    log_to.close()
            if self._processors:
                _move(self._process.pid, self._processors)
            if self._gives_way:
                give_way(self._process.pid)
            return self._process


def _move(pid: int, processors: Sequence[int]) -> None:
    """Before it has threads of its own, which would stay where they are."""
    try:
        os.sched_setaffinity(pid, processors)
    except OSError as error:  # it has ended already, or the processors were taken away: it runs where we do
        log.warning("process %d could not be moved to processors %s: %s", pid, processors, error.strerror)


def _end(name: str, process: "subprocess.Popen[bytes]", farewell_s: float) -> None:
    for patience_s, push in ((farewell_s, process.terminate), (TERM_S, process.kill)):
        try:
            process.wait(patience_s)
            return
        except subprocess.TimeoutExpired:
            log.warning("%s did not end within %g s: it is told again, by %s", name, patience_s, push.__name__)
            push()
    process.wait()


def _close(pipe: IO[bytes] | None) -> None:
    """A pipe whose reader is gone is closed all the same."""
    try:
        if pipe:
            pipe.close()
    except OSError:
        pass
