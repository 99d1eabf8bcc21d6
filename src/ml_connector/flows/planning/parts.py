"""A document that becomes several transactions, some of which Intacct has: the rest follows only from what is there."""

from collections.abc import Sequence

from ml_connector.records.needs import Need
from ml_connector.records.posting import Function, StoredPosting


def check_written(number: str, functions: Sequence[Function], before: StoredPosting) -> Need | None:
    """What would be sent today must begin with what Intacct has of the document already, and go on."""
    written = before.posting.functions[: len(before.keys)]
    if tuple(functions[: len(written)]) == written and len(functions) > len(written):
        return None
    reason = (
        f"{', '.join(before.keys)} of {number} is in Intacct and would be another today; "
        "do the rest by hand in Intacct, then reject it here"
    )
    return Need(kind="part", subject=f"{number}/{len(written)}", reason=reason)


def tell_written(number: str, before: StoredPosting) -> Need:
    """What stands in Intacct of a document whose rest waits: whoever rejects it has to know."""
    reason = (
        f"{', '.join(before.keys)} of {number} is in Intacct already, and the rest waits for what holds it; "
        "should it never follow, undo that in Intacct before this is rejected"
    )
    return Need(kind="part", subject=f"{number}/{len(before.keys)}", reason=reason)
