"""The company sheet: how the Intacct company of a link is set up, who told it, and what nobody could tell."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ml_connector import intacct
from ml_connector.app.results import Fact
from ml_connector.config import Link
from ml_connector.intacct import (
    AccountLabel,
    Bill,
    DefinedDocument,
    Entity,
    Payment,
    PurchasingDefinition,
    PurchasingDocument,
    Record,
    TaxDetail,
    TaxSolution,
    compare,
)
from ml_connector.intacct.errors import AnswerUnreadable, IntacctError, PermissionDenied, RequestRejected

_POSTS: Final = {"A": "posts to payables", "G": "posts to the ledger", "N": "posts nowhere"}
_APPLICATIONS: Final = ("AP", "PO", "GL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to be known. `ask` answers nothing when the call leaves it open; `setting` then decides."""

    name: str
    call: str  #: empty when no call tells
    ask: Callable[[intacct.Client, Link], str]
    setting: str = ""  #: its key in [link.NAME.company]


def fill_sheet(link: Link, finance: intacct.Client, *, entities: Sequence[str]) -> Iterator[Fact]:
    """All lines, in the order they are read by people. `entities` are those the link posts in.

    A question that Intacct does not answer becomes a line that says so: nothing is raised. Once Intacct is busy
    or away, it is not asked any more.
    """
    outage = ""
    for question in (*QUESTIONS, *map(_ask_closed_date, ("", *entities))):
        fact = _read_setting(question, link)
        if fact is None and outage:
            fact = _leave_open(question, link, outage)
        if fact is None:
            try:
                fact = _settle(question, link, finance)
            except IntacctError as error:
                outage = str(error)
                fact = _leave_open(question, link, outage)
        yield fact


def _read_setting(question: Question, link: Link) -> Fact | None:
    chosen = getattr(link.settings.company, question.setting) if question.setting else None
    if chosen is None:
        return None
    place = f"link.{link.name}.company.{question.setting}"
    return Fact(name=question.name, value=_say(is_so=chosen), told_by=place)


def _settle(question: Question, link: Link, finance: intacct.Client) -> Fact:
    """What Intacct says. Raises what is no answer to this question but the state of the gateway."""
    try:
        value = question.ask(finance, link)
    except (PermissionDenied, RequestRejected, AnswerUnreadable) as error:
        return _leave_open(question, link, str(error))
    if value:
        return Fact(name=question.name, value=value, told_by=question.call)
    return Fact(name=question.name, value="", told_by="", cure=_name_cure(question, link, "no call tells"))


def _leave_open(question: Question, link: Link, said: str) -> Fact:
    return Fact(name=question.name, value="", told_by=question.call, cure=_name_cure(question, link, said))


def _name_cure(question: Question, link: Link, said: str) -> str:
    """Why it is not known, and the setting where there is one."""
    if question.setting:
        return f"{said}; set {question.setting} = true or false in [link.{link.name}.company]"
    return said


def _say(*, is_so: bool) -> str:
    return "yes" if is_so else "no"


def _list_applications(finance: intacct.Client, _: Link) -> str:
    return ", ".join(finance.setup.list_applications())


def _list_entities(finance: intacct.Client, link: Link) -> str:
    entities = [entry.record for entry in finance.reading.list_records(Entity)]
    told = ", ".join(f"{each.entity_id} {each.name} ({each.currency or 'no currency'})" for each in entities)
    return told or f"none: one set of books, in {link.settings.intacct.base_currency} by the settings"


def _find_currencies(finance: intacct.Client, link: Link) -> str:
    """Entities or bills in another currency prove several; their absence proves nothing."""
    base = link.settings.intacct.base_currency
    currencies = {entry.record.currency for entry in finance.reading.list_records(Entity)} - {"", base}
    if currencies:
        return f"yes: entities keep books in {', '.join(sorted(currencies))}"
    foreign = finance.reading.count(Bill, where=compare("CURRENCY", "notequalto", base))
    return f"yes: {foreign} bills are not in {base}" if foreign else ""


def _find_summaries(finance: intacct.Client, _: Link) -> str:
    return _say(is_so=True) if _is_required(finance, "APBILL", "PRBATCH") else ""


def _find_labels(finance: intacct.Client, _: Link) -> str:
    """Without a label nobody can be made to name one."""
    return "" if finance.reading.count(AccountLabel) else "no: there are none"


def _find_vendor_numbering(finance: intacct.Client, _: Link) -> str:
    return "no: VENDORID is required" if _is_required(finance, "VENDOR", "VENDORID") else ""


def _is_required(finance: intacct.Client, object_: str, name: str) -> bool:
    return any(field.required for field in finance.reading.lookup(object_).fields if field.name == name)


def _find_approval(kind: type[Record], *states: str) -> Callable[[intacct.Client, Link], str]:
    """A record in a state that only approvals know proves them; its absence proves nothing."""

    def ask(finance: intacct.Client, _: Link) -> str:
        waiting = finance.reading.count(kind, where=compare("STATE", "in", *states))
        return f"yes: {waiting} are {' or '.join(states)}" if waiting else ""

    return ask


def _list_tax_solutions(finance: intacct.Client, _: Link) -> str:
    solutions = [entry.record for entry in finance.reading.list_records(TaxSolution)]
    active = [each.solution_id for each in solutions if each.status != "inactive"]
    if not active:
        return "none"
    return f"{', '.join(active)}, with {finance.reading.count(TaxDetail)} tax details"


def _list_preferences(finance: intacct.Client, _: Link) -> str:
    """As the company's administrator chose them; nobody else knows what they mean."""
    told = [
        f"{each.application} {each.name}={each.value}"
        for application in _APPLICATIONS
        for each in finance.setup.list_preferences(application)
    ]
    return ", ".join(told)


def _list_definitions(finance: intacct.Client, _: Link) -> str:
    provided = {each.name: each for each in finance.setup.list_definitions()}
    definitions = (entry.record for entry in finance.reading.list_records(PurchasingDefinition))
    told = [_describe_definition(each, provided.get(each.name)) for each in definitions]
    return "; ".join(told) or "none"


def _describe_definition(definition: PurchasingDefinition, provided: DefinedDocument | None) -> str:
    subtotals = [each.description for each in provided.subtotals] if provided else []
    sources = provided.sources if provided else ()
    facts = [
        f"numbered by {definition.sequence}" if definition.sequence else "numbered by us",
        _POSTS.get(definition.posts_to, definition.posts_to),
        definition.created_by,
        f"converted from {' or '.join(sources)}" if sources else "",
        f"once converted: {definition.conversion}" if definition.conversion else "",
        f"subtotals {', '.join(subtotals)}" if subtotals else "",
        definition.status if definition.status != "active" else "",
    ]
    return f"{definition.name} ({', '.join(filter(None, facts))})"


def _find_line_units(finance: intacct.Client, _: Link) -> str:
    """Inferred: where a line has UIQTY, as it was entered, QUANTITY is in the base unit."""
    names = {field.name for field in finance.reading.lookup("PODOCUMENTENTRY").fields}
    return "yes: UIQTY stands beside QUANTITY" if "UIQTY" in names else ""


def _list_user_dimensions(finance: intacct.Client, _: Link) -> str:
    own = [each for each in finance.setup.list_dimensions() if each.is_user_defined]
    return ", ".join(f"{each.label} ({each.object})" for each in own) or "none"


def _ask_closed_date(entity: str) -> Question:
    def ask(finance: intacct.Client, _: Link) -> str:
        day = finance.setup.find_closed_date(entity=entity)
        return f"through {day.isoformat()}" if day else "none"

    name = f"closed books of {entity}" if entity else "closed books"
    return Question(name=name, call="get_closedbooksdate", ask=ask)


def _cannot_tell(_: intacct.Client, __: Link) -> str:
    return ""


QUESTIONS: Final = (
    Question(name="subscriptions", call="get_applications", ask=_list_applications),
    Question(name="preferences", call="get_companyprefs", ask=_list_preferences),
    Question(name="entities", call="query LOCATIONENTITY", ask=_list_entities),
    Question(
        name="several currencies",
        call="query LOCATIONENTITY and APBILL",
        ask=_find_currencies,
        setting="multi_currency",
    ),
    Question(
        name="bills name a summary",
        call="lookup APBILL",
        ask=_find_summaries,
        setting="named_bill_summaries",
    ),
    Question(
        name="lines name account labels",
        call="query APACCOUNTLABEL",
        ask=_find_labels,
        setting="account_labels",
    ),
    Question(
        name="Intacct numbers vendors",
        call="lookup VENDOR",
        ask=_find_vendor_numbering,
        setting="vendor_numbering",
    ),
    Question(
        name="bills are approved",
        call="query APBILL",
        ask=_find_approval(Bill, "Submitted", "Partially Approved", "Declined"),
        setting="bill_approval",
    ),
    Question(
        name="payments are approved",
        call="query APPYMT",
        ask=_find_approval(Payment, "Submitted", "Approved"),
        setting="payment_approval",
    ),
    Question(
        name="purchasing is approved",
        call="query PODOCUMENT",
        ask=_find_approval(PurchasingDocument, "Submitted", "Partially Approved", "Declined"),
        setting="purchasing_approval",
    ),
    Question(name="vendors are approved", call="", ask=_cannot_tell, setting="vendor_approval"),
    Question(
        name="tax solutions",
        call="query TAXSOLUTION",
        ask=_list_tax_solutions,
        setting="tax_solution",
    ),
    Question(name="purchasing definitions", call="read PODOCUMENTPARAMS", ask=_list_definitions),
    Question(
        name="conversion from several sources",
        call="",
        ask=_cannot_tell,
        setting="multi_source_conversion",
    ),
    Question(
        name="purchasing lines are in base units",
        call="lookup PODOCUMENTENTRY",
        ask=_find_line_units,
        setting="base_unit_lines",
    ),
    Question(
        name="lines of debit memos are negative", call="", ask=_cannot_tell, setting="negative_debit_memos"
    ),
    Question(name="user dimensions", call="getDimensions", ask=_list_user_dimensions),
)
