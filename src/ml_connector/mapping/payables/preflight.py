"""What Intacct would refuse about a coding, found before anything is sent."""

from collections.abc import Iterator, Sequence

from ml_connector.intacct.objects import Account, AccountLabel, ClassDim, Department, Location, Project
from ml_connector.mapping.payables.coding import CodedPart, Coding
from ml_connector.mapping.payables.coding_facts import Case
from ml_connector.mapping.reference.slice import ACCOUNT, ACCOUNT_LABEL, Asked, Slice, find_entity
from ml_connector.mapping.rules.rulebook import Route
from ml_connector.records.needs import Need


def list_asked(coded: Sequence[CodedPart]) -> set[Asked]:
    """What the reference must be asked to know that the codings can be posted."""
    return {asked for part in coded for asked in _name_records(part.coding)}


def check_codings(case: Case, coded: Sequence[CodedPart], known: Slice, *, base_currency: str) -> list[Need]:
    """What Intacct would refuse, or book wrongly: unknown or inactive records, missing dimensions, lines in
    another entity than the route's or in several, an entity whose books are in another currency.
    """
    needs: dict[str, Need] = {}
    rules = {part.coding: part.rule for part in reversed(coded)}
    for coding, rule in rules.items():
        for need in (*_find_unknown(coding, rule, known), *_find_missing(case, coding, rule, known)):
            needs[str(need)] = need
    for need in _check_entities(case.route, list(rules), known, base_currency):
        needs[str(need)] = need
    return list(needs.values())


def number_account(coding: Coding, known: Slice) -> str:
    """The account of a coding, or the one that its label stands for; empty where that is not known."""
    if coding.label is None:
        return coding.account
    label = known.get(AccountLabel, coding.label)
    return label.account_no if label is not None else ""


def name_vendor(vendor_id: str, account_no: str, known: Slice) -> str | None:
    """The vendor as a dimension of a line, where its account demands one.

    Whether the vendor in the header is enough is not documented; the line may always name it.
    """
    account = known.get(Account, account_no)
    return vendor_id if account is not None and "vendor" in account.requires else None


def _check_entities(
    route: Route, codings: Sequence[Coding], known: Slice, base_currency: str
) -> Iterator[Need]:
    """An entity is the top of a chain of locations and has a currency of its own."""
    tops = {find_entity(coding.location, known) for coding in codings if coding.location is not None}
    found = {id_: known.get(Location, id_) for id_ in tops | ({route.entity} if route.entity else set())}
    entities = sorted(id_ for id_, location in found.items() if location is not None and location.currency)
    if len(entities) > 1 and not route.entity and not route.inter_entity:
        reason = f"the lines belong to several entities ({', '.join(entities)}); give the route an entity, or set inter_entity = true"
        yield Need(kind="entity", subject="+".join(entities), reason=reason)
    if route.entity and found[route.entity] is None:
        reason = f"entity {route.entity} of the route is not in Intacct; correct the route"
        yield Need(kind="entity", subject=route.entity, reason=reason)
    for id_ in entities:
        currency = known.find(Location, id_)[0].currency
        if currency != base_currency:
            reason = f"entity {id_} keeps its books in {currency}, the link posts in {base_currency}"
            yield Need(kind="currency", subject=f"{currency}/{id_}", reason=reason)


def _name_records(coding: Coding) -> Iterator[Asked]:
    yield (ACCOUNT, coding.account) if coding.label is None else (ACCOUNT_LABEL, coding.label)
    named = (("department", coding.department), ("location", coding.location))
    for kind, id_ in (*named, ("class", coding.class_id), ("project", coding.project)):
        if id_ is not None:
            yield kind, id_


def _find_unknown(coding: Coding, rule: str, known: Slice) -> Iterator[Need]:
    for kind, id_ in _name_records(coding):
        record, word = _look_up(kind, id_, known), kind.replace("_", " ")
        if record is None:
            yield Need(
                kind=kind,
                subject=id_,
                reason=f"{word} {id_} (rule “{rule}”) is not in Intacct; create it, or correct the rule",
            )
        elif record.status != "active":
            yield Need(
                kind=kind,
                subject=id_,
                reason=f"{word} {id_} (rule “{rule}”) is {record.status} in Intacct; activate it, or correct the rule",
            )


def _look_up(
    kind: str, id_: str, known: Slice
) -> Account | AccountLabel | Department | Location | ClassDim | Project | None:
    match kind:
        case "account":
            return known.get(Account, id_)
        case "account_label":
            return known.get(AccountLabel, id_)
        case "department":
            return known.get(Department, id_)
        case "location":
            return known.get(Location, id_)
        case "class":
            return known.get(ClassDim, id_)
        case _:
            return known.get(Project, id_)


def _find_missing(case: Case, coding: Coding, rule: str, known: Slice) -> Iterator[Need]:
    number = number_account(coding, known)
    account = known.get(Account, number)
    required = set(account.requires) if account is not None else set()
    if case.route.entity:
        required.add("location")
    given = {
        "department": coding.department,
        "location": coding.location,
        "class": coding.class_id,
        "project": coding.project,
        "vendor": case.vendor_id,
    }
    for dimension in sorted(required):
        if given.get(dimension) is None:
            cure = f"add {dimension} = … to it" if dimension in given else "give it another account"
            yield Need(
                kind="dimension",
                subject=f"{dimension}/{number}",
                reason=f"account {number} wants a {dimension}, the rule “{rule}” gives none; {cure}",
            )
    yield from _find_other_entity(case.route, coding, rule, known)


def _find_other_entity(route: Route, coding: Coding, rule: str, known: Slice) -> Iterator[Need]:
    if not route.entity or route.inter_entity or coding.location is None:
        return
    entity = find_entity(coding.location, known)
    if entity != route.entity and known.get(Location, coding.location) is not None:
        yield Need(
            kind="entity",
            subject=f"{coding.location}/{route.entity}",
            reason=f"location {coding.location} (rule “{rule}”) belongs to entity {entity}, the route posts in {route.entity}; "
            "correct the rule, or set inter_entity = true",
        )
