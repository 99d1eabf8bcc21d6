"""Every request to Intacct and Cleo, with what it cost."""

import zlib
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select

from ml_connector.records.exchange import MeteredExchange, MeterReading
from ml_connector.store.tables import meter

_KEPT: Final = 64 * 1024


class Meter:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, exchange: MeteredExchange) -> None:
        """Count one exchange; what was said is kept only when it went wrong."""
        said = exchange.outcome != "ok"
        row = {
            "link": exchange.link,
            "system": exchange.system,
            "flow": exchange.flow,
            "purpose": exchange.purpose[:255],
            "started": exchange.started,
            "milliseconds": exchange.milliseconds,
            "http_status": exchange.http_status,
            "outcome": exchange.outcome,
            "api_transactions": exchange.api_transactions,
            "request": zlib.compress(exchange.request[:_KEPT]) if said else b"",
            "answer": zlib.compress(exchange.answer[:_KEPT]) if said else b"",
        }
        self._connection.execute(insert(meter).values(row))

    def read(self, link: str, *, system: str, since: datetime) -> tuple[MeterReading, ...]:
        """Requests and API transactions by flow, of exchanges that began at `since` or later."""
        query = (
            select(meter.c.flow, func.count(), func.sum(meter.c.api_transactions))
            .where(meter.c.link == link, meter.c.system == system, meter.c.started >= since)
            .group_by(meter.c.flow)
            .order_by(meter.c.flow)
        )
        rows = self._connection.execute(query)
        return tuple(MeterReading(flow=f, requests=n, api_transactions=int(t)) for f, n, t in rows)
