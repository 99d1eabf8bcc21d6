"""Which way an invoice goes, told from its type and from the sign of its total."""

from decimal import Decimal
from enum import StrEnum

from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import Row, get_element

#: Element 640, types of a credit: credit memo, credit invoice, credit note.
CREDIT_TYPES = frozenset({"CR", "CN", "CG"})
#: Element 640, types by which we owe. CA (cancellation) and ZZ (as agreed) say neither, so a person must look.
DEBIT_TYPES = frozenset({"AI", "CI", "DI", "DR", "FB", "ME", "PR"})


class InvoiceKind(StrEnum):
    """Which way an invoice goes: what we owe, or what we are owed back."""

    DEBIT = "debit"
    CREDIT = "credit"


def tell_kind(type_code: str, total: Decimal) -> InvoiceKind | None:
    """The kind that a type and the total say; None where there is something to report."""
    if type_code in CREDIT_TYPES:
        return InvoiceKind.CREDIT
    if total < 0:
        return None if type_code else InvoiceKind.CREDIT
    return InvoiceKind.DEBIT if not type_code or type_code in DEBIT_TYPES else None


def read_kind(row: Row, number: int, total: Decimal, reader: ElementReader) -> tuple[str, InvoiceKind]:
    """The type in an element, without blanks around it, and the kind that it and the total say.

    A type that is no known one, and a negative total of a type by which we owe, are reported.
    """
    type_code = get_element(row, number).strip(" ")
    kind = tell_kind(type_code, total)
    if kind is not None:
        return type_code, kind
    _report_type(type_code, row, number, total, reader)
    return type_code, InvoiceKind.CREDIT if total < 0 else InvoiceKind.DEBIT


def _report_type(type_code: str, row: Row, number: int, total: Decimal, reader: ElementReader) -> None:
    name = f"{row[0]}{number:02}"
    if type_code not in DEBIT_TYPES:
        known = ", ".join(sorted(DEBIT_TYPES | CREDIT_TYPES))
        message = f"{name} is {type_code!r}, so debit or credit is not known (known are {known})"
        reader.report(Code.CODE_UNKNOWN, message, row, number)
    else:
        message = f"{name} is {type_code}, by which we owe, but the total is {total}"
        reader.report(Code.SIGN_CONTRADICTS, message, row, number)
