"""Runs a Cleo tenant, as a process or in a thread, and talks to it with nothing but the standard library."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from mlc_sim.cleo.api import CleoApp
from mlc_sim.cleo.seed import seed
from mlc_sim.cleo.tenant import open_tenant
from mlc_sim.process import Entrance

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
BYTES: Final = {"Content-Type": "application/octet-stream"}
JSON: Final = {"Content-Type": "application/json"}
USERNAME: Final = "edi-service"
PASSWORD: Final = "demo-cleo-password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True, kw_only=True)
class CleoTenant:
    """One running tenant. Calls of the API log in at first need and stay logged in."""

    announced: Mapping[str, Any]
    _token: str = field(default="")

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Exactly this request, on a connection of its own."""
        connection = HTTPConnection(urlsplit(self.announced["url"]).netloc, timeout=10)
        try:
            connection.request(method, path, body=body or None, headers=dict(headers or {}))
            response = connection.getresponse()
            return Answer(status=response.status, headers=response.headers, body=response.read())
        finally:
            connection.close()

    def ask_token(self, **fields: str) -> Answer:
        return self.send("POST", "/api/authentication", urlencode(fields).encode(), FORM)

    def log_in(self, password: str = PASSWORD) -> Answer:
        return self.ask_token(grant_type="password", username=USERNAME, password=password)

    def forget_token(self) -> None:
        self._token = ""

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request with a token."""
        if not self._token:
            self._token = self.log_in().json["access_token"]
        return self.send(method, path, body, {"Authorization": f"Bearer {self._token}", **(headers or {})})

    def admin(self, method: str, path: str, value: object = None) -> Answer:
        body = b"" if value is None else json.dumps(value).encode()
        return self.send(method, f"/_sim/{path}", body, JSON)

    def order_fault(self, action: str, match: Mapping[str, object] | None = None, **options: object) -> None:
        answer = self.admin("POST", "faults", [{"action": action, "match": match or {}, **options}])
        assert answer.status == 200, answer.body

    def drop(self, name: str, content: bytes = b"ISA", folder: str = "/edi/inbound") -> Any:
        """A partner's file arrives; what the admin surface says of it."""
        answer = self.send("POST", f"/_sim/drop?{urlencode({'name': name, 'folder': folder})}", content)
        assert answer.status == 201, answer.body
        return answer.json

    def names(self, folder: str) -> list[str]:
        """What the folder really holds."""
        return [file["name"] for file in self.admin("GET", f"files?folder={quote(folder)}").json]

    def folder_href(self, path: str) -> str:
        folders = self.call("GET", "/api/folders").json["resources"]
        return next(str(folder["_links"]["self"]["href"]) for folder in folders if folder["path"] == path)

    def list_files(self, path: str = "/edi/inbound", /, **query: object) -> Answer:
        return self.call("GET", f"{self.folder_href(path)}/files?{urlencode(query)}")

    def describe(self, name: str, path: str = "/edi/inbound") -> Any:
        """The file object of the one file of that name."""
        [file] = self.list_files(path, filter=f'name eq "{name}"').json["resources"]
        return file

    def upload(self, name: str, content: bytes = b"ISA", path: str = "/edi/outbound") -> Answer:
        return self.call("POST", f"{self.folder_href(path)}/files?name={quote(name)}", content, BYTES)

    def move(self, href: str, **order: object) -> Answer:
        return self.call("PATCH", href, json.dumps(order).encode(), JSON)


@dataclass(slots=True, kw_only=True)
class CleoProcess(CleoTenant):
    """A tenant that is a process of its own."""

    process: subprocess.Popen[bytes]


@contextmanager
def serve_tenant(state: Path) -> Iterator[CleoTenant]:
    """A tenant over this state in a thread, which is quicker to start; for all but what the process itself does."""
    with closing(open_tenant(state)) as opened:
        seed(opened)
        entrance = Entrance(lambda _: CleoApp(opened), spools=True)
        entrance.open()
        yield CleoTenant(announced={"url": entrance.url})
        entrance.close()


@contextmanager
def run_tenant(state: Path, *options: str) -> Iterator[CleoProcess]:
    """A tenant over this state, ready to be asked; ended with the block at the latest."""
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "mlc_sim.cleo",
        "--state",
        str(state),
        "--die-with-parent",
    ]
    with subprocess.Popen([*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield CleoProcess(process=process, announced=json.loads(process.stdout.readline()))
        finally:
            process.kill()
