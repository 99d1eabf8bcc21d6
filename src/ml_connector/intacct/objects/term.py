"""APTERM: when a bill is due."""

from dataclasses import dataclass
from typing import ClassVar, Self

from ml_connector.intacct.results import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A payment term. DUEDATE and DUEFROM are the names other integrations read (inferred)."""

    OBJECT: ClassVar[str] = "APTERM"
    FIELDS: ClassVar[tuple[str, ...]] = ("NAME", "STATUS", "DESCRIPTION", "DUEDATE", "DUEFROM")

    record_no: int
    name: str
    status: str
    description: str
    due_days: int | None
    due_from: str  #: such as `from invoice/bill date`

    @classmethod
    def from_row(cls, row: Row) -> Self:
        return cls(
            record_no=row.record_no,
            name=row.text("NAME"),
            status=row.text("STATUS"),
            description=row.text("DESCRIPTION"),
            due_days=row.integer("DUEDATE"),
            due_from=row.text("DUEFROM"),
        )
