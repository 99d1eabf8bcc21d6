"""GLJOURNAL: a journal; GLBATCH: an entry in one, and its lines."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal(Record):
    """A journal, which entries name by its symbol. STATUS is inferred."""

    OBJECT: ClassVar[str] = "GLJOURNAL"

    symbol: Annotated[str, "SYMBOL"]
    title: Annotated[str, "TITLE"]
    status: Annotated[str, "STATUS"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry(Record):
    """An entry in a journal; its lines balance."""

    OBJECT: ClassVar[str] = "GLBATCH"

    journal: Annotated[str, "JOURNAL"]
    batch_no: Annotated[int | None, "BATCHNO"]
    date: Annotated[dt.date | None, "BATCH_DATE"]
    title: Annotated[str, "BATCH_TITLE"]
    reference: Annotated[str, "REFERENCENO"]
    state: Annotated[str, "STATE"]
    module: Annotated[str, "MODULE"]
    source_entity: Annotated[str, "BASELOCATION_NO"]
    modified: Annotated[dt.datetime | None, "WHENMODIFIED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine(Record):
    """Its amount is never negative; `side` says which way it goes."""

    OBJECT: ClassVar[str] = "GLENTRY"

    entry_no: Annotated[int | None, "BATCHNO"]  #: RECORDNO of the entry
    line_no: Annotated[int | None, "LINE_NO"]
    account_no: Annotated[str, "ACCOUNTNO"]
    side: Annotated[str, "TR_TYPE"]  #: `1` debit, `-1` credit
    amount: Annotated[Decimal | None, "TRX_AMOUNT"]
    currency: Annotated[str, "CURRENCY"]
    document: Annotated[str, "DOCUMENT"]
    memo: Annotated[str, "DESCRIPTION"]
    location_id: Annotated[str, "LOCATION"]
    department_id: Annotated[str, "DEPARTMENT"]
    project_id: Annotated[str, "PROJECTID"]
    class_id: Annotated[str, "CLASSID"]
    item_id: Annotated[str, "ITEMID"]
    vendor_id: Annotated[str, "VENDORID"]
    customer_id: Annotated[str, "CUSTOMERID"]
    employee_id: Annotated[str, "EMPLOYEEID"]
