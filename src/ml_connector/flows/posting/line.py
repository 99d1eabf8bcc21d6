"""The line of ready postings: one request after another, while the next documents are decided."""

from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Final

from ml_connector.flows.allowance import count_left, note_waiting
from ml_connector.flows.posting.attaching import attach, count_transactions
from ml_connector.flows.posting.batches import BatchSize, take_batch
from ml_connector.flows.posting.freshness import hold_moved
from ml_connector.flows.posting.functions import is_final
from ml_connector.flows.posting.sending import Answer, Intent, Sent, exchange, store_answer, write_intent
from ml_connector.flows.run import Run, Trouble
from ml_connector.intacct.errors import IntacctError
from ml_connector.records.keys import Target
from ml_connector.records.posting import StoredPosting

_READ_AT_ONCE: Final = 500  # postings that are in memory at a time


class Line:
    """Sends what it is given, in that order, one company and entity at a time, never two requests at once.

    Batches grow while answers come quickly. An answer is stored while the next request is on its way.
    """

    def __init__(self, run: Run) -> None:
        self.sent_any = False
        self._run = run
        self._ids: deque[int] = deque()
        self._taken = 0
        self._ready: dict[Target, list[StoredPosting]] = {}
        self._sizes: dict[Target, BatchSize] = {}
        self._stopped: set[Target] = set()  # a wrong entity is no reason to keep the others waiting
        self._is_throttled = False  # a company that is too busy is one
        self._flight: tuple[Intent, Future[Answer]] | None = None

    def add(self, ids: Iterable[int]) -> None:
        """Documents that are ready."""
        self._ids.extend(ids)

    def go_on(self) -> None:
        """Go on as far as nothing has to be waited for. To be called often, and never in a transaction."""
        if self._flight is None or self._flight[1].done():
            self._land_and_start()

    def finish(self) -> None:
        """Go on to the end."""
        self._land_and_start()
        while self._flight is not None:
            self._report_sent()
            self._land_and_start()
        self._run.report("post", self._taken, self._taken)

    def land(self) -> None:
        """Wait for the request that is on its way, if one is, and store its answer."""
        if self._flight is not None:
            (intent, answer), self._flight = self._flight, None
            self._note(intent, store_answer(self._run, intent, answer.result()))

    def _land_and_start(self) -> None:
        if self._flight is None or self._flight[1].result().error is not None:
            self.land()  # whether anything else is to be sent depends on it
            self._start()
            return
        (intent, answer), self._flight = self._flight, None
        target = intent.batch[0].posting.target
        self._sizes[target] = self._find_size(target).after(answer.result().took)
        try:
            self._start()
        finally:
            self._note(intent, store_answer(self._run, intent, answer.result()))
        if self._flight is None:
            self._start()  # what follows in the same documents

    def _note(self, intent: Intent, outcome: Sent) -> None:
        self.sent_any = self.sent_any or outcome.sent
        self.add(outcome.ready)
        if outcome.stop:
            self._stopped.add(intent.batch[0].posting.target)
        if outcome.throttled is not None:
            self._is_throttled = True

    def _start(self) -> None:
        """Send the next batch, if there is one."""
        while self._flight is None and (batch := self._take_batch()):
            intent = write_intent(self._run, batch)
            if intent is not None:
                self._flight = (intent, self._run.begin(partial(exchange, self._run, intent)))

    def _take_batch(self) -> Sequence[StoredPosting]:
        """The next postings to be sent together; none when all is sent that may be."""
        while not self._is_throttled and (self._ready or self._ids):
            for target, waiting in [*self._ready.items()]:
                if target in self._stopped or not waiting:
                    del self._ready[target]
                    continue
                left = self._count_left()
                if left == 0:
                    self._wait_for_next_month()
                    return ()
                batch = take_batch(waiting, self._find_size(target).within(left))
                self._ready[target] = waiting[len(batch) :]
                if prepared := self._prepare(target, batch):
                    return prepared
            self._read_more()
        return ()

    def _count_left(self) -> int | None:
        """How many postings may still be sent this month; None without a limit."""
        left = count_left(self._run)
        return None if left is None else left // count_transactions(self._run)

    def _prepare(self, target: Target, batch: Sequence[StoredPosting]) -> Sequence[StoredPosting]:
        """What of a batch can be sent, with its attachments."""
        try:
            return attach(self._run, hold_moved(self._run, batch))
        except IntacctError as error:
            self._run.troubles.append(Trouble(step="post", system="intacct", message=str(error)))
            self._stopped.add(target)
            return ()

    def _find_size(self, target: Target) -> BatchSize:
        return self._sizes.get(target, BatchSize())

    def _report_sent(self) -> None:
        """How far it is: a run that has to end does so before the next request, which may be long in coming."""
        waiting = sum(map(len, self._ready.values()))
        self._run.report("post", self._taken - waiting, self._taken + len(self._ids))

    def _wait_for_next_month(self) -> None:
        self._ready.clear()
        self._ids.clear()
        note_waiting(self._run)

    def _read_more(self) -> None:
        if not self._ids:
            return
        self._run.report("post", self._taken, self._taken + len(self._ids))
        some = [self._ids.popleft() for _ in range(min(_READ_AT_ONCE, len(self._ids)))]
        self._taken += len(some)
        with self._run.store.begin() as work:
            found = work.postings.newest(some, reasons=False)
        for id_ in some:
            if id_ in found and not is_kept_back(self._run, found[id_]):
                self._ready.setdefault(found[id_].posting.target, []).append(found[id_])


def is_kept_back(run: Run, stored: StoredPosting) -> bool:
    """Whether it waits because it would be more than a draft, and the link is in test mode now."""
    return run.link.mode == "test" and is_final(stored.function)
