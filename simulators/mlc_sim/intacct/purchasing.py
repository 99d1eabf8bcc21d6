"""Creating, changing and deleting purchasing documents (Intacct documentation, "Purchasing Transactions").

Documented: definitions, numbering, ids made of definition and number, conversion, states that forbid changes,
line numbers that count from 1 in an update and from 0 in what is read, and the bill that a document makes, which
every update makes anew. Inferred: texts, rounding of each line to cents, and the state of a document that makes a bill.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from mlc_sim.intacct.currencies import keep_currency, keep_totals
from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import (
    Entry,
    change_entry,
    delete_entry,
    find_keyed,
    find_lines,
    put_document,
    put_lines,
)
from mlc_sim.intacct.posting import wrap
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.purchasing_bills import drop_bill, make_bill
from mlc_sim.intacct.purchasing_checks import HEADER, check_header, check_item, keep_line, restore_line
from mlc_sim.intacct.purchasing_conversion import Conversion, plan_conversion, undo_conversion
from mlc_sim.intacct.purchasing_subtotals import (
    charge_subtotals,
    check_subtotals,
    keep_subtotals,
    list_subtotals,
    sign_subtotals,
)
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment

_UNPOSTED: Final = ("Draft", "Submitted", "Partially Approved", "Declined")
_FIXED: Final = ("Submitted", "In Progress", "Converted", "Partially Converted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where purchasing documents are written: the books, under these settings, now."""

    books: Books
    settings: Settings
    now: datetime

    def create(self, header: Fields, lines: Sequence[Fields], subtotals: Sequence[Fields]) -> str:
        """Keep a document and return its DOCID. Raises FunctionError with all its problems."""
        problems = check_header(header, self.books, self.settings) + self._check_lines(lines)
        problems += check_subtotals(header["DOCPARID"], subtotals, self.books)
        if problems:
            raise FunctionError(*problems, wrap("podocument"))
        conversion = plan_conversion(header, lines, self.books, self.settings)
        number = header.get("DOCNO") or self._number(header["DOCPARID"])
        document_id = f"{header['DOCPARID']}-{number}"
        if find_keyed(self.books, "PODOCUMENT", document_id):
            raise FunctionError(_report_duplicate(document_id), wrap("podocument"))
        kept = self._keep({**header, "DOCNO": number, "DOCID": document_id})
        charges = sign_subtotals(header["DOCPARID"], subtotals, self.books)
        priced = [keep_line(line, self.books, self.settings) for line in lines]
        self._put(kept, priced, charges, conversion)
        return document_id

    def update(
        self,
        document_id: str,
        header: Fields,
        changes: Sequence[tuple[int, Fields]],
        added: Sequence[Fields],
        subtotals: Sequence[Fields],
    ) -> str:
        """Change a document and return its DOCID; `changes` are lines by their number from 1 on."""
        document = self._find_open(document_id)
        definition_id = document.fields["DOCPARID"]
        problems = HEADER.check(header, self.settings) + self._check_lines(added)
        problems += check_subtotals(definition_id, subtotals, self.books)
        if problems:
            raise FunctionError(*problems, wrap("podocument"))
        self._change_lines(document, changes, added)
        charges = sign_subtotals(definition_id, subtotals, self.books)
        keep_subtotals(document.record_no, document_id, charges, self.books)
        self._change_header(document, header)
        return document_id

    def delete(self, document_id: str) -> str:
        """Remove a document with its lines and its bill; its sources may be converted again."""
        document = self._find_open(document_id)
        lines = find_lines(self.books, "PODOCUMENTENTRY", document.record_no)
        if document.fields["STATE"] != "Draft" or self.settings.drafts_convert:
            undo_conversion([line.fields for line in lines], self.books, self.now)
        drop_bill(document.fields, self.books)
        delete_entry(self.books, "PODOCUMENT", document.record_no)
        return document_id

    def move(self, document: Entry, state: str) -> None:
        """Give a document its next state; what a draft left undone is done when it leaves that state."""
        was_draft = document.fields["STATE"] == "Draft"
        if was_draft and not self.settings.drafts_convert:
            lines = [line.fields for line in find_lines(self.books, "PODOCUMENTENTRY", document.record_no)]
            self._carry_out(plan_conversion(document.fields, lines, self.books, self.settings))
        makes_bill = self._posts_to_payables(document.fields)
        state = "Closed" if makes_bill and state == "Pending" else state
        changes = {"STATE": state, "WHENMODIFIED": keep_moment(self.now)}
        change_entry(self.books, "PODOCUMENT", document, changes)
        if not document.fields.get("PRRECORDKEY"):
            self._make_bill(document.key)

    def _check_lines(self, lines: Sequence[Fields]) -> list[Problem]:
        return [
            problem
            for position, line in enumerate(lines, 1)
            for problem in check_item(position, line, self.books, self.settings)
        ]

    def _number(self, definition_id: str) -> str:
        """The next number of the definition's sequence; without one the caller has to send it (seen on a live tenant)."""
        definition = self.books.find("PODOCUMENTPARAMS", definition_id) or {}
        sequence = definition.get("SEQUENCE", "")
        if not sequence:
            problem = Problem(errorno="PL01000127", description2="Document Number is missing")
            raise FunctionError(problem, wrap("podocument"))
        number = self.books.store.next_number(self.books.company.id, f"SEQUENCE {sequence}")
        return f"{sequence}{number:04d}"

    def _keep(self, header: Fields) -> dict[str, str]:
        vendor = self.books.find("VENDOR", header["CUSTVENDID"]) or {}
        booked = "Closed" if self._posts_to_payables(header) else "Pending"
        usual = "Submitted" if self.settings.approvals else booked
        return {
            "STATE": usual,
            **{name: value for name, value in HEADER.keep_dates(header, self.settings).items() if value},
            **keep_currency(header, self.books, self.settings),
            "CUSTVENDNAME": vendor.get("NAME", ""),
            "AUWHENCREATED": keep_moment(self.now),
            "WHENMODIFIED": keep_moment(self.now),
        }

    def _put(
        self, header: Fields, lines: Sequence[Fields], charges: Sequence[Fields], conversion: Conversion
    ) -> None:
        number = put_document(self.books, "PODOCUMENT", header["DOCID"], header)
        same = {"DOCHDRID": header["DOCID"], "WHENMODIFIED": keep_moment(self.now)}
        named = [{**line, **same} for line in lines]
        put_lines(self.books, "PODOCUMENTENTRY", number, named, first=0)
        keep_subtotals(number, header["DOCID"], charges, self.books)
        (document,) = find_keyed(self.books, "PODOCUMENT", header["DOCID"])
        change_entry(self.books, "PODOCUMENT", document, self._total(document))
        if header["STATE"] != "Draft" or self.settings.drafts_convert:
            self._carry_out(conversion)
        self._make_bill(header["DOCID"])

    def _carry_out(self, conversion: Conversion) -> None:
        """Count what is converted, settle the sources' states, and put what they leave into back orders."""
        for source, left in conversion.settle(self.books, self.now):
            header = {**source.fields, "STATE": "Pending", "CREATEDFROM": source.key}
            number = self._number(source.fields["DOCPARID"])
            header |= {"DOCNO": number, "DOCID": f"{source.fields['DOCPARID']}-{number}"}
            self._put(header, left, (), Conversion())

    def _total(self, document: Entry) -> dict[str, str]:
        """The sums of a document's lines, and with its subtotals."""
        lines = find_lines(self.books, "PODOCUMENTENTRY", document.record_no)
        amounts = [Decimal(line.fields["TOTAL"]) for line in lines]
        charges = [Decimal(each["TOTAL"]) for each in list_subtotals(document.record_no, self.books)]
        return {
            **keep_totals("SUBTOTAL", amounts, document.fields),
            **keep_totals("TOTAL", amounts + charges, document.fields),
        }

    def _make_bill(self, document_id: str) -> None:
        (document,) = find_keyed(self.books, "PODOCUMENT", document_id)
        if self._posts_to_payables(document.fields) and document.fields["STATE"] not in _UNPOSTED:
            lines = [each.fields for each in find_lines(self.books, "PODOCUMENTENTRY", document.record_no)]
            lines += charge_subtotals(list_subtotals(document.record_no, self.books), lines)
            number = make_bill(document.fields, lines, self.books, self.settings, self.now)
            change_entry(self.books, "PODOCUMENT", document, {"PRRECORDKEY": str(number)})

    def _posts_to_payables(self, header: Fields) -> bool:
        definition = self.books.find("PODOCUMENTPARAMS", header["DOCPARID"]) or {}
        return definition.get("UPDATES_GL") == "A"

    def _find_open(self, document_id: str) -> Entry:
        found = find_keyed(self.books, "PODOCUMENT", document_id)
        if not found:
            raise FunctionError(refuse(f"Cannot find podocument with key '{document_id}'."))
        if found[0].fields["STATE"] in _FIXED:
            state = found[0].fields["STATE"]
            raise FunctionError(refuse(f"Document '{document_id}' is {state} and cannot be changed."))
        return found[0]

    def _change_lines(
        self, document: Entry, changes: Sequence[tuple[int, Fields]], added: Sequence[Fields]
    ) -> None:
        lines = find_lines(self.books, "PODOCUMENTENTRY", document.record_no)
        for position, change in changes:
            if not 1 <= position <= len(lines):
                raise FunctionError(refuse(f"Document '{document.key}' has no line {position}."))
            line = {**restore_line(lines[position - 1].fields, self.settings), **change}
            problems = check_item(position, line, self.books, self.settings)
            if problems:
                raise FunctionError(*problems, wrap("podocument"))
            converted = {"QTY_CONVERTED": lines[position - 1].fields["QTY_CONVERTED"]}
            changed = keep_line(line | converted, self.books, self.settings)
            stamped = {**changed, "WHENMODIFIED": keep_moment(self.now)}
            change_entry(self.books, "PODOCUMENTENTRY", lines[position - 1], stamped)
        kept = [keep_line(line, self.books, self.settings) for line in added]
        same = {"DOCHDRID": document.key, "WHENMODIFIED": keep_moment(self.now)}
        priced = [{**line, **same} for line in kept]
        put_lines(self.books, "PODOCUMENTENTRY", document.record_no, priced, first=len(lines))

    def _change_header(self, document: Entry, header: Fields) -> None:
        """Total the lines anew; a bill made before is deleted and made again under a new RECORDNO."""
        changes = {
            **HEADER.keep_dates(header, self.settings),
            **self._total(document),
            "WHENMODIFIED": keep_moment(self.now),
        }
        drop_bill(document.fields, self.books)
        change_entry(self.books, "PODOCUMENT", document, changes)
        self._make_bill(document.key)


def _report_duplicate(document_id: str) -> Problem:
    return Problem(
        errorno="BL34000061",
        description2=f"Another Document with the given value(s) {document_id}  already exists",
        correction="Use a unique value instead.",
    )
