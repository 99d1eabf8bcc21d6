"""What is deleted, by the fake and by the library on the simulator: a draft once, and never what is posted."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal

import pytest
from tests.contract.intacct_parties import World, list_parties
from tests.contract.test_intacct_writes import (
    make_adjustment,
    make_call,
    make_draft,
    make_mark,
    make_order,
    send,
    write,
)

from ml_connector.intacct import Adjustment, Bill, PurchasingDocument, RecordDeletion, Writable, compare

OpenWorld = Callable[[str], World]
Object = Literal["APBILL", "APADJUSTMENT", "PODOCUMENT"]
RECORDS: Final = {each.OBJECT: each for each in (Bill, Adjustment, PurchasingDocument)}
KINDS: Final[dict[Object, tuple[str, Callable[[World, str], Writable]]]] = {
    "APBILL": ("bills", make_draft),
    "APADJUSTMENT": (
        "adjustments",
        lambda world, mark: replace(make_adjustment(world, mark), action="Draft"),
    ),
    "PODOCUMENT": ("purchasing", lambda world, mark: replace(make_order(world, mark), state="Draft")),
}
every_kind = pytest.mark.parametrize(
    ("object_", "party"), [(name, party) for name, (part, _) in KINDS.items() for party in list_parties(part)]
)


def make_deletion(world: World, object_: Object, body: Writable) -> RecordDeletion:
    """The deletion of what is written now."""
    key = write(world, body).key
    assert key is not None
    by = "DOCID" if object_ == "PODOCUMENT" else "RECORDNO"
    [entry] = world.finance.reading.list_records(RECORDS[object_], where=compare(by, "equalto", key))
    return RecordDeletion(object=object_, record_no=entry.record_no, key=key)


def is_there(world: World, deletion: RecordDeletion) -> bool:
    where = compare("RECORDNO", "equalto", str(deletion.record_no))
    return bool([*world.finance.reading.list_records(RECORDS[deletion.object], where=where)])


@every_kind
def test_a_draft_is_deleted_once(open_world: OpenWorld, object_: Object, party: str) -> None:
    world = open_world(party)
    _, make = KINDS[object_]
    deletion = make_deletion(world, object_, make(world, make_mark(world)))
    call = make_call(world, deletion)
    before = is_there(world, deletion)

    [first] = send(world, call)
    [repeated] = send(world, call)
    [again] = send(world, make_call(world, deletion))

    assert (before, is_there(world, deletion)) == (True, False)
    assert [each.status for each in (first, repeated, again)] == ["created", "refused", "refused"]


@pytest.mark.parametrize("party", list_parties("bills"))
def test_what_is_posted_is_not_deleted(open_world: OpenWorld, party: str) -> None:
    world = open_world(party)
    deletion = make_deletion(world, "APBILL", replace(make_draft(world, make_mark(world)), action="Submit"))

    [result] = send(world, make_call(world, deletion))

    assert result.status == "refused"
    assert result.errors
    assert is_there(world, deletion)
