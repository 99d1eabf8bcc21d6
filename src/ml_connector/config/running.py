"""Where `ml-connector run` answers those who watch it."""

import re
from datetime import timedelta
from typing import Final, Self

from pydantic import model_validator

from ml_connector.config.fields import LOOPBACK, Lease, Retry, Switch
from ml_connector.mapping.rules.toml_reading import Model

_PLACE: Final = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[A-Za-z0-9.-]+)):(?P<port>\d{1,5})")


class RunSettings(Model):
    """Of `ml-connector run`."""

    listen: str = (
        ""  #: host and port of /health, /ready and /metrics, such as "127.0.0.1:9464"; nowhere when empty
    )
    open_to_network: Switch = False  #: `listen` may name more than this machine
    lease: Lease = timedelta(
        seconds=30
    )  #: without a sign of life for so long others take over what a process does
    retry_after: Retry = timedelta(seconds=30)  #: the wait after a failure; doubled with each in a row

    @model_validator(mode="after")
    def check_listen(self) -> Self:
        if not self.listen:
            return self
        host, port = self.place
        if not host or port > 65_535:
            raise ValueError('listen: write a host and a port, such as "127.0.0.1:9464"')
        if host not in LOOPBACK and not self.open_to_network:
            raise ValueError(
                f"listen: {host} lets other machines read names and amounts, and nobody is asked for a password; "
                'write "127.0.0.1:…", or set open_to_network = true if that is meant'
            )
        return self

    @property
    def place(self) -> tuple[str, int]:
        """Host and port to listen at; an empty host for nowhere."""
        found = _PLACE.fullmatch(self.listen)
        return ("", 0) if found is None else (found["six"] or found["host"], int(found["port"]))
