"""What in an invoice may name its vendor, strongest first: clues to be looked up, and names vendors are looked up by.

The seller's come first; the remit-to party stands in for a seller only where none is named (frequent in real
invoices).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Protocol

from ml_connector.edi import Party, Reference, Remittance
from ml_connector.intacct.objects import Vendor, VendorDetail
from ml_connector.mapping.rules.rulebook import AnsweredVendor, Partner, Rules, VendorXref

SELLERS: Final = ("SE", "SU", "VN")
REMIT_TO: Final = ("RI", "RE")
TAX_IDS: Final = frozenset({"FI", "24", "34", "TJ", "SY", "EI"})  #: N103 and REF01
_PAYEE: Final = "PE"  # of a remittance alone: elsewhere it says where to pay, not whom
EDI: Final = "edi:"  #: so begin the aliases that are EDI ids
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


class Trading(Protocol):
    """A document that names who trades: an invoice, an order, a notice."""

    @property
    def parties(self) -> tuple[Party, ...]: ...

    @property
    def references(self) -> tuple[Reference, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One thing in the document that may name the vendor."""

    rule: str
    place: str  #: where it stands, such as `N1*VN`
    value: str
    asked: str  #: the id or alias it is looked up by
    by_id: bool = False  #: the document says what the id is; what it says is never taken for an alias
    weak: bool = False  #: a name: asked only when nothing stronger answers
    code: str = ""  #: by which a cross-reference can answer for it
    answered: bool = False  #: a person has said whom it means
    overruled: bool = False  #: by a person's answer for the same id, number or name; then it does not count


@lru_cache(maxsize=10_000)  # the same partners send the same names again and again
def normalise_name(name: str) -> str:
    """A company's name without case, punctuation and legal form: `The Bolt Co., Inc.` → `the bolt`."""
    words = re.sub(r"[^\w\s]", " ", name.casefold().replace("&", " and ")).split()
    while len(words) > 1 and words[-1] in _COMPANY_FORMS:
        words.pop()
    return " ".join(words)


def list_aliases(vendor: Vendor | VendorDetail) -> tuple[str, ...]:
    """What else a vendor can be found by in the reference copy."""
    digits = re.sub(r"\D", "", vendor.tax_id)
    named = (
        ("name", normalise_name(vendor.name)),
        ("tax", digits),
        ("account", vendor.account_no_at_vendor),
        ("parent", vendor.parent_id),
    )
    return tuple(f"{kind}:{value}" for kind, value in named if value)


def list_clues(invoice: Trading, partner: Partner, rules: Rules) -> tuple[Clue, ...]:
    """Everything in the invoice that may name its vendor, strongest first.

    Where people have answered for an id, a number or a name, the answer given for the narrowest case counts, and
    overrules whatever else is known of that very id, number or name.
    """
    parties = _list_sellers(invoice)
    xrefs = list(_find_cross_references(invoice, parties, partner, rules))
    answers = {(clue.place, clue.value): clue for clue in reversed(xrefs) if clue.answered}
    clues = [*_weigh(xrefs, answers), *_weigh(_read_numbers(invoice, parties), answers)]
    for party in parties:
        clues += _weigh(read_ids(party), answers, about=f"{party.qualifier}/{party.id}")
    clues += _read_accounts(invoice)
    for party in parties:
        clues += _weigh(read_name(party), answers, about=party.name)
    return tuple(clues)


def _weigh(
    clues: Iterable[Clue], answers: Mapping[tuple[str, str], Clue], *, about: str | None = None
) -> Iterator[Clue]:
    """The clues, overruled by an answer `about` the same; what a clue says is masked where it is a tax id."""
    for clue in clues:
        answer = answers.get((clue.place, clue.value if about is None else about), clue)
        yield clue if clue == answer else replace(clue, overruled=True)


def _read_numbers(invoice: Trading, parties: tuple[Party, ...]) -> list[Clue]:
    return [
        Clue(
            rule="our vendor number",
            place=f"REF*{r.qualifier}",
            value=r.value,
            asked=r.value,
            by_id=True,
            code=f"REF/{r.qualifier}/{r.value}",
        )
        for r in _list_references(invoice, parties)
        if r.qualifier in _OUR_NUMBERS and r.value
    ]


def _read_accounts(invoice: Trading) -> list[Clue]:
    return [
        Clue(rule="our account at the vendor", place="N1*BY", value=p.id, asked=f"account:{p.id}")
        for p in invoice.parties
        if p.role == "BY" and p.qualifier == "91" and p.id
    ]


def _list_sellers(invoice: Trading) -> tuple[Party, ...]:
    if isinstance(invoice, Remittance):
        return tuple(party for party in invoice.parties if party.role == _PAYEE)
    sellers = tuple(party for role in SELLERS for party in invoice.parties if party.role == role)
    return sellers or tuple(party for role in REMIT_TO for party in invoice.parties if party.role == role)


def _list_references(invoice: Trading, parties: tuple[Party, ...]) -> tuple[Reference, ...]:
    """The references of the whole invoice and those inside the seller's own N1 loop."""
    return (*invoice.references, *(reference for party in parties for reference in party.references))


def _find_cross_references(
    invoice: Trading, parties: tuple[Party, ...], partner: Partner, rules: Rules
) -> Iterator[Clue]:
    for place, value, code, weak in _spell_codes(invoice, parties):
        for xref in rules.find_vendor_codes(code, partner):
            yield Clue(
                rule=_name_rule(xref),
                place=place,
                value=value,
                asked=xref.vendor,
                by_id=True,
                weak=weak,
                code=code,
                answered=isinstance(xref, AnsweredVendor),
            )


def _name_rule(xref: VendorXref) -> str:
    if not isinstance(xref, AnsweredVendor):
        return f"vendor cross-reference {xref.code} of the rules"
    origin = "the answer" if xref.number is None else f"xref {xref.number}"
    return f"vendor cross-reference {xref.code} ({origin})"


def list_asked_codes(invoice: Trading) -> set[str]:
    """Every code of the invoice that a vendor cross-reference may answer for."""
    paid = [party for party in invoice.parties if party.role in REMIT_TO]
    codes = {code for _, _, code, _ in _spell_codes(invoice, _list_sellers(invoice))}
    return codes | {code for party in paid for code in list_codes(party)}


def _spell_codes(invoice: Trading, parties: tuple[Party, ...]) -> Iterator[tuple[str, str, str, bool]]:
    """Place, value and code of what cross-references may name, and whether that is weak: ids first, then names."""
    for party in parties:
        for code in list_codes(party):
            yield f"N1*{party.role}", f"{party.qualifier}/{party.id}", code, False
    for reference in _list_references(invoice, parties):
        code = f"REF/{reference.qualifier}/{reference.value}"
        yield f"REF*{reference.qualifier}", reference.value, code, False
    for party in parties:
        if party.name:
            yield f"N1*{party.role}", party.name, f"{party.role}/{party.name}", True


def find_xrefs(party: Party, partner: Partner, rules: Rules) -> Sequence[VendorXref]:
    """The cross-references of a party's id: a person's answer alone where there is one."""
    found = [xref for code in list_codes(party) for xref in rules.find_vendor_codes(code, partner)]
    answers = [xref for xref in found if isinstance(xref, AnsweredVendor)]
    return answers[:1] or found


def list_codes(party: Party) -> Iterator[str]:
    """The spellings of a party's id in cross-references; a DUNS+4 is also known by its DUNS."""
    if not party.id:
        return
    yield f"{party.role}/{party.qualifier}/{party.id}"
    yield from (f"{qualifier}/{id_}" for qualifier, id_ in _spell_ids(party))


def _spell_ids(party: Party) -> Iterator[tuple[str, str]]:
    yield party.qualifier, party.id
    if party.qualifier == "9" and len(party.id) > 9:
        yield "1", party.id[:9]


def read_ids(party: Party) -> Iterator[Clue]:
    """The numbers a vendor may be known by in Intacct."""
    place, value = f"N1*{party.role}", f"{party.qualifier}/{party.id}"
    code = f"{party.role}/{value}"
    if party.qualifier == "92" and party.id:
        yield Clue(rule="our vendor number", place=place, value=value, asked=party.id, by_id=True, code=code)
    if party.qualifier not in TAX_IDS and party.id:
        for qualifier, id_ in _spell_ids(party):
            for name in (f"{qualifier}/{id_}", id_):
                yield Clue(rule="EDI id", place=place, value=value, asked=f"{EDI}{name}", code=code)
    digits = re.sub(r"\D", "", party.id)
    if party.qualifier in {"FI", "24"} and digits:
        yield Clue(rule="tax id", place=place, value=f"…{digits[-4:]}", asked=f"tax:{digits}")


def read_name(party: Party) -> Iterator[Clue]:
    """The party's name, unless it says nothing."""
    name = normalise_name(party.name)
    if name:
        place = f"N1*{party.role}"
        code = f"{party.role}/{party.name}"
        yield Clue(
            rule="vendor name", place=place, value=party.name, asked=f"name:{name}", weak=True, code=code
        )
