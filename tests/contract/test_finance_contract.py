"""What the flows rely on in Intacct: one suite for the fake and for the real client on the simulated gateway."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from tests.contract.intacct_company import make_client
from tests.fakes import AT_ONCE, Books, FakeFinance, Fault, ManualClock
from tests.processes import COMPANY, IntacctProcess, run_intacct

from ml_connector.flows.ports import Finance
from ml_connector.intacct import (
    Account,
    Ambiguous,
    ApBill,
    ApBillLine,
    BillCall,
    BillKey,
    ClassDim,
    Client,
    CredentialsRefused,
    Department,
    DimensionValue,
    IntacctError,
    Location,
    NotSent,
    Project,
    Term,
    Vendor,
    VendorDetail,
    all_of,
    any_of,
    compare,
)

VENDOR = "V-1008"
MORE_VENDORS = tuple(f"X-{n:04}" for n in range(1, 2101))  # more than two pages
NUMBERS = count(1)
CLOSED = {"": date(2019, 12, 31), "E200": date(2020, 12, 31)}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A company and what can be done to it from outside."""

    finance: Finance
    lose_next_answer: Callable[[bool], None]  #: whether the request is executed before its answer is lost
    count_bills: Callable[[str], int]  #: by number, in the company's own books


def make_books() -> Books:
    """The part of the sample company that the suite speaks of."""
    vendor = Vendor(
        record_no=1,
        vendor_id=VENDOR,
        name="Ironvale Steel Supply",
        status="active",
        term="N30",
        currency="USD",
        tax_id="",
        account_no_at_vendor="",
        on_hold=False,
        parent_id="",
    )
    more = [replace(vendor, record_no=n, vendor_id=id_) for n, id_ in enumerate(MORE_VENDORS, 2)]
    account = Account(
        record_no=1,
        account_no="5000",
        title="Steel",
        account_type="incomestatement",
        normal_balance="debit",
        status="active",
        alternative="None",
        requires=frozenset(),
    )
    place = Location(
        record_no=1, location_id="110", name="Akron Plant", parent_id="E100", status="active", currency="USD"
    )
    term = Term(record_no=1, name="N30", status="active", description="", due_days=30, due_from="")
    plain = {"record_no": 1, "parent_id": "", "status": "active"}
    return Books(
        vendors=(vendor, *more),
        accounts=(account,),
        departments=(Department(department_id="100", name="Production", **plain),),  # type: ignore[arg-type]
        locations=(place,),
        classes=(ClassDim(class_id="C01", name="Cabinet Hardware", **plain),),  # type: ignore[arg-type]
        projects=(Project(project_id="P1", name="Akron Press Line", **plain),),  # type: ignore[arg-type]
        terms=(term,),
        entities=frozenset({"E100", "E200"}),
    )


def open_fake_world() -> World:
    finance = FakeFinance(make_books(), clock=ManualClock())
    regions = enumerate(("North", "South", "West"), 1)
    finance.setup.dimensions["REGION"] = tuple(DimensionValue(value_no=n, name=name) for n, name in regions)
    finance.setup.closed = CLOSED

    def lose(executed: bool) -> None:  # noqa: FBT001 (a Callable has no names)
        finance.order(Fault(lost=True, commits=AT_ONCE if executed else None))

    return World(
        finance=finance, lose_next_answer=lose, count_bills=lambda number: finance.count_bills(VENDOR, number)
    )


def open_real_world(gateway: IntacctProcess, client: Client) -> World:
    def lose(executed: bool) -> None:  # noqa: FBT001
        when = "after" if executed else "before"
        gateway.set_faults({"action": "drop", "when": when, "match": {"function": "create"}})

    return World(
        finance=client, lose_next_answer=lose, count_bills=lambda number: len(gateway.bills(number=number))
    )


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IntacctProcess]:
    folder: Path = tmp_path_factory.mktemp("intacct")
    with run_intacct(folder / "intacct.db") as running:
        vendors = [{"VENDORID": id_, "NAME": f"Vendor {id_}", "TERMNAME": "N30"} for id_ in MORE_VENDORS]
        company = {
            "id": COMPANY,
            "sender_id": "alderfinch_ws",
            "sender_password": "demo-sender-password",
            "users": [{"user_id": "mlconnector", "password": "demo-user-password"}],
            "entities": ["E100", "E200"],
        }
        running.ask("POST", "/seed", {"company": company, "objects": {"VENDOR": vendors}})
        running.change_settings(books_closed_through={name: str(day) for name, day in CLOSED.items()})
        yield running


@pytest.fixture(params=["fake", "client"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "fake":
        yield open_fake_world()
        return
    gateway: IntacctProcess = request.getfixturevalue("gateway")
    client = make_client(gateway.gateway)
    yield open_real_world(gateway, client)
    client.close()


def make_call(
    *, account: str = "5000", number: str = "", vendor: str = VENDOR, amount: str = "118.40"
) -> BillCall:
    """A bill nobody has sent before, unless its number is given."""
    unique = next(NUMBERS)
    line = ApBillLine(
        account_no=account, amount=Decimal(amount), memo="bars", location_id="110", class_id="C01"
    )
    bill = ApBill(
        vendor_id=vendor,
        number=number or f"CON-{unique}",
        reference=None,
        date=date(2031, 3, 10),
        posting_date=date(2031, 3, 10),
        due_date=None,
        term="N30",
        description=f"EDI 810 Ironvale <&> Söhne mlc-810-{unique}",
        action="Submit",
        lines=(line, replace(line, amount=Decimal("-18.40"))),
    )
    return BillCall(control_id=f"contract:{unique}", bill=bill)


def key(call: BillCall) -> BillKey:
    return BillKey(vendor_id=call.bill.vendor_id, number=call.bill.number)


def test_a_bill_that_is_created_is_found_again_as_it_was_sent(world: World) -> None:
    call = make_call()

    (result,) = world.finance.create_bills([call], entity="E100")

    (found,) = world.finance.find_bills([key(call)])
    assert (result.control_id, result.status, result.key) == (
        call.control_id,
        "created",
        str(found.record_no),
    )
    assert (found.vendor_id, found.number, found.date) == (VENDOR, call.bill.number, date(2031, 3, 10))
    assert (found.total, found.currency, found.state) == (Decimal("100.00"), "USD", "Posted")
    assert found.description == call.bill.description


def test_a_bill_is_found_from_the_top_level_and_from_its_entity(world: World) -> None:
    call = make_call()
    world.finance.create_bills([call], entity="E100")

    assert len(world.finance.find_bills([key(call)])) == 1
    assert len(world.finance.find_bills([key(call)], entity="E100")) == 1


def test_a_draft_is_found_as_a_draft(world: World) -> None:
    call = make_call()
    call = replace(call, bill=replace(call.bill, action="Draft"))

    world.finance.create_bills([call], entity="E100")

    (found,) = world.finance.find_bills([key(call)])
    assert found.state == "Draft"


def test_an_unknown_entity_is_a_matter_of_credentials(world: World) -> None:
    call = make_call()

    with pytest.raises(CredentialsRefused):
        world.finance.create_bills([call], entity="E999")

    assert world.count_bills(call.bill.number) == 0


def test_a_bill_on_an_unknown_account_is_refused_and_its_neighbours_stand(world: World) -> None:
    good, bad, last = make_call(), make_call(account="9999"), make_call()

    results = world.finance.create_bills([good, bad, last], entity="E100")

    assert [result.status for result in results] == ["created", "refused", "created"]
    assert [result.control_id for result in results] == [good.control_id, bad.control_id, last.control_id]
    assert "9999" in " ".join(str(error) for error in results[1].errors)
    assert not results[1].throttled
    assert world.finance.find_bills([key(bad)]) == ()
    assert world.count_bills(bad.bill.number) == 0


def test_a_bill_for_an_unknown_vendor_is_refused(world: World) -> None:
    (result,) = world.finance.create_bills([make_call(vendor="V-9")], entity="E100")

    assert (result.status, result.key) == ("refused", None)


def test_the_same_control_id_is_refused_and_makes_no_second_bill(world: World) -> None:
    call = make_call()
    world.finance.create_bills([call], entity="E100")

    (again,) = world.finance.create_bills([call], entity="E100")

    assert again.status == "refused"
    assert again.errors
    assert world.count_bills(call.bill.number) == 1


def test_a_refused_bill_may_be_sent_again_under_its_control_id(world: World) -> None:
    bad = make_call(account="9999")
    world.finance.create_bills([bad], entity="E100")
    mended = replace(bad, bill=make_call(number=bad.bill.number).bill)

    (result,) = world.finance.create_bills([mended], entity="E100")

    assert result.status == "created"


def test_another_control_id_makes_a_second_bill_of_the_same_number(world: World) -> None:
    call = make_call()
    world.finance.create_bills([call], entity="E100")

    world.finance.create_bills([replace(call, control_id=f"{call.control_id}-2")], entity="E100")

    assert len(world.finance.find_bills([key(call)])) == 2


def test_when_the_answer_is_lost_after_the_work_was_done_the_bills_are_there(world: World) -> None:
    calls = [make_call(), make_call()]
    world.lose_next_answer(True)

    with pytest.raises(Ambiguous) as raised:
        world.finance.create_bills(calls, entity="E100")

    assert raised.value.control_ids == tuple(call.control_id for call in calls)
    assert len(world.finance.find_bills([key(call) for call in calls])) == 2
    assert [r.status for r in world.finance.create_bills(calls, entity="E100")] == ["refused", "refused"]


def test_when_the_answer_is_lost_before_the_work_was_done_it_can_be_done_again(world: World) -> None:
    call = make_call()
    world.lose_next_answer(False)

    with pytest.raises(Ambiguous):
        world.finance.create_bills([call], entity="E100")

    assert world.finance.find_bills([key(call)]) == ()
    assert world.finance.create_bills([call], entity="E100")[0].status == "created"


def test_only_what_is_asked_for_is_found(world: World) -> None:
    call, other = make_call(), make_call()
    world.finance.create_bills([call, other], entity="E100")

    assert [bill.number for bill in world.finance.find_bills([key(call)])] == [call.bill.number]
    assert world.finance.find_bills([BillKey(vendor_id="X-0001", number=call.bill.number)]) == ()
    assert world.finance.find_bills([]) == ()


def test_a_bill_is_found_on_or_after_a_day(world: World) -> None:
    call = make_call()
    world.finance.create_bills([call], entity="E100")

    assert len(world.finance.find_bills([key(call)], since=date(2031, 3, 10))) == 1
    assert world.finance.find_bills([key(call)], since=date(2031, 3, 11)) == ()


def test_all_vendors_come_each_once_however_many_there_are(world: World) -> None:
    vendors = [entry.record for entry in world.finance.reading.list_records(VendorDetail)]

    ids = [vendor.vendor_id for vendor in vendors]
    assert len(ids) == len(set(ids))
    assert {VENDOR, *MORE_VENDORS} <= set(ids)
    assert {vendor.status for vendor in vendors} <= {"active", "inactive"}


def test_every_kind_of_reference_can_be_read(world: World) -> None:
    reading = world.finance.reading

    assert "5000" in {entry.record.account_no for entry in reading.list_records(Account)}
    assert "100" in {entry.record.department_id for entry in reading.list_records(Department)}
    assert "E100" in {entry.record.parent_id for entry in reading.list_records(Location)}
    assert "C01" in {entry.record.class_id for entry in reading.list_records(ClassDim)}
    assert any(entry.record.name == "Akron Press Line" for entry in reading.list_records(Project))
    assert 30 in {entry.record.due_days for entry in reading.list_records(Term)}


def test_records_are_listed_in_their_order_and_counted(world: World) -> None:
    reading = world.finance.reading

    numbers = [entry.record_no for entry in reading.list_records(VendorDetail)]

    assert len(numbers) > len(MORE_VENDORS)
    assert numbers == sorted(set(numbers))
    assert reading.count(VendorDetail) == reading.count("VENDOR") == len(numbers)


def test_only_records_that_meet_a_filter_are_listed_and_counted(world: World) -> None:
    reading = world.finance.reading
    numbers = [entry.record_no for entry in reading.list_records(Vendor)]
    late = compare("RECORDNO", "greaterthan", str(numbers[9]))
    some = any_of(compare("RECORDNO", "in", *map(str, numbers[:3])), compare("RECORDNO", "equalto", "999999"))

    assert [entry.record_no for entry in reading.list_records(Vendor, where=late)] == numbers[10:]
    assert [entry.record_no for entry in reading.list_records(Vendor, where=some)] == numbers[:3]
    assert reading.count(Vendor, where=late) == len(numbers) - 10
    assert reading.count(Vendor, where=all_of(late, some)) == 0


def test_records_are_listed_by_the_time_of_their_change(world: World) -> None:
    reading = world.finance.reading
    everything = reading.count(Vendor)

    def count_since(year: int) -> int:
        since = compare("WHENMODIFIED", "greaterthanorequalto", datetime(year, 1, 1, tzinfo=UTC))
        return len(list(reading.list_records(Vendor, where=since, custom=("WHENMODIFIED",))))

    assert (count_since(2020), count_since(2090)) == (everything, 0)


def test_further_fields_come_beside_the_record_when_they_are_asked_for(world: World) -> None:
    reading = world.finance.reading

    plain = next(reading.list_records(Vendor))
    more = next(reading.list_records(Vendor, custom=("VENDTYPE", "WHENMODIFIED")))

    assert (plain.custom, list(more.custom)) == ({}, ["VENDTYPE"])
    assert more.modified is not None
    assert plain.record == more.record


def test_the_company_s_own_dimensions_and_its_closed_days_are_told(world: World) -> None:
    setup = world.finance.setup

    (own,) = [each for each in setup.list_dimensions() if each.is_user_defined]

    assert own.object == "REGION"
    assert [value.name for value in setup.list_dimension_values(own)] == ["North", "South", "West"]
    assert (setup.find_closed_date(), setup.find_closed_date(entity="E200")) == (
        date(2019, 12, 31),
        date(2020, 12, 31),
    )


def test_a_gateway_that_cannot_be_reached_has_executed_nothing(tmp_path: Path) -> None:
    with run_intacct(tmp_path / "gone.db") as gone:
        address = gone.gateway
    client = make_client(address)

    with pytest.raises(IntacctError) as raised:
        client.create_bills([make_call()], entity="E100")

    client.close()
    assert isinstance(raised.value, NotSent)
