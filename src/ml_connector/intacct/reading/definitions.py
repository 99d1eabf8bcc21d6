"""What an object looks like in this company: answers to `lookup` and `inspect`."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ml_connector.intacct.errors import AnswerUnreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDefinition:
    """A field of an object. What the function asked does not say is empty, false or None."""

    name: str
    label: str
    description: str
    data_type: str  #: TEXT, INTEGER, BOOLEAN, DATE, TIMESTAMP, ENUM, DECIMAL, CURRENCY, PERCENT or SEQUENCE
    required: bool
    read_only: bool
    custom: bool
    values: tuple[str, ...]  #: of an ENUM, as labels
    max_length: int | None  #: `inspect` alone knows it


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """Another object that fields can be selected from by dotted name."""

    path: str
    object: str
    label: str
    kind: str  #: such as MANY2ONE
    field: str  #: the field that leads there


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDefinition:
    """An object as this company has it."""

    name: str
    document: str  #: of a purchasing document: its definition
    fields: tuple[FieldDefinition, ...]
    relationships: tuple[Relationship, ...] = ()

    @property
    def custom_fields(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.custom)


def read_lookup(data: etree._Element | None, object_: str, answer: bytes) -> ObjectDefinition:
    """Raises AnswerUnreadable when no type is in the answer."""
    type_ = _find_type(data, f"lookup {object_}", answer)
    return ObjectDefinition(
        name=type_.get("Name", object_),
        document=type_.get("DocumentType", ""),
        fields=tuple(_read_field(field) for field in type_.iterfind("Fields/Field")),
        relationships=tuple(_read_relationships(type_)),
    )


def read_inspection(data: etree._Element | None, object_: str, answer: bytes) -> ObjectDefinition:
    """Raises AnswerUnreadable when no type is in the answer. It sometimes has no fields."""
    type_ = _find_type(data, f"inspect {object_}", answer)
    fields = tuple(_read_inspected(field) for field in type_.iterfind("Fields/Field"))
    return ObjectDefinition(name=type_.get("Name", object_), document="", fields=fields)


def read_object_names(data: etree._Element | None) -> tuple[str, ...]:
    """The names in an answer to `inspect` of `*`."""
    found = (element for element in (() if data is None else data) if str(element.tag).lower() == "type")
    return tuple(each.get("typename") or each.get("Name") or each.text or "" for each in found)


def _find_type(data: etree._Element | None, name: str, answer: bytes) -> etree._Element:
    type_ = None if data is None else data.find("Type")
    if type_ is None:
        raise AnswerUnreadable(f"{name}: success, but no <Type> in the answer", answer=answer)
    return type_


def _read_field(field: etree._Element) -> FieldDefinition:
    return FieldDefinition(
        name=field.findtext("ID", ""),
        label=field.findtext("LABEL", ""),
        description=field.findtext("DESCRIPTION", ""),
        data_type=field.findtext("DATATYPE", ""),
        required=field.findtext("REQUIRED") == "true",
        read_only=field.findtext("READONLY") == "true",
        custom=field.findtext("ISCUSTOM") == "true",
        values=tuple(value.text or "" for value in field.iterfind("VALIDVALUES/VALIDVALUE")),
        max_length=None,
    )


def _read_inspected(field: etree._Element) -> FieldDefinition:
    """A field in detail, or its name alone."""
    length = field.findtext("maxLength", "")
    return FieldDefinition(
        name=field.findtext("Name") or field.text or "",
        label=field.findtext("DisplayLabel", ""),
        description=field.findtext("Description", ""),
        data_type=field.findtext("externalDataName", ""),
        required=field.findtext("isRequired") == "true",
        read_only=field.findtext("isReadOnly") == "true",
        custom=False,
        values=(),
        max_length=int(length) if length.isdecimal() and length != "0" else None,
    )


def _read_relationships(type_: etree._Element) -> Iterator[Relationship]:
    for each in type_.iterfind("Relationships/Relationship"):
        yield Relationship(
            path=each.findtext("OBJECTPATH", ""),
            object=each.findtext("OBJECTNAME", ""),
            label=each.findtext("LABEL", ""),
            kind=each.findtext("RELATIONSHIPTYPE", ""),
            field=each.findtext("RELATEDBY", ""),
        )
