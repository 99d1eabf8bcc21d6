"""STATACCOUNT: an account that counts something else than money."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class StatAccount(Record):
    """An account for a statistic: heads, hours, square feet."""

    OBJECT: ClassVar[str] = "STATACCOUNT"

    account_no: Annotated[str, "ACCOUNTNO"]
    title: Annotated[str, "TITLE"]
    status: Annotated[str, "STATUS"]
    category: Annotated[str, "CATEGORY"]
    modified: Annotated[dt.datetime | None, "WHENMODIFIED"]
