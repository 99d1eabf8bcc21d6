"""The table of moves: exactly the design's, and nothing else."""

import pytest

from ml_connector.records.status import BIRTHS, MOVES, FileStatus, Status

DESIGN = """
read -> ready | held | duplicate | filed | rejected
held -> read
rejected -> read
duplicate -> read
filed -> read
ready -> sending | read
sending -> posted | filed | in_doubt | ready | held | rejected
in_doubt -> posted | filed | ready | held
posted -> held | filed
"""


def _read_design() -> dict[str, set[str]]:
    lines = (line.split(" -> ") for line in DESIGN.strip().splitlines())
    return {start: set(ends.split(" | ")) for start, ends in lines}


def test_a_document_moves_as_the_design_says_and_no_other_way() -> None:
    assert {str(start): {str(end) for end in ends} for start, ends in MOVES.items()} == _read_design()


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(Status)


@pytest.mark.parametrize("start", list(Status))
def test_no_state_is_a_dead_end_and_none_leads_to_itself(start: Status) -> None:
    assert MOVES[start]
    assert start not in MOVES[start]


def test_a_document_begins_as_something_to_plan_or_as_something_to_look_at() -> None:
    assert {"read", "filed", "rejected"} == BIRTHS


def test_nothing_is_sent_but_what_was_planned_and_nothing_posted_but_what_was_sent() -> None:
    before = {end: {start for start, ends in MOVES.items() if end in ends} for end in Status}

    assert before[Status.SENDING] == {Status.READY}
    assert before[Status.POSTED] == {Status.SENDING, Status.IN_DOUBT}


def test_a_file_is_received_then_read_whole_in_part_or_not_at_all_or_is_a_list_of_partners() -> None:
    assert [str(status) for status in FileStatus] == ["received", "read", "damaged", "unreadable", "listed"]
