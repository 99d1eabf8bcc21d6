"""lookup and inspect: what objects there are and what fields they have (Intacct documentation, "lookup", "inspect").

Documented: the elements of `lookup` and its data types. Inferred: the elements of `inspect`, which older clients
are written against.
"""

from typing import Final

from lxml import etree

from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.company_types import find_type, list_added, list_names
from mlc_sim.intacct.object_types import Kind, ObjectType, is_boolean
from mlc_sim.intacct.schema import text_of
from mlc_sim.intacct.settings import Settings

_TYPES: Final = {
    Kind.TEXT: "TEXT",
    Kind.INTEGER: "INTEGER",
    Kind.DECIMAL: "DECIMAL",
    Kind.DATE: "DATE",
    Kind.TIMESTAMP: "TIMESTAMP",
}


def lookup(body: etree._Element, call: Call) -> Outcome:
    """The fields of an object with what may be written and which values there are."""
    asked, definition = text_of(body, "object").upper(), text_of(body, "docparid")
    object_type = find_type(asked, call.settings, definition=definition)
    custom = list_added(object_type.name, call.settings)
    data = etree.Element("data")
    kind = etree.SubElement(data, "Type", Name=object_type.name, DocumentType=definition)
    fields = etree.SubElement(kind, "Fields")
    for name in object_type.fields:
        field = etree.SubElement(fields, "Field")
        required = _say(name in _list_required(object_type, call.settings))
        _add(field, ID=name, LABEL=name, DESCRIPTION=name, REQUIRED=required)
        _add(field, READONLY=_say(name in {"RECORDNO", "WHENMODIFIED"}), DATATYPE=_type(name, object_type))
        labels = object_type.labels.get(name, {})
        if labels:
            values = etree.SubElement(field, "VALIDVALUES")
            for label in labels.values():
                _add(values, VALIDVALUE=label)
        _add(field, ISCUSTOM=_say(name in custom))
    etree.SubElement(kind, "Relationships")
    return Outcome(parts=(data,))


def inspect(body: etree._Element, call: Call) -> Outcome:
    """The names of an object's fields, with `detail` their types; for `*` the objects there are."""
    asked = text_of(body, "object")
    if asked == "*":
        data = etree.Element("data", listtype="All", count=str(len(list_names(call.settings))))
        for name in list_names(call.settings):
            etree.SubElement(data, "type", typename=name).text = name
        return Outcome(parts=(data,))
    object_type = find_type(asked.upper(), call.settings)
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


def _list_required(object_type: ObjectType, settings: Settings) -> tuple[str, ...]:
    """The fields nobody can leave out when a record is made, as far as the set-up decides."""
    if object_type.name == "VENDOR":
        return ("NAME",) if settings.vendor_sequence else ("VENDORID", "NAME")
    if object_type.name == "APBILL":
        return ("VENDORID", "WHENCREATED", *(("PRBATCH",) if settings.named_bill_summaries else ()))
    return (object_type.key,)


def _type(name: str, object_type: ObjectType) -> str:
    if name in object_type.labels:
        return "ENUM"
    return "BOOLEAN" if is_boolean(name) else _TYPES[object_type.fields[name]]


def _say(yes: bool) -> str:  # noqa: FBT001 - a yes or no is all there is to say
    return "true" if yes else "false"


def _add(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, name).text = text
