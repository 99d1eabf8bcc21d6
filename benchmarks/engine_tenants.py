"""Any number of small Cleo tenants in a process of their own, told apart by the name that logs in."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from benchmarks.processes import look_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenants:
    """Where they are."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cpu(self) -> float:
        """Processor seconds so far."""
        return look_at(self.pid).cpu

    def drop(self, tenant: str, name: str, content: bytes) -> None:
        """A partner's file arrives."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", f"/drop?tenant={tenant}&name={name}", content)
        connection.getresponse().read()
        connection.close()


@contextmanager
def run_tenants() -> Iterator[Tenants]:
    """Tenants until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.many_tenants"], stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            yield Tenants(port=int(process.stdout.readline()), pid=process.pid)
        finally:
            process.kill()
