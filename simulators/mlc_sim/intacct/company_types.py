"""The objects of one company: those all have, with its custom fields and its own dimensions.

Documented: custom fields go by their integration names, those of a purchasing document are read with docparid, user dimensions stand on lines as GLDIM and their name and
hold the number of a record. Inferred: the fields such a record has.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mlc_sim.intacct.catalogue import OBJECTS
from mlc_sim.intacct.object_types import STATUS, Kind, ObjectType, make_fields
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.settings import Settings

GLDIM: Final = "GLDIM"
_BY_DEFINITION: Final = ("PODOCUMENT",)
_LINES: Final = ("APBILLITEM", "APADJUSTMENTITEM", "GLENTRY", "PODOCUMENTENTRY")


def find_type(name: str, settings: Settings, *, definition: str | None = None) -> ObjectType:
    """An object by its name, as the company sees it. Raises FunctionError for one it does not have.

    Whoever reads gives a `definition` (docparid): without one documents of purchasing have no custom fields.
    """
    base = OBJECTS.get(name) or (_make_dimension(name) if name in settings.user_dimensions else None)
    if base is None:
        text = f"Object definition {name} not found"
        raise FunctionError(Problem(errorno="XL03000009", description2=text))
    added = list_added(name, settings)
    if not added or (definition == "" and name in _BY_DEFINITION):
        return base
    labels = {
        field: {value: value for value in kind} for field, kind in added.items() if not isinstance(kind, Kind)
    }
    kinds = {field: kind if isinstance(kind, Kind) else Kind.TEXT for field, kind in added.items()}
    return replace(base, fields={**base.fields, **kinds}, labels={**base.labels, **labels})


def list_added(name: str, settings: Settings) -> Mapping[str, Kind | tuple[str, ...]]:
    """The fields a company added to an object: each with its kind, or with the values there are."""
    added: dict[str, Kind | tuple[str, ...]] = {
        field: Kind(kind) if isinstance(kind, str) else tuple(kind)
        for field, kind in settings.custom_fields.get(name, {}).items()
    }
    dimensions = settings.user_dimensions if name in _LINES else ()
    return added | dict.fromkeys((f"{GLDIM}{each}" for each in dimensions), Kind.INTEGER)


def list_names(settings: Settings) -> list[str]:
    """The names of all objects a company has."""
    return [*OBJECTS, *settings.user_dimensions]


def _make_dimension(name: str) -> ObjectType:
    return ObjectType(
        name=name,
        key="name",
        table="record",
        fields=make_fields("name STATUS", integer="id"),
        columns={"RECORDNO": "record_no", "id": "record_no", "MEGAENTITYID": "entity", "name": "id"},
        labels=STATUS,
    )
