"""Where all documents and files stand, added up for many links at once."""

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from sqlalchemy import (
    BigInteger,
    Connection,
    RowMapping,
    Select,
    Table,
    bindparam,
    exists,
    func,
    or_,
    select,
    type_coerce,
)

from ml_connector.records.additions import AdditionStatus
from ml_connector.records.standing import OpenSum, RequestSum
from ml_connector.records.status import FileStatus, Status
from ml_connector.store.tables import documents, files, meter, vendor_additions

_OPEN: Final = (
    Status.READ,
    Status.READY,
    Status.SENDING,
    Status.IN_DOUBT,
    Status.HELD,
    Status.REJECTED,
)
_MOVING: Final = tuple(status for status in _OPEN if status not in {Status.HELD, Status.REJECTED})
_BEING_ADDED: Final = (AdditionStatus.WAITING, AdditionStatus.SENDING, AdditionStatus.IN_DOUBT)
_PART: Final = 10**8  # a sum of the largest amounts does not fit into 64 bits, the sums of their parts do


def _find(table: Table, statuses: Collection[str]) -> Select[tuple[int]]:
    same = table.c.link == bindparam("of_link")
    return select(table.c.id).where(same, table.c.status.in_(statuses)).limit(1)


# Built once: every poll asks both.
_HAS_OPEN: Final = select(
    or_(
        exists(_find(documents, _MOVING)),
        exists(_find(files, (FileStatus.RECEIVED,))),
        exists(_find(vendor_additions, _BEING_ADDED)),
    )
)
_HAS_HELD: Final = select(exists(_find(documents, (Status.HELD,))))


class Standing:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def has_open(self, link: str) -> bool:
        """Whether anything of the link can be got on with whatever happens: a file not read yet, a document that is
        neither held nor done with, a vendor being created.
        """
        return bool(self._connection.execute(_HAS_OPEN, {"of_link": link}).scalar_one())

    def has_held(self, link: str) -> bool:
        """Whether documents of the link wait for something to change."""
        return bool(self._connection.execute(_HAS_HELD, {"of_link": link}).scalar_one())

    def sum_open(self, links: Collection[str]) -> tuple[OpenSum, ...]:
        """What of these links is not done with; takes no longer for all that is."""
        units = type_coerce(documents.c.amount, BigInteger)
        groups = (documents.c.link, documents.c.status, documents.c.kind, documents.c.currency)
        query = (
            select(
                *groups,
                func.count().label("documents"),
                func.sum(units // _PART).label("high"),
                func.sum(units % _PART).label("low"),
                func.min(files.c.received_at).label("oldest"),
            )
            .join(files, files.c.id == documents.c.file_id)
            .where(documents.c.link.in_(links), documents.c.status.in_(_OPEN))
            .group_by(*groups)
            .order_by(*groups)
        )
        return tuple(map(_read_sum, self._connection.execute(query).mappings()))

    def count_documents(self, links: Collection[str]) -> dict[tuple[str, Status], int]:
        """How many documents each link has in each status."""
        groups = (documents.c.link, documents.c.status)
        query = select(*groups, func.count()).where(documents.c.link.in_(links)).group_by(*groups)
        return {(link, Status(status)): n for link, status, n in self._connection.execute(query)}

    def count_files(self, links: Collection[str]) -> dict[tuple[str, FileStatus], int]:
        """How many files each link has in each status."""
        groups = (files.c.link, files.c.status)
        query = select(*groups, func.count()).where(files.c.link.in_(links)).group_by(*groups)
        return {(link, FileStatus(status)): n for link, status, n in self._connection.execute(query)}

    def find_newest_exchange(self) -> int:
        """The number of the last exchange that was metered; 0 before the first."""
        return self._connection.execute(select(func.max(meter.c.id))).scalar_one() or 0

    def sum_exchanges(self, *, after: int, upto: int) -> tuple[RequestSum, ...]:
        """What was exchanged from one number, which is left out, to another."""
        ok = (meter.c.outcome == "ok").label("ok")
        groups = (meter.c.link, meter.c.system, meter.c.flow, ok)
        totals = (
            func.count().label("requests"),
            func.sum(meter.c.milliseconds).label("milliseconds"),
            func.sum(meter.c.api_transactions).label("api_transactions"),
        )
        query = select(*groups, *totals).where(meter.c.id > after, meter.c.id <= upto).group_by(*groups)
        return tuple(
            RequestSum(
                link=row.link,
                system=row.system,
                flow=row.flow,
                ok=bool(row.ok),
                requests=row.requests,
                milliseconds=int(row.milliseconds),
                api_transactions=int(row.api_transactions),
            )
            for row in self._connection.execute(query.order_by(*groups))
        )


def _read_sum(row: RowMapping) -> OpenSum:
    units = int(row["high"] or 0) * _PART + int(row["low"] or 0)
    return OpenSum(
        link=row["link"],
        status=Status(row["status"]),
        kind=row["kind"],
        currency=row["currency"],
        documents=row["documents"],
        amount=Decimal(units).scaleb(-4),
        oldest=row["oldest"],
    )
