"""What other people's clients got accepted, held against our copy of their company: preflight foresees no refusal."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import Any, Final

from lxml import etree
from tests.contract.foreign.company_site import CREDENTIALS, Site
from tests.contract.simulators.intacct.driver import GATEWAY
from tests.fake_mailbox import FakeMailbox
from tests.preflight.linking import make_run
from tests.processes import ARCHIVE, INBOUND

from ml_connector.engine import clock
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.planning.asking import look_up
from ml_connector.flows.planning.cases import Ready
from ml_connector.flows.planning.preflight import read_copy
from ml_connector.intacct import (
    ApBill,
    ApBillLine,
    Client,
    Dimensions,
    HttpTransport,
    NewAdjustment,
    NewAdjustmentLine,
    NewJournalEntry,
    NewJournalLine,
    NewPayment,
    NewPaymentPart,
    NewPurchasing,
    NewPurchasingLine,
)
from ml_connector.mapping.refusals import Copy, foresee
from ml_connector.records.posting import Function
from ml_connector.store import open_store

#: What writes nothing that preflight looks at.
_OTHERS: Final = frozenset({"VENDOR", "create_supdocfolder", "create_supdoc"})
_KINDS: Final = ("item", "warehouse", "purchasing_definition", "gl_journal", "bank_account")
_RULES: Final = '[us]\nreceivers = ["ZZ/BIRCH"]\n'


def list_accepted(site: Site) -> list[Function]:
    """Every record that clients have written on a site so far, in the product's words; what was refused is none."""
    answers = json.dumps([outcome for outcome in site.outcomes if "error" not in outcome])
    requests = (etree.fromstring(each["body"].encode()) for each in site.gateway.admin("GET", "/requests"))
    sent = (function for request in requests for function in request.iter("function"))
    asked = (function[0] for function in sent if function.get("controlid", "") in answers)
    written = (body[0] if body.tag == "create" else body for body in asked if body.tag.startswith("create"))
    return [_READERS[body.tag](body) for body in written if body.tag not in _OTHERS]


def list_foreseen(site: Site, accepted: Sequence[Function]) -> list[str]:
    """What preflight would hold them for, with a copy of the company as it is now."""
    known = _copy_company(site, accepted)
    return [str(need) for body in accepted for need in foresee(body, "", known)]


def _copy_company(site: Site, accepted: Sequence[Function]) -> Copy:
    site.gateway.admin("POST", "/settings", {"endpoint_host": None})
    client = Client(
        url=f"{site.url}{GATEWAY}", credentials=CREDENTIALS, transport=HttpTransport(), clock=clock.now
    )
    url = f"sqlite:///{site.work / 'store.db'}"
    with closing(client), closing(open_store(url, clock=clock.now, actor="clerk", key=b"for tests")) as store:
        company = CREDENTIALS.company_id
        mailbox = FakeMailbox(INBOUND, ARCHIVE)
        run = make_run(store, client, _RULES, company=company, mailbox=mailbox, kinds=_KINDS)
        refresh(run)
        assert not run.troubles, run.troubles
        with store.begin() as work:
            newest = work.reference.newest(company)
        assert newest is not None
        _, facts = look_up(run.basis, [], newest[0], pause=iter)
        ready = Ready(functions=tuple(accepted), entity="", date=None, due=None, provenance=())
        return read_copy(run.basis, [ready], facts.reference)


def _read_bill(body: etree._Element) -> ApBill:
    header = _read_fields(body)
    lines = tuple(
        ApBillLine(
            account_no=_read_account(line),
            amount=_read_amount(line),
            memo="",
            location_id=line.get("locationid"),
            department_id=line.get("departmentid"),
            class_id=line.get("classid"),
            project_id=line.get("projectid"),
            vendor_id=line.get("vendorid"),
        )
        for line in _read_lines(body, "APBILLITEM", "lineitem")
    )
    return ApBill(
        vendor_id=header["vendorid"],
        number=header.get("recordid") or header["billno"],
        reference=None,
        date=_read_day(body, "WHENCREATED", "datecreated"),
        posting_date=_read_day(body, "WHENPOSTED", "dateposted", "WHENCREATED", "datecreated"),
        due_date=None,
        term=header.get("termname"),
        description="",
        action="Submit",
        lines=lines,
    )


def _read_adjustment(body: etree._Element) -> NewAdjustment:
    lines = tuple(
        NewAdjustmentLine(
            account_no=_read_account(line), amount=_read_amount(line), dimensions=_read_place(line)
        )
        for line in _read_lines(body, "lineitem")
    )
    return NewAdjustment(
        vendor_id=_read_fields(body)["vendorid"],
        date=_read_day(body, "datecreated"),
        action="Submit",
        lines=lines,
    )


def _read_purchasing(body: etree._Element) -> NewPurchasing:
    header = _read_fields(body)
    lines = tuple(
        NewPurchasingLine(
            item_id=line["itemid"],
            quantity=Decimal(line["quantity"]),
            unit=line.get("unit"),
            warehouse_id=line.get("warehouseid"),
            dimensions=_read_place(line),
        )
        for line in _read_lines(body, "potransitem")
    )
    return NewPurchasing(
        definition=header["transactiontype"],
        vendor_id=header["vendorid"],
        date=_read_day(body, "datecreated"),
        due_date=_read_day(body, "datedue"),
        created_from=header.get("createdfrom"),
        term=header.get("termname"),
        lines=lines,
    )


def _read_entry(body: etree._Element) -> NewJournalEntry:
    header = _read_fields(body)
    lines = tuple(
        NewJournalLine(
            side="debit" if line["tr_type"] == "1" else "credit",
            account_no=line["accountno"],
            amount=_read_amount(line),
            dimensions=_read_place(line),
        )
        for line in _read_lines(body, "GLENTRY")
    )
    return NewJournalEntry(
        journal=header["journal"],
        date=_read_day(body, "BATCH_DATE"),
        title=header["batch_title"],
        state="Posted",
        lines=lines,
    )


def _read_payment(body: etree._Element) -> NewPayment:
    header = _read_fields(body)
    parts = tuple(
        NewPaymentPart(bill_no=int(part["recordkey"]), amount=Decimal(part["trx_paymentamount"]))
        for part in _read_lines(body, "appymtdetail", "APPYMTDETAIL")
    )
    return NewPayment(
        paid_from=header["financialentity"],
        method=header["paymentmethod"],
        vendor_id=header["vendorid"],
        date=_read_day(body, "PAYMENTDATE"),
        currency="USD",
        action="Submit",
        parts=parts,
    )


_READERS: Final[Mapping[str, Callable[[etree._Element], Function]]] = {
    "APBILL": _read_bill,
    "create_bill": _read_bill,
    "create_apadjustment": _read_adjustment,
    "create_potransaction": _read_purchasing,
    "GLBATCH": _read_entry,
    "APPYMT": _read_payment,
}


def _read_fields(body: etree._Element) -> dict[str, str]:
    """Texts by their names in small letters: older and newer functions call many alike."""
    return {str(each.tag).lower(): each.text for each in body if each.text and not len(each)}


def _read_lines(body: etree._Element, *tags: str) -> Iterator[dict[str, Any]]:
    return (_read_fields(line) for line in body.iter(*tags))


def _read_account(line: Mapping[str, str]) -> str:
    return line.get("accountno") or line["glaccountno"]


def _read_amount(line: Mapping[str, str]) -> Decimal:
    return Decimal(line.get("trx_amount") or line["amount"])


def _read_place(line: Mapping[str, str]) -> Dimensions:
    return Dimensions(
        location_id=line.get("locationid") or line.get("location"),
        department_id=line.get("departmentid") or line.get("department"),
        class_id=line.get("classid"),
        project_id=line.get("projectid"),
        vendor_id=line.get("vendorid"),
    )


def _read_day(body: etree._Element, *tags: str) -> date:
    """The first of these that is there, in one text or in three parts."""
    found = next(each for each in (body.find(tag) for tag in tags) if each is not None)
    if len(found):
        return date(*(int(found.findtext(part) or 0) for part in ("year", "month", "day")))
    month, day, year = map(int, (found.text or "").split("/"))
    return date(year, month, day)
