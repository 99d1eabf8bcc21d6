"""What an invoice says, whichever set it came in: an 810 or an 880."""

import datetime as dt
from decimal import Decimal

from msgspec import Struct

from ml_connector.edi.documents.invoice_kinds import InvoiceKind
from ml_connector.edi.documents.invoice_lines import InvoiceLine
from ml_connector.edi.documents.parts import Adjustment, DatedQualifier, Party, Reference, Tax, Terms


class Invoice(Struct, frozen=True, gc=False):
    """An 810. Texts are "" and values None where the sender gave nothing (or nothing readable: see the findings)."""

    number: str  #: BIG02
    date: dt.date | None
    order_number: str
    order_date: dt.date | None
    release: str
    type_code: str  #: BIG07
    purpose: str  #: BIG08
    kind: InvoiceKind
    currency: str | None
    parties: tuple[Party, ...]  #: of the whole invoice
    references: tuple[Reference, ...]
    terms: tuple[Terms, ...]
    dates: tuple[DatedQualifier, ...]
    lines: tuple[InvoiceLine, ...]
    adjustments: tuple[Adjustment, ...]  #: of the whole invoice
    taxes: tuple[Tax, ...]  #: of the whole invoice
    total: Decimal  #: TDS01, with the sign as sent; `Arithmetic.total` says what is owed
    discountable: Decimal | None  #: TDS02, subject to terms discount
    discounted: Decimal | None  #: TDS03
    discount: Decimal | None  #: TDS04
    notes: tuple[str, ...]
    declared_lines: int | None  #: CTT01
