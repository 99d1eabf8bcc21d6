"""Every request to Intacct and Cleo of late with what it cost, and what Sage bills by day."""

import datetime as dt
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import Final

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from ml_connector.records.exchange import ApiUsage, ExchangeLine, KeptExchange, MeteredExchange, MeterReading
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import api_usage, documents, meter, postings

_KEPT: Final = 64 * 1024
_LONGEST_PARTNER: Final = 120
_PARTS: Final = 3  # of a posting's control id, between colons
_LINE: Final = [meter.c[field.name] for field in fields(ExchangeLine)]


class Meter:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, *exchanges: MeteredExchange) -> None:
        """Count exchanges, in their order; what was said is kept only when it went wrong."""
        if exchanges:
            self._connection.execute(insert(meter), list(map(_to_row, exchanges)))

    def drop(self, before: dt.datetime, *, failed: bool, most: int) -> int:
        """Forget at most so many exchanges that began before then, the oldest first; how many.

        The newest stays, or the next one would get the number of one that was forgotten.
        """
        newest = select(func.max(meter.c.id)).scalar_subquery()
        kind = meter.c.outcome != "ok" if failed else meter.c.outcome == "ok"
        old = select(meter.c.id).where(meter.c.started < before, kind, meter.c.id < newest)
        first = old.order_by(meter.c.started).limit(most)
        return self._connection.execute(delete(meter).where(meter.c.id.in_(first))).rowcount

    def list_exchanges(
        self, link: str, *, failed: bool = False, since: dt.datetime | None = None, limit: int
    ) -> tuple[ExchangeLine, ...]:
        """At most so many exchanges of a link, the newest first; `failed` leaves out those that went well."""
        query = select(*_LINE).where(meter.c.link == link).order_by(meter.c.id.desc()).limit(limit)
        if failed:
            query = query.where(meter.c.outcome != "ok")
        if since is not None:
            query = query.where(meter.c.started >= since)
        return tuple(map(_read_line, self._connection.execute(query).mappings()))

    def find_exchange(self, id_: int) -> KeptExchange | None:
        """One exchange with what was said; None when there is none of that number."""
        query = select(*_LINE, meter.c.request, meter.c.answer).where(meter.c.id == id_)
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return KeptExchange(
            line=_read_line(row), request=_unpack(row["request"]), answer=_unpack(row["answer"])
        )

    def read(self, link: str, *, system: str, since: dt.datetime) -> tuple[MeterReading, ...]:
        """Requests and API transactions by flow, of exchanges that began at `since` or later."""
        query = (
            select(meter.c.flow, func.count(), func.sum(meter.c.api_transactions))
            .where(meter.c.link == link, meter.c.system == system, meter.c.started >= since)
            .group_by(meter.c.flow)
            .order_by(meter.c.flow)
        )
        rows = self._connection.execute(query)
        return tuple(MeterReading(flow=f, requests=n, api_transactions=int(t)) for f, n, t in rows)

    def list_reached(self, link: str, *, since: dt.datetime) -> frozenset[str]:
        """The systems with which there was an exchange that began at `since` or later."""
        began = select(meter.c.system).where(meter.c.link == link, meter.c.started >= since)
        return frozenset(self._connection.execute(began.distinct()).scalars())

    def bill(self, company: str, link: str, *, day: dt.date, flow: str, control_ids: Sequence[str]) -> None:
        """Count an API transaction for each of these control ids, to the partner whose document it was for."""
        for partner, transactions in Counter(self._name_partners(control_ids)).items():
            place = {"company": company, "day": day, "link": link, "flow": flow, "partner": partner}
            more = update(api_usage).where(*(api_usage.c[name] == value for name, value in place.items()))
            total = api_usage.c.transactions + transactions
            if not self._connection.execute(more.values(transactions=total)).rowcount:
                self._connection.execute(insert(api_usage).values(**place, transactions=transactions))

    def list_usage(self, company: str, first: dt.date, last: dt.date) -> tuple[ApiUsage, ...]:
        """What a company was billed from one day to another, by day, link, flow and partner."""
        columns = (api_usage.c.day, api_usage.c.link, api_usage.c.flow, api_usage.c.partner)
        query = select(*columns, api_usage.c.transactions).where(
            api_usage.c.company == company, api_usage.c.day.between(first, last)
        )
        rows = self._connection.execute(query.order_by(*columns))
        return tuple(ApiUsage(day=d, link=k, flow=f, partner=p, transactions=n) for d, k, f, p, n in rows)

    def sum_usage(self, company: str, first: dt.date, last: dt.date) -> int:
        """How many API transactions that is in all."""
        query = select(func.sum(api_usage.c.transactions)).where(
            api_usage.c.company == company, api_usage.c.day.between(first, last)
        )
        return int(self._connection.execute(query).scalar_one() or 0)

    def _name_partners(self, control_ids: Sequence[str]) -> list[str]:
        """For each control id the partner of its document; empty for what is no posting of ours.

        That of a posting's later function, or of its attachment, is the posting's with an ending.
        """
        own = [":".join(control_id.split(":")[:_PARTS]) for control_id in control_ids]
        columns = (postings.c.control_id, documents.c.partner_name, documents.c.sender)
        query = select(*columns).join(documents, documents.c.id == postings.c.document_id)
        known = {
            row.control_id: (row.partner_name or row.sender)[:_LONGEST_PARTNER]
            for row in self._connection.execute(query.where(is_one_of(postings.c.control_id, own)))
        }
        return [known.get(control_id, "") for control_id in own]


def _to_row(exchange: MeteredExchange) -> dict[str, object]:
    said = exchange.outcome != "ok"
    return {
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


def _read_line(row: RowMapping) -> ExchangeLine:
    return ExchangeLine(**{column.name: row[column.name] for column in _LINE})


def _unpack(kept: bytes) -> bytes:
    return zlib.decompress(kept) if kept else b""
