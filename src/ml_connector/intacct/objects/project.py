"""PROJECT."""

from dataclasses import dataclass
from typing import ClassVar, Self

from ml_connector.intacct.results import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project."""

    OBJECT: ClassVar[str] = "PROJECT"
    FIELDS: ClassVar[tuple[str, ...]] = ("PROJECTID", "NAME", "PARENTID", "STATUS")

    record_no: int
    project_id: str
    name: str
    parent_id: str
    status: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            project_id=row.text("PROJECTID"),
            name=row.text("NAME"),
            parent_id=row.text("PARENTID"),
            status=row.text("STATUS"),
        )
