"""An invoice or credit on its way to accounts payable, whatever it becomes: its vendor, its coding, what keeps it.

`ask_vendor` says what to look up to know the vendor, `find_vendor` finds it, `draft_invoice` codes the lines, and
`ask_codings` says what to look up to know that they can be posted. All are pure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ml_connector.edi import Finding, Invoice, Transaction
from ml_connector.intacct.objects import Vendor
from ml_connector.mapping import admission
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.payables import bill_headers, coding, preflight
from ml_connector.mapping.payables.amounts import Amounts, settle_amounts
from ml_connector.mapping.payables.coding_facts import Case
from ml_connector.mapping.payables.payable_lines import Line, make_lines
from ml_connector.mapping.payables.taxes import Claimed, claim_taxes, place_taxes
from ml_connector.mapping.places import INVOICE, Places
from ml_connector.mapping.reference.slice import LOCATION, Asked, Slice
from ml_connector.mapping.rules.rulebook import Partner, Route, Rules
from ml_connector.mapping.texts import describe
from ml_connector.mapping.vendors import remit_to, vendor_clues, vendor_match
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One invoice to be planned, with all that is known about it beforehand."""

    transaction: Transaction
    invoice: Invoice
    findings: tuple[Finding, ...]
    document_key: str
    partner: Partner | None
    route: Route
    places: Places = INVOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """The parts of an invoice, each with where it goes."""

    amounts: Amounts
    parts: tuple[coding.CodedPart, ...]  #: without what is claimed back
    claimed: Claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An invoice whose vendor is known and whose lines are coded, as far as rules cover them."""

    subject: Subject
    partner: Partner
    rules: Rules
    match: vendor_match.Match
    coded: Coded | list[Need]
    ordered_term: str = ""  #: of its order, which goes before the vendor's

    @property
    def invoice(self) -> Invoice:
        return self.subject.invoice

    @property
    def route(self) -> Route:
        return self.subject.route

    @property
    def vendor(self) -> Vendor:
        return self.match.vendor

    @property
    def description(self) -> str:
        """Of its record: the set, the partner, the interchange and our mark."""
        transaction = self.subject.transaction
        control = transaction.interchange.control_number
        text = f"EDI {transaction.set_code} {self.partner.name} {control}"
        return describe(text, self.subject.document_key)


def ask_vendor(subject: Subject, rules: Rules) -> set[Asked]:
    """What must be looked up to know the vendor."""
    if subject.partner is None:
        return set()
    return vendor_match.ask(vendor_clues.list_clues(subject.invoice, subject.partner, rules), subject.partner)


def find_vendor(subject: Subject, rules: Rules, known: Slice) -> vendor_match.Match | Need | None:
    """The vendor, or what is missing to know it; None when not even the partner is known."""
    if subject.partner is None:
        return None
    match = vendor_match.match_vendor(subject.invoice, subject.partner, rules, known)
    if isinstance(match, Need):
        return match
    return remit_to.check_remit_to(subject.invoice, subject.partner, rules, match, known)


def draft_invoice(
    subject: Subject,
    rules: Rules,
    match: vendor_match.Match | Need | None,
    *,
    tax_solution: bool | None = None,
) -> Draft | Need | None:
    """The invoice as far as it can be read without asking more: its lines coded, or what no rule covers."""
    if subject.partner is None or not isinstance(match, vendor_match.Match):
        return match if isinstance(match, Need) else None
    coded = _code(_lay_case(subject, subject.partner, rules, match), tax_solution=tax_solution)
    return Draft(subject=subject, partner=subject.partner, rules=rules, match=match, coded=coded)


def ask_codings(draft: Draft) -> set[Asked]:
    """What must be looked up to know whether the lines' coding can be posted."""
    coded = draft.coded
    asked = preflight.list_asked(coded.parts) | coded.claimed.asked if isinstance(coded, Coded) else set()
    return asked | {(LOCATION, draft.route.entity)} if draft.route.entity else asked


def find_filing(subject: Subject, rules: Rules, setting: admission.Setting) -> str:
    """The reason to file it without booking it; empty when there is none."""
    return admission.find_filing(
        subject.invoice, subject.transaction, subject.findings, rules, subject.route, setting
    )


def list_needs(
    subject: Subject, rules: Rules, vendor: Vendor | None, setting: admission.Setting, own: Iterable[Need]
) -> Iterator[Need]:
    """What keeps it before anybody looks at its lines; `own` are the needs of what it is to become."""
    yield from admission.find_addressing_needs(subject.transaction, subject.partner, rules)
    yield from own
    yield from admission.find_date_needs(
        subject.invoice, subject.route, setting.today, noun=subject.places.noun
    )
    if subject.partner is not None:
        yield from bill_headers.find_currency_needs(
            subject.invoice, subject.partner, vendor, setting, subject.places
        )


def hold_undrafted(
    subject: Subject, rules: Rules, missing: Need | None, setting: admission.Setting, own: Iterable[Need]
) -> Held | Filed:
    """All that keeps an invoice whose vendor is not known, or the reason it is only filed."""
    filing = find_filing(subject, rules, setting)
    if filing:
        return Filed(reason=filing)
    needs = list(list_needs(subject, rules, None, setting, own))
    if subject.partner is None or missing is None:
        return Held(needs=tuple(needs))
    amounts = settle_amounts(subject.invoice, subject.partner, subject.route, place=subject.places.total)
    also = [amounts] if isinstance(amounts, Need) else []  # asked for at once, not one after the other
    return Held(needs=(*needs, missing, *also))


def lay_lines(draft: Draft, known: Slice, setting: admission.Setting) -> tuple[tuple[Line, ...], list[Need]]:
    """The lines of its record, not yet rounded, and what Intacct would refuse about them."""
    if not isinstance(draft.coded, Coded):
        return (), list(draft.coded)
    case = _lay_case(draft.subject, draft.partner, draft.rules, draft.match)
    needs = preflight.check_codings(case, draft.coded.parts, known, base_currency=setting.base_currency)
    needs += bill_headers.find_label_needs(draft.coded.parts, setting.bills)
    taxed, found = place_taxes(case, draft.coded.claimed.taxes, draft.coded.parts, known)
    needs += found
    lines = make_lines(case, taxed)
    if isinstance(lines, Need):
        return (), [*needs, lines]
    accounts = (preflight.number_account(line.coding, known) for line in lines)
    named = (preflight.name_vendor(case.vendor_id, account, known) for account in accounts)
    return tuple(replace(line, vendor_id=id_) for line, id_ in zip(lines, named, strict=True)), needs


def _lay_case(subject: Subject, partner: Partner, rules: Rules, match: vendor_match.Match) -> Case:
    return Case(
        invoice=subject.invoice,
        partner=partner,
        route=subject.route,
        rules=rules,
        vendor_id=match.vendor.vendor_id,
        places=subject.places,
    )


def _code(case: Case, *, tax_solution: bool | None) -> Coded | list[Need]:
    amounts = settle_amounts(case.invoice, case.partner, case.route, place=case.places.total)
    if isinstance(amounts, Need):
        return [amounts]
    claimed = claim_taxes(case, amounts, tax_solution=tax_solution)
    if isinstance(claimed, list):
        return claimed
    parts = coding.code_parts(case, claimed.rest)
    return parts if isinstance(parts, list) else Coded(amounts=amounts, parts=parts, claimed=claimed)
