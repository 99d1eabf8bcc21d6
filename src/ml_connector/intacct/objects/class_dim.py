"""CLASS, a dimension."""

from dataclasses import dataclass
from typing import ClassVar, Self

from ml_connector.intacct.results import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDim:
    """The dimension Intacct calls class."""

    OBJECT: ClassVar[str] = "CLASS"
    FIELDS: ClassVar[tuple[str, ...]] = ("CLASSID", "NAME", "PARENTID", "STATUS")

    record_no: int
    class_id: str
    name: str
    parent_id: str
    status: str

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            class_id=row.text("CLASSID"),
            name=row.text("NAME"),
            parent_id=row.text("PARENTID"),
            status=row.text("STATUS"),
        )
