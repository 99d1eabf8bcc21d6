"""Numbers of sets are found again, whether they count up or not."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from ml_connector.edi.set_numbers import MOST_NUMBERS, SetNumbers

#: Numbers that begin to count up, leave off and come again, in one width or several.
numbers = st.one_of(
    st.integers(0, 12).map("{:04}".format),
    st.integers(0, 12).map(str),
    st.sampled_from(["", "A1", "\u0661", "9" * 18, "9" * 19, "9" * 40, "x" * 33, "x" * 34]),
)


@given(sent=st.lists(numbers, max_size=40), first=st.integers(0, 5), twice=st.booleans())
def test_a_number_is_new_unless_an_earlier_set_had_it(*, sent: list[str], first: int, twice: bool) -> None:
    met = SetNumbers()
    counted = [f"{n:04}" for n in range(1, 6)]

    for index, number in enumerate([*counted, *sent], first):
        expected = [*counted, *sent].index(number) == index - first
        assert met.is_first(number, index) is expected
        assert not twice or met.is_first(number, index) is expected


def test_numbers_that_count_up_are_known_however_often_they_begin_anew() -> None:
    met = SetNumbers()
    sent = [*range(1, 60_000), *range(200_000, 260_000), *range(90_000, 150_000)]
    for index, number in enumerate(sent):
        assert met.is_first(f"{number:09}", index)

    for index, number in enumerate((1, 59_999, 200_000, 259_999, 90_000, 149_999), len(sent)):
        assert not met.is_first(f"{number:09}", index)
    assert met.is_first("000060000", len(sent) + 6)


def test_numbers_that_count_up_after_a_gap_take_no_room() -> None:
    met = SetNumbers()
    for index in range(MOST_NUMBERS + 5):
        assert met.is_first(f"{index + 2 * (index > 0):09}", index)

    assert not met.is_first(f"{MOST_NUMBERS + 6:09}", MOST_NUMBERS + 5)


def test_of_a_long_number_only_a_digest_is_kept() -> None:
    met = SetNumbers()
    tracemalloc.start()
    for index in range(100):
        assert met.is_first("x" * 50_000 + str(index), index)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 100_000
    assert not met.is_first("x" * 50_000 + "7", 100)


def test_numbers_beyond_the_bound_are_compared_but_not_remembered() -> None:
    met = SetNumbers()
    for index in range(MOST_NUMBERS):
        assert met.is_first(f"A{index}", index)

    assert met.is_first("B", MOST_NUMBERS)
    assert met.is_first("B", MOST_NUMBERS + 1)
    assert not met.is_first("A7", MOST_NUMBERS + 2)
    assert met.is_first("0007", MOST_NUMBERS + 3)
    assert met.is_first("0007", MOST_NUMBERS + 4)
