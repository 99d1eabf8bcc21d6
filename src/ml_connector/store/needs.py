"""What held documents wait for, and what they asked of the reference and of cross-references."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Select, and_, case, delete, func, insert, null, or_, select, update

from ml_connector.records.needs import Need, NeedSum
from ml_connector.records.status import Status
from ml_connector.store.reference_codec import Codec
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import documents, need_keys, needs

_Q = TypeVar("_Q", bound=Select[Any])
_NOTHING: Final = Decimal(0)
_WAITING: Final = (
    Status.HELD,
    Status.POSTED,
)  # what is posted waits when Intacct has made something else of it
_LONGEST: Final = 255  # nothing can be found under a longer name
Ages = Mapping[int, Mapping[Need, datetime]]
"""Since when each document has been waiting for what, in the order of its needs."""
_NEW: Final[Ages] = {}


class Needs:
    def __init__(self, connection: Connection, *, now: datetime, key: bytes) -> None:
        self._connection = connection
        self._now = now
        self._codec = Codec(key)

    def add(self, found: Mapping[int, Sequence[Need]], *, since: Ages = _NEW) -> None:
        """Record what each document waits for, by document id; what it waited for `since` before keeps its age."""
        rows = [
            {"document_id": id_, "kind": n.kind, "subject": n.subject, "reason": n.reason, "since": began}
            for id_, missing in found.items()
            for ages in [{str(need): age for need, age in since.get(id_, {}).items()}]
            for n in missing
            for began in [ages.get(str(n), self._now)]
        ]
        if rows:
            self._connection.execute(insert(needs), rows)

    def remember(self, asked: Mapping[int, Iterable[tuple[str, str]]]) -> None:
        """Keep what each document asked for, as (kind, name), in place of what it asked before.

        Names beginning `tax:` are kept as keyed hashes only.
        """
        self._forget(asked)
        rows = [
            {"document_id": id_, "kind": kind, "name": sealed}
            for id_, keys in asked.items()
            for kind, sealed in sorted({(kind, self._codec.seal(name)) for kind, name in keys})
            if sealed and len(sealed) <= _LONGEST
        ]
        if rows:
            self._connection.execute(insert(need_keys), rows)

    def meet(self, document_ids: Iterable[int]) -> None:
        """Close the open needs of documents that are decided anew, and forget what they asked for."""
        ids = list(document_ids)
        self._forget(ids)
        still_open = update(needs).where(is_one_of(needs.c.document_id, ids), needs.c.met_at.is_(None))
        self._connection.execute(still_open.values(met_at=self._now))

    def reword(self, found: Mapping[int, Iterable[Need]]) -> None:
        """Give open needs of documents the words they have now; they stay as old as they are."""
        for id_, missing in found.items():
            still_open = update(needs).where(needs.c.document_id == id_, needs.c.met_at.is_(None))
            for each in missing:
                same = still_open.where(needs.c.kind == each.kind, needs.c.subject == each.subject)
                self._connection.execute(same.values(reason=each.reason))

    def list_open(self, document_ids: Iterable[int]) -> dict[int, tuple[Need, ...]]:
        """The unmet needs of each document that has any."""
        return {id_: tuple(ages) for id_, ages in self.list_ages(document_ids).items()}

    def list_ages(self, document_ids: Iterable[int]) -> Ages:
        """The same with their ages."""
        found: dict[int, dict[Need, datetime]] = {}
        query = select(needs).where(is_one_of(needs.c.document_id, document_ids), needs.c.met_at.is_(None))
        for row in self._connection.execute(query.order_by(needs.c.id)):
            need = Need(kind=row.kind, subject=row.subject, reason=row.reason)
            found.setdefault(row.document_id, {})[need] = row.since
        return found

    def sum_up(self, link: str, *, today: date, need: str = "") -> tuple[NeedSum, ...]:
        """What waits for each need of a link's documents, or for one; that of the most documents first."""
        open_discount = or_(documents.c.discount_until.is_(None), documents.c.discount_until >= today)
        at_stake = and_(documents.c.discount.is_not(None), open_discount)
        query = (
            select(
                needs.c.kind,
                needs.c.subject,
                documents.c.currency,
                func.min(needs.c.reason).label("reason"),
                func.count().label("documents"),
                (func.count() - func.count(documents.c.amount)).label("unstated"),
                func.sum(documents.c.amount).label("amount"),
                func.sum(case((at_stake, documents.c.discount), else_=null())).label("discount"),
                func.min(case((at_stake, documents.c.discount_until), else_=null())).label("discount_until"),
                func.min(needs.c.since).label("since"),
                func.min(documents.c.due).label("due"),
                func.min(documents.c.id).label("sample"),
            )
            .join(documents, documents.c.id == needs.c.document_id)
            .where(documents.c.link == link, documents.c.status.in_(_WAITING), needs.c.met_at.is_(None))
            .group_by(needs.c.kind, needs.c.subject, documents.c.currency)
            .order_by(func.count().desc(), needs.c.kind, needs.c.subject, documents.c.currency)
        )
        rows = self._connection.execute(_choose(query, need)).mappings()
        return tuple(NeedSum(**{**row, "discount": row["discount"] or _NOTHING}) for row in rows)

    def list_unstated(self, link: str, *, need: str = "") -> tuple[tuple[str, str, str, int], ...]:
        """What waits and states no amount, for each need or for one: its kind, subject, the currency, the document."""
        columns = (needs.c.kind, needs.c.subject, documents.c.currency, documents.c.id)
        query = select(*columns).join(needs, documents.c.id == needs.c.document_id)
        query = query.where(
            documents.c.link == link, documents.c.status.in_(_WAITING), needs.c.met_at.is_(None)
        )
        rows = self._connection.execute(_choose(query.where(documents.c.amount.is_(None)), need))
        return tuple((kind, subject, currency, id_) for kind, subject, currency, id_ in rows)

    def _forget(self, document_ids: Iterable[int]) -> None:
        self._connection.execute(delete(need_keys).where(is_one_of(need_keys.c.document_id, document_ids)))


def _choose(query: _Q, need: str) -> _Q:
    """Of one need, where one is named."""
    if not need:
        return query
    kind, _, subject = need.partition(":")
    return query.where(needs.c.kind == kind, needs.c.subject == subject)
