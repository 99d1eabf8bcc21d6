"""One run of a link, and what it amounts to."""

from datetime import datetime

from ml_connector.app.documents import Documents
from ml_connector.app.results import DocumentLine, FileLine, RunResult
from ml_connector.flows import edi_to_intacct, intacct_to_cleo
from ml_connector.flows.balance import strike_balance
from ml_connector.flows.run import Run
from ml_connector.records.status import FileStatus, Status


def run_link(run: Run) -> RunResult:
    """Refresh our copy of Intacct's reference when it is due, then take the line through all its steps."""
    started = run.clock()
    intacct_to_cleo.refresh(run)
    edi_to_intacct.process(run)
    return _sum_up(run, started)


def _sum_up(run: Run, started: datetime) -> RunResult:
    link = run.link
    with run.store.begin() as work:
        counts = work.documents.count(link.name)
        touched = work.documents.list_since(link.name, started)
        files = work.files.list(link.name, since=started)
        doubtful = work.postings.list_doubtful(link.name, due_only=False)
        next_attempt = work.documents.find_next_attempt(link.name)
        ready = work.documents.list(link.name, status=Status.READY) if link.mode == "test" else ()
        postings = work.postings.newest(document.id for document in ready)
        meter = work.meter.read(link.name, system="intacct", since=started)
        cleo = work.meter.read(link.name, system="cleo", since=started)
    odd = tuple(
        FileLine(id=file.id, name=file.origin.name, status=file.status, reason=file.reason)
        for file in files
        if file.status is not FileStatus.READ or file.reason
    )
    looks = [posting.next_look for posting in doubtful if posting.next_look is not None]
    documents: tuple[DocumentLine, ...] = Documents(run.store).describe(touched, company=link.company)
    return RunResult(
        link=link.name,
        mode=link.mode,
        documents=documents,
        files=odd,
        counts=counts,
        balance=strike_balance(run.store, link.name, base_currency=link.base_currency, since=started),
        meter=meter,
        cleo_requests=sum(reading.requests for reading in cleo),
        troubles=tuple(run.troubles),
        kept_back=sum(edi_to_intacct.is_kept_back(run, stored) for stored in postings.values()),
        doubtful=len(doubtful),
        next_look=min(looks, default=None),
        next_attempt=next_attempt,
    )
