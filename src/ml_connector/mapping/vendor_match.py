"""Who is the vendor of an invoice?

The seller decides: by cross-reference, by numbers we gave out, by ids Intacct knows, at last by the exact
name. The remit-to party stands in for a seller only where none is named (frequent in real invoices).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ml_connector.edi import Invoice, Party, Reference
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.reference import VENDOR, Asked, Slice
from ml_connector.mapping.rules import Partner, Rules
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

SELLERS: Final = ("SE", "SU", "VN")
REMIT_TO: Final = ("RI", "RE")
_OUR_NUMBERS: Final = ("IA",)  # REF01: the number we gave the vendor
_COMPANY_FORMS: Final = frozenset(
    [
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "llc",
        "ltd",
        "limited",
        "lp",
        "llp",
        "plc",
        "gmbh",
        "ag",
        "sa",
        "ab",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One thing in the document that may name the vendor."""

    rule: str
    place: str  #: where it stands, such as `N1*VN`
    value: str
    asked: str  #: the id or alias it is looked up by
    by_id: bool = False  #: the document says what the id is; what it says is never taken for an alias
    weak: bool = False  #: a name: asked only when nothing stronger answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The vendor and why; `pay_to` is a contact's name when the document is to be paid elsewhere than usual."""

    vendor: Vendor
    reason: Reason
    pay_to: str | None = None
    pay_to_reason: Reason | None = None


def normalise_name(name: str) -> str:
    """A company's name without case, punctuation and legal form: `The Bolt Co., Inc.` → `the bolt`."""
    words = re.sub(r"[^\w\s]", " ", name.casefold().replace("&", " and ")).split()
    while len(words) > 1 and words[-1] in _COMPANY_FORMS:
        words.pop()
    return " ".join(words)


def list_aliases(vendor: Vendor) -> tuple[str, ...]:
    """What else a vendor can be found by in the reference copy."""
    digits = re.sub(r"\D", "", vendor.tax_id)
    named = (
        ("name", normalise_name(vendor.name)),
        ("tax", digits),
        ("account", vendor.account_no_at_vendor),
    )
    return tuple(f"{kind}:{value}" for kind, value in named if value)


def list_clues(invoice: Invoice, partner: Partner, rules: Rules) -> tuple[Clue, ...]:
    """Everything in the invoice that may name its vendor, strongest first."""
    parties = _list_sellers(invoice)
    clues = list(_find_cross_references(invoice, parties, partner, rules))
    clues += [
        Clue(rule="our vendor number", place=f"REF*{r.qualifier}", value=r.value, asked=r.value, by_id=True)
        for r in _list_references(invoice, parties)
        if r.qualifier in _OUR_NUMBERS and r.value
    ]
    clues += [clue for party in parties for clue in read_ids(party)]
    clues += [
        Clue(rule="our account at the vendor", place="N1*BY", value=p.id, asked=f"account:{p.id}")
        for p in invoice.parties
        if p.role == "BY" and p.qualifier == "91" and p.id
    ]
    clues += [clue for party in parties for clue in read_name(party)]
    return tuple(clues)


def ask(clues: tuple[Clue, ...], partner: Partner) -> set[Asked]:
    """What the reference must be asked to follow the clues."""
    asked = {(VENDOR, clue.asked) for clue in clues}
    if partner.default_vendor is not None:
        asked.add((VENDOR, partner.default_vendor))
    return asked


def match_vendor(invoice: Invoice, partner: Partner, rules: Rules, known: Slice) -> Match | Need:
    """The vendor the clues lead to, if it is one, active, and bound to the partner; else what is missing."""
    clues = list_clues(invoice, partner, rules)
    found = _follow(clues, partner, known)
    if isinstance(found, Need):
        return found
    vendor, reason = found
    if vendor.status != "active":
        return Need(
            kind="vendor",
            subject=vendor.vendor_id,
            reason=f"vendor {vendor.vendor_id} {vendor.name} is {vendor.status} in Intacct; activate it, or correct the cross-reference",
        )
    if vendor.vendor_id not in rules.list_bound(partner):
        return Need(
            kind="partner_vendor",
            subject=f"{partner.name}/{vendor.vendor_id}",
            reason=f"{partner.name} may not bill for vendor {vendor.vendor_id} {vendor.name}; if it may, add the id to its vendors",
        )
    return Match(vendor=vendor, reason=reason)


def _list_sellers(invoice: Invoice) -> tuple[Party, ...]:
    sellers = tuple(party for role in SELLERS for party in invoice.parties if party.role == role)
    return sellers or tuple(party for role in REMIT_TO for party in invoice.parties if party.role == role)


def _list_references(invoice: Invoice, parties: tuple[Party, ...]) -> tuple[Reference, ...]:
    """The references of the whole invoice and those inside the seller's own N1 loop."""
    return (*invoice.references, *(reference for party in parties for reference in party.references))


def _find_cross_references(
    invoice: Invoice, parties: tuple[Party, ...], partner: Partner, rules: Rules
) -> Iterator[Clue]:
    codes = [(f"N1*{p.role}", f"{p.qualifier}/{p.id}", code) for p in parties for code in list_codes(p)]
    codes += [
        (f"REF*{r.qualifier}", r.value, f"REF/{r.qualifier}/{r.value}")
        for r in _list_references(invoice, parties)
    ]
    for place, value, code in codes:
        for xref in rules.vendors:
            if xref.code == code and xref.partner in {None, partner.name}:
                rule = f"vendor cross-reference {code}"
                yield Clue(rule=rule, place=place, value=value, asked=xref.vendor, by_id=True)


def list_codes(party: Party) -> Iterator[str]:
    """The spellings of a party's id in cross-references; a DUNS+4 is also known by its DUNS."""
    if not party.id:
        return
    yield f"{party.role}/{party.qualifier}/{party.id}"
    yield f"{party.qualifier}/{party.id}"
    if party.qualifier == "9" and len(party.id) > 9:
        yield f"1/{party.id[:9]}"


def read_ids(party: Party) -> Iterator[Clue]:
    """The numbers a vendor may be known by in Intacct."""
    place = f"N1*{party.role}"
    if party.qualifier == "92" and party.id:
        yield Clue(rule="our vendor number", place=place, value=f"92/{party.id}", asked=party.id, by_id=True)
    digits = re.sub(r"\D", "", party.id)
    if party.qualifier in {"FI", "24"} and digits:
        yield Clue(rule="tax id", place=place, value=f"…{digits[-4:]}", asked=f"tax:{digits}")


def read_name(party: Party) -> Iterator[Clue]:
    """The party's name, unless it says nothing."""
    name = normalise_name(party.name)
    if name:
        place = f"N1*{party.role}"
        yield Clue(rule="vendor name", place=place, value=party.name, asked=f"name:{name}", weak=True)


def look_up(clue: Clue, known: Slice) -> tuple[Vendor, ...]:
    """The vendors a clue leads to."""
    found = known.find(Vendor, clue.asked)
    return tuple(vendor for vendor in found if not clue.by_id or vendor.vendor_id == clue.asked)


def _follow(clues: tuple[Clue, ...], partner: Partner, known: Slice) -> tuple[Vendor, Reason] | Need:
    hits = [(clue, vendor) for clue in clues for vendor in look_up(clue, known)]
    strong = [hit for hit in hits if not hit[0].weak]
    decisive = strong or hits
    vendors = {vendor.vendor_id: vendor for _, vendor in decisive}
    if len(vendors) > 1:
        return _describe_conflict(partner, decisive)
    asked = tuple(f"{clue.rule} ({clue.place} {clue.value})" for clue in clues)
    if decisive:
        clue, vendor = decisive[0]
        losers = asked[: clues.index(clue)]
        return vendor, _explain(vendor, clue.rule, ((clue.place, clue.value),), losers)
    if partner.default_vendor is None or clues:
        return _describe_unknown(partner, clues)
    default = known.get(Vendor, partner.default_vendor)
    if default is None:
        return _describe_missing_default(partner, partner.default_vendor)
    return default, _explain(default, f"default vendor of {partner.name}", (), ())


def _explain(
    vendor: Vendor, rule: str, inputs: tuple[tuple[str, str], ...], losers: tuple[str, ...]
) -> Reason:
    return Reason(path="VENDORID", value=vendor.vendor_id, rule=rule, inputs=inputs, losers=losers)


def _describe_conflict(partner: Partner, hits: list[tuple[Clue, Vendor]]) -> Need:
    led = "; ".join(f"{c.place} {c.value} ({c.rule}) leads to {v.vendor_id} {v.name}" for c, v in hits)
    ids = "+".join(sorted({v.vendor_id for _, v in hits}))
    return Need(
        kind="vendor_conflict",
        subject=f"{partner.name}/{ids}",
        reason=f"the invoice names more than one vendor: {led}; correct the cross-reference, or ask {partner.name}",
    )


def _describe_unknown(partner: Partner, clues: tuple[Clue, ...]) -> Need:
    if not clues:
        return Need(
            kind="vendor",
            subject=f"{partner.name}/none",
            reason=f"the invoice names no vendor (no N1*SE, SU, VN, RI or RE, no REF*IA); give partner {partner.name} a default_vendor",
        )
    tried = "; ".join(dict.fromkeys(f"{clue.place} {clue.value}" for clue in clues))
    strongest = clues[0]
    code = f"{strongest.place.removeprefix('N1*').replace('*', '/')}/{strongest.value}"
    return Need(
        kind="vendor",
        subject=f"{partner.name}/{code}",
        reason=f"no vendor in Intacct answers to {tried}; add a cross-reference, or the vendor",
    )


def _describe_missing_default(partner: Partner, vendor_id: str) -> Need:
    return Need(
        kind="vendor",
        subject=vendor_id,
        reason=f"vendor {vendor_id}, the default_vendor of {partner.name}, is not in Intacct; create it, or correct the partner",
    )
