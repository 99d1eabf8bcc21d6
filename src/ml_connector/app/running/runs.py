"""One run of a link, and what it amounts to."""

from collections.abc import Sequence
from datetime import datetime

from ml_connector.app.results import FileLine, RunResult
from ml_connector.app.running.outcomes import report_touched
from ml_connector.app.running.syncs import list_publications, publish_changes
from ml_connector.flows import edi_to_intacct, intacct_to_cleo
from ml_connector.flows.balance import strike_balance
from ml_connector.flows.partners_from_cleo import collect_partners
from ml_connector.flows.posting.line import is_kept_back
from ml_connector.flows.receiving import HandedFile, receive, take_handed
from ml_connector.flows.replay import has_news
from ml_connector.flows.run import Run
from ml_connector.flows.tenant_events import copy_events
from ml_connector.records.status import FileStatus, Status


def run_link(run: Run, handed: Sequence[HandedFile] = (), *, most: int | None = None) -> RunResult:
    """Refresh our copy of Intacct's reference and publish it when that is due, then take the line through all its steps.

    Files that are handed to us go the same way as those of Cleo's folder. Of more documents than `most` the result
    has the first few of each outcome.
    """
    started = run.clock()
    intacct_to_cleo.refresh(run)
    publish_changes(run)
    collect_partners(run)
    take_handed(run, handed)
    edi_to_intacct.process(run)
    copy_events(run)
    return _sum_up(run, started, most)


def poll_link(run: Run, *, left_alone: frozenset[str], thorough: bool) -> None:
    """The line of documents by itself, as far as it goes without the systems that are left alone.

    Where no file and no document can be got on with, all that is done is to look for new files; unless it is to be
    `thorough`, which also copies the tenant's log, and looks at what is held for a day to come or for something that
    somebody does in Intacct.
    """
    reaches_intacct, reaches_cleo = "intacct" not in left_alone, "cleo" not in left_alone
    if reaches_intacct and (thorough or _has_work(run)):
        edi_to_intacct.settle(run)
    if reaches_cleo:
        collect_partners(run)
        receive(run)
    if thorough or _has_work(run):
        if reaches_intacct:
            edi_to_intacct.book(run)
        else:
            edi_to_intacct.read(run)
    if reaches_cleo and thorough:
        copy_events(run)


def _has_work(run: Run) -> bool:
    """What is held can be got on with only once something has changed."""
    with run.store.begin() as work:
        return work.standing.has_open(run.link.name) or (
            work.standing.has_held(run.link.name) and has_news(run.basis, work)
        )


def _sum_up(run: Run, started: datetime, most: int | None) -> RunResult:
    link = run.link
    touched = report_touched(run, started, most=most)
    with run.store.begin() as work:
        counts = work.documents.count(link.name)
        files = work.files.list(link.name, since=started)
        doubtful = work.postings.list_doubtful(link.name, due_only=False)
        next_attempt = work.documents.find_next_attempt(link.name)
        ready = work.documents.list(link.name, status=Status.READY) if link.mode == "test" else ()
        postings = work.postings.newest(document.id for document in ready)
        partners = work.partners.count(link.name)
        meter = work.meter.read(link.name, system="intacct", since=started)
        cleo = work.meter.read(link.name, system="cleo", since=started)
    odd = tuple(
        FileLine(id=file.id, name=file.origin.name, status=file.status, reason=file.reason)
        for file in files
        if file.status not in {FileStatus.READ, FileStatus.LISTED} or file.reason
    )
    looks = [posting.next_look for posting in doubtful if posting.next_look is not None]
    return RunResult(
        link=link.name,
        mode=link.mode,
        documents=touched.lines,
        outcomes=touched.sums,
        files=odd,
        counts=counts,
        balance=strike_balance(run.store, link.name, base_currency=link.base_currency, since=started),
        meter=meter,
        cleo_requests=sum(reading.requests for reading in cleo),
        troubles=tuple(run.troubles),
        publications=list_publications(run, started),
        partners=partners,
        kept_back=sum(is_kept_back(run, stored) for stored in postings.values()),
        doubtful=len(doubtful),
        next_look=min(looks, default=None),
        next_attempt=next_attempt,
    )
