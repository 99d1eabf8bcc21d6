"""The generic delete of one record (Intacct documentation, 'delete')."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ml_connector.intacct.markup import branch, leaf
from ml_connector.intacct.writing.checks import require


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeletion:
    """A bill, an adjustment or a purchasing transaction that is to go, with its lines.

    Intacct deletes what is not posted, whatever was changed in it meanwhile: whoever sends this has looked right before.
    """

    NAME: ClassVar[str] = "delete"

    object: Literal["APBILL", "APADJUSTMENT", "PODOCUMENT"]
    record_no: int
    key: str  #: by which it is known: its RECORDNO, or the id of a purchasing transaction; not sent
    rests_on: str = ""  #: the fingerprint of the record it was decided for; not sent

    def __post_init__(self) -> None:
        require(self, "key")

    def render(self) -> str:
        return branch("delete", leaf("object", self.object), leaf("keys", str(self.record_no)))
