"""Sellers nobody knows: what each of them sends becomes bills of one vendor, which is created once."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from string import ascii_lowercase
from typing import Any, Final

from tests.acceptance.matrix import Play
from tests.acceptance.trade import Invoice, write_interchange
from tests.acceptance.workbench import MOST_RUNS, OPEN, Bench, Mail, change_rows
from tests.processes import COMPANY

from ml_connector.app.results import DocumentLine, RunResult

_NUMBERS: Final = count(1)
HUB: Final = "ZZ/FELLHUB"
#: Later than any look and any next attempt.
_LATER: Final = timedelta(minutes=20)
#: Vendors that are on their way, and documents that wait for one which is neither refused nor on its way yet.
OPEN_VENDORS: Final = (
    "SELECT (SELECT count(*) FROM vendor_additions WHERE status NOT IN ('created', 'held')) + (SELECT count(*) FROM needs n "
    "WHERE n.met_at IS NULL AND n.kind = 'vendor' AND n.subject LIKE 'Fellside Hub/%' AND NOT EXISTS (SELECT 1 FROM "
    "vendor_additions a WHERE a.status = 'held' AND a.need = n.kind || ':' || n.subject))"
)
SELLER_RULES: Final = """
[new_vendors]
term = "N30"
id = "EDI-{id}"

[[partner]]
name = "Fellside Hub"
senders = ["ZZ/FELLHUB"]
new_vendors = "create"

[[coding]]
name = "what new sellers send"
when = { partner = "Fellside Hub" }
account = "5080"
"""


def name_seller(code: str) -> str:
    """A name that is like nobody else's."""
    dice = random.Random(code)
    return " ".join("".join(dice.choices(ascii_lowercase, k=9)).title() for _ in range(2))


def write_invoices(code: str) -> list[Invoice]:
    """Two of a seller of that code."""
    party = f"SE*{name_seller(code)}*91*{code}"
    return [Invoice(number=f"{code}V{place}", sellers=(party,)) for place in (1, 2)]


def drop_sellers(bench: Bench, _: int = 1) -> Mail:
    """One file with two invoices of a seller that no other file has."""
    n = next(_NUMBERS)
    invoices = write_invoices(str(7000 + n))
    content = write_interchange(*invoices, sender=HUB, control=n)
    name = f"seller-{n}.edi"
    bench.systems.cleo.drop(name, content)
    return Mail((name,), (content,), [invoice.number for invoice in invoices])


def list_vendors_of(bench: Bench, number: str) -> Sequence[str]:
    """The keys of the vendors by the name of an invoice's seller."""
    found = bench.systems.intacct.ask("GET", "/truth", company=COMPANY, object="VENDOR")
    name = name_seller(number.partition("V")[0])
    return [str(each["RECORDNO"]) for each in found if each["NAME"] == name]


def list_bills_of(bench: Bench, number: str) -> Sequence[Mapping[str, Any]]:
    """The bills under a number; fails where its seller is two vendors."""
    vendors = list_vendors_of(bench, number)
    assert len(vendors) <= 1, f"the seller of {number} is {len(vendors)} vendors"
    return bench.systems.intacct.bills(number=number)


def run_until_all_is_settled(bench: Bench, first: RunResult) -> None:
    """Run again and again, until no document and no vendor is on its way."""
    result = first
    for _ in range(MOST_RUNS):
        waits = OPEN & {status for status, documents in result.counts.items() if documents}
        ((vendors,),) = change_rows(bench.url, OPEN_VENDORS)
        if not result.troubles and not waits and not vendors:
            return
        bench.move_time(_LATER)
        result = bench.once()
    raise AssertionError(f"never done: {result.counts} {result.troubles}")


def tell_refusal(bench: Bench, document: DocumentLine) -> Sequence[str]:
    """What the audit trail has of the vendor that a document waits for."""
    (need,) = document.needs
    return [bench.type_command("needs", "show", need.key).output]


SELLERS: Final = Play(
    drop=drop_sellers,
    list_ours=list_vendors_of,
    list_all=list_bills_of,
    settle=run_until_all_is_settled,
    tell=tell_refusal,
)
