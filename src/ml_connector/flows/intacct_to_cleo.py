"""Intacct's vendors, accounts, dimensions and terms become our dated copy. Read top to bottom: fetch → compare."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ml_connector.flows.ports import Finance
from ml_connector.flows.reference_rows import keep_record
from ml_connector.flows.run import Run, Trouble
from ml_connector.intacct.errors import IntacctError
from ml_connector.mapping.reference import Known
from ml_connector.records.audit import Detail, Fact
from ml_connector.store.reference import Changes, ReferenceRow

_READERS: Final[Mapping[str, Callable[[Finance], Iterator[Known]]]] = {
    "vendor": lambda finance: finance.list_vendors(),
    "account": lambda finance: finance.list_accounts(),
    "department": lambda finance: finance.list_departments(),
    "location": lambda finance: finance.list_locations(),
    "class": lambda finance: finance.list_classes(),
    "project": lambda finance: finance.list_projects(),
    "term": lambda finance: finance.list_terms(),
}


def refresh(run: Run) -> None:
    """Take a new copy of Intacct's reference when the one we have is older than the link allows."""
    with run.store.begin() as work:
        newest = work.reference.newest(run.link.company)
    if newest is not None and run.clock() - newest[1] < run.link.reference_every:
        return
    try:
        rows = fetch(run)
    except IntacctError as error:
        run.troubles.append(Trouble(step="reference", system="intacct", message=str(error)))
        return
    compare(run, rows)


def fetch(run: Run) -> list[ReferenceRow]:
    """Every record of every kind. Raises `intacct.errors`; a copy is taken whole or not at all."""
    rows: list[ReferenceRow] = []
    for done, (kind, read) in enumerate(_READERS.items()):
        run.report("reference", done, len(_READERS))
        rows += [keep_record(kind, record) for record in read(run.finance)]
    run.report("reference", len(_READERS), len(_READERS))
    return rows


def compare(run: Run, rows: list[ReferenceRow]) -> Changes:
    """Bring our copy to these rows: a new version when anything differs; what it replaces stays, with its dates."""
    with run.store.begin() as work:
        changes = work.reference.replace(run.link.company, rows)
        if not (changes.added or changes.changed or changes.removed):
            return changes
        detail: Detail = {
            "version": changes.version,
            "added": changes.added,
            "changed": changes.changed,
            "removed": changes.removed,
        }
        work.audit.append([Fact(record=f"company:{run.link.company}", action="reference", detail=detail)])
    return changes
