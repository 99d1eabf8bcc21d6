"""What an object of the gateway is made of: its fields by kind, where the store keeps them, which lines it owns.

Kinds are those an integration sees in `lookup` (documented); which table holds an object is our own affair.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from mlc_sim.intacct.tables import STAMPED


class Kind(Enum):
    """How a field's value is written and compared."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"  #: kept as YYYY-MM-DD, written MM/DD/YYYY
    TIMESTAMP = "timestamp"  #: kept as YYYY-MM-DDTHH:MM:SS, written MM/DD/YYYY HH:MM:SS, both GMT


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """One object. `columns` are the fields that are columns of their table; the others live in its JSON."""

    name: str
    key: str
    table: str
    fields: Mapping[str, Kind]
    columns: Mapping[str, str] = field(default_factory=dict)
    lines: str = ""  #: the field that owns its lines, "" without any
    line_object: str = ""  #: the object its lines are
    parts: tuple[str, ...] = ()  #: further objects whose records belong to one of it, as lines do
    #: Of enumerations: the character the database keeps -> the label everyone else sees (documented for readByQuery).
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def shares_table(self) -> bool:
        """Whether other objects live in the same table."""
        return self.table in {"record", "entry"}

    def sql(self, name: str, alias: str) -> str:
        """The SQL expression of a field as it is kept; `alias` is the table's."""
        column = "modified" if name == "WHENMODIFIED" and self.table in STAMPED else self.columns.get(name)
        return f"{alias}.{column}" if column else f"json_extract({alias}.body, '$.\"{name}\"')"


def make_fields(text: str, **kinds: str) -> dict[str, Kind]:
    """Field names by kind; MEGAENTITYID, RECORDNO and WHENMODIFIED belong to every object."""
    fields = dict.fromkeys(text.split(), Kind.TEXT)
    for kind, names in kinds.items():
        fields |= dict.fromkeys(names.split(), Kind(kind))
    return fields | {"RECORDNO": Kind.INTEGER, "MEGAENTITYID": Kind.TEXT, "WHENMODIFIED": Kind.TIMESTAMP}


_BOOLEANS: Final = (
    "ONHOLD",
    "DONOTCUTCHECK",
    "ONETIME",
    "BILLABLE",
    "FORM1099",
    "ISINDIVIDUAL",
    "INCLUSIVETAX",
    "ISBASE",
    "ISTAX",
    "APPORTIONED",
    "REVERSECHARGE",
)


def is_boolean(name: str) -> bool:
    """Whether a text field holds the words true and false."""
    return name in _BOOLEANS or name.startswith(("REQUIRE", "ENABLE_")) or name.endswith(".TAXABLE")


STATUS: Final = {"STATUS": {"T": "active", "F": "inactive"}}


def make_master(name: str, key: str, text: str, *, lines: str = "", **kinds: str) -> ObjectType:
    """An object people keep by an id: STATUS, RECORDNO and the id belong to it; `lines` is FIELD=LINE_OBJECT."""
    owned, _, line_object = lines.partition("=")
    return ObjectType(
        name=name,
        key=key,
        table="record",
        fields=make_fields(f"{key} STATUS {text}", **kinds),
        columns={"RECORDNO": "record_no", "MEGAENTITYID": "entity", key: "id"},
        labels=STATUS,
        lines=owned,
        line_object=line_object,
    )


def make_document(
    name: str,
    text: str,
    *,
    key: str,
    lines: str,
    states: Mapping[str, str],
    parts: tuple[str, ...] = (),
    **kinds: str,
) -> ObjectType:
    """A header with lines: `lines` is FIELD=LINE_OBJECT, `key` the field it is also found by."""
    owned, _, line_object = lines.partition("=")
    return ObjectType(
        name=name,
        key="RECORDNO",
        table="entry",
        fields=make_fields(f"{key} {text}", **kinds),
        columns={"RECORDNO": "record_no", "MEGAENTITYID": "entity", key: "key"},
        lines=owned,
        line_object=line_object,
        parts=parts,
        labels={"STATE": states},
    )


def make_line(name: str, parent: str, text: str, **kinds: str) -> ObjectType:
    """The lines of a header, which they name in the field `parent`."""
    return ObjectType(
        name=name,
        key="RECORDNO",
        table="entry",
        fields=make_fields(text, **{**kinds, "integer": f"{parent} LINE_NO {kinds.get('integer', '')}"}),
        columns={"RECORDNO": "record_no", "MEGAENTITYID": "entity", parent: "parent"},
    )
