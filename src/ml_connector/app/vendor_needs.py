"""Needs for a vendor that could be created: what it would be, what stands against it, and how people agree to it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ml_connector.app.need_actions import Desk
from ml_connector.app.need_views import NeedRow
from ml_connector.flows.run import Basis
from ml_connector.flows.vendors.proposing import Proposed, list_proposed
from ml_connector.mapping.vendors.new_vendor import NEW_VENDOR, Proposal
from ml_connector.records.needs import NeedSum
from ml_connector.records.xref import CrossReference


def find_proposed(basis: Basis, need: str) -> Proposed | None:
    """What could be created to meet a need; None where policy does not allow it."""
    with basis.store.begin() as work:
        sums = work.needs.sum_up(basis.link.name, today=basis.clock().date(), need=need)
    return next((each for each in list_proposed(basis, sums) if not each.bound), None)


def agree_to(proposal: Proposal) -> CrossReference:
    """The answer that the vendor is to be created just as it is proposed."""
    return CrossReference(
        kind=NEW_VENDOR, partner=proposal.partner, code=proposal.code, target=proposal.answer
    )


def add_proposals(
    basis: Basis, rows: Iterable[NeedRow], sums: Sequence[NeedSum], desk: Desk
) -> tuple[NeedRow, ...]:
    """The rows with what could be created for them, and what became of that so far."""
    proposed = {each.need: each for each in list_proposed(basis, sums) if not each.bound}
    return tuple(_add(row, proposed[row.need], desk) if row.need in proposed else row for row in rows)


def _add(row: NeedRow, proposed: Proposed, desk: Desk) -> NeedRow:
    if isinstance(proposed.proposal, str):
        return replace(row, addition=f"no vendor can be proposed: {proposed.proposal}")
    addition = proposed.addition
    said = f"{addition.status} {addition.reason}".rstrip() if addition is not None else ""
    creation = () if row.prepared else (desk.name_creation(row.need),)
    return replace(row, proposal=proposed.proposal, addition=said, or_else=(*creation, *row.or_else))
