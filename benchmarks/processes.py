"""What the system tells of a process: processor time, memory, open files, threads."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_MIB: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A process at a moment."""

    cpu: float  #: seconds of processor time since its start, of all its threads
    memory: float  #: resident, in MiB
    files: int  #: open, sockets included
    threads: int


def look_at(pid: int) -> Sight:
    """How a living process stands now."""
    place = Path("/proc") / str(pid)
    after_name = (place / "stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
    return Sight(
        cpu=(int(after_name[11]) + int(after_name[12])) / _TICKS,
        memory=int(status["VmRSS"].split()[0]) / _MIB,
        files=sum(1 for _ in (place / "fd").iterdir()),
        threads=int(status["Threads"]),
    )


def find_servers(folder: Path) -> tuple[int, ...]:
    """The processes that work in a folder, such as those of a PostgreSQL server."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            where = (place / "cwd").resolve(strict=True)
        except OSError:  # it ended just now, or is somebody else's
            continue
        if where.is_relative_to(folder):
            found.append(int(place.name))
    return tuple(found)
