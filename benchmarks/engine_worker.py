"""`ml-connector run` with a look over its shoulder: on which step each thread is, and what it does or waits for there.

    python -m benchmarks.engine_worker FILE

Samples are taken a hundred times a second and written into the file, as JSON, when the process ends. A thread that
stands in a call that waits for a socket waits for a system or for PostgreSQL; one that stands in a lock waits for
another thread; all others work, or wait for the disk or for their turn in the interpreter.
"""

import json
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Final

from ml_connector.cli.main import main

_EVERY: Final = 0.01
_DEEPEST: Final = 60
#: the outermost module that is told wins, so that storing an answer counts as posting
_STEPS: Final[Mapping[str, str]] = {
    "flows/receiving.py": "receive",
    "flows/splitting.py": "read",
    "flows/planning/": "plan",
    "flows/replay.py": "plan",
    "flows/posting/": "post",
    "flows/reference/": "sync",
    "flows/beside.py": "post",
    "flows/intacct_to_cleo.py": "sync",
    "engine/": "engine",
    "app/running/engine_jobs.py": "begin and end a job",
}
_WAITS: Final[Mapping[str, str]] = {
    "ml_connector/intacct/transport.py": "waits for Intacct",
    "ml_connector/cleo/transport.py": "waits for Cleo",
    "psycopg/": "waits for PostgreSQL",
}
_SOCKETS: Final = frozenset({"read", "recv", "recv_into", "sendall", "wait", "wait_selector", "send"})


def watch(counts: Counter[tuple[str, str]], ended: threading.Event) -> None:
    """Count on which step every other thread is, until it ends."""
    me = threading.get_ident()
    while not ended.wait(_EVERY):
        for thread, frame in sys._current_frames().items():  # noqa: SLF001 (there is no other way to them)
            if thread != me and (place := _find_place(frame)):
                counts[place] += 1


def _find_place(frame: FrameType) -> tuple[str, str] | None:
    """The step, and what is done in it; None between jobs."""
    innermost = frame.f_code
    files: list[str] = []
    each: FrameType | None = frame
    while each is not None and len(files) < _DEEPEST:
        files.append(each.f_code.co_filename)
        each = each.f_back
    steps = [step for file in files for part, step in _STEPS.items() if f"/ml_connector/{part}" in file]
    told = [step for step in steps if step != "engine"] or steps
    if not told:
        return None
    if innermost.co_filename.endswith("threading.py"):
        return None if told[-1] == "engine" else (_choose(told), "waits for a thread")
    if innermost.co_name in _SOCKETS:
        waits = (wait for file in files for part, wait in _WAITS.items() if part in file)
        return _choose(told), next(waits, "works")
    in_store = any("/ml_connector/store/" in file or "/sqlalchemy/" in file for file in files)
    return _choose(told), "works in the store" if in_store else "works"


def _choose(steps: list[str]) -> str:
    named = [step for step in steps if step != "begin and end a job"]
    return named[-1] if named else steps[-1]


def run() -> None:
    """The product's command, watched."""
    target = Path(sys.argv[1])
    sys.argv = ["ml-connector", "run"]
    counts: Counter[tuple[str, str]] = Counter()
    ended = threading.Event()
    watcher = threading.Thread(target=watch, args=(counts, ended), daemon=True)
    watcher.start()
    try:
        main()
    finally:
        ended.set()
        watcher.join()
        found = [[step, deed, count * _EVERY] for (step, deed), count in counts.items()]
        target.write_text(json.dumps(found))


if __name__ == "__main__":
    run()
