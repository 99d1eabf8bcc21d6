"""How many postings one request takes."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.flows.scene import make_bill

from ml_connector.flows.posting.batches import MOST_BYTES, MOST_LINES, SLOW, BatchSize, share_out, take_batch
from ml_connector.flows.posting.functions import list_lines
from ml_connector.records.keys import Target
from ml_connector.records.posting import Pins, Posting, StoredPosting
from ml_connector.store.bodies import encode

QUICK = timedelta(seconds=1)


def make_posting(id_: int, *, lines: int = 1, memo: str = "") -> StoredPosting:
    bill = make_bill(f"INV-{id_}")
    posting = Posting(
        control_id=f"c-{id_}",
        revision=1,
        target=Target(company="BIRCH", entity="E1"),
        mark="mlc-810-X",
        functions=(replace(bill, lines=tuple(replace(bill.lines[0], memo=memo) for _ in range(lines))),),
        provenance=(),
        pins=Pins(rules=1, reference=1, parser="1"),
    )
    return StoredPosting(
        id=id_,
        document_id=id_,
        posting=posting,
        keys=(),
        sent_count=0,
        sent_at=None,
        looks=0,
        next_look=None,
        intact=True,
        refusal="",
        attachment="",
        unattached="",
        size=len(encode(posting.functions)),
        body_sha256="",
    )


def test_batches_double_from_ten_to_a_hundred_while_answers_are_quick() -> None:
    sizes = [BatchSize()]
    for _ in range(5):
        sizes.append(sizes[-1].after(QUICK))

    assert [size.postings for size in sizes] == [10, 20, 40, 80, 100, 100]


def test_batches_halve_down_to_one_while_answers_are_slow() -> None:
    sizes = [BatchSize()]
    for _ in range(5):
        sizes.append(sizes[-1].after(SLOW))

    assert [size.postings for size in sizes] == [10, 5, 2, 1, 1, 1]


def test_a_batch_ends_at_its_number_of_postings() -> None:
    postings = [make_posting(n) for n in range(12)]

    assert take_batch(postings, BatchSize(10)) == postings[:10]
    assert take_batch(postings, BatchSize(12)) == postings
    assert take_batch([], BatchSize(10)) == []


def test_a_batch_ends_before_it_has_too_many_lines() -> None:
    postings = [make_posting(n, lines=MOST_LINES // 2) for n in range(3)]

    assert take_batch(postings, BatchSize(10)) == postings[:2]


def test_a_batch_ends_before_it_has_too_many_bytes() -> None:
    postings = [make_posting(n, lines=75, memo="ж" * 500) for n in range(4)]

    assert take_batch(postings, BatchSize(10)) == postings[:2]


def test_a_posting_that_is_too_large_for_any_batch_goes_alone() -> None:
    postings = [make_posting(n, lines=MOST_LINES + 1) for n in range(2)]

    assert take_batch(postings, BatchSize(10)) == postings[:1]


@settings(max_examples=10, deadline=None)
@given(lines=st.lists(st.sampled_from([1, 40, 700, 1500]), max_size=8), size=st.integers(1, 5))
def test_batches_take_all_postings_in_their_order(lines: list[int], size: int) -> None:
    waiting = [make_posting(n, lines=count) for n, count in enumerate(lines)]
    expected = list(waiting)
    taken: list[StoredPosting] = []
    while waiting:
        batch = take_batch(waiting, BatchSize(size))
        assert 1 <= len(batch) <= size
        assert len(batch) == 1 or sum(len(list_lines(each.function)) for each in batch) <= MOST_LINES
        assert len(batch) == 1 or sum(each.size for each in batch) <= MOST_BYTES
        taken += batch
        waiting = waiting[len(batch) :]

    assert taken == expected


@given(st.lists(st.integers(0, MOST_BYTES * 2), max_size=12))
def test_a_request_of_several_is_never_too_large_and_no_two_would_fit_into_one(sizes: list[int]) -> None:
    requests = [*share_out(sizes, lambda size: size)]

    assert [size for request in requests for size in request] == sizes
    assert all(request and (len(request) == 1 or sum(request) <= MOST_BYTES) for request in requests)
    assert all(sum(one) + other[0] > MOST_BYTES for one, other in pairwise(requests))
