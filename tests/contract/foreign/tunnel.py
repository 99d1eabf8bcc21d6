"""A proxy for one host: every tunnel to it ends, with a certificate of our own, at the gateway on loopback."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit


@contextmanager
def open_tunnel(gateway: str, certificates: Path) -> Iterator[str]:
    """The address of the proxy; `certificates` holds server.pem and server.key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    target = urlsplit(gateway)
    with socket.create_server(("127.0.0.1", 0)) as door:
        accepting = threading.Thread(
            target=_accept, args=(door, context, (target.hostname or "", target.port or 0)), daemon=True
        )
        accepting.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)
        accepting.join(timeout=10)


def _accept(door: socket.socket, context: ssl.SSLContext, target: tuple[str, int]) -> None:
    while True:
        try:
            connection, _ = door.accept()
        except OSError:
            return
        threading.Thread(target=_carry, args=(connection, context, target), daemon=True).start()


def _carry(connection: socket.socket, context: ssl.SSLContext, target: tuple[str, int]) -> None:
    """One request after another, until either side leaves."""
    with connection, suppress(OSError):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += connection.recv(1)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with (
            context.wrap_socket(connection, server_side=True) as client,
            socket.create_connection(target) as gateway,
        ):
            upward = threading.Thread(target=_pour, args=(client, gateway), daemon=True)
            upward.start()
            _pour(gateway, client)
            upward.join(timeout=10)


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
