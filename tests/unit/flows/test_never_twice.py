"""Whatever fails, is killed or runs at once, in whatever order: no invoice is posted twice, and none is lost."""

import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.fakes import AT_ONCE, TOO_BUSY, Fault, Killed, Verb, describe_outage
from tests.unit.flows.scene import RULES, Scene, open_scene, open_watched, write_invoice

from ml_connector.flows.balance import strike_balance
from ml_connector.intacct import CredentialsRefused, ErrorDetail, NotSent, RequestRejected, Throttled, Unavailable
from ml_connector.records.status import FileStatus, Status

REFUSAL: Final = ErrorDetail(errorno="BL03000018", description2="Invalid Location '10' specified.")
NUMBERS: Final = tuple(f"INV-{n}" for n in range(1, 7))
#: Intacct may go on executing for so long after we gave up
COMMITS: Final = st.sampled_from([None, AT_ONCE, timedelta(seconds=30), timedelta(minutes=6), timedelta(minutes=15)])
UNCLEAR: Final = st.one_of(
    st.builds(Fault, lost=st.just(True), commits=COMMITS),
    st.builds(Fault, error=st.builds(Killed), commits=COMMITS),
    st.builds(Fault, says=st.just("unclear"), commits=st.sampled_from([None, AT_ONCE])),
    st.just(Fault(says="created", commits=AT_ONCE)),
    st.just(Fault(silent=True, commits=AT_ONCE)),
)
CLEAR: Final = st.sampled_from(
    [
        Fault(error=NotSent("no connection")),
        Fault(error=Throttled("too busy", retry_after=timedelta(minutes=2))),
        Fault(error=Unavailable("the log-in failed for now")),
        Fault(error=CredentialsRefused("the password", refused="user")),
        Fault(error=RequestRejected("not this request")),
        Fault(says="refused", errors=(REFUSAL,)),
        Fault(says="refused", errors=(TOO_BUSY,)),
        Fault(says="aborted"),
    ]
)
WAITS: Final = st.sampled_from([0, 1, 10, 60, 240, 700, 960, 3600])
SETTLED: Final = {Status.POSTED, Status.HELD, Status.DUPLICATE}


class Line(RuleBasedStateMachine):
    """One link with everything that can happen to it."""

    def __init__(self, template: Path) -> None:
        super().__init__()
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.scene: Scene = self._stack.enter_context(open_scene(folder, template))
        self.dropped = 0
        self.sent: set[str] = set()

    @initialize(remembers=st.booleans(), slow=st.sampled_from([0, 20, 290]))
    def begin(self, *, remembers: bool, slow: int) -> None:
        self.scene.finance.remembers = remembers
        self.scene.finance.takes = lambda _: timedelta(seconds=slow)

    @rule(
        numbers=st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3),
        cents=st.sampled_from([10_000, 10_000, 20_000]),
        sender=st.sampled_from(["ALNWICK", "ALNWICK", "HUB"]),
    )
    def partner_sends(self, numbers: list[str], cents: int, sender: str) -> None:
        self.dropped += 1
        self.sent.update(numbers)
        invoices = [write_invoice(number, cents) for number in numbers]
        self.scene.drop(*invoices, name=f"file-{self.dropped}.edi", sender=sender)

    @rule(faults=st.lists(UNCLEAR | CLEAR, min_size=1, max_size=3), seconds=WAITS)
    def runs_with_failing_requests(self, faults: list[Fault], seconds: int) -> None:
        self.scene.finance.order(*faults)
        self.runs(seconds)

    @rule(fault=UNCLEAR, seconds=WAITS)
    def runs_without_a_clear_answer(self, fault: Fault, seconds: int) -> None:
        self.runs_with_failing_requests([fault], seconds)

    @rule(error=st.sampled_from([Unavailable("off-line"), Killed()]))
    def look_up_will_fail(self, error: BaseException) -> None:
        self.scene.finance.order_find_error(error)

    @rule(
        verb=st.sampled_from(["list_files", "download", "move"]),
        error=st.sampled_from([describe_outage(), Killed()]),
        done=st.booleans(),
    )
    def cleo_will_fail(self, verb: Verb, error: BaseException, *, done: bool) -> None:
        self.scene.mailbox.order(verb, error, done=done and verb == "move")

    @rule(blocks=st.integers(1, 25), stored=st.booleans())
    def process_will_be_killed(self, blocks: int, *, stored: bool) -> None:
        self.scene.store.die_in(blocks, stored=stored)

    @rule(known=st.booleans())
    def person_changes_the_rules(self, *, known: bool) -> None:
        self.scene.rules = RULES if known else RULES.replace('senders = ["ZZ/HUB"]', 'senders = ["ZZ/OTHER"]')

    @rule()
    def another_process_will_run_during_the_next_look_up(self) -> None:
        self.scene.finance.on_find = self._run_another

    @rule(seconds=WAITS)
    def runs(self, seconds: int) -> None:
        self.scene.wait(seconds=seconds)
        self._run(self.scene)

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        for number in NUMBERS:
            assert self.scene.finance.count_bills("V1", number) <= 1, number

    def teardown(self) -> None:
        try:
            self._settle()
            self._check_end()
        finally:
            self._stack.close()

    def _run(self, scene: Scene) -> None:
        try:
            scene.run()
        except Killed:
            scene.restart()
        finally:
            scene.store.live_on()

    def _run_another(self) -> None:
        """A run by a process of its own, over the same store."""
        ours = self.scene.store
        self.scene.store = open_watched(self.scene.url, self.scene.clock)
        try:
            self._run(self.scene)
        finally:
            self.scene.store.close()
            self.scene.store = ours

    def _settle(self) -> None:
        """All faults are over: run until nothing is left to do."""
        self.scene.finance.forget_faults()
        self.scene.mailbox.forget_faults()
        self.scene.store.live_on()
        self.scene.rules = RULES
        for _ in range(40):
            self._run(self.scene)
            self.nothing_is_posted_twice()
            if SETTLED.issuperset(document.status for document in self.scene.documents()):
                return
            self.scene.wait(minutes=10)
        raise AssertionError(f"never settled: {self.scene.statuses()}")

    def _check_end(self) -> None:
        documents = self.scene.documents()
        posted = Counter(each.document.key.number for each in documents if each.status is Status.POSTED)
        held = {each.document.key.number for each in documents if each.status is Status.HELD}
        assert {file.status for file in self.scene.files()} <= {FileStatus.READ}
        assert len(self.scene.files()) == self.dropped
        assert {each.document.key.number for each in documents} == self.sent
        for number in self.sent:
            bills = self.scene.finance.count_bills("V1", number)
            assert posted[number] <= bills <= 1
            assert posted[number] == 1 or number in held
        assert strike_balance(self.scene.store, "main", base_currency="USD").complete
        for document in documents:
            assert self.scene.audit(f"document:{document.id}")


def test_no_invoice_is_posted_twice_and_none_is_lost(template: Path) -> None:
    run_state_machine_as_test(
        lambda: Line(template),
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
