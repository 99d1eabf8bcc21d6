"""Attachments and their folders (Intacct documentation, "Attachments").

Documented: the folder must exist, update_supdoc only adds files, the extension stands apart from the name. Inferred:
the texts, that data which is no base64 or too much is refused, the elements get_list answers, and that attachments made
in an entity are its own: other entities never see them, the top level with `showprivate`.
"""

import binascii
import json
from collections.abc import Iterator
from typing import Final

from lxml import etree

from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.catalogue import OBJECTS
from mlc_sim.intacct.dimensions import refuse, report_taken
from mlc_sim.intacct.posting import missing
from mlc_sim.intacct.problems import FunctionError, Problem, report_not_simulated
from mlc_sim.intacct.schema import text_of
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import is_number, keep_moment

#: object of get_list -> (object here, its fields by the names of older functions)
_LISTED: Final = {
    "supdoc": (
        "SUPDOC",
        {
            "recordno": "RECORDNO",
            "supdocid": "SUPDOCID",
            "supdocname": "SUPDOCNAME",
            "folder": "FOLDERNAME",
            "description": "DESCRIPTION",
        },
    ),
    "supdocfolder": ("SUPDOCFOLDER", {"recordno": "RECORDNO", "name": "NAME", "description": "DESCRIPTION"}),
}


def create_folder(body: etree._Element, call: Call) -> Outcome:
    name = text_of(body, "supdocfoldername")
    problems = [missing("supdocfoldername")] if not name else []
    if call.books.find("SUPDOCFOLDER", name):
        problems.append(report_taken("Attachment folder", name))
    if problems:
        raise FunctionError(*problems)
    _put("SUPDOCFOLDER", name, {"DESCRIPTION": text_of(body, "supdocfolderdescription")}, call)
    return Outcome.of_key(name)


def create_attachment(body: etree._Element, call: Call) -> Outcome:
    key = text_of(body, "supdocid")
    problems = [] if key else [missing("supdocid")]
    if call.books.find("SUPDOC", key):
        problems.append(report_taken("Attachment", key))
    problems += call.books.check("SUPDOCFOLDER", "Attachment folder", text_of(body, "supdocfoldername"))
    files = _read_files(body, call, problems)
    if problems:
        raise FunctionError(*problems)
    fields = {
        "SUPDOCNAME": text_of(body, "supdocname"),
        "FOLDERNAME": text_of(body, "supdocfoldername"),
        "DESCRIPTION": text_of(body, "supdocdescription"),
        "MEGAENTITYID": call.books.entity,
    }
    _put("SUPDOC", key, {**fields, "FILES": json.dumps(files)}, call)
    return Outcome.of_key(key)


def update_attachment(body: etree._Element, call: Call) -> Outcome:
    key = text_of(body, "supdocid")
    kept = call.books.find("SUPDOC", key)
    problems = [] if kept else [refuse(f"Invalid Attachment '{key}' specified.")]
    files = _read_files(body, call, problems)
    if kept is None or problems:
        raise FunctionError(*problems)
    _put("SUPDOC", key, {**kept, "FILES": json.dumps([*json.loads(kept["FILES"]), *files])}, call)
    return Outcome.of_key(key)


def delete_attachment(body: etree._Element, call: Call) -> Outcome:
    key = body.get("key", "")
    store, company_id = call.books.store, call.books.company.id
    where = "DELETE FROM record WHERE company = ? AND object = 'SUPDOC' AND id = ?"
    if not store.change(where, (company_id, key)):
        raise FunctionError(refuse(f"Cannot find Attachment with key '{key}' to delete."))
    return Outcome.of_key(key)


def get_list(body: etree._Element, call: Call) -> Outcome:
    """Attachments or folders, with files, from `start` on at most `maxitems`; by equality of fields only."""
    asked, names, key = _find_listed(body)
    wanted = _read_conditions(body, names)
    keys = [value for name, value in wanted if name == key]
    found = _list_records(_LISTED[asked][0], keys, call)
    shown = [row for row in found if _is_shown(row, body, call)]
    rows = [row for row in shown if all(row.get(name, "") == value for name, value in wanted)]
    start, most = _read_count(body, "start", 0), _read_count(body, "maxitems", len(rows))
    page = rows[start : start + most]
    end = str(max(0, start + len(page) - 1))  # inclusive
    listtype = etree.Element("listtype", start=str(start), end=end, total=str(len(rows)))
    listtype.text = asked
    data = etree.Element("data")
    for row in page:
        _add_record(data, asked, names, row)
    return Outcome(parts=(listtype, data))


def _is_shown(row: Fields, body: etree._Element, call: Call) -> bool:
    owner = row.get("MEGAENTITYID", "")
    is_private = not call.books.entity and body.get("showprivate") == "true"
    return is_private or owner in {"", call.books.entity}


def get(body: etree._Element, call: Call) -> Outcome:
    """One attachment or folder by its id, with its files."""
    asked, names, _ = _find_listed(body)
    key = body.get("key", "")
    found = call.books.find(_LISTED[asked][0], key)
    if found is None:
        raise FunctionError(refuse(f"Cannot find {asked} with key '{key}'."))
    data = etree.Element("data")
    _add_record(data, asked, names, found)
    return Outcome(parts=(data,))


def _find_listed(body: etree._Element) -> tuple[str, Fields, str]:
    """What is asked for, its fields, and the one that is its id."""
    asked = body.get("object", "")
    if asked not in _LISTED:
        raise report_not_simulated(f"{body.tag} of {asked}")
    object_name, names = _LISTED[asked]
    return asked, names, OBJECTS[object_name].key


def _read_count(body: etree._Element, name: str, otherwise: int) -> int:
    text = body.get(name, "")
    if text and not is_number(text):
        raise FunctionError(refuse(f"Invalid {name} '{text}' specified."))
    return int(text) if text else otherwise


def _add_record(data: etree._Element, asked: str, names: Fields, row: Fields) -> None:
    record = etree.SubElement(data, asked)
    for element, name in names.items():
        etree.SubElement(record, element).text = row.get(name, "")
    _add_files(record, row)


def _read_conditions(body: etree._Element, names: Fields) -> list[tuple[str, str]]:
    wanted = []
    for expression in body.iterfind("filter//expression"):
        field, operator = text_of(expression, "field").lower(), text_of(expression, "operator")
        if operator != "=" or field not in names or body.find("filter/logical") is not None:
            raise report_not_simulated(f"get_list where {field} {operator}")
        wanted.append((names[field], text_of(expression, "value")))
    return wanted


def _list_records(object_name: str, keys: list[str], call: Call) -> list[Fields]:
    """Those with an id of these; all where none is given."""
    if keys:
        named = (call.books.store.find_record(call.books.company.id, object_name, key) for key in keys)
        return [record for record in named if record]
    rows = call.books.store.select(
        "SELECT record_no, entity, body FROM record WHERE company = ? AND object = ? ORDER BY record_no",
        (call.books.company.id, object_name),
    )
    return [
        {"RECORDNO": str(number), "MEGAENTITYID": entity or "", **json.loads(body)}
        for number, entity, body in rows
    ]


def _read_files(body: etree._Element, call: Call, problems: list[Problem]) -> list[dict[str, str]]:
    files = []
    for attachment in body.iterfind("attachments/attachment"):
        file = {
            name: text_of(attachment, name) for name in ("attachmentname", "attachmenttype", "attachmentdata")
        }
        problems += _check_data(file["attachmentname"], file["attachmentdata"], call.settings.largest_file)
        files.append(file)
    return files


def _check_data(name: str, data: str, largest: int | None) -> Iterator[Problem]:
    try:
        content = binascii.a2b_base64("".join(data.split()), strict_mode=True)
    except ValueError:  # binascii.Error is one, and so is what letters beyond ASCII raise
        yield refuse(f"The data of attachment '{name}' is not base64.")
        return
    if largest is not None and len(content) > largest:
        yield refuse(f"The file '{name}' is larger than the {largest} bytes that are allowed.")


def _add_files(record: etree._Element, row: Fields) -> None:
    files = json.loads(row.get("FILES", "[]"))
    attachments = etree.SubElement(record, "attachments") if files else record
    for file in files:
        attachment = etree.SubElement(attachments, "attachment")
        for name, value in file.items():
            etree.SubElement(attachment, name).text = value


def _put(object_name: str, key: str, fields: Fields, call: Call) -> None:
    name = "NAME" if object_name == "SUPDOCFOLDER" else "SUPDOCID"
    kept = {**fields, name: key, "STATUS": "active", "WHENMODIFIED": keep_moment(call.stamp)}
    call.books.store.put_records(call.books.company.id, object_name, [(key, kept)])
