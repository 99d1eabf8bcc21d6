"""Jobs run when they are due, one at a time at a gateway, through outages, faults and kills; on a clock set forward."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.fakes import Killed
from tests.unit.engine.conftest import ZONE, Engine, succeed

from ml_connector.engine.tasks import Done, Turn
from ml_connector.records.schedules import JobKey, JobState

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def fail_at_cleo(turn: Turn) -> Done:
    if "cleo" in turn.shunned:
        return Done(reached=frozenset({"intacct"}))
    return Done(reached=frozenset({"intacct", "cleo"}), troubles=(("cleo", "no answer"),))


def test_a_week_goes_by_as_it_was_planned(engine: Engine) -> None:
    monday = datetime(2031, 3, 3, tzinfo=ZONE)  # the clocks change on Sunday
    engine.clock.now = monday - SECOND
    outage = (monday + timedelta(days=2, hours=9, minutes=30), monday + timedelta(days=2, hours=13))

    def poll(turn: Turn) -> Done:
        if "cleo" not in turn.shunned and outage[0] <= engine.clock.now < outage[1]:
            return Done(troubles=(("cleo", "no answer"),))
        return succeed(turn)

    engine.add("poll", "weekdays 6:00-20:00 every 60 min", poll, blackouts=("tue 12:00-13:30",))
    engine.add("sync", "every 4 hours", rank=1)
    engine.add("publish", "daily at 2:30", company="")

    engine.run(timedelta(days=7))

    polls = engine.list_runs("poll")
    assert [at.hour for at in polls if at.day == 3] == list(range(6, 21))
    assert [(at.hour, at.minute) for at in polls if at.day == 4 and 11 <= at.hour <= 14] == [
        (11, 0),
        (13, 30),
        (14, 0),
    ]
    assert not [at for at in polls if at.day in {8, 9}]
    assert len([at for at in polls if at.day == 5 and outage[0] <= at < outage[1]]) > 10
    closing = next(at for at in polls if at >= outage[1])
    assert closing - outage[1] <= 15 * MINUTE
    assert engine.find_circuit("cleo").open_since is None
    assert [f"{at:%H:%M}" for at in engine.list_runs("publish")] == [*["02:30"] * 6, "03:30"]
    assert len(engine.list_runs("sync")) in {42, 43}


def test_a_laptop_that_was_suspended_makes_up_for_what_it_missed_once(engine: Engine) -> None:
    engine.add("poll", "every 5 minutes")
    engine.run(MINUTE)
    engine.clock.now += timedelta(days=3)

    engine.run(MINUTE)

    assert len(engine.runs) == 2


def test_what_comes_first_at_a_gateway_is_done_first(engine: Engine) -> None:
    engine.add("sync", "every 5 minutes", rank=1)
    engine.add("poll", "every 5 minutes")

    engine.run(3 * SECOND)

    assert [kind for kind, _ in engine.runs] == ["poll", "sync"]


def test_what_comes_first_all_the_time_keeps_nobody_from_getting_on(engine: Engine) -> None:
    engine.add("poll", "every 1 second")
    engine.add("sync", "every 1 second", rank=1)

    engine.run(10 * SECOND)

    assert len(engine.list_runs("sync")) >= 4
    assert len(engine.list_runs("poll")) >= 4


def test_what_comes_later_ends_between_two_steps_when_something_comes_first(engine: Engine) -> None:
    poll = engine.add("poll", "never")

    def sync(turn: Turn) -> Done:
        with engine.store.begin() as work:
            work.schedules.want(poll)
        dispatcher, worker = others
        assert dispatcher.tick() == ()
        worker.beat()
        turn.check()
        return succeed(turn)

    sync_key = engine.add("sync", "every 5 minutes", sync, rank=1)
    others = engine.make(share=timedelta(0))
    dispatcher, worker = others

    (job,) = dispatcher.tick()
    worker.perform(job.key, job.generation)

    assert engine.find_job(sync_key).state == JobState.WAITING
    assert [job.key for job in dispatcher.tick()] == [poll]


def test_a_link_that_always_has_work_comes_no_more_often_than_those_that_seldom_have(engine: Engine) -> None:
    links = [f"quiet-{n}" for n in range(30)]
    served: list[str] = []
    for link in ("busy", *links):
        engine.add("poll", "every 1 second", _serve(served, link), link=link, company=link.upper())
    dispatcher, worker = engine.make()

    for _ in range(3 * (len(links) + 1)):
        (job,) = dispatcher.tick(1)
        worker.perform(job.key, job.generation)
        engine.clock.now += SECOND

    turns = [sorted(served[first : first + 31]) for first in range(0, len(served), 31)]
    assert turns == [sorted(["busy", *links])] * 3


def _serve(served: list[str], link: str) -> Callable[[Turn], Done]:
    def work(turn: Turn) -> Done:
        served.append(link)
        return succeed(turn)

    return work


def test_of_two_links_at_one_gateway_the_busy_one_makes_room_once_it_had_its_share(engine: Engine) -> None:
    def go_on(turn: Turn) -> Done:
        with engine.store.begin() as work:
            work.schedules.want(quiet)
        assert dispatcher.tick() == ()
        worker.beat()
        turn.check()
        engine.clock.now += 10 * SECOND
        turn.check()
        raise AssertionError("it did not make room")

    busy = engine.add("poll", "every 5 minutes", go_on)
    quiet = engine.add("poll", "never", link="quiet")
    dispatcher, worker = engine.make(share=10 * SECOND)
    (job,) = dispatcher.tick()

    worker.perform(job.key, job.generation)

    assert (engine.find_job(busy).state, engine.find_job(busy).outcome) == (JobState.WAITING, "")
    assert [each.key for each in dispatcher.tick()] == [quiet]


def test_who_comes_while_a_job_runs_is_seen_without_waiting_for_the_next_sign_of_life(engine: Engine) -> None:
    def go_on(turn: Turn) -> Done:
        engine.clock.now += 10 * SECOND
        with engine.store.begin() as work:
            work.schedules.want(quiet)
        assert dispatcher.tick() == ()
        turn.check()
        worker.look_round()
        turn.check()
        raise AssertionError("it did not make room")

    busy = engine.add("poll", "every 5 minutes", go_on)
    quiet = engine.add("poll", "never", link="quiet")
    dispatcher, worker = engine.make(share=3 * SECOND)
    (job,) = dispatcher.tick()

    worker.perform(job.key, job.generation)

    assert engine.find_job(busy).state == JobState.WAITING


def test_an_outage_of_hours_opens_the_circuit_and_leaves_the_system_alone_in_between(engine: Engine) -> None:
    poll = engine.add("poll", "every 5 minutes", fail_at_cleo)

    engine.run(2 * HOUR)

    circuit = engine.find_circuit("cleo")
    assert circuit.open_since is not None
    assert 5 < circuit.failures < 14
    assert len(engine.runs) >= 24
    job = engine.find_job(poll)
    assert engine.list_runs("poll")[-1] >= engine.clock.now.astimezone(ZONE) - 5 * MINUTE
    assert (job.attempts, job.outcome) in {(0, ""), (1, "cleo: no answer")}


def test_what_failed_is_tried_again_long_before_its_schedule_says_so(engine: Engine) -> None:
    poll = engine.add("poll", "every 24 hours", fail_at_cleo)

    engine.run(5 * MINUTE)

    assert [at - engine.runs[0][1] for _, at in engine.runs][:3] == [0 * SECOND, 30 * SECOND, 90 * SECOND]
    assert engine.find_job(poll).state == JobState.WAITING


def test_what_nobody_foresaw_is_shown_and_the_job_is_tried_again_later(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(_: Turn) -> Done:
        raise ZeroDivisionError("by nothing")

    poll = engine.add("poll", "every 24 hours", break_down)

    engine.run(MINUTE)

    job = engine.find_job(poll)
    assert job.outcome == "ZeroDivisionError: by nothing"
    assert (job.attempts, job.state) == (2, JobState.WAITING)
    assert "Traceback" in caplog.text


def test_a_job_may_hasten_another_one_that_is_not_paused(engine: Engine) -> None:
    poll = engine.add("poll", "every 24 hours")
    sync = engine.add("sync", "every 24 hours", lambda _: Done(then=(poll,)), rank=1)

    engine.run(MINUTE)
    with engine.store.begin() as work:
        work.schedules.pause(poll, by="Ana")
        work.schedules.want(sync)
    engine.run(MINUTE)

    assert [kind for kind, _ in engine.runs] == ["poll", "sync", "poll", "sync"]


def test_what_was_killed_in_the_middle_is_taken_over(engine: Engine) -> None:
    def die_once(turn: Turn) -> Done:
        if len(engine.runs) == 1:
            raise Killed
        return succeed(turn)

    poll = engine.add("poll", "every 24 hours", die_once)
    with pytest.raises(Killed):
        engine.run(HOUR)
    assert engine.find_job(poll).state == JobState.RUNNING
    begun = engine.clock.now

    engine.run(HOUR)

    assert len(engine.runs) == 2
    assert engine.runs[1][1] - begun <= timedelta(seconds=32)
    assert engine.find_job(poll).state == JobState.IDLE


def test_a_worker_that_was_frozen_ends_its_job_and_changes_nothing(engine: Engine) -> None:
    ended = []

    def freeze(turn: Turn) -> Done:
        if len(engine.runs) > 1:
            return succeed(turn)
        engine.clock.now += 2 * MINUTE
        engine.going_on.clear()
        engine.run(SECOND)
        engine.going_on.append("poll")
        ended.append("others did it")
        turn.check()
        ended.append("so did we")
        return Done()

    poll = engine.add("poll", "every 24 hours", freeze)
    dispatcher, worker = engine.make()
    (job,) = dispatcher.tick()

    worker.perform(job.key, job.generation)

    assert ended == ["others did it"]
    assert engine.find_job(poll).state == JobState.IDLE
    assert len(engine.runs) == 2


def test_a_worker_that_stops_ends_its_jobs_with_their_next_step_and_begins_none(engine: Engine) -> None:
    def stop(turn: Turn) -> Done:
        worker.stop()
        turn.check()
        return Done()

    poll = engine.add("poll", "every 24 hours", stop)
    dispatcher, worker = engine.make()
    (job,) = dispatcher.tick()

    worker.perform(job.key, job.generation)
    (again,) = dispatcher.tick()
    worker.perform(again.key, again.generation)

    assert engine.find_job(poll).state == JobState.WAITING
    assert len(engine.runs) == 1


def test_a_job_that_nobody_knows_any_more_does_nothing(engine: Engine) -> None:
    dispatcher, worker = engine.make()

    worker.perform(JobKey(link="gone", kind="poll"), 1)

    assert dispatcher.find_next() is None
    engine.run(HOUR)
    assert engine.runs == []


def test_a_gateway_that_is_taken_meanwhile_lets_the_job_wait(engine: Engine) -> None:
    poll = engine.add("poll", "every 24 hours")
    dispatcher, worker = engine.make()
    (job,) = dispatcher.tick()
    with engine.store.begin() as work:
        work.slots.take("BRINDLE", job="x", lease=MINUTE)

    worker.perform(job.key, job.generation)

    assert engine.runs == []
    assert engine.find_job(poll).state == JobState.WAITING
