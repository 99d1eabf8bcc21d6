"""What is settled about an order, a confirmation, a notice or a change before its lines are looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ml_connector.edi import Finding, Party, Transaction
from ml_connector.intacct.objects import Location
from ml_connector.mapping import admission
from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.mapping.rules.rulebook import WHOLE, Meaning, Rules
from ml_connector.mapping.vendors.vendor_clues import SELLERS, Trading, normalise_name
from ml_connector.records.needs import Need

_OUR_NUMBER: Final = "IA"  # REF01


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A document as it came, its partner and vendor known."""

    transaction: Transaction
    findings: tuple[Finding, ...]
    case: PurchasingCase
    action: Literal["draft", "submit"] = "draft"
    location: str | None = None  #: for lines that get none otherwise
    entity: Location | None = (
        None  #: where something new is written; None for the top level, or what Intacct has not
    )

    @property
    def is_final(self) -> bool:
        """Whether what is written may be more than a draft."""
        return self.case.setting.mode == "live" and self.action == "submit"


def find_filing(received: Received) -> str:
    """The reason to file the document without looking at it; empty when there is none."""
    return find_test(received.transaction, received.case.setting.mode)


def find_test(transaction: Transaction, mode: Literal["test", "live"]) -> str:
    """The same before anything is known but the link's mode."""
    usage = transaction.interchange.usage
    return (
        f"test interchange (ISA15 {usage}) on a live link" if mode == "live" and usage in {"T", "I"} else ""
    )


def find_needs(received: Received, purpose: str, *, compares: bool = False) -> Iterator[Need]:
    """Addressee, purpose, and what the reader left for a person.

    What takes the place of an earlier one is judged by our record; a copy only by a plan that compares it.
    """
    case = received.case
    yield from admission.find_addressing_needs(received.transaction, case.partner, case.rules)
    meaning = case.rules.purposes.get(purpose)
    if meaning not in WHOLE and not (compares and meaning is Meaning.COMPARE):
        said = "has a purpose nobody has decided on" if meaning is None else f"is to {meaning} an earlier one"
        cure = (
            "add the code to [purposes]"
            if meaning is None
            else "do by hand in Intacct what it asks, then reject it here"
        )
        reason = case.say(f"{case.set_code} {case.number} (purpose {purpose}) {said}", cure)
        yield Need(kind="purpose", subject=f"{purpose}/{case.number}", reason=reason)
    for finding in received.findings:
        if finding.severity == "hold":
            reason = case.say(
                finding.message.rstrip("."), f"ask {case.partner.name} for a corrected document"
            )
            yield Need(kind="finding", subject=f"{finding.code}/{case.number}", reason=reason)


def check_length(case: PurchasingCase, place: str, value: str, limit: int) -> Iterator[Need]:
    """A number is never cut."""
    if len(value) > limit:
        reason = case.say(
            f"{place} {value} has {len(value)} characters, Intacct takes {limit}",
            f"agree with {case.partner.name} on a shorter number; a number is never cut",
        )
        yield Need(kind="length", subject=f"{place}/{value}", reason=reason)


def check_currency(case: PurchasingCase, said: str | None) -> Iterator[Need]:
    """Orders are written and compared in the currency of the books."""
    base = case.setting.base_currency
    for currency in (said or case.partner.currency or base, case.vendor.currency or base):
        if currency != base:
            reason = case.say(
                f"{case.number} or its vendor is in {currency}, the company's books are in {base}",
                "enter it by hand in Intacct, then reject it here",
            )
            yield Need(kind="currency", subject=f"{currency}/{case.number}", reason=reason)
            return


def check_entity(received: Received) -> Iterator[Need]:
    """What names no currency is in that of the entity it is written in."""
    entity, case = received.entity, received.case
    if entity is not None and entity.currency not in {"", case.setting.base_currency}:
        reason = case.say(
            f"entity {entity.location_id} keeps its books in {entity.currency}, the link posts in {case.setting.base_currency}",
            "give its partners a link of their own",
        )
        yield Need(kind="currency", subject=f"{entity.currency}/{entity.location_id}", reason=reason)


def is_us(rules: Rules, party: Party) -> bool:
    """Whether a party is our own company."""
    ours = rules.purchasing.definitions.parties
    names = {normalise_name(each) for each in ours}
    return f"{party.qualifier}/{party.id}" in ours or bool(party.name and normalise_name(party.name) in names)


def find_roles(case: PurchasingCase, document: Trading) -> Iterator[Need]:
    """The buyer must be we, and the seller must be named: an order for somebody else is none of ours."""
    buyers = [party for party in document.parties if party.role == "BY"]
    if not any(is_us(case.rules, party) for party in buyers):
        named = ", ".join(f"{party.qualifier}/{party.id} {party.name}".strip() for party in buyers)
        reason = case.say(
            f"the buyer of {case.number} is {named or 'not named (no N1*BY)'}, not we",
            "add our id to parties under [purchasing] if it is we, or reject the document",
        )
        yield Need(kind="buyer", subject=f"{case.partner.name}/{named or 'none'}", reason=reason)
    sellers = [party for party in document.parties if party.role in SELLERS]
    if not sellers and not any(each.qualifier == _OUR_NUMBER for each in document.references):
        reason = case.say(
            f"{case.number} names no seller (no N1*SE, SU or VN, no REF*IA)",
            f"ask {case.partner.name} to name the seller, or reject the document",
        )
        yield Need(kind="vendor", subject=f"{case.partner.name}/none", reason=reason)


def find_seller_role(rules: Rules, document: Trading) -> bool:
    """Whether we are the one who sells."""
    return any(party.role in SELLERS and is_us(rules, party) for party in document.parties)
