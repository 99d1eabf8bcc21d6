"""Whether contacts that bills name are still there: asked just before, as a copy may be older than what it says."""

from collections.abc import Set as AbstractSet

from ml_connector.flows.run import Run
from ml_connector.intacct.errors import PermissionDenied
from ml_connector.intacct.objects import Contact
from ml_connector.intacct.query import compare


def find_lost_contacts(run: Run, names: AbstractSet[str]) -> frozenset[str]:
    """Those of the contacts that Intacct has no more, or not active. Raises `intacct.errors`.

    None where the user may not read contacts: a bill that names a lost one is refused by Intacct itself.
    """
    if not names:
        return frozenset()
    where = compare("CONTACTNAME", "in", *sorted(names))
    try:
        found = [entry.record for entry in run.finance.reading.list_records(Contact, where=where)]
    except PermissionDenied:
        return frozenset()
    return frozenset(names) - {contact.name for contact in found if contact.status != "inactive"}
