"""Cross-references that people have answered: prepared, approved by another, valid from one version of the rules on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, or_, select, update

from ml_connector.records.audit import Fact
from ml_connector.records.xref import CrossReference, StoredXref, XrefStatus
from ml_connector.store.audit import Audit
from ml_connector.store.rules import RuleSets
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import xref


class Xrefs:
    """The cross-references of the links. Whoever acts here is named by the caller, and stands in the audit trail."""

    def __init__(self, connection: Connection, *, audit: Audit, rules: RuleSets, now: datetime) -> None:
        self._connection = connection
        self._audit = audit
        self._rules = rules
        self._now = now

    def prepare(
        self, link: str, rows: Sequence[CrossReference], *, by: str, origin: str, reason: str = ""
    ) -> tuple[StoredXref, ...]:
        """Note answers that wait for a second person, and why; one that waits or acts already is not noted again."""
        known = self._find_open(link, rows)
        fresh = [row for row in dict.fromkeys(rows) if row not in known]
        more: dict[str, str | int | None] = {"origin": origin, **({"reason": reason} if reason else {})}
        if fresh:
            values = [_to_row(link, row, by=by, origin=origin, now=self._now) for row in fresh]
            statement = insert(xref).returning(xref.c.id, sort_by_parameter_order=True)
            ids = self._connection.execute(statement, values).scalars().all()
            self._audit.append(
                [
                    _describe(id_, "prepared", row, by=by, more=more)
                    for id_, row in zip(ids, fresh, strict=True)
                ]
            )
            known |= {found.xref: found for found in self._read(xref.c.id.in_(ids))}
        return tuple(known[row] for row in dict.fromkeys(rows))

    def approve(self, link: str, ids: Sequence[int], *, by: str) -> tuple[StoredXref, ...]:
        """Let prepared ones act from a new version of the rules on; what had their codes before ends there.

        Returns those that act now; ids of others change nothing.
        """
        found = self._find_prepared(link, ids)
        if not found:
            return ()
        places = {_place(each): each for each in found}  # of two answers to one code the later one counts
        before = self._find_active(link, list(places))
        version = self._rules.advance(link, author=by, because=_name_all(found))
        self._set([each.id for each in before], status=XrefStatus.ENDED, valid_to=version)
        late = [each.id for each in found if places[_place(each)] is not each]
        self._decide(late, XrefStatus.ENDED, by)
        approved = [each.id for each in places.values()]
        self._decide(approved, XrefStatus.ACTIVE, by)
        self._set(approved, valid_from=version)
        detail: dict[str, str | int | None] = {"version": version}
        ended = [_describe(each.id, "ended", each.xref, by=by, more=detail) for each in before]
        acts = [_describe(each.id, "approved", each.xref, by=by, more=detail) for each in places.values()]
        self._audit.append([*ended, *acts])
        return self._read(xref.c.id.in_(approved))

    def decline(self, link: str, ids: Sequence[int], *, by: str, reason: str) -> tuple[StoredXref, ...]:
        """Say no to prepared ones, or end active ones from a new version of the rules on; returns what they are then."""
        found = self._read(
            and_(
                xref.c.link == link,
                xref.c.id.in_(ids),
                xref.c.status.in_([XrefStatus.PREPARED, XrefStatus.ACTIVE]),
            )
        )
        waiting = [each for each in found if each.status is XrefStatus.PREPARED]
        acting = [each for each in found if each.status is XrefStatus.ACTIVE]
        self._decide([each.id for each in waiting], XrefStatus.DECLINED, by)
        if acting:
            version = self._rules.advance(link, author=by, because=f"without {_name_all(acting)}")
            self._set([each.id for each in acting], status=XrefStatus.ENDED, valid_to=version)
        more: dict[str, str | int | None] = {"reason": reason}
        self._audit.append(
            [_describe(each.id, "declined", each.xref, by=by, more=more) for each in waiting]
            + [_describe(each.id, "ended", each.xref, by=by, more=more) for each in acting]
        )
        return self.get(link, [each.id for each in found])

    def list(self, link: str, *, status: XrefStatus | None = None) -> tuple[StoredXref, ...]:
        """A link's cross-references, oldest first."""
        mine = xref.c.link == link
        return self._read(mine if status is None else and_(mine, xref.c.status == status))

    def get(self, link: str, ids: Sequence[int]) -> tuple[StoredXref, ...]:
        """Those of these ids, in the order of their ids."""
        return self._read(and_(xref.c.link == link, is_one_of(xref.c.id, ids)))

    def list_valid(self, link: str, version: int) -> tuple[CrossReference, ...]:
        """What belongs to a version of the link's rules."""
        until = or_(xref.c.valid_to.is_(None), xref.c.valid_to > version)
        found = self._read(and_(xref.c.link == link, xref.c.valid_from <= version, until))
        return tuple(each.xref for each in found)

    def list_changes(self, link: str, *, after: int, upto: int) -> tuple[StoredXref, ...]:
        """Those that began or ended between two versions."""
        began = and_(xref.c.link == link, xref.c.valid_from > after, xref.c.valid_from <= upto)
        ended = and_(xref.c.link == link, xref.c.valid_to > after, xref.c.valid_to <= upto)
        return self._read(or_(began, ended))

    def _find_open(self, link: str, rows: Sequence[CrossReference]) -> dict[CrossReference, StoredXref]:
        waits = xref.c.status.in_([XrefStatus.PREPARED, XrefStatus.ACTIVE])
        alike = is_one_of(xref.c.code, {row.code for row in rows})
        wanted = set(rows)
        found = self._read(and_(xref.c.link == link, alike, waits))
        return {each.xref: each for each in found if each.xref in wanted}

    def _find_prepared(self, link: str, ids: Sequence[int]) -> Sequence[StoredXref]:
        return [each for each in self.get(link, ids) if each.status is XrefStatus.PREPARED]

    def _find_active(self, link: str, places: Sequence[tuple[str, str, str]]) -> Sequence[StoredXref]:
        wanted = set(places)
        alike = is_one_of(xref.c.code, {code for _, _, code in places})
        found = self._read(and_(xref.c.link == link, alike, xref.c.status == XrefStatus.ACTIVE))
        return [each for each in found if _place(each) in wanted]

    def _decide(self, ids: Sequence[int], status: XrefStatus, by: str) -> None:
        self._set(ids, status=status, decided_by=by, decided_at=self._now)

    def _set(self, ids: Sequence[int], **values: object) -> None:
        self._connection.execute(update(xref).where(is_one_of(xref.c.id, ids)).values(**values))

    def _read(self, which: ColumnElement[bool]) -> tuple[StoredXref, ...]:
        rows = self._connection.execute(select(xref).where(which).order_by(xref.c.id)).mappings()
        return tuple(map(_to_xref, rows))


def _place(stored: StoredXref) -> tuple[str, str, str]:
    return stored.xref.kind, stored.xref.partner, stored.xref.code


def _name_all(found: Sequence[StoredXref]) -> str:
    shown = ", ".join(f"xref {each.id}" for each in found[:5])
    return shown if len(found) <= 5 else f"{shown} and {len(found) - 5} more"


def _describe(
    id_: int, action: str, row: CrossReference, *, by: str, more: dict[str, str | int | None]
) -> Fact:
    detail: dict[str, str | int | None] = {
        "kind": row.kind,
        "partner": row.partner,
        "code": row.code,
        "target": row.target,
    }
    return Fact(record=f"xref:{id_}", action=action, detail=detail | more, by=by)


def _to_row(link: str, row: CrossReference, *, by: str, origin: str, now: datetime) -> dict[str, object]:
    return {
        "link": link,
        "kind": row.kind,
        "partner": row.partner,
        "code": row.code,
        "target": row.target,
        "status": XrefStatus.PREPARED,
        "origin": origin,
        "prepared_by": by,
        "prepared_at": now,
    }


def _to_xref(row: RowMapping) -> StoredXref:
    return StoredXref(
        id=row["id"],
        link=row["link"],
        xref=CrossReference(
            kind=row["kind"],
            partner=row["partner"],
            code=row["code"],
            target=row["target"],
            number=row["id"],
        ),
        status=XrefStatus(row["status"]),
        origin=row["origin"],
        prepared_by=row["prepared_by"],
        prepared_at=row["prepared_at"],
        decided_by=row["decided_by"] or "",
        decided_at=row["decided_at"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )
