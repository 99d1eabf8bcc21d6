"""The product as a process of its own that is spared the half second of its imports: it is a fork of this one.

From its first line on it is what its users start: its own environment, folder, connections and locks, and SIGKILL
ends it as it ends any process. To be used where no other thread runs.
"""

import os
import runpy
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from signal import SIGKILL, Signals
from tempfile import TemporaryFile
from typing import Final, NoReturn, TextIO

from tests.processes import Connector, Output, wait_until

from ml_connector.cli.main import main

#: What a command would load on its way.
LOADED: Final = [
    import_module(name)
    for name in (
        "alembic.command",
        "httpcore2",
        "ml_connector.app",
        "ml_connector.cli.commands",
        "ml_connector.cli.json_form",
        "ml_connector.cli.progress",
        "ml_connector.cli.render.runs",
        "psycopg",
        "sqlalchemy.dialects.postgresql.psycopg",
        "sqlalchemy.dialects.sqlite",
        "sqlite3",
    )
]
AT_START: Final = Path(__file__).parent / "killing" / "sitecustomize.py"


class Fork:
    """A running command of the product."""

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        said: tuple[TextIO, TextIO],
    ) -> None:
        self.returncode: int | None = None
        self._said = said
        self.pid = os.fork()
        if self.pid == 0:
            _run_command(arguments, folder, environment, said)

    def poll(self) -> int | None:
        """How it ended, None while it runs; a negative number is a signal's."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def communicate(self) -> tuple[str, str]:
        """Wait for its end; all it printed."""
        wait_until(lambda: self.poll() is not None, what="the command has ended")
        return self._read(0), self._read(1)

    def read_log(self) -> str:
        """All it has written to standard error until now."""
        return os.pread(self._said[1].fileno(), 1 << 20, 0).decode(errors="replace")

    def kill(self) -> None:
        self.send_signal(SIGKILL)

    def send_signal(self, number: Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _read(self, n: int) -> str:
        self._said[n].seek(0)
        return self._said[n].read()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForkingConnector(Connector):
    """The product in its configuration folder, every command a fork of this process."""

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Output:
        with self._start(arguments, {**self.environment, **(environment or {})}) as process:
            stdout, stderr = process.communicate()
        return Output(status=process.returncode or 0, stdout=stdout, stderr=stderr)

    @contextmanager
    def start(self, *arguments: str) -> Iterator[Fork]:
        with self._start(arguments, self.environment) as process:
            yield process

    @contextmanager
    def _start(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[Fork]:
        with TemporaryFile("w+", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
            process = Fork(arguments, self.folder, environment, (out, err))
            try:
                yield process
            finally:
                process.kill()
                process.communicate()


def _run_command(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], said: tuple[TextIO, TextIO]
) -> NoReturn:
    status = 1
    try:
        _leave_parent(folder, environment, said)
        runpy.run_path(str(AT_START))
        sys.argv = ["ml-connector", *arguments]
        main()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 (as the interpreter does at a program's end)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _leave_parent(folder: Path, environment: Mapping[str, str], said: tuple[TextIO, TextIO]) -> None:
    """Take the place, the environment, the outputs and the view of warnings that a new process has."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(said, 1):
        os.dup2(file.fileno(), number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
    warnings.resetwarnings()
