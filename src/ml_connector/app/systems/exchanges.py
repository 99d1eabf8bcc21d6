"""Exchanges with Intacct and Cleo, as people ask for them."""

import datetime as dt
from dataclasses import dataclass

from ml_connector.records.exchange import ExchangeLine
from ml_connector.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeView:
    """An exchange with what was said, secrets taken out. Both texts are empty where it went well, and of Cleo."""

    line: ExchangeLine
    request: str
    answer: str


class Exchanges:
    def __init__(self, store: Store) -> None:
        self._store = store

    def list(
        self, link: str, *, failed: bool, since: dt.datetime | None, limit: int
    ) -> tuple[ExchangeLine, ...]:
        """At most so many of a link, the newest first."""
        with self._store.look() as work:
            return work.meter.list_exchanges(link, failed=failed, since=since, limit=limit)

    def show(self, number: int) -> ExchangeView | None:
        """The exchange of that number; None when there is none."""
        with self._store.look() as work:
            kept = work.meter.find_exchange(number)
        if kept is None:
            return None
        return ExchangeView(line=kept.line, request=_decode(kept.request), answer=_decode(kept.answer))


def _decode(said: bytes) -> str:
    return said.decode("utf-8", errors="replace")
