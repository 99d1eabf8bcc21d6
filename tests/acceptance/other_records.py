"""Credits and remittances: what becomes other records than bills in Intacct."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from tests.acceptance.matrix import Play
from tests.acceptance.trade import INVOICED, RULES, Invoice, write_interchange
from tests.acceptance.workbench import SETTINGS, Bench, Mail
from tests.processes import COMPANY, IntacctProcess

_NUMBERS: Final = count(1)
#: Nobody is asked, and lines of debit memos are negative.
RECORD_LINK: Final = {"mode": "live", "four_eyes": False, "company.negative_debit_memos": True}
RECORD_SETTINGS: Final = SETTINGS | RECORD_LINK
BANK: Final = "01*044000037*DA*550066789"
#: The rules of the matrix, with what leads to payments.
RECORD_RULES: Final[Mapping[str, str]] = {
    **RULES,
    "records.toml": """
[purchasing]
parties = ["92/0001"]

[[route]]
set = "820"
target = "payment"
location = "110"

[[payment]]
role = "paid_by_us"

[[bank]]
code = "01/044000037/DA/6789"
account = "OPER"

[[vendor]]
code = "PE/92/0042"
vendor = "V-1008"
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """An 820 of the bank's: one bill of 100.00, all of it paid."""

    number: str
    bill: str

    def list_segments(self) -> list[str]:
        return [
            f"BPR*I*100.00*C*ACH*CTX*{BANK}*1234567890**01*021000021*DA*998877*{INVOICED:%Y%m%d}",
            f"TRN*1*{self.number}",
            "N1*PR*Alder & Finch*92*0001",
            "N1*PE*Ironvale Steel Supply*92*0042",
            "ENT*1",
            f"RMR*IV*{self.bill}**100.00*100.00",
        ]


def drop_papers(bench: Bench, _: int = 1) -> Mail:
    """A credit and a remittance that no other file has; the bill that is paid is entered by hand."""
    n = next(_NUMBERS)
    credit, payment, bill = f"C-{n}", f"T-{n}", f"B-{n}"
    enter_owed(bench.systems.intacct, bill)
    contents = (
        write_interchange(Invoice(number=credit, type_code="CR"), control=n),
        write_interchange(Remittance(number=payment, bill=bill), control=n, code="820"),
    )
    names = (f"{credit}.edi", f"{payment}.edi")
    for name, content in zip(names, contents, strict=True):
        bench.systems.cleo.drop(name, content)
    return Mail(names, contents, (credit, payment))


def list_records_of(bench: Bench, number: str) -> Sequence[Mapping[str, Any]]:
    """What the books have under a number: adjustments of credits, payments of remittances."""
    object_, field = ("APADJUSTMENT", "RECORDID") if number.startswith("C") else ("APPYMT", "DOCNUMBER")
    found = bench.systems.intacct.ask("GET", "/truth", company=COMPANY, object=object_)
    return [record for record in found if record.get(field) == number]


def list_keys_of(bench: Bench, number: str) -> Sequence[str]:
    return [str(record["RECORDNO"]) for record in list_records_of(bench, number)]


RECORDS: Final = Play(drop=drop_papers, list_ours=list_keys_of, list_all=list_records_of)


def enter_owed(intacct: IntacctProcess, number: str) -> None:
    """Somebody enters the bill that a remittance pays."""
    line = {"ACCOUNTNO": "5000", "TRX_AMOUNT": "100.00", "LOCATIONID": "110", "CLASSID": "C01"}
    intacct.enter_bill(
        {
            "VENDORID": "V-1008",
            "RECORDID": number,
            "WHENCREATED": f"{INVOICED:%m/%d/%Y}",
            "TERMNAME": "N30",
            "APBILLITEMS": [line],
        },
        entity="E100",
    )
