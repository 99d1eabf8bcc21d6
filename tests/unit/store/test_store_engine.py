"""What is to be done by itself: one of a kind in line, one at a gateway, taken over when its process has ended."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from tests.fakes import ManualClock
from tests.unit.store.rows import start_process

from ml_connector.records.schedules import Circuit, Job, JobKey, JobState
from ml_connector.store import Store, open_store
from ml_connector.store.jobs import Jobs
from ml_connector.store.opening import connect_database
from ml_connector.store.slots import Slots

POLL = JobKey(link="main", kind="poll")
SYNC = JobKey(link="main", kind="sync")
OTHER = JobKey(link="other", kind="poll")
LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)
RACER = """
import sys
from datetime import UTC, datetime, timedelta
from ml_connector.records.schedules import JobKey
from ml_connector.store import open_store
store = open_store(sys.argv[1], clock=lambda: datetime(2031, 3, 14, 12, tzinfo=UTC), actor="racer")
print("ready", flush=True)
sys.stdin.readline()
with store.begin() as work:
    slot = work.slots.take("BRINDLE", job=sys.argv[2], lease=timedelta(seconds=30))
    job = work.jobs.claim(JobKey(link="main", kind="poll"), 1, lease=timedelta(seconds=30))
print(int(slot), int(job is not None), flush=True)
sys.stdin.read()
store.close()
"""


@pytest.fixture
def second(store_url: str, clock: ManualClock, store: Store) -> Iterator[Store]:  # noqa: ARG001 (the store comes first)
    """The same store, opened by somebody else."""
    opened = open_store(store_url, clock=clock, actor="noor")
    yield opened
    opened.close()


def queue(store: Store, *keys: JobKey, company: str = "BRINDLE") -> None:
    with store.begin() as work:
        for key in keys:
            work.jobs.queue(key, company=company, rank=0 if key.kind == "poll" else 1)


def hand_out(store: Store, *, most: int = 9) -> list[Job]:
    with store.begin() as work:
        return list(work.jobs.hand_out([POLL, SYNC, OTHER], busy=work.slots.list_busy(), most=most))


def claim(store: Store, job: Job) -> Job | None:
    with store.begin() as work:
        return work.jobs.claim(job.key, job.generation, lease=LEASE)


def find(store: Store, key: JobKey) -> Job:
    with store.begin() as work:
        return work.jobs.list()[key]


def take_slot(store: Store, job: str, *, of: int = 1) -> bool:
    with store.begin() as work:
        return work.slots.take("BRINDLE", job=job, lease=LEASE, of=of)


def test_a_job_that_is_put_in_line_twice_stands_there_once(store: Store) -> None:
    queue(store, POLL, POLL)

    (job,) = hand_out(store)

    assert (job.key, job.generation, job.state) == (POLL, 1, JobState.WAITING)
    assert hand_out(store) == []


def test_a_job_that_runs_is_not_put_in_line(store: Store) -> None:
    queue(store, POLL)
    (job,) = hand_out(store)
    assert claim(store, job) is not None

    queue(store, POLL)

    assert find(store, POLL).state == JobState.RUNNING
    assert claim(store, job) is None


def test_only_the_last_generation_can_begin(store: Store, clock: ManualClock) -> None:
    queue(store, POLL)
    (lost,) = hand_out(store)
    clock.now += timedelta(minutes=1)

    (again,) = hand_out(store)

    assert (lost.generation, again.generation) == (1, 2)
    assert claim(store, lost) is None
    assert claim(store, again) is not None


def test_of_one_company_one_is_handed_out_of_those_that_wait_as_long_the_first_in_rank(store: Store) -> None:
    queue(store, SYNC, POLL)

    assert [job.key for job in hand_out(store)] == [POLL]


def test_who_waited_longest_comes_first_and_no_more_than_asked_for_are_handed_out(
    store: Store, clock: ManualClock
) -> None:
    queue(store, POLL, OTHER, company="")
    (first,) = hand_out(store, most=1)
    running = claim(store, first)
    assert running is not None
    with store.begin() as work:
        assert work.jobs.finish(running, outcome="", again=clock.now)

    then = hand_out(store, most=1)

    assert first.key == POLL
    assert [job.key for job in then] == [OTHER]
    assert hand_out(store, most=0) == []
    assert [job.key for job in hand_out(store, most=9)] == [POLL]


def test_what_needs_a_gateway_that_is_taken_is_not_handed_out(store: Store) -> None:
    queue(store, POLL)
    take_slot(store, "x")

    assert hand_out(store) == []


def test_a_job_that_ends_waits_again_only_when_it_is_told_to(store: Store, clock: ManualClock) -> None:
    queue(store, POLL)
    (job,) = hand_out(store)
    running = claim(store, job)
    assert running is not None
    later = clock.now + 30 * SECOND
    with store.begin() as work:
        assert work.jobs.finish(running, outcome="cleo: gone", again=later)

    assert hand_out(store) == []
    clock.now = later
    (again,) = hand_out(store)
    assert (again.attempts, again.outcome, again.generation) == (1, "cleo: gone", 2)


def test_a_job_that_is_put_back_waits_as_if_it_had_not_begun(store: Store, clock: ManualClock) -> None:
    queue(store, POLL)
    (job,) = hand_out(store)
    running = claim(store, job)
    assert running is not None

    with store.begin() as work:
        work.jobs.put_back(running, not_before=clock.now + SECOND)

    assert hand_out(store) == []
    clock.now += SECOND
    assert [(again.key, again.ended) for again in hand_out(store)] == [(POLL, None)]


def test_what_is_not_configured_any_more_is_not_handed_out(store: Store) -> None:
    queue(store, POLL)

    with store.begin() as work:
        assert work.jobs.hand_out([SYNC], busy=frozenset(), most=9) == ()


def test_what_a_process_gives_no_sign_of_is_taken_over_and_its_late_end_changes_nothing(
    store: Store, second: Store, clock: ManualClock
) -> None:
    queue(store, POLL)
    (job,) = hand_out(store)
    frozen = claim(store, job)
    assert frozen is not None
    assert take_slot(store, frozen.run_name)
    with second.begin() as work:
        assert work.jobs.take_back() == ()
    clock.now += LEASE

    with second.begin() as work:
        assert work.jobs.take_back() == (POLL,)
    (again,) = hand_out(second)
    assert claim(second, again) is not None
    assert take_slot(second, again.run_name)

    with store.begin() as work:
        work.slots.keep([frozen.run_name], LEASE)
        assert work.jobs.keep([frozen.run_name], LEASE) == frozenset()
        assert not work.jobs.finish(frozen, outcome="", again=None)
        work.slots.give_back("BRINDLE", job=frozen.run_name)
        assert work.slots.list_busy() == {"BRINDLE"}
    with second.begin() as work:
        assert work.jobs.keep([again.run_name], LEASE) == {again.run_name}


def test_a_beat_keeps_what_is_held(store: Store, second: Store, clock: ManualClock) -> None:
    queue(store, POLL)
    (job,) = hand_out(store)
    assert claim(store, job) is not None
    assert take_slot(store, job.run_name)
    clock.now += LEASE - SECOND
    with store.begin() as work:
        work.slots.keep([job.run_name], LEASE)
        assert work.jobs.keep([job.run_name, "other/poll/9"], LEASE) == {job.run_name}

    clock.now += LEASE - SECOND

    with second.begin() as work:
        assert work.jobs.take_back() == ()
    assert not take_slot(second, "other")


def test_a_company_has_as_many_turns_as_slots(store: Store, second: Store) -> None:
    assert [take_slot(store, "a", of=2), take_slot(second, "b", of=2), take_slot(second, "c", of=2)] == [
        True,
        True,
        False,
    ]


def test_a_slot_that_is_given_back_is_free_for_others(store: Store, second: Store) -> None:
    take_slot(store, "a")
    with store.begin() as work:
        work.slots.give_back("BRINDLE", job="a")

    assert take_slot(second, "b")


def test_of_many_processes_one_gets_the_turn_and_one_begins_the_job_and_both_are_free_when_it_is_killed(
    store: Store, store_url: str
) -> None:
    queue(store, POLL)
    (job,) = hand_out(store)
    racers = [start_process(RACER, store_url, f"racer-{n}") for n in range(4)]
    try:
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        said = [racer.stdout.readline() for racer in racers if racer.stdout is not None]

        assert sorted(line[0] for line in said) == ["0", "0", "0", "1"]
        assert sorted(line[2] for line in said) == ["0", "0", "0", "1"]
        assert claim(store, job) is None
        assert not take_slot(store, "late")
    finally:
        for racer in racers:
            racer.kill()
            racer.communicate()

    with store.begin() as work:
        assert work.jobs.take_back() == (POLL,)
    assert take_slot(store, "late")


def test_of_many_threads_one_gets_the_turn(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: take_slot(store, f"thread-{n}"), range(24)))

    assert taken.count(True) == 1


def test_a_schedule_is_paused_and_resumed_once_and_the_trail_tells_who_did_it(
    store: Store, clock: ManualClock
) -> None:
    with store.begin() as work:
        work.schedules.add([POLL, SYNC])
        work.schedules.add([POLL])
        assert [work.schedules.pause(POLL, by="noor") for _ in range(2)] == [True, False]
        state = work.schedules.list()[POLL]
        assert (state.paused, state.paused_by) == (clock.now, "noor")
        assert [work.schedules.resume(POLL, by="noor") for _ in range(2)] == [True, False]
        assert work.schedules.list()[POLL].paused is None
        entries = work.audit.list("link:main")

    assert [entry.action for entry in entries] == ["paused", "resumed"]


def test_what_is_wanted_is_done_with_once_it_begins(store: Store, clock: ManualClock) -> None:
    with store.begin() as work:
        work.schedules.add([POLL])
        work.schedules.want(POLL)
        assert work.schedules.list()[POLL].wanted == clock.now
        work.schedules.note_begun(POLL)
        state = work.schedules.list()[POLL]

    assert (state.wanted, state.last) == (None, clock.now)


def test_a_circuit_is_kept(store: Store, clock: ManualClock) -> None:
    circuit = Circuit(link="main", system="cleo", failures=3, open_since=clock.now, reason="gone")
    with store.begin() as work:
        work.schedules.put_circuit(Circuit(link="main", system="cleo", failures=2))
        work.schedules.put_circuit(circuit)

        assert work.schedules.list_circuits() == {("main", "cleo"): circuit}
        assert work.schedules.list_circuits("main") == {("main", "cleo"): circuit}
        assert work.schedules.list_circuits("other") == {}


def test_the_first_rank_that_waits_for_a_company_is_told(store: Store) -> None:
    queue(store, SYNC, POLL)

    with store.begin() as work:
        assert work.jobs.list_wanting({SYNC, POLL}) == {"BRINDLE": 0}
        assert work.jobs.list_wanting({SYNC, POLL}, company="BRINDLE") == {"BRINDLE": 0}
        assert work.jobs.list_wanting({SYNC, POLL}, company="OTHER") == {}


def test_what_is_not_configured_any_more_wants_nothing(store: Store) -> None:
    queue(store, SYNC, POLL)

    with store.begin() as work:
        assert work.jobs.list_wanting({SYNC}) == {"BRINDLE": 1}


class AskedHolder:
    """A living process that notes of whom it was asked."""

    name = "0123456789abcdef@here:1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def assure(self) -> None: ...

    def is_gone(self, name: str) -> bool:
        self.asked.append(name)
        return False

    def has_ended(self, name: str) -> bool:
        return self.is_gone(name)

    def release(self) -> None: ...


def test_whether_a_process_is_gone_is_asked_once_however_much_it_holds(
    store: Store, store_url: str, clock: ManualClock
) -> None:
    companies = ("ALDER", "BIRCH", "CEDAR")
    for company in companies:
        with store.begin() as work:
            key = JobKey(link=company, kind="poll")
            work.slots.take(company, job="a", lease=LEASE)
            work.jobs.queue(key, company=company, rank=0)
            (job,) = work.jobs.hand_out([key], busy=frozenset(), most=1)
            assert work.jobs.claim(key, job.generation, lease=LEASE) is not None
    engine, holder = connect_database(store_url), AskedHolder()

    with engine.begin() as connection:
        busy = Slots(connection, holder=holder, now=clock()).list_busy()
        taken_back = Jobs(connection, holder=holder, now=clock()).take_back()
    engine.dispose()

    assert (busy, taken_back) == (frozenset(companies), ())
    assert len(holder.asked) == 2
