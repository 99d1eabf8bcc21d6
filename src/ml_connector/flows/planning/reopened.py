"""What was in Intacct and was reversed or deleted there is booked again only when two people want it."""

from collections.abc import Mapping

from ml_connector.flows.planning.cases import AnyCase, Decision, Ready
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.run import Basis
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.rules.purchasing import AGREED
from ml_connector.records.followed import UNDONE
from ml_connector.records.needs import Need
from ml_connector.records.posting import StoredPosting


def read_undone(basis: Basis, postings: Mapping[int, StoredPosting]) -> dict[int, int]:
    """How often what was made of each document was undone in Intacct; only of those that are to be made anew since.

    `postings` are their newest by document id: one that stands in Intacct, or is on its way, has no refusal.
    """
    records = {f"document:{id_}": id_ for id_, stored in postings.items() if stored.refusal}
    if not records:
        return {}
    with basis.store.begin() as work:
        return {records[record]: count for record, count in work.audit.count(UNDONE, records).items()}


def hold_reopened(case: AnyCase, made: Decision, undone: Mapping[int, int], facts: Facts) -> Decision:
    """The decision; what is ready and was undone before waits for an approver, unless the link's four eyes are off."""
    times = undone.get(case.stored.id, 0)
    partner = case.opened.partner
    if not (isinstance(made, Ready) and times and facts.setting.four_eyes) or partner is None:
        return made
    key = case.stored.document.key
    name = f"{key.set_code}/{case.vendor_id}/{key.number}/{times}"
    if (partner.name, name) in facts.rules.reopened:
        return made
    reason = (
        f"{key.number} was in Intacct and was reversed or deleted there; it is complete and waits for an approver to be "
        f"booked again; answer {AGREED}, or reject it"
    )
    return Held(needs=(Need(kind="reopening", subject=f"{partner.name}/{name}", reason=reason),))
