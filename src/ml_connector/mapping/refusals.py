"""What Intacct would refuse about a function as it is to be sent, whatever it writes: the last look before it is ready.

What a rule or a partner can mend is told while the document is planned, with the rule's name; this is for what is left:
what comes of orders and settings, and what has changed in Intacct since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.intacct.writing.payment import NewPayment
from ml_connector.intacct.writing.purchasing import NewPurchasing
from ml_connector.mapping.named_records import OWN, NamedLine, list_lines, list_named
from ml_connector.mapping.orders.purchasing_case import DEFINITION, ITEM
from ml_connector.mapping.reference.slice import ACCOUNT, LOCATION, VENDOR, Asked
from ml_connector.records.needs import Need
from ml_connector.records.posting import Function

TOP: Final = "(top)"  #: the top level, where an entity is named
_WORDS: Final = {
    "account_label": "account label",
    "bank_account": "bank account",
    "gl_journal": "journal",
    "purchasing_definition": "transaction definition",
    "tax_solution": "tax solution",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A record as our copy of Intacct has it, as far as it can be refused."""

    status: str
    owner: str = ""  #: the entity it belongs to; empty for what all may use
    requires: frozenset[str] = frozenset()  #: dimensions that lines on an account must name
    item_type: str = ""
    created_at: str = ""  #: where documents of a definition may be made
    created_by: str = ""
    approval: str = (
        ""  #: of a vendor, where the company approves them; empty where nobody has said what tells it
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What is known of all that functions name."""

    asked: frozenset[Asked] = frozenset()  #: what was looked up; of anything else nothing is known
    records: Mapping[Asked, Copied] = field(default_factory=dict)
    entities: Mapping[str, str] = field(default_factory=dict)  #: the entity of each location that is named
    closed: Mapping[str, date] = field(default_factory=dict)  #: through which day, by entity and `TOP`
    accounts: Mapping[str, str] = field(default_factory=dict)  #: that labels stand for, by the label
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The definitions whose documents may be converted, by that of what is made of them; empty where it is not told."""
    approved: str = ""  #: what the approval of a vendor says once it is given

    def list_named(self, body: Function) -> frozenset[Asked]:
        """Every record that a function names, or a label of its lines stands for."""
        labels = (self.accounts.get(line.label, "") for line in list_lines(body))
        return list_named(body) | {(ACCOUNT, account) for account in labels if account}


def foresee(body: Function, entity: str, known: Copy) -> list[Need]:
    """Everything that Intacct would refuse in a session of the entity, each once; empty for the top level."""
    needs = [
        *_check_records(body, entity, known),
        *_check_vendor(body, known),
        *_check_lines(body, entity, known),
        *_check_definition(body, entity, known),
        *_check_period(body, entity, known),
    ]
    return list({str(need): need for need in needs}.values())


def _check_records(body: Function, entity: str, known: Copy) -> Iterator[Need]:
    for kind, id_ in sorted(known.list_named(body) & known.asked):
        record = known.records.get((kind, id_))
        word = _WORDS.get(kind, kind.removeprefix(OWN))
        wrong = _find_wrong(record, entity)
        if wrong:
            reason = f"{word} {id_} {wrong}; mend it in Intacct, or correct what names it here"
            yield Need(kind="record", subject=f"{word}/{id_}", reason=reason)


def _check_vendor(body: Function, known: Copy) -> Iterator[Need]:
    """Bills of a vendor that waits for its approval are refused; of other records nothing says so."""
    if not isinstance(body, ApBill):
        return
    vendor = known.records.get((VENDOR, body.vendor_id))
    if vendor is not None and vendor.approval not in {"", known.approved}:
        reason = f"vendor {body.vendor_id} is {vendor.approval} in Intacct and takes no bills before it is {known.approved}; approve or decline it there"
        yield Need(kind="vendor_approval", subject=body.vendor_id, reason=reason)


def _find_wrong(record: Copied | None, entity: str) -> str:
    if record is None:
        return "is not in Intacct"
    if record.status == "inactive":
        return "is inactive in Intacct"
    if entity and record.owner not in {"", entity}:
        return f"belongs to entity {record.owner} alone, and this is written in {entity}"
    return ""


def _check_lines(body: Function, entity: str, known: Copy) -> Iterator[Need]:
    for line in list_lines(body):
        yield from _check_account(line, known)
        place = line.find(LOCATION)
        lies_in = known.entities.get(place, entity)
        if entity and lies_in != entity:
            reason = f"location {place} belongs to entity {lies_in}, and this is written in {entity}; correct what names it"
            yield Need(kind="entity", subject=f"{place}/{entity}", reason=reason)
        item = known.records.get((ITEM, line.item))
        is_stocked = item is not None and item.item_type == "Inventory"
        if is_stocked and not line.warehouse and isinstance(body, NewPurchasing):
            reason = f"item {line.item} is kept in stock and its line names no warehouse; name one on the order in Intacct"
            yield Need(kind="record", subject=f"item/{line.item}", reason=reason)


def _check_account(line: NamedLine, known: Copy) -> Iterator[Need]:
    number = line.account or known.accounts.get(line.label, "")
    account = known.records.get((ACCOUNT, number))
    for dimension in sorted(account.requires) if account is not None else ():
        if not line.find(dimension):
            reason = f"account {number} wants a {dimension}, and a line on it has none; name another account, or add it"
            yield Need(kind="dimension", subject=f"{dimension}/{number}", reason=reason)


def _check_definition(body: Function, entity: str, known: Copy) -> Iterator[Need]:
    if not isinstance(body, NewPurchasing):
        return
    definition = known.records.get((DEFINITION, body.definition))
    if definition is None:
        return
    wrong = ""
    if definition.created_at == "Top level only" and entity:
        wrong = f"can be made at the top level only, and this is written in {entity}"
    elif definition.created_at == "Entity only" and not entity:
        wrong = "can be made in an entity only, and this is written at the top level"
    elif definition.created_by == "Convert only" and not body.created_from:
        wrong = "can be made by conversion only"
    elif not _is_convertible(body, known.sources.get(body.definition, frozenset())):
        wrong = f"cannot be converted from {', '.join(_list_sources(body))}"
    if wrong:
        reason = f"{body.definition} {wrong}; change the definition in Intacct, or the entity of the route"
        yield Need(kind="definition", subject=body.definition, reason=reason)


def _is_convertible(body: NewPurchasing, sources: frozenset[str]) -> bool:
    """Whether all that it is made of is of these definitions; the id of a document begins with its definition."""
    starts = tuple(f"{name}-" for name in sources)
    return not sources or all(source.startswith(starts) for source in _list_sources(body))


def _list_sources(body: NewPurchasing) -> list[str]:
    named = {body.created_from, *(line.source_document for line in body.lines)}
    return sorted(filter(None, named))


def _check_period(body: Function, entity: str, known: Copy) -> Iterator[Need]:
    """What is posted at once needs open books in every entity that is posted to; a draft posts nothing."""
    day = _find_posting_day(body)
    if day is None:
        return
    places = {known.entities.get(line.find(LOCATION), "") for line in list_lines(body)}
    for each in sorted({TOP, entity, *places} & known.closed.keys()):
        if day <= known.closed[each]:
            reason = f"the books of {_say(each)} are closed through {known.closed[each]}, and this is posted on {day}; open them in Intacct, or book it by hand"
            yield Need(kind="period", subject=f"{each}/{day}", reason=reason)


def _say(entity: str) -> str:
    return "the company" if entity == TOP else entity


def _find_posting_day(body: Function) -> date | None:
    match body:
        case ApBill() | NewAdjustment() if body.action == "Submit":
            return body.posting_date or body.date
        case NewJournalEntry() if body.state == "Posted":
            return body.date
        case NewPayment() if body.action == "Submit":
            return body.date
        case _:
            return None
