"""AUDITHISTORY: who did what to which record."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(Record):
    """Its `key` is a RECORDNO, sometimes with `--REC`, or an id, differing by object and record."""

    OBJECT: ClassVar[str] = "AUDITHISTORY"
    KEY: ClassVar[str] = "ID"

    audit_id: Annotated[int | None, "ID"]
    object_type: Annotated[str, "OBJECTTYPE"]  #: in lower case
    key: Annotated[str, "OBJECTKEY"]
    mode: Annotated[str, "ACCESSMODE"]  #: `C` created, `M` modified, `D` deleted
    time: Annotated[dt.datetime | None, "ACCESSTIME"]
    user_id: Annotated[str, "USERID"]
