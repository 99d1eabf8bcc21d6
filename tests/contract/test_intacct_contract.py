"""What the flows rely on in Intacct: one suite for the fake, the simulator by the library, and a real company.

Who is held to which part stands in `tests.contract.intacct_parties.PARTS`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from operator import attrgetter
from pathlib import Path

import pytest
from tests.contract.intacct_company import make_bill, make_client
from tests.contract.intacct_parties import CLOSED, REGIONS, World, list_parties
from tests.processes import run_intacct

from ml_connector.intacct import (
    Account,
    Ambiguous,
    ApBill,
    ApBillLine,
    BillCall,
    BillKey,
    Call,
    CallResult,
    Check,
    ClassDim,
    CredentialsRefused,
    Department,
    IntacctError,
    Location,
    NotSent,
    Term,
    Vendor,
    VendorDetail,
    all_of,
    any_of,
    compare,
    list_checks,
)

NUMBERS = count(1)
BOOKED = {"Posted", "Submitted", "Approved"}  #: where bills are approved, a real company posts them later
OpenWorld = Callable[[str], World]


@pytest.fixture(params=list_parties("bills"))
def world(request: pytest.FixtureRequest, open_world: OpenWorld) -> World:
    return open_world(request.param)


@pytest.fixture(params=list_parties("lost answers"))
def losing(request: pytest.FixtureRequest, open_world: OpenWorld) -> World:
    return open_world(request.param)


@pytest.fixture(params=list_parties("lists and counts"))
def listed(request: pytest.FixtureRequest, open_world: OpenWorld) -> World:
    return open_world(request.param)


@pytest.fixture(params=list_parties("set-up"))
def arranged(request: pytest.FixtureRequest, open_world: OpenWorld) -> World:
    return open_world(request.param)


@pytest.fixture(params=list_parties("what is taken for granted of a company"))
def company(request: pytest.FixtureRequest, open_world: OpenWorld) -> World:
    return open_world(request.param)


def make_call(world: World, *, number: str = "", account: str = "", vendor: str = "") -> BillCall:
    """A bill nobody has sent before, unless its number is given, on the world's ground with these changes."""
    there = world.ground
    unique = f"{world.run}-{next(NUMBERS)}"
    line = ApBillLine(
        account_no=account or there.account,
        amount=Decimal("118.40"),
        memo="bars",
        location_id=there.location,
        department_id=there.department,
        class_id=there.class_id,
    )
    bill = ApBill(
        vendor_id=vendor or there.vendor,
        number=number or f"CON-{unique}",
        reference=None,
        date=there.day,
        posting_date=there.day,
        due_date=there.day + timedelta(days=30),
        term=None,
        description=f"EDI 810 Ironvale <&> Söhne mlc-810-{unique}",
        action="Submit",
        lines=(line, replace(line, amount=Decimal("-18.40"))),
    )
    return BillCall(control_id=f"contract:{unique}", bill=bill)


def send(world: World, *calls: BillCall, entity: str | None = None) -> tuple[CallResult, ...]:
    """To an entity, the world's own if none is named."""
    made = [Call(control_id=call.control_id, body=call.bill) for call in calls]
    return world.writing.write(made, entity=world.ground.entity if entity is None else entity)


def key(call: BillCall) -> BillKey:
    return BillKey(vendor_id=call.bill.vendor_id, number=call.bill.number)


def test_a_bill_that_is_created_is_found_again_as_it_was_sent(world: World) -> None:
    call = make_call(world)

    (result,) = send(world, call)

    (found,) = world.finance.find_bills([key(call)])
    assert (result.control_id, result.status, result.key) == (
        call.control_id,
        "created",
        str(found.record_no),
    )
    assert (found.vendor_id, found.number, found.date) == (
        call.bill.vendor_id,
        call.bill.number,
        call.bill.date,
    )
    assert (found.total, found.currency) == (Decimal("100.00"), world.ground.currency)
    assert found.state in (BOOKED if world.is_real else {"Posted"})
    assert found.description == call.bill.description


def test_a_bill_is_found_from_the_top_level_and_from_its_entity(world: World) -> None:
    call = make_call(world)
    send(world, call)

    assert len(world.finance.find_bills([key(call)])) == 1
    assert len(world.finance.find_bills([key(call)], entity=world.ground.entity)) == 1


def test_a_draft_is_found_as_a_draft(world: World) -> None:
    call = make_call(world)
    call = replace(call, bill=replace(call.bill, action="Draft"))

    send(world, call)

    (found,) = world.finance.find_bills([key(call)])
    assert found.state == "Draft"


def test_an_unknown_entity_is_a_matter_of_credentials(world: World) -> None:
    call = make_call(world)

    with pytest.raises(CredentialsRefused):
        send(world, call, entity="NO-SUCH-9")

    assert world.count_bills(call.bill.number) == 0


def test_a_bill_on_an_unknown_account_is_refused_and_its_neighbours_stand(world: World) -> None:
    good, bad, last = make_call(world), make_call(world, account="9999"), make_call(world)

    results = send(world, good, bad, last)

    assert [result.status for result in results] == ["created", "refused", "created"]
    assert [result.control_id for result in results] == [good.control_id, bad.control_id, last.control_id]
    assert "9999" in " ".join(str(error) for error in results[1].errors)
    assert not results[1].throttled
    assert world.finance.find_bills([key(bad)]) == ()
    assert world.count_bills(bad.bill.number) == 0


def test_a_bill_for_an_unknown_vendor_is_refused(world: World) -> None:
    (result,) = send(world, make_call(world, vendor="NOBODY-9"))

    assert (result.status, result.key) == ("refused", None)


def test_the_same_control_id_is_refused_and_makes_no_second_bill(world: World) -> None:
    call = make_call(world)
    send(world, call)

    (again,) = send(world, call)

    assert again.status == "refused"
    assert again.errors
    assert world.count_bills(call.bill.number) == 1


def test_a_refused_bill_may_be_sent_again_under_its_control_id(world: World) -> None:
    bad = make_call(world, account="9999")
    send(world, bad)
    mended = replace(bad, bill=make_call(world, number=bad.bill.number).bill)

    (result,) = send(world, mended)

    assert result.status == "created"


def test_another_control_id_makes_a_second_bill_of_the_same_number(world: World) -> None:
    call = make_call(world)
    send(world, call)

    send(world, replace(call, control_id=f"{call.control_id}-2"))

    assert len(world.finance.find_bills([key(call)])) == 2


def test_when_the_answer_is_lost_after_the_work_was_done_the_bills_are_there(losing: World) -> None:
    calls = [make_call(losing), make_call(losing)]
    losing.lose_next_answer(True)

    with pytest.raises(Ambiguous) as raised:
        send(losing, *calls)

    assert raised.value.control_ids == tuple(call.control_id for call in calls)
    assert len(losing.finance.find_bills([key(call) for call in calls])) == 2
    assert [r.status for r in send(losing, *calls)] == [
        "refused",
        "refused",
    ]


def test_when_the_answer_is_lost_before_the_work_was_done_it_can_be_done_again(losing: World) -> None:
    call = make_call(losing)
    losing.lose_next_answer(False)

    with pytest.raises(Ambiguous):
        send(losing, call)

    assert losing.finance.find_bills([key(call)]) == ()
    assert send(losing, call)[0].status == "created"


def test_only_what_is_asked_for_is_found(world: World) -> None:
    call, other = make_call(world), make_call(world)
    send(world, call, other)

    assert [bill.number for bill in world.finance.find_bills([key(call)])] == [call.bill.number]
    assert world.finance.find_bills([BillKey(vendor_id="NOBODY-9", number=call.bill.number)]) == ()
    assert world.finance.find_bills([]) == ()


def test_a_bill_is_found_on_or_after_a_day(world: World) -> None:
    call = make_call(world)
    send(world, call)

    assert len(world.finance.find_bills([key(call)], since=world.ground.day)) == 1
    assert world.finance.find_bills([key(call)], since=world.ground.day + timedelta(days=1)) == ()


def test_all_vendors_come_each_once_however_many_there_are(listed: World) -> None:
    vendors = [entry.record for entry in listed.finance.reading.list_records(VendorDetail)]

    ids = [vendor.vendor_id for vendor in vendors]
    assert len(ids) == len(set(ids))
    assert listed.ground.vendor in ids
    assert listed.is_real or len(ids) > 2000  # more than two pages
    assert {vendor.status for vendor in vendors} <= {"active", "inactive"}


def test_every_kind_of_reference_can_be_read(listed: World) -> None:
    reading, ground = listed.finance.reading, listed.ground

    assert ground.account in {entry.record.account_no for entry in reading.list_records(Account)}
    assert ground.location in {entry.record.location_id for entry in reading.list_records(Location)}
    departments = {entry.record.department_id for entry in reading.list_records(Department)}
    classes = {entry.record.class_id for entry in reading.list_records(ClassDim)}
    assert {ground.department} - {None} <= departments
    assert {ground.class_id} - {None} <= classes
    assert listed.is_real or 30 in {entry.record.due_days for entry in reading.list_records(Term)}


def test_records_are_listed_in_their_order_and_counted(listed: World) -> None:
    reading = listed.finance.reading

    numbers = [entry.record_no for entry in reading.list_records(VendorDetail)]

    assert numbers == sorted(set(numbers))
    assert reading.count(VendorDetail) == reading.count("VENDOR") == len(numbers)


def test_only_records_that_meet_a_filter_are_listed_and_counted(listed: World) -> None:
    reading = listed.finance.reading
    numbers = [entry.record_no for entry in reading.list_records(Vendor)]
    late = compare("RECORDNO", "greaterthan", str(numbers[9]))
    some = any_of(compare("RECORDNO", "in", *map(str, numbers[:3])), compare("RECORDNO", "equalto", "999999"))

    assert [entry.record_no for entry in reading.list_records(Vendor, where=late)] == numbers[10:]
    assert [entry.record_no for entry in reading.list_records(Vendor, where=some)] == numbers[:3]
    assert reading.count(Vendor, where=late) == len(numbers) - 10
    assert reading.count(Vendor, where=all_of(late, some)) == 0


def test_records_are_listed_by_the_time_of_their_change(listed: World) -> None:
    reading = listed.finance.reading
    everything = reading.count(Vendor)

    def count_since(year: int) -> int:
        since = compare("WHENMODIFIED", "greaterthanorequalto", datetime(year, 1, 1, tzinfo=UTC))
        return len(list(reading.list_records(Vendor, where=since, custom=("WHENMODIFIED",))))

    assert (count_since(2020), count_since(2090)) == (everything, 0)


def test_further_fields_come_beside_the_record_when_they_are_asked_for(listed: World) -> None:
    reading = listed.finance.reading

    plain = next(reading.list_records(Vendor))
    more = next(reading.list_records(Vendor, custom=("VENDTYPE", "WHENMODIFIED")))

    assert (plain.custom, list(more.custom)) == ({}, ["VENDTYPE"])
    assert more.modified is not None
    assert plain.record == more.record


def test_the_company_s_own_dimensions_and_its_closed_days_are_told(arranged: World) -> None:
    setup = arranged.finance.setup

    (own,) = [each for each in setup.list_dimensions() if each.is_user_defined]

    assert own.object == "REGION"
    assert [value.name for value in setup.list_dimension_values(own)] == list(REGIONS)
    assert {name: setup.find_closed_date(entity=name) for name in CLOSED} == CLOSED


@pytest.mark.parametrize("check", list_checks(), ids=attrgetter("name"))
def test_what_is_taken_for_granted_of_a_company_holds(company: World, check: Check) -> None:
    assert check.find_fault(company.library) == ""


def test_a_gateway_that_cannot_be_reached_has_executed_nothing(tmp_path: Path) -> None:
    with run_intacct(tmp_path / "gone.db") as gone:
        address = gone.gateway
    client = make_client(address)
    call = BillCall(control_id="contract:gone", bill=make_bill("gone"))

    with pytest.raises(IntacctError) as raised:
        client.create_bills([call], entity="E100")

    client.close()
    assert isinstance(raised.value, NotSent)
