"""The bill a purchasing document makes where its definition posts to payables (UPDATES_GL is A).

Documented: module 9.PO, the document names the bill in PRRECORDKEY, an update makes a new one. Inferred: that a
line is charged to its item's EXPENSEACCOUNT, and that a bill with payments stays.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from mlc_sim.intacct.bills import create_bill
from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.ledger import change_entry, delete_entry, find_entry
from mlc_sim.intacct.problems import FunctionError
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import write_date

_SAME = ("LOCATIONID", "DEPARTMENTID", "PROJECTID", "CLASSID", "CUSTOMERID", "EMPLOYEEID", "ITEMID")


def make_bill(
    document: Fields, lines: Sequence[Fields], books: Books, settings: Settings, now: datetime
) -> int:
    """Post the bill of a document; returns its RECORDNO. Raises FunctionError as for any bill."""
    header = {
        "VENDORID": document["CUSTVENDID"],
        "WHENCREATED": write_date(document["WHENCREATED"]),
        "WHENPOSTED": write_date(document.get("WHENPOSTED", "")),
        "WHENDUE": write_date(document["WHENDUE"]),
        "TERMNAME": document.get("TERMNAME", ""),
        "RECORDID": document.get("VENDORDOCNO") or document["DOCNO"],
        "DOCNUMBER": document.get("PONUMBER", ""),
        "DESCRIPTION": document["DOCID"],
        **{name: document.get(name, "") for name in ("CURRENCY", "BASECURR", "EXCHANGE_RATE")},
    }
    given = {name: value for name, value in header.items() if value}
    charged = [_charge(line, books) for line in lines]
    number = create_bill(given, charged, books, settings, now)
    bill = find_entry(books, "APBILL", str(number))
    if bill is not None:
        change_entry(books, "APBILL", bill, {"MODULEKEY": "9.PO"})
    return number


def drop_bill(document: Fields, books: Books) -> None:
    """Remove the bill a document made, if it made one. Raises FunctionError when it is paid or selected, even in part."""
    number = document.get("PRRECORDKEY", "")
    bill = find_entry(books, "APBILL", number)
    if bill is None:
        return
    if Decimal(bill.fields["TOTALPAID"]) or Decimal(bill.fields["TOTALSELECTED"]):
        raise FunctionError(refuse(f"The bill of document '{document['DOCID']}' has payments."))
    delete_entry(books, "APBILL", bill.record_no)


def _charge(line: Fields, books: Books) -> Fields:
    item = books.find("ITEM", line.get("ITEMID", "")) or {}
    same = {name: line[name] for name in _SAME if line.get(name)}
    account = line.get("ACCOUNTNO") or item.get("EXPENSEACCOUNT", "")
    memo = line.get("MEMO") or line.get("ITEMDESC", "")
    return {"ACCOUNTNO": account, "TRX_AMOUNT": line["TOTAL"], "ENTRYDESCRIPTION": memo, **same}
