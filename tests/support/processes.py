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
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]


def _children(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it has ended, and its children are another's of the process
        return []


def listening_ports(pid: int) -> set[int]:
    """The ports of TCP over IPv4 on which a process listens."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes.add(descriptor.readlink().name)
        except FileNotFoundError:  # closed meanwhile
            continue
    lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    listening = [line for line in lines if line[3] == "0A" and f"socket:[{line[9]}]" in inodes]
    return {int(line[1].split(":")[1], 16) for line in listening}
