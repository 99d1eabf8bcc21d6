"""A thousand small Cleo tenants in one process, told apart by the name that logs in: `python -m benchmarks.many_tenants`.

Each has an inbound folder and an archive, and answers as the simulator does in the layout `cic-folders`, but remembers
nothing once it ends. It prints its port. `POST /drop?tenant=NAME&name=FILE` is a partner's file that arrives.
"""

import itertools
import json
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

_FOLDERS: Final = {"in": "/edi/inbound", "archive": "/edi/archive"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.numbers = itertools.count(1)
        self.files: defaultdict[str, dict[str, tuple[str, bytes]]] = defaultdict(dict)  #: inbound, by tenant


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        place, asked = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        if place.path == "/drop":
            number = str(next(self.server.numbers))
            self.server.files[asked["tenant"][0]][number] = (asked["name"][0], body)
            self._answer({"id": number})
        elif place.path == "/api/authentication":
            name = parse_qs(body.decode())["username"][0]
            self._answer({"access_token": name, "expires_in": 3600})
        else:
            raise ValueError(self.path)

    def do_GET(self) -> None:
        parts = urlsplit(self.path).path.strip("/").split("/")
        files = self.server.files[self._name_tenant()]
        match parts:
            case ["api", "folders"]:
                self._answer_list([{"id": id_, "path": path} for id_, path in _FOLDERS.items()])
            case ["api", "folders", "in", "files"]:
                self._answer_list([_describe(id_, *file) for id_, file in files.items()])
            case ["api", "folders", "in", "files", id_, "content"]:
                self._send(files[id_][1], "application/octet-stream")
            case _:
                self._answer_list([])

    def do_PATCH(self) -> None:
        """A move: the file is not in the inbound folder any more."""
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        moved = self.server.files[self._name_tenant()].pop(urlsplit(self.path).path.split("/")[5])
        self._answer(_describe("moved", *moved))

    def _name_tenant(self) -> str:
        return (self.headers["Authorization"] or "").removeprefix("Bearer ")

    def _answer_list(self, resources: list[dict[str, object]]) -> None:
        self._answer({"totalResults": len(resources), "startIndex": 0, "resources": resources})

    def _answer(self, document: dict[str, object]) -> None:
        self._send(json.dumps(document).encode(), "application/json")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody wants to read a thousand lines a second."""


def _describe(id_: str, name: str, content: bytes) -> dict[str, object]:
    return {"id": id_, "name": name, "length": len(content)}


def main() -> None:
    with _Server() as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
