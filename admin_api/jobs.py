"""Long work an operator asks for: a `venue` command in a process of its own, one of a kind at a time.

    POST ─► Jobs.start ─► venue snapshot take │ venue verify │ venue replay --json
    GET  ─► Job: running, done or failed; how far it is; what it printed

Neither the venue nor this process waits for it. What it printed is kept with the job, so that whoever asked learns
what became of it; the last `kept` jobs are remembered, until this process ends.
"""

import asyncio
import os
import re
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from admin_api.audit import log_action
from venue.config import VenueConfig

TAKING_S_MAX: Final = 3_600.0
PRINTED_CHARS_MAX: Final = 10_000
LINES_BYTES_MAX: Final = 1 << 24  # of one line, such as all books of a replay
_LOW_PRIORITY: Final = 10  # trading and answers first
_PROGRESS: Final = re.compile(r"(?P<what>.*), (?P<percent>\d{1,3}) %")


@dataclass
class Job:
    job_id: str
    by: str
    why: str
    started_ns: int
    state: Literal["running", "done", "failed"] = "running"
    ended_ns: int = 0
    status: int = 0  # with which it exited
    percent: int | None = None  # None: it has not said yet
    doing: str = ""  # what it is at
    lines: list[str] = field(default_factory=list)  # what it printed

    @property
    def text(self) -> str:
        return "\n".join(self.lines)[-PRINTED_CHARS_MAX:]


class Jobs:
    """Of one kind, which the log calls `name`; `is_done` tells from an ended one whether it could be done."""

    def __init__(
        self,
        config: VenueConfig,
        name: str,
        kept: int = 20,
        is_done: Callable[[Job], bool] = lambda job: not job.status,
    ) -> None:
        self._config = config
        self._name = name
        self._kept = kept
        self._is_done = is_done
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> Job | None:
        return next((job for job in self._jobs.values() if job.state == "running"), None)

    @property
    def newest_first(self) -> list[Job]:
        return list(reversed(self._jobs.values()))

    def find(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def start(self, by: str, why: str, *arguments: str) -> Job:
        """`venue ARGUMENTS`. None may be running."""
        assert self.running is None
        started_ns = time.time_ns()
        job = Job(str(started_ns), by, why, started_ns)
        self._jobs[job.job_id] = job
        if len(self._jobs) > self._kept:
            self._jobs.popitem(last=False)
        self._task = asyncio.create_task(self._do(job, arguments))
        log_action(self._name, by, why, f"venue {' '.join(arguments)}")
        return job

    async def close(self) -> None:
        """End the process that is at work: it leaves what it makes whole or not at all."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _do(self, job: Job, arguments: tuple[str, ...]) -> None:
        done = False
        try:
            job.status = await self._run(job, arguments)
            done = self._is_done(job)
        except OSError as error:
            job.lines.append(f"it could not be started: {error.strerror}")
        except ValueError:
            job.lines.append(f"what it said was longer than {LINES_BYTES_MAX} bytes: ask for less")
        except TimeoutError:
            job.lines.append(f"it was not done within {TAKING_S_MAX:g} s")
        finally:
            job.state, job.ended_ns = "done" if done else "failed", time.time_ns()
            log_action(self._name, job.by, job.why, f"{self._name} {job.state}: {job.text[:500]}")

    async def _run(self, job: Job, arguments: tuple[str, ...]) -> int:
        """The exit status."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "venue", *arguments, "--data", str(self._config.data.resolve())),
            cwd=self._config.data,  # where no config/demo.toml is
            env=self._environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LINES_BYTES_MAX,
        )
        os.setpriority(os.PRIO_PROCESS, process.pid, _LOW_PRIORITY)
        try:
            async with asyncio.timeout(TAKING_S_MAX):
                assert process.stdout is not None
                async for line in process.stdout:
                    _note(job, line.decode("utf-8", "replace").rstrip())
                return await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def _environment(self) -> dict[str, str]:
        """URLs may hold a password, which everybody could read in a command line."""
        return os.environ | {
            "VENUE_JOURNAL__URL": self._config.journal.url,
            "VENUE_RECORDER__URL": self._config.recorder.url,
            "VENUE_SNAPSHOTS__URL": self._config.snapshots.url,
            "VENUE_SNAPSHOTS__KEEP": str(self._config.snapshots.keep),
        }


def could_compare(job: Job) -> bool:
    """Whether `venue verify` came to its end: 1 means that something differs, but a program that broke exits so too."""
    return job.status in (0, 1) and not any(line.startswith("Traceback") for line in job.lines)


def _note(job: Job, line: str) -> None:
    """What says how far it is replaces what said so before."""
    if found := _PROGRESS.fullmatch(line):
        job.doing, job.percent = found["what"], int(found["percent"])
    elif line:
        job.lines.append(line)
