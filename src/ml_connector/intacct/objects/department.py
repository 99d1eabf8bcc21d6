"""DEPARTMENT."""

from dataclasses import dataclass
from typing import ClassVar, Self

from ml_connector.intacct.results import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department."""

    OBJECT: ClassVar[str] = "DEPARTMENT"
    FIELDS: ClassVar[tuple[str, ...]] = ("DEPARTMENTID", "TITLE", "PARENTID", "STATUS")

    record_no: int
    department_id: str
    name: str  #: TITLE
    parent_id: str
    status: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            department_id=row.text("DEPARTMENTID"),
            name=row.text("TITLE"),
            parent_id=row.text("PARENTID"),
            status=row.text("STATUS"),
        )
