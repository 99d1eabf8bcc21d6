"""Vendors that are one with another: by their parent in Intacct, or by their tax id."""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, select

from ml_connector.store.reference import is_valid_at
from ml_connector.store.reference_codec import TAX
from ml_connector.store.sets import split
from ml_connector.store.tables import reference, reference_aliases

PARENT: Final = "parent:"
_VENDOR: Final = "vendor"


class Families:
    """Of one company's copy; tax ids are compared by the hashes that are kept of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, company: str, version: int, vendors: Collection[str]) -> dict[str, frozenset[str]]:
        """For each of these vendors all that are one with it, itself included: of the same parent or tax id, its parent,
        and those it is the parent of.
        """
        own = self._list_names(company, version, vendors)
        names = {name for some in own.values() for name in some} | {f"{PARENT}{id_}" for id_ in vendors}
        holders: dict[str, set[str]] = {}
        for id_, name in self._find_holders(company, version, names):
            holders.setdefault(name, set()).add(id_)
        return {id_: frozenset({id_, *_list_family(id_, own.get(id_, ()), holders)}) for id_ in vendors}

    def _list_names(self, company: str, version: int, vendors: Iterable[str]) -> dict[str, list[str]]:
        """What makes each of them one with others."""
        found: dict[str, list[str]] = {}
        for part in split(sorted(vendors)):
            for id_, name in self._list(company, version, reference.c.key.in_(part)):
                if name.startswith((PARENT, TAX)):
                    found.setdefault(id_, []).append(name)
        return found

    def _find_holders(self, company: str, version: int, names: Iterable[str]) -> Iterable[tuple[str, str]]:
        for part in split(sorted(names)):
            yield from self._list(company, version, reference_aliases.c.alias.in_(part))

    def _list(self, company: str, version: int, which: ColumnElement[bool]) -> Iterable[tuple[str, str]]:
        query = select(reference.c.key, reference_aliases.c.alias).select_from(
            reference_aliases.join(reference)
        )
        of_company = and_(reference.c.company == company, reference.c.kind == _VENDOR, is_valid_at(version))
        return ((row.key, row.alias) for row in self._connection.execute(query.where(of_company, which)))


def _list_family(id_: str, names: Iterable[str], holders: dict[str, set[str]]) -> Iterable[str]:
    for name in (*names, f"{PARENT}{id_}"):
        yield from holders.get(name, ())
        if name.startswith(PARENT):
            yield name.removeprefix(PARENT)
