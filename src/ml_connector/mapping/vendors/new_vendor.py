"""A seller nobody knows becomes a vendor to create: what it would consist of, and where each value comes from.

Never from a remit-to party, and never with bank data, a pay-to contact or a tax id: these a person takes from the
vendor itself. Payments are off, or bills, until somebody has verified it.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ml_connector.edi import Party
from ml_connector.intacct.writing.contact import Address, DisplayContact
from ml_connector.intacct.writing.vendor import NewVendor
from ml_connector.mapping.identity import derive_vendor_mark
from ml_connector.mapping.rules.rulebook import Partner, Rules
from ml_connector.mapping.rules.vendors import NewVendorRules
from ml_connector.mapping.vendors.duplicate_vendors import squeeze
from ml_connector.mapping.vendors.vendor_clues import SELLERS, TAX_IDS, Trading, normalise_name
from ml_connector.records.provenance import Reason

CREATE: Final = "create"  #: the answer to a need for a vendor by which the proposed one is made
NEW_VENDOR: Final = "new_vendor"  #: the kind of cross-reference that is such an answer
_LINES: Final = 3  # of an address, in Intacct
_SHOWN: Final = 60  # of a partner's name, in Intacct


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A vendor that can be created; what is told of it without values of its own is for people."""

    partner: str
    code: str  #: for which a cross-reference will answer with it
    mark: str
    vendor: NewVendor
    reasons: tuple[Reason, ...]
    names: tuple[str, ...]  #: by which a vendor would be the same: as the reference copy is asked for them
    place: str  #: its street and postal code, empty where it tells none
    doubts: tuple[str, ...] = ()  #: why it is not created by itself

    @property
    def digest(self) -> str:
        """Stands for all that a person agrees to."""
        return hashlib.sha256(repr((self.vendor, self.doubts)).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def answer(self) -> str:
        """The target of the cross-reference by which exactly this is agreed to."""
        return f"{CREATE} {self.digest[:12]}"


def propose_vendor(
    document: Trading, partner: Partner, code: str, *, rules: Rules, company: str
) -> Proposal | str:
    """The vendor to create for the seller that goes by this code; or, in words, why there can be none."""
    seller = find_seller(document, code)
    if seller is None:
        return "the document names no seller by it"
    if not normalise_name(seller.name):
        return "the document gives the seller no name"
    mark = derive_vendor_mark(company, _identify(seller))
    place = " ".join((*seller.address[:1], seller.postal_code)) if seller.postal_code else ""
    reasons = tuple(_give_reasons(seller, rules.new_vendors))
    try:
        vendor = _make_vendor(seller, rules.new_vendors, _comment(partner, rules.new_vendors, mark))
    except ValueError as error:
        return f"it would not fit into Intacct: {error}"
    return Proposal(
        partner=partner.name,
        code=code,
        mark=mark,
        vendor=vendor,
        reasons=reasons,
        names=tuple(_list_names(seller, vendor, place)),
        place=place,
        doubts=tuple(_list_doubts(document, seller)),
    )


def find_seller(document: Trading, code: str) -> Party | None:
    """The seller that a cross-reference of this code is for; none for a number of ours, and none for a remit-to."""
    sellers = (party for party in document.parties if party.role in SELLERS)
    return next((party for party in sellers if code in _spell_codes(party)), None)


def spell_code(document: Trading) -> str:
    """The strongest code of the seller a document names first; empty where it names none."""
    for party in document.parties:
        if party.role in SELLERS and (party.id or party.name):
            by_id, by_name = _spell_codes(party)
            return by_id if party.id and party.qualifier not in TAX_IDS else by_name
    return ""


def _spell_codes(party: Party) -> tuple[str, str]:
    return f"{party.role}/{party.qualifier}/{party.id}", f"{party.role}/{party.name}"


def _identify(seller: Party) -> tuple[str, ...]:
    """What makes it the same seller. A tax id is told by its end: a mark stands in Intacct for all to read."""
    id_ = seller.id[-4:] if seller.qualifier in TAX_IDS else seller.id
    return seller.qualifier, id_, normalise_name(seller.name)


def _make_vendor(seller: Party, rules: NewVendorRules, comments: str) -> NewVendor:
    """Raises ValueError for what is too long, or an id that cannot be made."""
    return NewVendor(
        vendor_id=_make_id(seller, rules),
        name=seller.name,
        contact=DisplayContact(print_as=seller.name, address=_make_address(seller)),
        vendor_type=rules.type,
        gl_group=rules.gl_group,
        term=rules.term,
        currency=rules.currency,
        expense_account=rules.expense_account,
        payables_account=rules.payables_account,
        form_1099=rules.form_1099,
        box_1099=rules.box_1099,
        restriction=rules.restriction,
        restricted_locations=rules.restricted_locations,
        do_not_pay=True if rules.until_confirmed == "do_not_pay" else None,
        on_hold=True if rules.until_confirmed == "on_hold" else None,
        comments=comments,
    )


def _make_id(seller: Party, rules: NewVendorRules) -> str | None:
    if rules.id is None:
        return None
    if not seller.id or seller.qualifier in TAX_IDS:
        raise ValueError(f"the template {rules.id} needs an id of the seller that is no tax id")
    return rules.id.replace("{id}", seller.id)


def _make_address(seller: Party) -> Address | None:
    told = dict(_list_address(seller))
    return Address(**told) if told else None


def _list_address(seller: Party) -> Iterator[tuple[str, str]]:
    """The parts of its address by the names of Intacct's."""
    lines = ((f"address{n}", line) for n, line in enumerate(seller.address[:_LINES], 1))
    country = "country_code" if re.fullmatch("[A-Z]{2}", seller.country) else "country"
    parts = (("city", seller.city), ("state", seller.state), ("zip", seller.postal_code))
    yield from ((name, value) for name, value in (*lines, *parts, (country, seller.country)) if value)


def _comment(partner: Partner, rules: NewVendorRules, mark: str) -> str:
    off = {"do_not_pay": "Payments are off", "on_hold": "It is on hold"}[rules.until_confirmed]
    return (
        f"Added by ml-connector from EDI of {partner.name[:_SHOWN]}. {off} until somebody has verified it with the "
        f"vendor and added how it is paid. {mark}"
    )


def _give_reasons(seller: Party, rules: NewVendorRules) -> Iterator[Reason]:
    """Where each value comes from."""
    place = f"N1*{seller.role}"
    said = ((place, seller.name),)
    if rules.id is None:
        yield Reason(path="VENDORID", value="", rule="the next number of Intacct's sequence")
    else:
        rule = f"id of [new_vendors], {rules.id}"
        yield Reason(
            path="VENDORID",
            value=rules.id.replace("{id}", seller.id),
            rule=rule,
            inputs=((place, f"{seller.qualifier}/{seller.id}"),),
        )
    yield Reason(path="NAME", value=seller.name, rule="name of the seller", inputs=said)
    for name, value in _list_address(seller):
        segment = "N3" if name.startswith("address") else "N4"
        yield Reason(path=name.upper(), value=value, rule="address of the seller", inputs=((segment, value),))
    for name, path in _DEFAULTS.items():
        if (value := getattr(rules, name)) is not None:
            yield Reason(path=path, value=value, rule=f"{name} of [new_vendors]")
    yield Reason(path=_OFF[rules.until_confirmed], value="true", rule="until_confirmed of [new_vendors]")


_OFF: Final = {"do_not_pay": "DONOTCUTCHECK", "on_hold": "ONHOLD"}
_DEFAULTS: Final = {
    "type": "VENDTYPE",
    "gl_group": "GLGROUP",
    "term": "TERMNAME",
    "currency": "CURRENCY",
    "expense_account": "APACCOUNT",
    "payables_account": "OFFSETGLACCOUNTNO",
    "restriction": "OBJECTRESTRICTION",
    "form_1099": "FORM1099TYPE",
    "box_1099": "FORM1099BOX",
}


def _list_names(seller: Party, vendor: NewVendor, place: str) -> Iterator[str]:
    """By which another would be the same: its place too, as what was created a moment ago is known by these alone."""
    if place:
        yield f"at:{squeeze(place)}"
    yield f"name:{normalise_name(seller.name)}"
    if vendor.vendor_id is not None:
        yield vendor.vendor_id
    taxed = [(seller.qualifier, seller.id), *((each.qualifier, each.value) for each in seller.references)]
    for qualifier, value in taxed:
        digits = re.sub(r"\D", "", value)
        if qualifier in TAX_IDS and digits:
            yield f"tax:{digits}"


def _list_doubts(document: Trading, seller: Party) -> Iterator[str]:
    if not seller.id:
        yield "the document gives the seller's name, and no id"
    for other in document.parties:
        if other.role in SELLERS and normalise_name(other.name) not in {"", normalise_name(seller.name)}:
            yield f"the document names another seller besides, {other.role} {other.name}"
