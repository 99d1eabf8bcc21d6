"""Guides of the health-care industry: sets that share their number with a commercial one, but not their loops."""

import re

from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.findings import Code
from ml_connector.edi.segments import get_element

#: Version and number of a guide of the insurance industry, such as 005010X218.
_HEALTH_GUIDE = re.compile(r"\d{6}X\d{3}", re.ASCII)


def find_health_guide(transaction: Transaction) -> str | None:
    """The guide of the health-care industry a set follows, by GS08, else by ST03; None if it follows none.

    The acknowledgements of that industry (005010X230, X231, X186) have the loops of all others.
    """
    version = transaction.group.version if transaction.group else ""
    convention = get_element(transaction.rows[0], 3)
    return next((name for name in (version, convention) if _HEALTH_GUIDE.match(name)), None)


def refuse_health_guide(transaction: Transaction, reader: ElementReader) -> bool:
    """Whether the set follows a guide of the health-care industry; an error finding says so."""
    guide = find_health_guide(transaction)
    if guide is not None:
        message = (
            f"This {transaction.set_code} follows the health-care guide {guide}; "
            "it has other loops than the commercial set and is not read"
        )
        reader.report(Code.HEALTH_GUIDE, message, reader.rows[0])
    return guide is not None
