"""Whether processes that nobody of ours waits for are still there."""

from pathlib import Path


def is_alive(pid: int) -> bool:
    """Zombies, whose parent was killed or has not looked yet, are nobody."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # the second one: it ended while we read
        return False


def children_of(pid: int) -> list[int]:
    """Of all its threads."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
