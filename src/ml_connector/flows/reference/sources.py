"""Kinds of reference that Intacct does not list as an object, or not with all that tells their records apart."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ml_connector.flows.ports import Finance
from ml_connector.intacct.errors import AnswerUnreadable, CredentialsRefused
from ml_connector.intacct.objects import Entity, Entry, Unit, UnitGroup

TOP: Final = "(top)"  #: stands for the top level, where an entity is named


class NotOffered(Exception):
    """The company has not what the kind is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How all of a kind is read, where listing one object is not enough."""

    object: str  #: what it is in Intacct
    list: Callable[[Finance], Iterator[Entry[Any]]]  #: raises `intacct.errors` and NotOffered
    is_counted: bool = False  #: Intacct can count it as that object


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """Through which day the books are closed, in an entity or at the top level."""

    record_no: int
    entity: str
    closed_through: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedUnit:
    """A unit under the name of its group: `Count/Dozen`."""

    record_no: int
    name: str
    group: str
    unit: str
    abbreviation: str
    factor: Decimal | None
    is_base: bool


def list_units(finance: Finance) -> Iterator[Entry[Any]]:
    """Units by name, as items and orders name them. The groups are few and held; units are not."""
    groups = {entry.record_no: entry.record.name for entry in finance.reading.list_records(UnitGroup)}
    for entry in finance.reading.list_records(Unit):
        unit = entry.record
        group = groups.get(unit.group_no or 0, str(unit.group_no))
        named = GroupedUnit(
            record_no=unit.record_no,
            name=f"{group}/{unit.unit}",
            group=group,
            unit=unit.unit,
            abbreviation=unit.abbreviation,
            factor=unit.factor,
            is_base=unit.is_base,
        )
        yield _enter(named, unit.record_no)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSubtotal:
    """A subtotal under the name of its definition: `Purchase Order/Freight`."""

    record_no: int
    name: str
    definition: str
    description: str
    is_discount: bool
    is_tax: bool
    is_apportioned: bool
    gl_account_no: str


def list_subtotals(finance: Finance) -> Iterator[Entry[Any]]:
    """What purchasing definitions provide for beside lines. Intacct numbers them not: they are numbered in their order."""
    for number, subtotal in enumerate(finance.setup.list_subtotals(), start=1):
        named = NamedSubtotal(
            record_no=number,
            name=f"{subtotal.definition}/{subtotal.description}",
            definition=subtotal.definition,
            description=subtotal.description,
            is_discount=subtotal.is_discount,
            is_tax=subtotal.is_tax,
            is_apportioned=subtotal.is_apportioned,
            gl_account_no=subtotal.gl_account_no,
        )
        yield _enter(named, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinedConversion:
    """Of which definitions' documents those of this one may be made; empty where Intacct does not tell."""

    record_no: int
    name: str
    sources: tuple[str, ...]


def list_conversions(finance: Finance) -> Iterator[Entry[Any]]:
    """What purchasing definitions may be converted from, numbered in their order."""
    for number, found in enumerate(finance.setup.list_definitions(), start=1):
        yield _enter(DefinedConversion(record_no=number, name=found.name, sources=found.sources), number)


def list_closed_days(finance: Finance) -> Iterator[Entry[Any]]:
    """The closed day at the top level and in each entity; one question for each.

    An entity that the user may not enter is none that is posted in. Raises NotOffered for an answer in another form
    than is known: its form is inferred, and plans do without.
    """
    entities = [(0, "")] + [
        (entry.record_no, entry.record.entity_id) for entry in finance.reading.list_records(Entity)
    ]
    for number, entity in entities:
        try:
            day = finance.setup.find_closed_date(entity=entity)
        except CredentialsRefused:
            if not entity:
                raise
            continue
        except AnswerUnreadable as error:
            raise NotOffered(str(error)) from None
        yield _enter(ClosedDay(record_no=number, entity=entity or TOP, closed_through=day), number)


def make_dimension_source(name: str) -> Source:
    """The values of a dimension of the company's own, by its name in the API."""

    def list_values(finance: Finance) -> Iterator[Entry[Any]]:
        own = {each.object.upper(): each for each in finance.setup.list_dimensions() if each.is_user_defined}
        if name.upper() not in own:
            raise NotOffered(f"there is no user dimension {name}; there are: {', '.join(own) or 'none'}")
        for value in finance.setup.list_dimension_values(own[name.upper()]):
            yield _enter(value, value.value_no)

    return Source(object=name, list=list_values)


def _enter(record: Any, number: int) -> Entry[Any]:  # noqa: ANN401 (of any of these classes)
    return Entry(record=record, record_no=number, custom={})
