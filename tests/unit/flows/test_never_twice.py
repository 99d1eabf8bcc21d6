"""Whatever fails, is killed or runs at once, in whatever order: no invoice is posted twice, and none is lost."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.databases import Stores
from tests.fake_mailbox import Verb, describe_outage
from tests.fakes import AT_ONCE, TOO_BUSY, Fault, Killed
from tests.unit.flows.scene import RULES, Scene, open_scene, open_watched, write_invoice

from ml_connector.flows.balance import strike_balance
from ml_connector.flows.cadence import Cadence
from ml_connector.intacct import (
    CredentialsRefused,
    ErrorDetail,
    NewFolder,
    NotSent,
    RequestRejected,
    Throttled,
    Unavailable,
)
from ml_connector.records.status import FileStatus, Status

NUMBERS: Final = tuple(f"INV-{n}" for n in range(1, 7))
SETTLED: Final = {Status.POSTED, Status.HELD, Status.DUPLICATE}
ATTACHING: Final = RULES + '[attachments]\nattach = "edi"\nfolder = "EDI"\n'
WITHOUT_HUB: Final = RULES.replace('senders = ["ZZ/HUB"]', 'senders = ["ZZ/OTHER"]')
REFUSAL: Final = ErrorDetail(errorno="BL03000018", description2="Invalid Location '10' specified.")


def fail_request(fault: Fault, scene: Scene) -> None:
    scene.finance.order(fault)


def fail_look_up(error: BaseException, scene: Scene) -> None:
    scene.finance.order_find_error(error)


def fail_cleo(verb: Verb, error: BaseException, done: bool, scene: Scene) -> None:  # noqa: FBT001 (for builds)
    scene.mailbox.order(verb, error, done=done)


def kill_at_block(blocks: int, stored: bool, scene: Scene) -> None:  # noqa: FBT001
    scene.store.die_in(blocks, stored=stored)


def change_rules(rules: str, scene: Scene) -> None:
    scene.rules = rules


def run_another_during_the_next_look_up(scene: Scene) -> None:
    scene.finance.on_find = partial(run_another, scene)


def run_another_before_block(blocks: int, scene: Scene) -> None:
    scene.store.let_in(blocks, partial(run_another, scene))


def run(scene: Scene) -> None:
    """One run, which may end in a kill; then another process takes over."""
    try:
        scene.run()
    except Killed:
        scene.restart()
    finally:
        scene.store.live_on()


def run_another(scene: Scene) -> None:
    """A run by a process of its own, over the same store."""
    ours, scene.store = scene.store, open_watched(scene.url, scene.clock)
    try:
        run(scene)
    finally:
        scene.store.close()
        scene.store = ours


#: Intacct may go on executing for 15 minutes after we gave up
COMMITS: Final = st.sampled_from(
    [None, AT_ONCE, timedelta(seconds=30), timedelta(minutes=6), timedelta(minutes=15)]
)
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
CLEO_ERRORS: Final = st.sampled_from([describe_outage(), Killed()])
Trouble = Callable[[Scene], None]
TROUBLES: Final[st.SearchStrategy[Trouble]] = st.one_of(
    st.builds(partial, st.just(fail_request), UNCLEAR),
    st.builds(partial, st.just(fail_request), UNCLEAR),
    st.builds(partial, st.just(fail_request), CLEAR),
    st.builds(partial, st.just(fail_look_up), st.sampled_from([Unavailable("off-line"), Killed()])),
    st.builds(
        partial,
        st.just(fail_cleo),
        st.sampled_from(["list_files", "download", "move"]),
        CLEO_ERRORS,
        st.just(False),
    ),
    st.builds(partial, st.just(fail_cleo), st.just("move"), CLEO_ERRORS, st.just(True)),
    st.builds(partial, st.just(kill_at_block), st.integers(1, 25), st.booleans()),
    st.builds(partial, st.just(change_rules), st.sampled_from([RULES, WITHOUT_HUB, ATTACHING])),
    st.just(run_another_during_the_next_look_up),
    st.builds(partial, st.just(run_another_before_block), st.integers(1, 25)),
)
DROPS: Final = st.tuples(
    st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3),
    st.sampled_from([10_000, 10_000, 20_000]),
    st.sampled_from(["ALNWICK", "ALNWICK", "HUB"]),
)


class Line(RuleBasedStateMachine):
    """One link with everything that can happen to it."""

    def __init__(self, stores: Stores) -> None:
        super().__init__()
        self._stack = ExitStack()
        url = self._stack.enter_context(stores.make())
        self.scene: Scene = self._stack.enter_context(open_scene(url))
        self.scene.cadence = Cadence(
            every=timedelta(days=1), count_every=timedelta(days=1)
        )  # beside the point
        self.dropped = 0
        self.sent: set[str] = set()

    @initialize(remembers=st.booleans(), seconds=st.sampled_from([0, 20, 290]))
    def begin(self, *, remembers: bool, seconds: int) -> None:
        self.scene.finance.remembers = remembers
        self.scene.finance.ledger.attachments.keep(NewFolder(name="EDI"))
        self.scene.finance.takes = lambda _: timedelta(seconds=seconds)

    @rule(
        drops=st.lists(DROPS, max_size=2),
        troubles=st.lists(TROUBLES, max_size=3),
        seconds=st.sampled_from([0, 1, 10, 60, 240, 700, 960, 3600]),
    )
    def time_passes_and_it_runs(
        self, drops: list[tuple[list[str], int, str]], troubles: list[Trouble], seconds: int
    ) -> None:
        for numbers, cents, sender in drops:
            self.dropped += 1
            self.sent.update(numbers)
            invoices = [write_invoice(number, cents) for number in numbers]
            self.scene.drop(*invoices, name=f"file-{self.dropped}.edi", sender=sender)
        for trouble in troubles:
            trouble(self.scene)
        self.scene.wait(seconds=seconds)
        run(self.scene)

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        for number in NUMBERS:
            assert self.scene.finance.count_bills("V1", number) <= 1, number

    def teardown(self) -> None:
        try:
            self.settle()
            self.check_end()
        finally:
            self._stack.close()

    def settle(self) -> None:
        """All troubles are over: it runs until nothing is left to do."""
        self.scene.finance.forget_faults()
        self.scene.mailbox.forget_faults()
        self.scene.rules = RULES
        for _ in range(40):
            run(self.scene)
            self.nothing_is_posted_twice()
            if SETTLED.issuperset(document.status for document in self.scene.documents()):
                return
            self.scene.wait(minutes=10)
        raise AssertionError(f"never settled: {self.scene.statuses()}")

    def check_end(self) -> None:
        """Every file is split, every invoice posted once or visibly held, every trail whole, the balance struck."""
        documents = self.scene.documents()
        posted = Counter(each.document.key.number for each in documents if each.status is Status.POSTED)
        held = {each.document.key.number for each in documents if each.status is Status.HELD}
        assert [file.status for file in self.scene.files()] == [FileStatus.READ] * self.dropped
        assert {each.document.key.number for each in documents} == self.sent
        for number in self.sent:
            assert posted[number] <= self.scene.finance.count_bills("V1", number) <= 1
            assert posted[number] == 1 or number in held
        assert all(self.scene.audit(f"document:{each.id}") for each in documents)
        assert strike_balance(self.scene.store, "main", base_currency="USD").complete


@pytest.mark.rule("Before anything else", 11)
def test_no_invoice_is_posted_twice_and_none_is_lost(stores: Stores) -> None:
    class LineOnDatabase(Line):
        def __init__(self) -> None:
            super().__init__(stores)

    run_state_machine_as_test(
        LineOnDatabase,
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
