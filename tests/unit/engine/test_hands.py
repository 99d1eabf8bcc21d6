"""How many jobs a process does at a time, and what becomes of its hands."""

from ml_connector.engine.hands import Hands


def test_a_hand_is_free_again_when_its_run_is_over() -> None:
    hands = Hands(2)

    hands.take("main/poll/1")
    hands.take("main/sync/1")
    assert hands.count_free() == 0
    hands.let_go("main/poll/1")

    assert hands.count_free() == 1


def test_a_run_of_an_earlier_process_takes_no_hand_and_frees_none() -> None:
    hands = Hands(1)
    hands.take("main/poll/2")

    hands.let_go("main/poll/1")

    assert hands.count_free() == 0


def test_a_run_that_is_over_without_having_said_so_holds_no_hand() -> None:
    hands = Hands(2)
    hands.take("main/poll/1")
    hands.take("main/sync/1")

    hands.keep({"main/sync/1"})

    assert hands.count_free() == 1


def test_who_waits_for_a_hand_is_woken_by_one_that_came_free_since() -> None:
    hands = Hands(1)
    hands.take("main/poll/1")
    hands.let_go("main/poll/1")

    hands.await_free(3600)

    assert hands.count_free() == 1
