"""Trading partners as Cleo tells of them, and how each fits what we know."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, select, update

from ml_connector.records.partners import JudgedPartner, PartnerFacts, PartnerStatus, StoredPartner
from ml_connector.store.sets import split
from ml_connector.store.tables import cleo_partners, files

_ORIGINS: Final = ("connection", "file")


class Partners:
    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def note(self, link: str, found: Sequence[JudgedPartner]) -> None:
        """Keep what there is to say of these; of one that matches nothing is kept, and what was is forgotten.

        The moment since when it is so stays the first one.
        """
        by_key: dict[tuple[str, str], JudgedPartner] = {
            (each.facts.origin, each.facts.key): each for each in found
        }
        known = self._find_known(link, by_key)
        fresh = [each for place, each in by_key.items() if place not in known and not _fits(each)]
        if fresh:
            rows = [_to_row(link, each) | {"since": self._now} for each in fresh]
            self._connection.execute(insert(cleo_partners), rows)
        for place, (id_, status) in known.items():
            row = _to_row(link, by_key[place])
            if row["status"] != status:
                row["since"] = self._now
            self._connection.execute(update(cleo_partners).where(cleo_partners.c.id == id_).values(row))
        self._forget([id_ for place, (id_, _) in known.items() if _fits(by_key[place])])

    def keep_only(self, link: str, origin: str, keys: Iterable[str]) -> None:
        """Forget those of an origin that are not among these: Cleo has them no more."""
        kept = set(keys)
        query = select(cleo_partners.c.id, cleo_partners.c.key).where(
            cleo_partners.c.link == link, cleo_partners.c.origin == origin
        )
        self._forget([row.id for row in self._connection.execute(query) if row.key not in kept])

    def forget_bad(self, link: str, *, before: int, name: str) -> None:
        """Forget the bad rows of files of this name that came before a file."""
        older = select(files.c.id).where(files.c.link == link, files.c.name == name, files.c.id < before)
        bad = and_(cleo_partners.c.link == link, cleo_partners.c.status == PartnerStatus.BAD)
        self._connection.execute(delete(cleo_partners).where(bad, cleo_partners.c.file_id.in_(older)))

    def list(
        self, link: str, *, status: PartnerStatus | None = None, after: int = 0, limit: int = 1000
    ) -> tuple[StoredPartner, ...]:
        """What there is to say of partners, or of those of a state, by id, behind an id."""
        query = select(cleo_partners).where(cleo_partners.c.link == link, cleo_partners.c.id > after)
        if status is not None:
            query = query.where(cleo_partners.c.status == status)
        rows = self._connection.execute(query.order_by(cleo_partners.c.id).limit(limit)).mappings()
        return tuple(map(_to_partner, rows))

    def count(self, link: str) -> dict[PartnerStatus, int]:
        """How many there are of each state."""
        query = select(cleo_partners.c.status, func.count()).where(cleo_partners.c.link == link)
        rows = self._connection.execute(query.group_by(cleo_partners.c.status))
        return {PartnerStatus(status): number for status, number in rows}

    def _find_known(
        self, link: str, places: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], tuple[int, str]]:
        wanted = set(places)
        found: dict[tuple[str, str], tuple[int, str]] = {}
        for part in split(sorted({key for _, key in wanted})):
            query = select(cleo_partners).where(
                and_(
                    cleo_partners.c.link == link,
                    cleo_partners.c.origin.in_(_ORIGINS),
                    cleo_partners.c.key.in_(part),
                )
            )
            rows = self._connection.execute(query).mappings()
            found |= {(row["origin"], row["key"]): (row["id"], row["status"]) for row in rows}
        return {place: row for place, row in found.items() if place in wanted}

    def _forget(self, ids: Sequence[int]) -> None:
        for part in split(ids):
            self._connection.execute(delete(cleo_partners).where(cleo_partners.c.id.in_(part)))


def _fits(judged: JudgedPartner) -> bool:
    return judged.status is PartnerStatus.MATCHED


def _to_row(link: str, judged: JudgedPartner) -> dict[str, Any]:
    facts = judged.facts
    return {
        "link": link,
        "origin": facts.origin,
        "key": facts.key,
        "name": facts.name,
        "code": facts.code,
        "vendor": facts.vendor,
        "status": judged.status,
        "reason": judged.reason,
        "file_id": judged.file_id,
        "line": facts.line,
    }


def _to_partner(row: RowMapping) -> StoredPartner:
    facts = PartnerFacts(
        origin=row["origin"],
        key=row["key"],
        name=row["name"],
        code=row["code"],
        vendor=row["vendor"],
        line=row["line"],
    )
    status = PartnerStatus(row["status"])
    judged = JudgedPartner(facts=facts, status=status, reason=row["reason"], file_id=row["file_id"])
    return StoredPartner(id=row["id"], judged=judged, since=row["since"])
