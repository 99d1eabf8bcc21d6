"""Who is the vendor of an invoice?

The seller decides: by cross-reference, by numbers we gave out, by the EDI ids and other ids Intacct knows, at last
by the exact name. The remit-to party stands in for a seller only where none is named (frequent in real invoices).
"""

from dataclasses import dataclass

from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.reference import VENDOR, Asked, Slice
from ml_connector.mapping.rules import Partner, Rules
from ml_connector.mapping.vendor_clues import Clue, Trading, list_clues
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The vendor and why; `pay_to` is a contact's name when the document is to be paid elsewhere than usual."""

    vendor: Vendor
    reason: Reason
    pay_to: str | None = None
    pay_to_reason: Reason | None = None


def ask(clues: tuple[Clue, ...], partner: Partner) -> set[Asked]:
    """What the reference must be asked to follow the clues."""
    asked = {(VENDOR, clue.asked) for clue in clues}
    if partner.default_vendor is not None:
        asked.add((VENDOR, partner.default_vendor))
    return asked


def match_vendor(invoice: Trading, partner: Partner, rules: Rules, known: Slice) -> Match | Need:
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
    if decisive:
        clue, vendor = decisive[0]
        field = known.fields.get((vendor.vendor_id, clue.asked))
        rule = clue.rule if field is None else f"{clue.rule} in Intacct's field {field}"
        return vendor, _explain(vendor, rule, ((clue.place, clue.value),), _list_losers(clues, clue))
    if partner.default_vendor is None or clues:
        return _describe_unknown(partner, clues)
    default = known.get(Vendor, partner.default_vendor)
    if default is None:
        return _describe_missing_default(partner, partner.default_vendor)
    return default, _explain(default, f"default vendor of {partner.name}", (), ())


def _list_losers(clues: tuple[Clue, ...], decisive: Clue) -> tuple[str, ...]:
    """What was asked before, each once: an id has several spellings."""
    before = clues[: clues.index(decisive)]
    asked = {(clue.rule, clue.place, clue.value): None for clue in before}
    asked.pop((decisive.rule, decisive.place, decisive.value), None)
    return tuple(f"{rule} ({place} {value})" for rule, place, value in asked)


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
    strongest = next((clue for clue in clues if clue.code), clues[0])  # what can be answered, if anything can
    code = strongest.code or f"{strongest.place.removeprefix('N1*').replace('*', '/')}/{strongest.value}"
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
