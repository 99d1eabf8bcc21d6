"""APTERM: when a bill is due."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Record):
    """A payment term. DUEDATE and DUEFROM are the names other integrations read (inferred)."""

    OBJECT: ClassVar[str] = "APTERM"

    name: Annotated[str, "NAME"]
    status: Annotated[str, "STATUS"]
    description: Annotated[str, "DESCRIPTION"]
    due_days: Annotated[int | None, "DUEDATE"]
    due_from: Annotated[str, "DUEFROM"]  #: such as `from invoice/bill date`
