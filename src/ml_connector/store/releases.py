"""Which held documents may be decided otherwise now: those for which something they rest on has changed.

For each link a mark says up to which versions every held document has been looked at, so that what changed
before is not compared again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    collate,
    exists,
    insert,
    or_,
    select,
    union_all,
    update,
)

from ml_connector.records.status import Status
from ml_connector.store.reference_codec import Codec
from ml_connector.store.sets import is_one_of, split
from ml_connector.store.tables import (
    documents,
    need_keys,
    needs,
    postings,
    reference,
    reference_aliases,
    releases,
)

_PASSING: Final = (
    "cancellation",
    "date",
    "draft_bill",
    "duplicate",
    "paid",
    "purpose",
    "reversal",
    "vendor_approval",
)
"""Needs that a coming day, or what somebody does in Intacct, may meet: looked at with every run."""
_BEYOND_RULES: Final = ("finding", "length", "refused")
"""Needs that no rule can meet."""
_REFUSED: Final = "refused"
"""The need of what Intacct refused, or what was not sent as it was planned."""
_REOPENED: Final = "reopening"
"""The need of what a person has let go again after it was in Intacct."""
_ASKING: Final = documents.alias("asking")
_Ids = Select[tuple[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Up to which versions every held document of a link has been looked at."""

    reference: int = 0
    rules: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A cross-reference that began or ended, by what documents asked for it as; of any partner when that is empty."""

    kind: str
    name: str
    partner: str
    version: int  #: of the rules, with which it did


class Releases:
    def __init__(self, connection: Connection, *, key: bytes) -> None:
        self._connection = connection
        self._codec = Codec(key)

    def read_mark(self, link: str) -> Mark:
        """The link's mark; before anything for one that has none."""
        query = select(releases.c.reference, releases.c.rules).where(releases.c.link == link)
        row = self._connection.execute(query).first()
        return Mark() if row is None else Mark(reference=row.reference, rules=row.rules)

    def set_mark(self, link: str, mark: Mark) -> None:
        """Note that every held document was looked at up to there."""
        known = update(releases).where(releases.c.link == link)
        if not self._connection.execute(known.values(reference=mark.reference, rules=mark.rules)).rowcount:
            row = {"link": link, "reference": mark.reference, "rules": mark.rules}
            self._connection.execute(insert(releases).values(row))

    def lower_mark(self, link: str, mark: Mark) -> None:
        """Take the mark back to there, for documents that were decided with older versions than it says."""
        for column, value in ((releases.c.reference, mark.reference), (releases.c.rules, mark.rules)):
            above = update(releases).where(releases.c.link == link, column > value)
            self._connection.execute(above.values({column: value}))

    def list_due(
        self, link: str, company: str, *, reference: int, files: int, codes: Sequence[Code]
    ) -> Sequence[int]:
        """The documents to be decided now, the first to be paid first: those just read, and the held ones that may be
        decided otherwise.

        These are those for which something they asked for has changed since they were planned: a row of the
        company's reference up to that version, or one of these cross-references; those that wait for something
        rules can meet and were planned before the version that brought these files; and those that wait for a
        day, for something in Intacct, or after a fault of ours. What is for a person is never among them.
        """
        after = self.read_mark(link).reference
        dues = select(documents.c.id, documents.c.due).where(documents.c.link == link)
        read = self._connection.execute(dues.where(documents.c.status == Status.READ))
        found: dict[int, date | None] = {row.id: row.due for row in read}
        for some in (
            _select_passing(),
            _select_by_files(link, files),
            *([_select_faults(reference)] if after < reference else []),
            *([self._select_changed(company, after, reference)] if after < reference else []),
            *self._select_by_codes(codes),
        ):
            query = dues.where(
                documents.c.status == Status.HELD,
                documents.c.id.in_(some),
                ~_is_for_a_person(),
            )
            found |= {row.id: row.due for row in self._connection.execute(query)}
        return sorted(found, key=lambda id_: (found[id_] is not None, found[id_] or date.min, id_))

    def list_for_a_person(self, document_ids: Iterable[int]) -> set[int]:
        """Which of these held documents are never decided again by themselves: something of them is in Intacct, may be,
        or was refused there; or they were kept from being sent. Not so where people have let one go and it waits for
        an approver.
        """
        query = select(documents.c.id).where(is_one_of(documents.c.id, document_ids), _is_for_a_person())
        return set(self._connection.execute(query).scalars())

    def _select_changed(self, company: str, after: int, upto: int) -> _Ids:
        """Asked for a row, by its key or another of its names, that has changed since the document was planned."""
        rows = union_all(*_select_touched(company, after, upto)).cte("touched")
        key: ColumnElement[str] = reference.c.key
        if self._connection.dialect.name == "postgresql":
            key = collate(key, "default")  # keys have an order of their own there, names the database's
        named = union_all(
            select(reference.c.kind, key.label("name"), rows.c.version).join(
                rows, rows.c.id == reference.c.id
            ),
            select(reference.c.kind, reference_aliases.c.alias, rows.c.version)
            .join(rows, rows.c.id == reference.c.id)
            .join(reference_aliases, reference_aliases.c.reference_id == reference.c.id),
        ).cte("named")
        same = and_(need_keys.c.kind == named.c.kind, need_keys.c.name == named.c.name)
        query = select(need_keys.c.document_id).join(named, same)
        return query.join(_ASKING, _ASKING.c.id == need_keys.c.document_id).where(
            _ASKING.c.planned_reference < named.c.version
        )

    def _select_by_codes(self, codes: Sequence[Code]) -> Iterator[_Ids]:
        """Asked for one of these codes before it began or ended."""
        alike: dict[tuple[str, str, int], list[str]] = {}
        for code in codes:
            alike.setdefault((code.kind, code.partner, code.version), []).append(self._codec.seal(code.name))
        for (kind, partner, version), names in alike.items():
            for part in split(dict.fromkeys(names)):
                query = select(need_keys.c.document_id).where(
                    need_keys.c.kind == kind, need_keys.c.name.in_(part)
                )
                query = query.join(_ASKING, _ASKING.c.id == need_keys.c.document_id)
                query = query.where(_ASKING.c.planned_rules < version)
                yield query.where(_ASKING.c.partner_name == partner) if partner else query


def _is_for_a_person() -> ColumnElement[bool]:
    mine = postings.c.document_id == documents.c.id
    sent = or_(postings.c.sent_count > 0, postings.c.intacct_keys != "", postings.c.refusal != "")
    return and_(or_(exists().where(mine, sent), _waits_for(_REFUSED)), ~_waits_for(_REOPENED))


def _waits_for(kind: str) -> ColumnElement[bool]:
    open_need = (needs.c.document_id == documents.c.id, needs.c.kind == kind, needs.c.met_at.is_(None))
    return exists().where(*open_need)


def _select_passing() -> _Ids:
    return select(needs.c.document_id).where(needs.c.kind.in_(_PASSING), needs.c.met_at.is_(None))


def _select_by_files(link: str, files: int) -> _Ids:
    """Held on something that rules can meet, and planned before these files."""
    open_need = and_(
        needs.c.document_id == _ASKING.c.id,
        needs.c.met_at.is_(None),
        needs.c.kind.not_in(_BEYOND_RULES),
    )
    return select(_ASKING.c.id).where(
        _ASKING.c.link == link,
        _ASKING.c.status == Status.HELD,
        _ASKING.c.planned_rules < files,
        exists().where(open_need),
    )


def _select_faults(version: int) -> _Ids:
    """Whatever a fault of ours had to do with may have changed."""
    query = select(needs.c.document_id).join(_ASKING, _ASKING.c.id == needs.c.document_id)
    return query.where(
        needs.c.kind == "fault", needs.c.met_at.is_(None), _ASKING.c.planned_reference < version
    )


def _select_touched(company: str, after: int, upto: int) -> Iterator[Select[Any]]:
    """The rows that began or ended between two versions."""
    for moment in (reference.c.valid_from, reference.c.valid_to):
        yield select(reference.c.id, moment.label("version")).where(
            reference.c.company == company, moment > after, moment <= upto
        )
