"""What must be true when the line has come to rest: nothing lost, nothing doubled, every trail whole."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.chaos.trade import Shipment
from tests.processes import ARCHIVE, COMPANY, INBOUND, LINK, Line

from ml_connector.records.documents import StoredDocument
from ml_connector.store import Store, open_store

_WAITING_FOR_PEOPLE = {"held", "duplicate"}


def find_wrongs(line: Line, shipments: Sequence[Shipment], *, may_refuse: bool = False) -> list[str]:
    """Everything that is not as it must be.

    `may_refuse`: Intacct was made to refuse payable invoices for good, so that one may be held without a bill.
    """
    with closing(open_store(line.store_url, clock=lambda: datetime.now(UTC), actor="chaos")) as store:
        with store.begin() as work:
            documents = work.documents.list(LINK)
        wrongs = [*_check_trails(store, documents)]
    wrongs += _check_fates(documents, shipments, may_refuse=may_refuse)
    wrongs += _check_bills(line, documents, shipments)
    wrongs += _check_records(line, documents, shipments)
    wrongs += _check_attachments(line)
    wrongs += _check_vendors(line, shipments)
    names = sorted(name for shipment in shipments for name in shipment.files)
    if line.cleo.files(INBOUND) or line.cleo.names(ARCHIVE) != names:
        wrongs.append(f"files: {line.cleo.names(INBOUND)} wait, {line.cleo.names(ARCHIVE)} are put away")
    balance = line.connector.run("balance", "--intacct")
    if balance.status != 0:
        wrongs.append(f"balance --intacct: {balance.status}\n{balance.stdout}{balance.stderr}")
    return wrongs


def _check_trails(store: Store, documents: Sequence[StoredDocument]) -> Iterator[str]:
    with store.begin() as work:
        files = [file.id for file in work.files.list(LINK)]
        records = [f"document:{document.id}" for document in documents] + [f"file:{id_}" for id_ in files]
        for record in [*records, f"link:{LINK}", f"rules:{LINK}", f"company:{COMPANY}"]:
            if contradiction := work.audit.check(record):
                yield f"audit: {contradiction}"


def _check_fates(
    documents: Sequence[StoredDocument], shipments: Sequence[Shipment], *, may_refuse: bool
) -> Iterator[str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for document in documents:
        found[document.document.key.number].append(document.status)
    wanted = {number: states for shipment in shipments for number, states in shipment.documents.items()}
    for number in sorted(wanted.keys() | found.keys()):
        states = sorted(found[number])
        refused = may_refuse and set(states) <= _WAITING_FOR_PEOPLE and len(states) == len(wanted[number])
        if states != wanted.get(number) and not refused:
            yield f"{number}: {states} instead of {wanted.get(number)}"


def _check_bills(
    line: Line, documents: Sequence[StoredDocument], shipments: Sequence[Shipment]
) -> Iterator[str]:
    totals = {number: total for shipment in shipments for number, total in shipment.payable.items()}
    keys_of = {d.document.key.number: d.intacct_key for d in documents if d.status == "posted"}
    posted = {number: key for number, key in keys_of.items() if number in totals}
    booked: defaultdict[str, list[str]] = defaultdict(list)
    for bill in _list_bills(line, shipments):
        number, key = str(bill["RECORDID"]), str(bill["RECORDNO"])
        booked[number].append(key)
        total = sum((Decimal(str(item["TRX_AMOUNT"])) for item in bill["APBILLITEMS"]), Decimal(0))
        if total != totals.get(number):
            yield f"{number}: bill {key} is {total} instead of {totals.get(number)}"
    for number, keys in booked.items():
        if len(keys) > 1:
            yield f"{number}: is {len(keys)} bills, {keys}"
    for number, key in posted.items():
        if booked[number] != [key]:
            yield f"{number}: posted as {key}, and Intacct has {booked[number]}"


def _list_bills(line: Line, shipments: Sequence[Shipment]) -> list[dict[str, Any]]:
    """Those that nobody entered by hand."""
    owed = {number for shipment in shipments for number in shipment.payments.values()}
    return [bill for bill in line.intacct.bills() if bill["RECORDID"] not in owed]


def _check_attachments(line: Line) -> Iterator[str]:
    there = {"", *(str(each["SUPDOCID"]) for each in _look(line, "SUPDOC"))}
    for bill in line.intacct.bills():
        if bill.get("SUPDOCID", "") not in there:
            yield f"{bill['RECORDID']}: names attachment {bill['SUPDOCID']}, which is not there"


def _check_records(
    line: Line, documents: Sequence[StoredDocument], shipments: Sequence[Shipment]
) -> Iterator[str]:
    """Adjustments of credits and payments of remittances."""
    posted = {d.document.key.number: d.intacct_key for d in documents if d.status == "posted"}
    adjusted = {number: total for shipment in shipments for number, total in shipment.credits.items()}
    paid = dict.fromkeys((number for shipment in shipments for number in shipment.payments), Decimal(100))
    for object_, field, wanted in (("APADJUSTMENT", "RECORDID", adjusted), ("APPYMT", "DOCNUMBER", paid)):
        found: defaultdict[str, list[str]] = defaultdict(list)
        for record in _look(line, object_):
            number, key = str(record[field]), str(record["RECORDNO"])
            found[number].append(key)
            total = Decimal(str(record["TRX_TOTALENTERED"]))
            if total != wanted.get(number):
                yield f"{number}: {object_} {key} is {total} instead of {wanted.get(number)}"
        for number in wanted:
            keys = found[number]
            if len(keys) > 1 or (number in posted and keys != [posted[number]]):
                yield f"{number}: posted as {posted.get(number)}, and Intacct has {object_} {keys}"


def _check_vendors(line: Line, shipments: Sequence[Shipment]) -> Iterator[str]:
    named = Counter(str(each["NAME"]) for each in _look(line, "VENDOR"))
    for name in (name for shipment in shipments for name in shipment.sellers):
        if named[name] > 1:
            yield f"{name}: is {named[name]} vendors"


def _look(line: Line, object_: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = line.intacct.ask("GET", "/truth", company=COMPANY, object=object_)
    return found
