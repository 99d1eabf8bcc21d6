"""A simulator as a process: the port where it is called, the admin's own port, how it starts and how it ends."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Final

from mlc_sim.serving import ADMIN, App, Request, Response, Server

_LISTEN: Final = f"{ADMIN}/listen"


class Entrance:
    """The port where a simulator is called; it can be shut, so that connections are refused, and opened again.

    Itself an app: the simulator's, with `/_sim/listen` added. Safe to use from several threads.
    """

    def __init__(self, make_app: Callable[[str], App], *, port: int = 0, spools: bool = False) -> None:
        """Shut at first. Port 0 takes a free one; `make_app` is given the URL. `spools`: see `Server`."""
        self._spools = spools
        self._server = Server(self, port=port, spools=spools)
        self._app = make_app(self._server.url)
        self._is_open = False
        self._opening: threading.Timer | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return self._server.url

    def __call__(self, request: Request) -> Response:
        if request.path == _LISTEN:
            return self._administer(request)
        response = self._app(request)
        if response.delivery.shuts:
            self.shut(response.delivery.shut_seconds)
        return response

    def greet(self, head: Request) -> Response | None:
        return self._app.greet(head)

    def open(self) -> None:
        with self._lock:
            if not self._is_open:
                self._server.server_activate()
                threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
                self._is_open = True

    def shut(self, seconds: float | None = None) -> None:
        """Refuse connections, for so long or until `open`; those there are end with their present request."""
        with self._lock:
            if self._opening:
                self._opening.cancel()
            if self._is_open:
                self._is_open = False
                self._server.shutdown()
                self._server.hang_up()
                self._server.server_close()
                self._server = Server(self, port=self._server.server_port, spools=self._spools)
            if seconds is not None:
                self._opening = threading.Timer(seconds, self.open)
                self._opening.daemon = True
                self._opening.start()

    def close(self) -> None:
        """Give up the port for good."""
        self.shut()
        self._server.server_close()

    def _administer(self, request: Request) -> Response:
        """POST {"accept": false}, with "seconds" for so long, or {"accept": true}; GET tells."""
        if request.method == "POST":
            match request.json():
                case {"accept": True}:
                    self.open()
                case {"accept": False, "seconds": int() | float() as seconds}:
                    self.shut(seconds)
                case {"accept": False}:
                    self.shut()
                case other:
                    return Response.of_json({"error": f"{other!r}: accept is true or false"}, status=400)
        return Response.of_json({"accept": self._is_open})


def announce(url: str, admin: str) -> None:
    """Tell the parent where we are: one JSON line on standard output."""
    sys.stdout.write(json.dumps({"url": url, "admin": admin, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()


def serve(
    make_app: Callable[[str], App], *, port: int = 0, die_with_parent: bool = False, spools: bool = False
) -> None:
    """Serve until SIGTERM or SIGINT, or until standard input ends when `die_with_parent` is set.

    Call it from the main thread. The admin routes are served at the port as well as at one of their own, which
    stays open when the port is shut. `spools`: see `Server`.
    """
    entrance = Entrance(make_app, port=port, spools=spools)
    with Server(entrance, spools=spools) as admin:

        def stop(*_: object) -> None:
            # In a thread, because shutdown waits for the very loop a signal interrupts.
            threading.Thread(target=admin.shutdown).start()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        if die_with_parent:
            threading.Thread(target=_call_at_end, args=(sys.stdin.fileno(), stop), daemon=True).start()
        entrance.open()
        admin.server_activate()
        announce(entrance.url, admin.url + ADMIN)
        admin.serve_forever(poll_interval=0.05)
    entrance.close()


def _call_at_end(descriptor: int, stop: Callable[[], None]) -> None:
    """Wait for the end without Python's buffer: a thread inside its lock would break the interpreter's own end."""
    while os.read(descriptor, 4096):
        pass
    stop()
