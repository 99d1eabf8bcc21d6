"""The fields of an object as SQL: its own, and by dots those of the records it names.

Documented: relations by a path with dots over several levels, a hierarchy over one level only, JOURNAL.SYMBOL.
Inferred: the other names of relations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mlc_sim.intacct.company_types import find_type
from mlc_sim.intacct.object_types import Kind, ObjectType
from mlc_sim.intacct.settings import Settings

#: relation -> (the fields that may name the record, the object that is named); an empty object is the same one.
_RELATIONS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "VENDOR": (("VENDORID", "CUSTVENDID"), "VENDOR"),
    "TERM": (("TERMNAME",), "APTERM"),
    "GLACCOUNT": (("ACCOUNTNO",), "GLACCOUNT"),
    "LOCATION": (("LOCATIONID", "LOCATION"), "LOCATION"),
    "DEPARTMENT": (("DEPARTMENTID", "DEPARTMENT"), "DEPARTMENT"),
    "CLASS": (("CLASSID",), "CLASS"),
    "PROJECT": (("PROJECTID",), "PROJECT"),
    "CUSTOMER": (("CUSTOMERID",), "CUSTOMER"),
    "EMPLOYEE": (("EMPLOYEEID",), "EMPLOYEE"),
    "ITEM": (("ITEMID",), "ITEM"),
    "WAREHOUSE": (("WAREHOUSEID",), "WAREHOUSE"),
    "JOURNAL": (("JOURNAL",), "GLJOURNAL"),
    "UOM": (("UOMGRP",), "UOM"),
    "DOCPARAMS": (("DOCPARID",), "PODOCUMENTPARAMS"),
    "PARENT": (("PARENTID",), ""),
    "APBILL": (("RECORDKEY",), "APBILL"),
    "GLBATCH": (("BATCHNO",), "GLBATCH"),
    "PODOCUMENT": (("DOCHDRNO",), "PODOCUMENT"),
    "APPYMT": (("PAYMENTKEY",), "APPYMT"),
}
_CASTS: Final = {Kind.INTEGER: "INTEGER", Kind.DECIMAL: "REAL"}
#: The time a record was made, where it is kept: WHENCREATED of documents is a day people enter (documented).
_CREATED: Final = ("AUWHENCREATED", "WHENCREATED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field that can be asked for."""

    kind: Kind
    kept: str  #: the SQL expression of what is kept
    is_own: bool  #: it belongs to the object itself, not to one it names
    in_body: str = ""  #: its name in the object's JSON, where it stands there

    @property
    def compared(self) -> str:
        """The SQL expression that can be compared with a value of its kind."""
        if self.kind in _CASTS and (self.in_body or not self.is_own):
            return f"CAST({self.kept} AS {_CASTS[self.kind]})"
        return self.kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One object as a company sees it, under an alias."""

    object_type: ObjectType
    settings: Settings
    alias: str = "t"
    came_by: str = ""  #: the relation it was reached by

    def find(self, path: str) -> Field | None:
        """The field of this name or path; none when there is no such."""
        if path in self.object_type.fields:
            return self._find_own(path)
        relation, _, rest = path.partition(".")
        keys, name = _RELATIONS.get(relation, ((), ""))
        own = [key for key in keys if key in self.object_type.fields and key != self.object_type.key]
        if not rest or not own or relation == self.came_by == "PARENT":
            return None
        target = find_type(name or self.object_type.name, self.settings)
        inner = Scope(
            object_type=target, settings=self.settings, alias=f"{self.alias}r", came_by=relation
        ).find(rest)
        return None if inner is None else self._relate(own[0], target, inner)

    def _find_own(self, name: str) -> Field:
        kept = self.object_type.sql(name, self.alias)
        created = next((each for each in _CREATED if self.object_type.fields.get(each) is Kind.TIMESTAMP), "")
        if name == "WHENMODIFIED" and self.settings.null_when_modified and created:
            kept = f"NULLIF({kept}, {self.object_type.sql(created, self.alias)})"
            return Field(kind=Kind.TIMESTAMP, kept=kept, is_own=True)
        in_body = "" if name in self.object_type.columns else name
        return Field(kind=self.object_type.fields[name], kept=kept, is_own=True, in_body=in_body)

    def _relate(self, key: str, target: ObjectType, inner: Field) -> Field:
        alias = f"{self.alias}r"
        column = "id" if target.table == "record" else "record_no"
        shared = f" AND {alias}.object = '{target.name}'" if target.shares_table else ""
        same = f"{alias}.company = {self.alias}.company{shared}"
        named = f"{alias}.{column} = {self.object_type.sql(key, self.alias)}"
        kept = f"(SELECT {inner.kept} FROM {target.table} AS {alias} WHERE {same} AND {named})"  # noqa: S608 - names, not values
        return Field(kind=inner.kind, kept=kept, is_own=False)
