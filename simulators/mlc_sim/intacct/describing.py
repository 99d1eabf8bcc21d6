"""lookup and inspect: what objects there are and what fields they have (Intacct documentation, "lookup", "inspect").

Documented: the elements of `lookup` and its data types. Inferred: the elements of `inspect`, which older clients
are written against.
"""

from typing import Final

from lxml import etree

from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.catalogue import OBJECTS
from mlc_sim.intacct.object_types import Kind, ObjectType, is_boolean
from mlc_sim.intacct.reading import find_object
from mlc_sim.intacct.schema import text_of

_TYPES: Final = {
    Kind.TEXT: "TEXT",
    Kind.INTEGER: "INTEGER",
    Kind.DECIMAL: "DECIMAL",
    Kind.DATE: "DATE",
    Kind.TIMESTAMP: "TIMESTAMP",
}


def lookup(body: etree._Element, _: Call) -> Outcome:
    """The fields of an object with what may be written and which values there are."""
    object_type = find_object(text_of(body, "object"))
    data = etree.Element("data")
    kind = etree.SubElement(data, "Type", Name=object_type.name, DocumentType=text_of(body, "docparid"))
    fields = etree.SubElement(kind, "Fields")
    for name in object_type.fields:
        field = etree.SubElement(fields, "Field")
        _add(field, ID=name, LABEL=name, DESCRIPTION=name, REQUIRED=_say(name == object_type.key))
        _add(field, READONLY=_say(name in {"RECORDNO", "WHENMODIFIED"}), DATATYPE=_type(name, object_type))
        labels = object_type.labels.get(name, {})
        if labels:
            values = etree.SubElement(field, "VALIDVALUES")
            for label in labels.values():
                _add(values, VALIDVALUE=label)
        _add(field, ISCUSTOM="false")
    etree.SubElement(kind, "Relationships")
    return Outcome(parts=(data,))


def inspect(body: etree._Element, _: Call) -> Outcome:
    """The names of an object's fields, with `detail` their types; for `*` the objects there are."""
    asked = text_of(body, "object")
    if asked == "*":
        data = etree.Element("data", listtype="All", count=str(len(OBJECTS)))
        for name in OBJECTS:
            etree.SubElement(data, "type", typename=name).text = name
        return Outcome(parts=(data,))
    object_type = find_object(asked)
    data = etree.Element("data", listtype="All", count="1")
    fields = etree.SubElement(etree.SubElement(data, "Type", Name=object_type.name), "Fields")
    for name in object_type.fields:
        field = etree.SubElement(fields, "Field")
        if body.get("detail") == "1":
            _add(field, Name=name, externalDataName=_type(name, object_type).lower())
            _add(field, isRequired=_say(name == object_type.key), DisplayLabel=name)
        else:
            field.text = name
    return Outcome(parts=(data,))


def _type(name: str, object_type: ObjectType) -> str:
    if name in object_type.labels:
        return "ENUM"
    return "BOOLEAN" if is_boolean(name) else _TYPES[object_type.fields[name]]


def _say(yes: bool) -> str:  # noqa: FBT001 - a yes or no is all there is to say
    return "true" if yes else "false"


def _add(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, name).text = text
