"""The transaction definitions a plan writes to: they must be there, and decide who gives the numbers."""

from collections.abc import Iterator
from typing import Final

from ml_connector.intacct.objects import PurchasingDefinition
from ml_connector.mapping.orders.purchasing_admission import check_length
from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.records.needs import Need

_NUMBER_LIMIT: Final = 20  # vendordocno and documentno
_SUFFIX: Final = 3  # what tells several documents of one number apart: `-2`, `-10`


def find_definition(case: PurchasingCase, name: str) -> PurchasingDefinition | Need:
    """The active definition of that name."""
    definition = next((each for each in case.setting.definitions if each.name == name), None)
    if definition is not None and definition.status != "inactive":
        return definition
    known = ", ".join(sorted(each.name for each in case.setting.definitions)) or "none"
    reason = case.say(
        f"Intacct has no active transaction definition {name}; it has {known}",
        "name the right one under [purchasing] in the rules",
    )
    return Need(kind="definition", subject=name, reason=reason)


def check_definition(case: PurchasingCase, name: str, place: str, number: str) -> Iterator[Need]:
    """The definition must be there, and the partner's number fit: with room for a suffix where we give the numbers."""
    definition = find_definition(case, name)
    if isinstance(definition, Need):
        yield definition
    elif definition.sequence:
        yield from check_length(case, place, number, _NUMBER_LIMIT)
    else:
        yield from check_length(case, place, number, _NUMBER_LIMIT - _SUFFIX)


def number_document(case: PurchasingCase, name: str, number: str, place: int) -> str | None:
    """The number of a document, the first or a later one of a partner's; None where the definition's sequence gives it."""
    definition = find_definition(case, name)
    if isinstance(definition, Need) or definition.sequence:
        return None
    return number if place == 1 else f"{number}-{place}"
