"""Alarms ring in time unless they are called off, in one thread for all."""

import threading

from tests.processes import wait_until

from ml_connector.cleo.alarms import Alarms


def test_what_is_not_called_off_rings_once_its_time_has_come() -> None:
    now, rang = [0.0], list[str]()
    alarms = Alarms(clock=lambda: now[0])
    called_off = alarms.set(1000, lambda: rang.append("called off"))
    alarms.set(2000, lambda: rang.append("second"))
    alarms.set(1500, lambda: rang.append("first"))
    alarms.set(9000, lambda: rang.append("later"))
    alarms.call_off(called_off)
    alarms.call_off(called_off)

    now[0] = 5000
    alarms.set(-5000, lambda: rang.append("late"))  # before whatever it waits for

    wait_until(lambda: len(rang) == 3, what="three rang")
    assert sorted(rang) == ["first", "late", "second"]
    alarms.rest()


def test_a_new_alarm_rings_though_the_thread_had_nothing_to_watch() -> None:
    alarms, rang = Alarms(), threading.Event()
    first = threading.Event()
    alarms.set(0, first.set)
    first.wait()

    alarms.set(0, rang.set)

    assert rang.wait(60)
    alarms.rest()


def test_its_thread_ends_when_it_rests_and_begins_anew_with_the_next_alarm() -> None:
    before = threading.active_count()
    alarms, rang = Alarms(), threading.Event()
    alarms.set(3600, threading.Event().set)

    alarms.rest()
    wait_until(lambda: threading.active_count() == before, what="the thread has ended")

    alarms.set(0, rang.set)
    assert rang.wait(60)
    alarms.rest()
