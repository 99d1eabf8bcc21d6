"""Who is the vendor of a document?

The seller decides: by cross-reference, by numbers we gave out, by the EDI ids and other ids Intacct knows, at last
by the exact name. The remit-to party stands in for a seller only where none is named (frequent in real invoices).
"""

from dataclasses import dataclass

from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.reference.slice import VENDOR, Asked, Slice
from ml_connector.mapping.rules.rulebook import Partner, Rules
from ml_connector.mapping.vendors.vendor_clues import Clue, Trading, list_clues
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


def match_vendor(document: Trading, partner: Partner, rules: Rules, known: Slice) -> Match | Need:
    """The vendor the clues lead to, if it is one, active, and bound to the partner; else what is missing."""
    clues = list_clues(document, partner, rules)
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
            reason=f"{partner.name} may not trade for vendor {vendor.vendor_id} {vendor.name}; if it may, add the id to its vendors",
        )
    if vendor.vendor_id in known.unapproved:
        return Need(
            kind="vendor_approval",
            subject=vendor.vendor_id,
            reason=f"vendor {vendor.vendor_id} {vendor.name} was created from EDI and waits for its approval in Intacct; approve or decline it there",
        )
    return Match(vendor=vendor, reason=reason)


def look_up(clue: Clue, known: Slice) -> tuple[Vendor, ...]:
    """The vendors a clue leads to."""
    found = known.find(Vendor, clue.asked)
    return tuple(vendor for vendor in found if not clue.by_id or vendor.vendor_id == clue.asked)


def _follow(clues: tuple[Clue, ...], partner: Partner, known: Slice) -> tuple[Vendor, Reason] | Need:
    hits = [(clue, vendor) for clue in clues if not clue.overruled for vendor in look_up(clue, known)]
    strong = [hit for hit in hits if not hit[0].weak]
    decisive = strong or hits
    lost = _find_lost(clues, known, weak=not strong)
    if lost is not None:
        return _describe_lost(lost)
    vendors = {vendor.vendor_id: vendor for _, vendor in decisive}
    if len(vendors) > 1:
        return _describe_conflict(partner, decisive, known)
    if decisive:
        clue, vendor = decisive[0]
        rule = _name_rule(clue, vendor, known) + _name_overruled(clues, clue, known)
        return vendor, _explain(vendor, rule, ((clue.place, clue.value),), _list_losers(clues, clue))
    if partner.default_vendor is None or clues:
        return _describe_unknown(partner, clues)
    default = known.get(Vendor, partner.default_vendor)
    if default is None:
        return _describe_missing_default(partner, partner.default_vendor)
    return default, _explain(default, f"default vendor of {partner.name}", (), ())


def _find_lost(clues: tuple[Clue, ...], known: Slice, *, weak: bool) -> Clue | None:
    """A person's answer whose vendor is gone: what a person has said is not replaced by a guess."""
    answers = (clue for clue in clues if clue.answered and not clue.overruled and (weak or not clue.weak))
    return next((clue for clue in answers if not look_up(clue, known)), None)


def _name_rule(clue: Clue, vendor: Vendor, known: Slice) -> str:
    field = known.fields.get((vendor.vendor_id, clue.asked))
    return clue.rule if field is None else f"{clue.rule} in Intacct's field {field}"


def _name_overruled(clues: tuple[Clue, ...], decisive: Clue, known: Slice) -> str:
    """What leads elsewhere and does not count, as what decided is a person's answer for the same code."""
    overruled = [
        clue
        for clue in clues
        if clue.overruled and (clue.place, clue.weak) == (decisive.place, decisive.weak)
    ]
    led = [
        f"{_name_rule(clue, other, known)}, which leads to {other.vendor_id}"
        for clue in overruled
        for other in look_up(clue, known)
        if other.vendor_id != decisive.asked
    ]
    return f" over {'; over '.join(dict.fromkeys(led))}" if led else ""


def _list_losers(clues: tuple[Clue, ...], decisive: Clue) -> tuple[str, ...]:
    """What was asked before, each once: an id has several spellings."""
    before = [clue for clue in clues[: clues.index(decisive)] if not clue.overruled]
    asked = {(clue.rule, clue.place, clue.value): None for clue in before}
    asked.pop((decisive.rule, decisive.place, decisive.value), None)
    return tuple(f"{rule} ({place} {value})" for rule, place, value in asked)


def _explain(
    vendor: Vendor, rule: str, inputs: tuple[tuple[str, str], ...], losers: tuple[str, ...]
) -> Reason:
    return Reason(path="VENDORID", value=vendor.vendor_id, rule=rule, inputs=inputs, losers=losers)


def _describe_conflict(partner: Partner, hits: list[tuple[Clue, Vendor]], known: Slice) -> Need:
    """Of one code a person can say whom it means; where several disagree the document itself is in doubt."""
    led = "; ".join(
        f"{c.place} {c.value} ({_name_rule(c, v, known)}) leads to {v.vendor_id} {v.name}" for c, v in hits
    )
    first = hits[0][0]
    if first.code and all((c.place, c.value) == (first.place, first.value) for c, _ in hits):
        subject, cure = _spell_code(first), "answer which one it is"
    else:
        subject, cure = "+".join(sorted({v.vendor_id for _, v in hits})), "correct what is wrong"
    return Need(
        kind="vendor_conflict",
        subject=f"{partner.name}/{subject}",
        reason=f"the document names more than one vendor: {led}; {cure}, or ask {partner.name}",
    )


def _spell_code(clue: Clue) -> str:
    """What a clue says, as the code of a cross-reference: `VN/92/0042`, `REF/IA/0042`."""
    return f"{clue.place.removeprefix('N1*').replace('*', '/')}/{clue.value}"


def _describe_lost(clue: Clue) -> Need:
    return Need(
        kind="vendor",
        subject=clue.asked,
        reason=f"vendor {clue.asked}, which {clue.place} {clue.value} means by {clue.rule}, is not in Intacct; create it, or end the answer with `xref decline`",
    )


def _describe_unknown(partner: Partner, clues: tuple[Clue, ...]) -> Need:
    if not clues:
        return Need(
            kind="vendor",
            subject=f"{partner.name}/none",
            reason=f"the document names no vendor (no N1*SE, SU, VN, RI or RE, no REF*IA); give partner {partner.name} a default_vendor",
        )
    tried = "; ".join(dict.fromkeys(f"{clue.place} {clue.value}" for clue in clues))
    strongest = next((clue for clue in clues if clue.code), clues[0])  # what can be answered, if anything can
    code = strongest.code or _spell_code(strongest)
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
