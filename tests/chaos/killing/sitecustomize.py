"""Python runs this at its start when the folder is on PYTHONPATH: the process kills itself between two commits.

CHAOS_COMMITS names a file that gets one byte for each commit that changes the store; CHAOS_KILL_AT says before
which of them the process ends as in a power cut. The product knows nothing of it.
"""

import os
import signal
from pathlib import Path
from typing import Final

_READS: Final = ("SELECT", "PRAGMA", "BEGIN", "SHOW")


def _watch(tally: Path, last: int) -> None:
    from sqlalchemy import Connection, Engine, event  # noqa: PLC0415  only where something is to be counted

    commits = 0

    def note_change(*happened: object) -> None:
        connection, _, statement, *_ = happened
        if isinstance(connection, Connection) and not str(statement).lstrip().upper().startswith(_READS):
            connection.info["changed"] = True

    def count_commit(connection: Connection) -> None:
        nonlocal commits
        if not connection.info.pop("changed", False):
            return
        commits += 1
        if commits == last:
            os.kill(os.getpid(), signal.SIGKILL)
        with tally.open("ab") as file:
            file.write(b".")

    def forget_changes(connection: Connection) -> None:
        if not connection.invalidated:  # one that was lost took what is known of it along
            connection.info.pop("changed", None)

    event.listen(Engine, "before_cursor_execute", note_change)
    event.listen(Engine, "commit", count_commit)
    event.listen(Engine, "rollback", forget_changes)


if "CHAOS_COMMITS" in os.environ:
    _watch(Path(os.environ["CHAOS_COMMITS"]), int(os.environ.get("CHAOS_KILL_AT", "0")))
