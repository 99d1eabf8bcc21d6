"""Preflight: what is ready is looked at once more, with our copy, for what Intacct would refuse."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from ml_connector.flows.planning.cases import AnyCase, Decision, Ready
from ml_connector.flows.run import Basis
from ml_connector.intacct.objects import Location
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.named_records import BANK, JOURNAL, OWN, SOLUTION, list_lines, list_named
from ml_connector.mapping.orders.purchasing_case import DEFINITION
from ml_connector.mapping.reference.slice import (
    ACCOUNT,
    ACCOUNT_LABEL,
    LOCATION,
    VENDOR,
    Asked,
    Slice,
    find_entity,
)
from ml_connector.mapping.refusals import TOP, Copied, Copy, foresee
from ml_connector.records.needs import Need
from ml_connector.records.reference import ReferenceRow, Watermark
from ml_connector.store import Work

CLOSED: Final = "closed_day"
CONVERSION: Final = "purchasing_conversion"
PAID_FROM: Final = (BANK, "savings_account", "card")
#: Kinds of few records, which are copied only for those who have a use for them.
_FEW: Final = frozenset({*PAID_FROM, JOURNAL, DEFINITION, SOLUTION})

Rows = Mapping[Asked, ReferenceRow]


def read_copy(basis: Basis, decided: Iterable[Decision], known: Slice) -> Copy:
    """What our copy knows of all that is ready."""
    ready = [made for made in decided if isinstance(made, Ready)]
    asked = frozenset(each for made in ready for each in _list_named(made))
    if not asked:
        return Copy()
    with basis.store.begin() as work:
        rows = _read_rows(work, basis.link.company, known.version, asked)
        accounts = {key: row.body["account_no"] for (kind, key), row in rows.items() if kind == ACCOUNT_LABEL}
        behind = frozenset((ACCOUNT, account) for account in accounts.values() if account) - asked
        rows = {**rows, **_read_rows(work, basis.link.company, known.version, behind)}
        made_of = work.reference.list_kind(basis.link.company, known.version, CONVERSION)
        closed = read_closed(work, basis.link.company, known.version)
        marks = work.watermarks.list(basis.link.company)
        approved = {
            (VENDOR, each.vendor_id) for each in work.vendor_additions.list_approved(basis.link.company)
        }
    whole = {each.kind for each in marks.values() if _is_whole(each)}
    lines = (line for made in ready for body in made.functions for line in list_lines(body))
    places = {line.find(LOCATION) for line in lines}
    return Copy(
        asked=frozenset(
            each for each in asked | behind if each in rows or whole.issuperset(_list_kinds(each[0]))
        ),
        records={place: _read(row, is_approved=place in approved) for place, row in rows.items()},
        entities={id_: find_entity(id_, known) for id_ in places if known.get(Location, id_) is not None},
        closed=closed,
        accounts=accounts,
        sources={row.key: frozenset(row.body["sources"]) for row in made_of},
        approved=basis.link.rules.new_vendors.approved,
    )


def look_ahead(case: AnyCase, made: Decision, known: Copy) -> tuple[AnyCase, Decision]:
    """What is ready is held where Intacct would refuse it; it rests on all that it names, and goes once that is mended."""
    if not isinstance(made, Ready):
        return case, made
    needs: dict[str, Need] = {}
    for body in made.functions:
        needs |= {str(need): need for need in foresee(body, made.entity, known)}
    if not needs:
        return case, made
    days = {(CLOSED, each) for each in (TOP, made.entity, *known.entities.values()) if each}
    named = frozenset(each for body in made.functions for each in known.list_named(body))
    return replace(case, asked=case.asked | named | days), Held(
        needs=tuple(needs.values()), comparison=made.comparison
    )


def read_closed(work: Work, company: str, version: int) -> Mapping[str, date]:
    """Through which day the books are closed, by entity and `TOP`, as far as our copy knows it."""
    rows = work.reference.list_kind(company, version, CLOSED)
    days = {row.key: row.body.get("closed_through") for row in rows}
    return {entity: date.fromisoformat(day) for entity, day in days.items() if day}


def find_closed(closed: Mapping[str, date], entity: str) -> date | None:
    """Through which day they are closed where an entity posts."""
    return max((closed[each] for each in (TOP, entity) if each in closed), default=None)


def _list_named(made: Ready) -> frozenset[Asked]:
    return frozenset(each for body in made.functions for each in list_named(body))


def _read_rows(work: Work, company: str, version: int, asked: Iterable[Asked]) -> Rows:
    found = work.reference.slice(company, version, [each for each in asked if not _has_few(each[0])])
    rows = {place: row for place, many in found.items() for row in many if row.key == place[1]}
    few = {kind for kind, _ in asked if _has_few(kind)}
    for kind in {each for name in few for each in _list_kinds(name)}:
        name = BANK if kind in PAID_FROM else kind
        rows |= {(name, row.key): row for row in work.reference.list_kind(company, version, kind)}
    return rows


def _is_whole(mark: Watermark) -> bool:
    """Whether Intacct has nothing of the kind but what our copy has: what else is missing may be there."""
    return mark.last_full is not None and mark.gap <= 0


def _list_kinds(name: str) -> Sequence[str]:
    """The kinds of reference among which a named record may be."""
    return PAID_FROM if name == BANK else (name,)


def _has_few(kind: str) -> bool:
    return kind in _FEW or kind.startswith(OWN)


def _read(row: ReferenceRow, *, is_approved: bool) -> Copied:
    """Of a vendor of ours the approval may have been seen since the copy was taken."""
    body = row.body
    return Copied(
        status=body.get("status", ""),
        owner=body.get("owner", ""),
        requires=frozenset(body.get("requires", ())),
        item_type=body.get("item_type", ""),
        created_at=body.get("creation_rule", ""),
        created_by=body.get("created_by", ""),
        approval="" if is_approved else body.get("approval", ""),
    )
