"""The entry of a day, from our copy of the company: complete, or with all that it waits for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ml_connector.flows.accruing.story import Story
from ml_connector.flows.planning.asking import list_payables
from ml_connector.flows.planning.cases import Ready
from ml_connector.flows.planning.facts import begin_facts
from ml_connector.flows.planning.preflight import read_copy
from ml_connector.flows.reference.rows import restore_record
from ml_connector.flows.run import Basis
from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.identity import derive_accrual_mark
from ml_connector.mapping.reference.slice import LOCATION, Asked, Slice
from ml_connector.mapping.refusals import foresee
from ml_connector.mapping.routes.accruals_to_journal import (
    AccrualSubject,
    Owed,
    ask_accounts,
    find_rule,
    make_accrual,
)
from ml_connector.records.needs import Need


def plan_entry(
    basis: Basis, owed: Sequence[Owed], as_of: date, story: Story, *, four_eyes: bool
) -> NewJournalEntry | Held:
    """What is to be written, as far as nothing of it would be refused; with `four_eyes` it waits for an approver."""
    rule = find_rule(basis.link.rules)
    if isinstance(rule, Need):
        return Held(needs=(rule,))
    with basis.store.begin() as work:
        newest = work.reference.newest(basis.link.company)
    if newest is None:
        reason = "nothing of the company was copied yet; run `ml-connector sync`, then ask again"
        return Held(needs=(Need(kind="setting", subject="reference", reason=reason),))
    version = newest[0]
    known = _read_slice(basis, version, ask_accounts(rule, owed))
    made = make_accrual(
        AccrualSubject(
            as_of=as_of,
            revision=story.revision,
            mark=derive_accrual_mark(basis.link.company, basis.link.name, as_of),
            rules=basis.link.rules,
            rule=rule,
            setting=replace(begin_facts(basis, version).setting, four_eyes=four_eyes),
            known=known,
        ),
        owed,
    )
    if isinstance(made, Held):
        return made
    ready = Ready(functions=(made,), entity="", date=as_of, due=None, provenance=())
    needs = foresee(made, "", read_copy(basis, [ready], known))
    return Held(needs=tuple(needs)) if needs else made


def _read_slice(basis: Basis, version: int, asked: set[Asked]) -> Slice:
    """The accounts that are named, those of payables, and every location."""
    company = basis.link.company
    with basis.store.begin() as work:
        rows = work.reference.slice(company, version, sorted(asked))
        locations = work.reference.list_kind(company, version, LOCATION)
        payables = list_payables(work, company, version)
    found = {place: tuple(restore_record(row) for row in known) for place, known in rows.items()}
    found |= {(LOCATION, row.key): (restore_record(row),) for row in locations}
    return Slice(version=version, found=found, payables=payables)
