"""Attachments and their folders (Intacct documentation, "Attachments").

Documented: the folder must exist, update_supdoc only adds files, the extension stands apart from the name. Inferred:
the texts, that data which is no base64 is refused, and the elements get_list answers.
"""

import binascii
import json
from typing import Final

from lxml import etree

from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.dimensions import refuse
from mlc_sim.intacct.posting import missing
from mlc_sim.intacct.problems import FunctionError, Problem, report_not_simulated
from mlc_sim.intacct.schema import text_of
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment

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
        problems.append(_report_duplicate("Attachment folder", name))
    if problems:
        raise FunctionError(*problems)
    _put("SUPDOCFOLDER", name, {"DESCRIPTION": text_of(body, "supdocfolderdescription")}, call)
    return Outcome.of_key(name)


def create_attachment(body: etree._Element, call: Call) -> Outcome:
    key = text_of(body, "supdocid")
    problems = [] if key else [missing("supdocid")]
    if call.books.find("SUPDOC", key):
        problems.append(_report_duplicate("Attachment", key))
    problems += call.books.check("SUPDOCFOLDER", "Attachment folder", text_of(body, "supdocfoldername"))
    files = _read_files(body, problems)
    if problems:
        raise FunctionError(*problems)
    fields = {
        "SUPDOCNAME": text_of(body, "supdocname"),
        "FOLDERNAME": text_of(body, "supdocfoldername"),
        "DESCRIPTION": text_of(body, "supdocdescription"),
    }
    _put("SUPDOC", key, {**fields, "FILES": json.dumps(files)}, call)
    return Outcome.of_key(key)


def update_attachment(body: etree._Element, call: Call) -> Outcome:
    key = text_of(body, "supdocid")
    kept = call.books.find("SUPDOC", key)
    problems = [] if kept else [refuse(f"Invalid Attachment '{key}' specified.")]
    files = _read_files(body, problems)
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
    """Attachments or folders, with files; by equality of fields only."""
    asked = body.get("object", "")
    if asked not in _LISTED:
        raise report_not_simulated(f"get_list of {asked}")
    object_name, names = _LISTED[asked]
    wanted = _read_conditions(body, names)
    rows = [
        row
        for row in _list_records(object_name, call)
        if all(row.get(name, "") == value for name, value in wanted)
    ]
    end = str(max(0, len(rows) - 1))
    listtype = etree.Element("listtype", start="0", end=end, total=str(len(rows)))
    listtype.text = asked
    data = etree.Element("data")
    for row in rows:
        record = etree.SubElement(data, asked)
        for element, name in names.items():
            etree.SubElement(record, element).text = row.get(name, "")
        _add_files(record, row)
    return Outcome(parts=(listtype, data))


def _read_conditions(body: etree._Element, names: Fields) -> list[tuple[str, str]]:
    wanted = []
    for expression in body.iterfind("filter//expression"):
        field, operator = text_of(expression, "field").lower(), text_of(expression, "operator")
        if operator != "=" or field not in names or body.find("filter/logical") is not None:
            raise report_not_simulated(f"get_list where {field} {operator}")
        wanted.append((names[field], text_of(expression, "value")))
    return wanted


def _list_records(object_name: str, call: Call) -> list[dict[str, str]]:
    rows = call.books.store.select(
        "SELECT record_no, body FROM record WHERE company = ? AND object = ? ORDER BY record_no",
        (call.books.company.id, object_name),
    )
    return [{"RECORDNO": str(number), **json.loads(body)} for number, body in rows]


def _read_files(body: etree._Element, problems: list[Problem]) -> list[dict[str, str]]:
    files = []
    for attachment in body.iterfind("attachments/attachment"):
        file = {
            name: text_of(attachment, name) for name in ("attachmentname", "attachmenttype", "attachmentdata")
        }
        try:
            binascii.a2b_base64("".join(file["attachmentdata"].split()), strict_mode=True)
        except binascii.Error:
            problems.append(refuse(f"The data of attachment '{file['attachmentname']}' is not base64."))
        files.append(file)
    return files


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


def _report_duplicate(word: str, key: str) -> Problem:
    return Problem(
        errorno="BL34000061",
        description2=f"Another {word} with the given value(s) {key}  already exists",
        correction="Use a unique value instead.",
    )
