"""The records of Intacct that rules name, each with the place where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from ml_connector.mapping.reference.slice import ACCOUNT, ACCOUNT_LABEL, LOCATION, TAX_DETAIL, TERM, VENDOR
from ml_connector.mapping.rules.coding import CodingRule
from ml_connector.mapping.rules.rulebook import Route, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRecord:
    """A record by its kind and id."""

    kind: str
    id: str
    place: str


def list_named_records(rules: Rules) -> Iterator[NamedRecord]:
    """All of them, in the order of the tables."""
    for place, kind, id_ in _list_named(rules):
        if id_:
            yield NamedRecord(kind=kind, id=id_, place=place)


_Named = Iterator[tuple[str, str, str | None]]


def _list_named(rules: Rules) -> _Named:
    for partner in rules.partners:
        place = f"partner “{partner.name}”"
        yield from ((place, VENDOR, id_) for id_ in (*partner.vendors, partner.default_vendor))
    for xref in rules.vendors:
        yield f"vendor {xref.code}", VENDOR, xref.vendor
    for remit_to in rules.remit_to:
        yield f"remit_to {remit_to.code}", VENDOR, remit_to.vendor
    for route in rules.routes:
        yield from _list_of_route(route)
    for rule in rules.coding:
        yield from _list_of_coding(rule)
    for tax in rules.taxes:
        yield f"tax “{tax.name}”", TAX_DETAIL, tax.detail
    yield from _list_of_trade(rules)
    yield from _list_of_books(rules)


def _list_of_route(route: Route) -> _Named:
    place = f"route {route.set_code}" + (f" of {route.partner}" if route.partner is not None else "")
    yield place, LOCATION, route.entity
    yield place, LOCATION, route.location
    yield place, TERM, route.default_term
    yield place, ACCOUNT, route.rounding_account


def _list_of_coding(rule: CodingRule) -> _Named:
    where = f"coding “{rule.name}”"
    for place in (rule, *rule.split):
        yield where, ACCOUNT, place.account
        yield where, ACCOUNT_LABEL, place.label
        yield where, "department", place.department
        yield where, LOCATION, place.location
        yield where, "class", place.class_id
        yield where, "project", place.project
        yield from ((where, f"dimension:{name}", value) for name, value in place.dimensions.items())


def _list_of_trade(rules: Rules) -> _Named:
    for item in rules.purchasing.items:
        yield f"item {item.code}", "item", item.item
    for warehouse in rules.purchasing.warehouses:
        yield f"warehouse {warehouse.code}", "warehouse", warehouse.warehouse
    for charge in rules.purchasing.charges:
        yield f"charge “{charge.name}”", "item", charge.item


def _list_of_books(rules: Rules) -> _Named:
    new = rules.new_vendors
    yield "new_vendors", TERM, new.term
    yield "new_vendors", ACCOUNT, new.expense_account
    yield "new_vendors", ACCOUNT, new.payables_account
    yield from (("new_vendors", LOCATION, id_) for id_ in new.restricted_locations)
    for bank in rules.payments.banks:
        yield f"bank {bank.code}", "bank_account", bank.account
    for journal in rules.journals.journals:
        yield f"journal of {journal.set_code}", ACCOUNT, journal.offset
        yield f"journal of {journal.set_code}", ACCOUNT, journal.account
