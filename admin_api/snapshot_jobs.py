"""Taking snapshots when asked: `venue snapshot take` in a process of its own, one at a time.

Neither the venue nor this process waits for it. What it printed is kept with the job, so that whoever asked learns
what became of it; the last JOBS_MAX jobs are remembered, until this process ends.
"""

import asyncio
import os
import sys
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Literal

from admin_api.audit import log_action
from venue.config import VenueConfig

JOBS_MAX: Final = 20
TAKING_S_MAX: Final = 3_600.0
PRINTED_BYTES_MAX: Final = 10_000
_LOW_PRIORITY: Final = 10  # trading and answers first


@dataclass
class SnapshotJob:
    job_id: str
    by: str
    why: str
    started_ns: int
    state: Literal["running", "done", "failed"] = "running"
    ended_ns: int = 0
    text: str = ""  # what it printed


class SnapshotJobs:
    def __init__(self, config: VenueConfig) -> None:
        self._config = config
        self._jobs: OrderedDict[str, SnapshotJob] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> SnapshotJob | None:
        return next((job for job in self._jobs.values() if job.state == "running"), None)

    def find(self, job_id: str) -> SnapshotJob | None:
        return self._jobs.get(job_id)

    def start(self, by: str, why: str) -> SnapshotJob:
        """None may be running."""
        assert self.running is None
        started_ns = time.time_ns()
        job = SnapshotJob(str(started_ns), by, why, started_ns)
        self._jobs[job.job_id] = job
        if len(self._jobs) > JOBS_MAX:
            self._jobs.popitem(last=False)
        self._task = asyncio.create_task(self._take(job))
        log_action("snapshot", by, why, "a snapshot is taken")
        return job

    async def close(self) -> None:
        """End the process that takes one: it leaves a snapshot or none."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _take(self, job: SnapshotJob) -> None:
        try:
            status, job.text = await self._run()
            job.state = "failed" if status else "done"
        except OSError as error:
            job.state, job.text = "failed", f"it could not be started: {error.strerror}"
        except TimeoutError:
            job.state, job.text = "failed", f"it was not taken within {TAKING_S_MAX:g} s"
        finally:
            job.ended_ns = time.time_ns()
            log_action("snapshot", job.by, job.why, f"snapshot {job.state}: {job.text}")

    async def _run(self) -> tuple[int, str]:
        """Exit status, and what was printed."""
        process = await asyncio.create_subprocess_exec(
            *self._command(),
            cwd=self._config.data,  # where no config/demo.toml is
            env=self._environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        os.setpriority(os.PRIO_PROCESS, process.pid, _LOW_PRIORITY)
        try:
            printed, _ = await asyncio.wait_for(process.communicate(), TAKING_S_MAX)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode or 0, printed[-PRINTED_BYTES_MAX:].decode("utf-8", "replace").strip()

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "venue", "snapshot", "take", "--data", str(self._config.data.resolve())]

    def _environment(self) -> dict[str, str]:
        """URLs may hold a password, which everybody could read in a command line."""
        return os.environ | {
            "VENUE_JOURNAL__URL": self._config.journal.url,
            "VENUE_SNAPSHOTS__URL": self._config.snapshots.url,
            "VENUE_SNAPSHOTS__KEEP": str(self._config.snapshots.keep),
        }
