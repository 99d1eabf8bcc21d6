"""LOCATION: a place, or an entity."""

from dataclasses import dataclass
from typing import ClassVar, Self

from ml_connector.intacct.results import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A location; an entity is one as well."""

    OBJECT: ClassVar[str] = "LOCATION"
    FIELDS: ClassVar[tuple[str, ...]] = ("LOCATIONID", "NAME", "PARENTID", "STATUS", "CURRENCY")

    record_no: int
    location_id: str
    name: str
    parent_id: str
    status: str
    currency: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            location_id=row.text("LOCATIONID"),
            name=row.text("NAME"),
            parent_id=row.text("PARENTID"),
            status=row.text("STATUS"),
            currency=row.text("CURRENCY"),
        )
