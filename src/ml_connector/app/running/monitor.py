"""Answers those who watch a process that goes on: /health, /ready and /metrics, by GET, to anybody who can reach it."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6
from typing import Final

from ml_connector.app.running.exposition import CONTENT_TYPE

LOG: Final = logging.getLogger("ml_connector.monitor")
_PLAIN: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: str
    content_type: str = _PLAIN


Routes = Mapping[str, Callable[[], Answer]]


def judge(wrongs: tuple[str, ...]) -> Answer:
    """200 when nothing is wrong, else 503 with what is."""
    return Answer(status=503, body="\n".join(wrongs) + "\n") if wrongs else Answer(status=200, body="ok\n")


def expose(text: str) -> Answer:
    """Metrics."""
    return Answer(status=200, body=text, content_type=CONTENT_TYPE)


@contextmanager
def answer_at(host: str, port: int, routes: Routes) -> Iterator[int]:
    """Answer in threads of its own until the block ends; yields the port, a free one for 0. Raises OSError."""
    family = _SixServer if ":" in host else _Server
    with family((host, port), partial(_Handler, routes, threading.Lock())) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="monitor")
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Who asked went away before the answer: nothing to be told."""


class _SixServer(_Server):
    address_family = AF_INET6


class _Handler(BaseHTTPRequestHandler):
    server_version = "ml-connector"
    sys_version = ""
    timeout = 10  # seconds: whoever says nothing holds no thread

    def __init__(self, routes: Routes, alone: threading.Lock, *place: object) -> None:
        self._routes = routes
        self._alone = alone  # many who ask at once do not make the store busier than one
        super().__init__(*place)  # type: ignore[arg-type]  # what the server passes on

    def do_GET(self) -> None:
        self._send(self._find_answer(), with_body=True)

    def do_HEAD(self) -> None:
        self._send(self._find_answer(), with_body=False)

    def _find_answer(self) -> Answer:
        route = self._routes.get(self.path.partition("?")[0])
        if route is None:
            return Answer(status=404, body=f"there are: {', '.join(self._routes)}\n")
        try:
            with self._alone:
                return route()
        except Exception:
            LOG.exception("cannot say how things are")
            return Answer(status=503, body="cannot say how things are; the log tells why\n")

    def _send(self, answer: Answer, *, with_body: bool) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Being asked every few seconds is no news."""
