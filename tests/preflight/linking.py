"""The link that serves the campaign's company: its rules, and one run of it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from tests.fake_mailbox import FakeMailbox
from tests.processes import ARCHIVE, INBOUND

from ml_connector.engine import clock
from ml_connector.flows.cadence import Cadence
from ml_connector.flows.planning.catalogue import list_planned_kinds
from ml_connector.flows.run import LinkFacts, Run
from ml_connector.intacct import Client
from ml_connector.mapping.bill_setup import BillSetup
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.store import Store

_NOW: Final = timedelta(0)
_PLAIN: Final = BillSetup()
_PARTNERS: Final = (
    "BILLS",
    "BILLSC",
    "BILLSG",
    "BILLSH",
    "LEDGER",
    "LEDGERC",
    "LEDGERD",
    "LEDGERG",
    "DESK",
    "TRADE",
    "BANK",
)
RULES: Final = """
[new_vendors]
approval_field = "STATE"

[us]
receivers = ["ZZ/ALDERFINCH"]

[purchasing]
parties = ["92/AF"]

[[duplicate]]
amounts = "note"

{partners}

[[route]]
set = "810"
target = "ap_bill"
action = "submit"
entity = "E100"
location = "110"

[[route]]
set = "810"
partner = "LEDGER"
target = "journal"
entity = "E100"
location = "110"

[[route]]
set = "810"
partner = "BILLSC"
target = "ap_bill"
action = "submit"
entity = "E100"
location = "110"
closed_period = "hold"

[[route]]
set = "810"
partner = "LEDGERC"
target = "journal"
entity = "E100"
location = "110"
closed_period = "hold"

[[route]]
set = "810"
partner = "LEDGERD"
target = "journal"
entity = "E100"
location = "110"

[[route]]
set = "810"
partner = "BILLSG"
target = "ap_bill"
action = "submit"
location = "110"
inter_entity = true

[[route]]
set = "810"
partner = "BILLSH"
target = "ap_bill"
action = "submit"
location = "110"
inter_entity = true
closed_period = "hold"

[[route]]
set = "810"
partner = "LEDGERG"
target = "journal"
location = "110"
inter_entity = true

[[route]]
set = "810"
partner = "TRADE"
target = "vendor_invoice"
action = "submit"
entity = "E100"
location = "110"

[[route]]
set = "850"
target = "purchase_order"
action = "submit"
entity = "E100"
location = "110"

[[route]]
set = "856"
target = "receiver"
action = "submit"

[[route]]
set = "820"
target = "payment"

[[notice]]
asn_is_receipt = true

[[match]]
name = "everything"
receipt = "not_needed"

[[charge]]
name = "freight"
subtotal = "Freight"
when = {{ code = "D240" }}

[[journal]]
set = "810"
journal = "GJ"
offset = "2020"
state = "post"

[[journal]]
set = "810"
partner = "LEDGERD"
journal = "JD"
offset = "2029"
state = "post"

[[payment]]
role = "paid_by_us"

[[bank]]
code = "01/044000037/DA/6789"
account = "OPER"
"""


def write_rules(vendors: Iterable[str], coding: Iterable[str]) -> str:
    """The rules for partners who bill for these vendors."""
    named = ", ".join(f'"{id_}"' for id_ in vendors)
    partners = (
        f'[[partner]]\nname = "{name}"\nsenders = ["ZZ/{name}"]\nvendors = [{named}]\n' for name in _PARTNERS
    )
    return "\n".join((RULES.format(partners="\n".join(partners)), *coding))


def make_run(
    store: Store,
    client: Client,
    rules: str,
    *,
    company: str,
    mailbox: FakeMailbox,
    kinds: Iterable[str] = (),
    bills: BillSetup = _PLAIN,
) -> Run:
    """A run by these rules, to which all of the copy is due: what plans need, and these kinds."""
    parsed = parse_rules({"rules.toml": rules})
    with store.begin() as work:
        version = work.rules.pin("main", {"rules.toml": rules}, author="clerk")
    read = (*list_planned_kinds(parsed), *kinds)
    cadence = Cadence(
        every=_NOW,
        full_every=_NOW,
        count_every=timedelta(days=9),
        kinds=read,
        approval_field=parsed.new_vendors.approval_field or "",
        own=dict.fromkeys((*read, "closed_day"), _NOW),
    )
    link = LinkFacts(
        name="main",
        mode="live",
        company=company,
        base_currency="USD",
        host="cleo.example",
        inbound=INBOUND,
        archive=ARCHIVE,
        doubt=(_NOW,),
        reference=cadence,
        rules=parsed,
        rules_version=version,
        four_eyes=False,
        base_unit_lines=False,
        multi_source=False,
        negative_debit_memos=True,
        bills=bills,
    )
    return Run(
        link=link,
        store=store,
        finance=client,
        mailbox=mailbox,
        clock=clock.now,
        roll=lambda: 0.0,
        report=lambda _step, _done, _total: None,
    )
