"""update: bills, adjustments, payments and master records changed after they were made.

Documented: `update` names the record by RECORDNO or id; of a bill's lines those not sent again are deleted, LINE_NO
names one that is kept; ACTION is Submit unless it says Draft; of payments only drafts. Inferred: in which states a
bill can be changed, and that one made by purchasing cannot.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mlc_sim.intacct import adjustments, bills
from mlc_sim.intacct.calls import Call
from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import Entry, change_entry, delete_entry, find_entry, find_lines, put_lines
from mlc_sim.intacct.posting import Form, wrap
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields

_OPEN: Final = ("Draft", "Declined", "Posted")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """How the documents of an object are checked and kept."""

    header: Form
    line: Form
    lines: str  #: the object of the lines
    check: Callable[[Fields, Sequence[Fields], Books, Settings], list[Problem]]
    keep_header: Callable[[Fields, Sequence[Fields], Books, Settings, datetime], dict[str, str]]
    keep_line: Callable[[Fields, Fields, Books, Settings], dict[str, str]]


_RULES: Final[Mapping[str, _Rules]] = {
    "APBILL": _Rules(
        header=bills.HEADER,
        line=bills.LINE,
        lines="APBILLITEM",
        check=bills.check_bill,
        keep_header=bills.keep_header,
        keep_line=bills.keep_line,
    ),
    "APADJUSTMENT": _Rules(
        header=adjustments.HEADER,
        line=adjustments.LINE,
        lines="APADJUSTMENTITEM",
        check=adjustments.check_adjustment,
        keep_header=adjustments.keep_header,
        keep_line=adjustments.keep_line,
    ),
}


def amend_document(
    object_name: str, key: str, changes: Fields, lines: Sequence[Fields] | None, call: Call
) -> int:
    """Change a bill or adjustment and return its RECORDNO; without lines they stay as they are.

    A line with LINE_NO changes the one of that number, others are new, all that are not named are deleted.
    Raises FunctionError with all its problems.
    """
    rules, document = _RULES[object_name], _find_open(object_name, key, call)
    kept = find_lines(call.books, rules.lines, document.record_no)
    before = {line.fields["LINE_NO"]: line for line in kept}
    wanted = [{"LINE_NO": number} for number in before] if lines is None else list(lines)
    plan = [(before.get(line.get("LINE_NO", "")), _without(line, "LINE_NO")) for line in wanted]
    _check_numbers(wanted, before)
    settings = call.settings
    given_lines = [
        {**(rules.line.restore(old.fields, settings) if old else {}), **line} for old, line in plan
    ]
    changes = _without(changes, "RECORDNO")
    given = {**rules.header.restore(document.fields, settings), "ACTION": "Submit", **changes}
    problems = rules.check(given, given_lines, call.books, settings)
    if problems:
        raise FunctionError(*problems, wrap(object_name.lower(), "update"))
    header = rules.keep_header(given, given_lines, call.books, settings, call.stamp)
    header["AUWHENCREATED"] = document.fields["AUWHENCREATED"]
    empty = dict.fromkeys(document.fields, "")
    change_entry(call.books, object_name, document, {**empty, **header})
    written = [rules.keep_line(line, header, call.books, settings) for line in given_lines]
    _replace_lines(document, rules.lines, [old for old, _ in plan], written, call.books)
    return document.record_no


def _find_open(object_name: str, key: str, call: Call) -> Entry:
    document = find_entry(call.books, object_name, key)
    if document is None:
        raise FunctionError(refuse(f"Cannot find {object_name.lower()} with key '{key}' to update."))
    state = document.fields["STATE"]
    if state not in _OPEN:
        raise FunctionError(refuse(f"{object_name} '{key}' is {state} and cannot be changed."))
    if document.fields.get("MODULEKEY") == "9.PO":
        raise FunctionError(refuse(f"{object_name} '{key}' was made by purchasing and cannot be changed."))
    return document


def _check_numbers(wanted: Sequence[Fields], before: Mapping[str, Entry]) -> None:
    named = [line["LINE_NO"] for line in wanted if line.get("LINE_NO")]
    wrong = [number for number in named if number not in before or named.count(number) > 1]
    if wrong:
        raise FunctionError(refuse(f"Invalid LINE_NO '{wrong[0]}' specified."))


def _replace_lines(
    document: Entry, line_object: str, old: Sequence[Entry | None], new: Sequence[Fields], books: Books
) -> None:
    """Lines that are kept keep their RECORDNO; all are numbered anew in their order."""
    kept = {line.record_no for line in old if line}
    for line in find_lines(books, line_object, document.record_no):
        if line.record_no not in kept:
            delete_entry(books, line_object, line.record_no)
    for position, (before, fields) in enumerate(zip(old, new, strict=True), 1):
        if before is None:
            put_lines(books, line_object, document.record_no, [fields], first=position)
        else:
            empty = dict.fromkeys(before.fields, "")
            change_entry(books, line_object, before, {**empty, **fields, "LINE_NO": str(position)})


def _without(fields: Fields, name: str) -> dict[str, str]:
    return {each: value for each, value in fields.items() if each != name}
