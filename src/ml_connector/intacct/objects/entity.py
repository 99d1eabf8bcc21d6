"""LOCATIONENTITY: a legal entity of a company."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Record):
    """An entity; `Location` has it as well."""

    OBJECT: ClassVar[str] = "LOCATIONENTITY"

    entity_id: Annotated[str, "LOCATIONID"]
    name: Annotated[str, "NAME"]
    status: Annotated[str, "STATUS"]
    currency: Annotated[str, "CURRENCY"]
