"""May the vendor be paid where the invoice says? An unknown place is the door of invoice fraud."""

from dataclasses import replace

from ml_connector.edi import Invoice, Party
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.reference import Slice
from ml_connector.mapping.rules import Partner, RemitToXref, Rules
from ml_connector.mapping.vendor_match import (
    REMIT_TO,
    SELLERS,
    Match,
    list_codes,
    look_up,
    normalise_name,
    read_ids,
    read_name,
)
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason


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
    for contact, reason in contacts.items():
        return replace(match, pay_to=contact, pay_to_reason=reason)
    return match


def _find_remit_to(party: Party, partner: Partner, rules: Rules, vendor: Vendor) -> RemitToXref | None:
    codes = set(list_codes(party))
    own = (x for x in rules.remit_to if x.partner == partner.name and x.vendor in {None, vendor.vendor_id})
    return next((xref for xref in own if xref.code in codes), None)


def _explain_remit_to(party: Party, xref: RemitToXref) -> Reason:
    return Reason(
        path="BILLTOPAYTOCONTACTNAME",
        value=xref.contact,
        rule=f"remit-to cross-reference {xref.code}",
        inputs=((f"N1*{party.role}", f"{party.qualifier}/{party.id}"),),
    )


def _is_same_party(
    party: Party, invoice: Invoice, vendor: Vendor, rules: Rules, partner: Partner, known: Slice
) -> bool:
    """Whether a remit-to party is the vendor itself; where no seller is named it may be what names the vendor."""
    codes = set(list_codes(party))
    xrefs = (xref for xref in rules.vendors if xref.partner in {None, partner.name})
    if any(xref.code in codes and xref.vendor == vendor.vendor_id for xref in xrefs):
        return True
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
    who = f"{party.role}/{party.qualifier}/{party.id}" if party.id else f"{party.role}/{party.name}"
    return Need(
        kind="remit_to",
        subject=f"{partner.name}/{who}",
        reason=f"the invoice asks to be paid to {party.name or party.id} ({who}), unknown for vendor {vendor.vendor_id}; "
        "verify with the vendor by another way, then add [[remit_to]]",
    )
