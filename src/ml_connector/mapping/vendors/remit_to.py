"""May the vendor be paid where the invoice says? An unknown place is the door of invoice fraud."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ml_connector.edi import Invoice, Party
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.reference.slice import Slice
from ml_connector.mapping.rules.rulebook import AnsweredVendor, Partner, RemitToXref, Rules
from ml_connector.mapping.vendors.vendor_clues import (
    REMIT_TO,
    SELLERS,
    find_xrefs,
    list_codes,
    normalise_name,
    read_ids,
    read_name,
)
from ml_connector.mapping.vendors.vendor_match import Match, look_up
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_PAY_TO: Final = "BILLTOPAYTOCONTACTNAME"


def check_remit_to(
    invoice: Invoice, partner: Partner, rules: Rules, match: Match, known: Slice
) -> Match | Need:
    """The match with the contact to pay, if the invoice names one; what is missing where it names an unknown one."""
    contacts: dict[str, Reason] = {}
    for party in invoice.parties:
        if party.role not in REMIT_TO:
            continue
        xref = _find_remit_to(party, partner, rules, match.vendor)
        if xref is not None:
            contacts.setdefault(xref.contact, _explain_remit_to(party, xref))
        elif not _is_same_party(party, invoice, match.vendor, rules, partner, known):
            return _describe_remit_to(party, partner, match.vendor)
    if len(contacts) > 1:
        return Need(
            kind="remit_to",
            subject=f"{partner.name}/{'+'.join(sorted(contacts))}",
            reason=f"the invoice asks to be paid at several places: {', '.join(contacts)}; ask {partner.name} which one is right",
        )
    return _choose_contact(match, contacts, known)


def describe_lost_contact(vendor_id: str, contact: str) -> Need:
    """What is missing where the contact that a vendor is to be paid at is not in Intacct any more."""
    return Need(
        kind="remit_to",
        subject=f"{vendor_id}/pay-to/{contact}",
        reason=f"the contact {contact}, at which vendor {vendor_id} is to be paid, is not in Intacct any more, or not active; "
        "bring it back and release the document, correct the [[remit_to]] that names it, or, if it was changed in Intacct, "
        "agree to that with `reference approve`",
    )


def name_party(party: Party) -> str:
    """A party by its role and id, or name where it has none: `RI/92/0099`."""
    return f"{party.role}/{party.qualifier}/{party.id}" if party.id else f"{party.role}/{party.name}"


def _find_remit_to(party: Party, partner: Partner, rules: Rules, vendor: Vendor) -> RemitToXref | None:
    codes = {*list_codes(party), name_party(party)}
    own = (x for x in rules.remit_to if x.partner == partner.name and x.vendor in {None, vendor.vendor_id})
    return next((xref for xref in own if xref.code in codes), None)


def _explain_remit_to(party: Party, xref: RemitToXref) -> Reason:
    return Reason(
        path=_PAY_TO,
        value=xref.contact,
        rule=f"remit-to cross-reference {xref.code}",
        inputs=((f"N1*{party.role}", f"{party.qualifier}/{party.id}"),),
    )


def _choose_contact(match: Match, named: Mapping[str, Reason], known: Slice) -> Match | Need:
    """The contact the invoice names; else the vendor's own, as it was approved."""
    moved = known.moved.get(match.vendor.vendor_id)
    for contact, reason in named.items():
        if contact != moved:
            return replace(match, pay_to=contact, pay_to_reason=reason)
    if moved is not None:
        return _describe_moved(match.vendor.vendor_id)
    approved = known.pay_to.get(match.vendor.vendor_id)
    return match if approved is None else _keep_approved(match, approved)


def _keep_approved(match: Match, approved: str) -> Match | Need:
    """The bill names the contact, as without a name Intacct pays at the one nobody has agreed to."""
    if not approved:
        return _hold_changed(
            match.vendor.vendor_id,
            "there was none before, which a bill cannot say; agree to the change with `reference approve`, "
            "or take it back in Intacct",
        )
    rule = "pay-to contact approved before; nobody has agreed to the new one"
    reason = Reason(path=_PAY_TO, value=approved, rule=rule)
    return replace(match, pay_to=approved, pay_to_reason=reason)


def _describe_moved(vendor_id: str) -> Need:
    return Need(
        kind="remit_to",
        subject=f"{vendor_id}/pay-to",
        reason=f"the address that vendor {vendor_id} is paid at was changed in Intacct and nobody has agreed to that; "
        "agree to the change with `reference approve`, or take it back in Intacct",
    )


def _hold_changed(vendor_id: str, why: str) -> Need:
    return Need(
        kind="remit_to",
        subject=f"{vendor_id}/pay-to",
        reason=f"the pay-to contact of vendor {vendor_id} was changed in Intacct and nobody has agreed to that; {why}",
    )


def _is_same_party(
    party: Party, invoice: Invoice, vendor: Vendor, rules: Rules, partner: Partner, known: Slice
) -> bool:
    """Whether a remit-to party is the vendor itself; where no seller is named it may be what names the vendor."""
    xrefs = find_xrefs(party, partner, rules)
    if any(xref.vendor == vendor.vendor_id for xref in xrefs):
        return True
    if any(isinstance(xref, AnsweredVendor) for xref in xrefs):
        return False  # a person has said that it is somebody else
    sellers = [seller for seller in invoice.parties if seller.role in SELLERS]
    if not sellers:
        clues = (*read_ids(party), *read_name(party))
        return any(vendor in look_up(clue, known) for clue in clues)
    if party.id:
        own = {(seller.qualifier, seller.id) for seller in sellers}
        return party.id == vendor.vendor_id or (party.qualifier, party.id) in own
    names = {normalise_name(name) for name in (vendor.name, *(seller.name for seller in sellers))}
    return normalise_name(party.name) in names - {""}


def _describe_remit_to(party: Party, partner: Partner, vendor: Vendor) -> Need:
    who = name_party(party)
    return Need(
        kind="remit_to",
        subject=f"{partner.name}/{vendor.vendor_id}/{who}",
        reason=f"the invoice asks to be paid to {party.name or party.id} ({who}), unknown for vendor {vendor.vendor_id}; "
        "verify with the vendor by another way, then add [[remit_to]]",
    )
