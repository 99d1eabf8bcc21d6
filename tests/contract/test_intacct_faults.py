"""Every fault at every call of the Intacct library: the caller is told its class, and no record is made twice."""

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from operator import attrgetter
from typing import Any, Final

import pytest
from tests.contract.intacct_calls import BILL, ENTITY, LOG_INS, READS, WRITES, Known, Read, Write
from tests.contract.intacct_company import HastyTransport, make_bill, make_client, make_order, seed
from tests.contract.intacct_faults import (
    BATCH_FAULTS,
    FAULTS,
    HASTE,
    MIDDLE,
    UNREAD,
    BatchFault,
    Fault,
    Told,
    tell_wait,
)
from tests.contract.intacct_matrix import PROOFS
from tests.processes import IntacctProcess, run_intacct, wait_until

import ml_connector.intacct
from ml_connector.intacct import (
    Ambiguous,
    Call,
    CallResult,
    Client,
    HttpTransport,
    IntacctError,
    NewFolder,
    NotSent,
    Throttled,
    Unavailable,
    Vendor,
    Writable,
)
from ml_connector.intacct.reading.reader import Reader
from ml_connector.intacct.reading.setup import Setup
from ml_connector.intacct.writing.writer import Writer

Note = Callable[[str, object], None]
MARKS: Final = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A gateway, two clients that faults hit, and one that they do not."""

    gateway: IntacctProcess
    patient: Client
    hasty: Client
    haste: HastyTransport
    witness: Client
    known: Known

    def suffer(
        self, fault: Fault, match: Mapping[str, str], act: Callable[[Client], object], entity: str = ""
    ) -> Told:
        """What a caller who has a session is told when the fault happens to this call."""
        client = self.hasty if fault.needs_haste else self.patient
        self.haste.hurries = f"<{match['function']}".encode()
        self.order(fault, match, after={"function": "getAPISession"})
        log_in(client, entity)
        return self.tell(fault, partial(act, client))

    def suffer_write(self, fault: Fault, wanted: "Marked") -> Told:
        """The same of a write, which alone the fault finds: one that is late must not meet the next."""
        match = {**wanted.write.match, "controlid": wanted.call.control_id}
        return self.suffer(
            fault, match, lambda client: client.writing.write([wanted.call], entity=ENTITY), ENTITY
        )

    def order(self, fault: Fault, match: Mapping[str, str], after: Mapping[str, str] | None) -> None:
        """Let the fault befall a call; connections are refused from the answer to the request before it on."""
        if fault.orders:
            self.gateway.set_faults(*({"match": match, **order} for order in fault.orders))
        elif after:
            self.gateway.set_faults({"match": after, "action": "shut"})
        else:
            self.gateway.ask("POST", "/listen", {"accept": False})

    def tell(self, fault: Fault, act: Callable[[], Any]) -> Told:
        """What a caller is told: the class of the error, the status of the one result, or `ok`."""
        try:
            result = act()
        except Throttled as error:
            return Throttled if error.retry_after is None else tell_wait(error.retry_after)
        except IntacctError as error:
            return type(error)
        finally:
            if not fault.orders:
                self.gateway.ask("POST", "/listen", {"accept": True})
        is_written = isinstance(result, tuple) and result and isinstance(result[0], CallResult)
        return result[0].status if is_written else "ok"

    def put_right(self) -> None:
        """All faults that were set have happened; none is set any more."""
        assert [order for order in self.gateway.faults() if not order["done"]] == []
        self.gateway.clear_faults()


def book_draft(client: Client, mark: str) -> int:
    """Enter a bill in Draft; its RECORDNO."""
    draft = replace(make_bill(mark), action="Draft")
    [result] = client.writing.write([Call(control_id=f"draft:{mark}", body=draft)], entity=ENTITY)
    return int(result.key or 0)


def log_in(client: Client, entity: str) -> None:
    """A connection that the last fault broke is noticed now, at the first attempt."""
    try:
        client.check(entity=entity)
    except IntacctError:
        client.check(entity=entity)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with run_intacct(tmp_path_factory.mktemp("faults") / "intacct.db") as gateway, ExitStack() as opened:
        seed(gateway)
        haste = HastyTransport(HASTE)
        patient, hasty, witness = (
            opened.enter_context(closing(make_client(gateway.gateway, transport)))
            for transport in (HttpTransport(), haste, HttpTransport())
        )
        bodies: tuple[Writable, ...] = (
            make_bill("to-be-paid"),
            NewFolder(name="EDI"),
            *(make_order(f"to-be-changed-{number}") for number in range(len(FAULTS) + 2)),
        )
        calls = [Call(control_id=f"world:{number}", body=body) for number, body in enumerate(bodies)]
        bill, _, *orders = witness.writing.write(calls, entity=ENTITY)
        known = Known(
            bill_no=int(bill.key or 0),
            vendor_ids=[each.record.vendor_id for each in witness.reading.list_records(Vendor)],
            order_ids=[order.key or "" for order in orders],
            book_draft=partial(book_draft, witness),
        )
        yield World(gateway=gateway, patient=patient, hasty=hasty, haste=haste, witness=witness, known=known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A write with the mark it is found by."""

    write: Write
    mark: str
    call: Call


def mark_new(world: World, write: Write, position: int = 0) -> Marked:
    mark = f"mlc-f-{next(MARKS):05}"
    body = write.make(world.known, mark, position)
    return Marked(write=write, mark=mark, call=Call(control_id=f"faults:{mark}", body=body))


def look_for(world: World, wanted: Sequence[Marked]) -> list[int]:
    """How often each of these is in Intacct, as the library finds it."""
    found: Counter[str] = Counter()
    for write in {each.write.name: each.write for each in wanted}.values():
        marks = [each.mark for each in wanted if each.write is write]
        texts = write.find(world.witness, marks)
        found.update(mark for text in texts for mark in marks if mark in text)
    return [found[each.mark] for each in wanted]


def settle(world: World, wanted: Sequence[Marked]) -> None:
    """What a caller does: look for the marks, and send the same again of which nothing was found."""
    there = look_for(world, wanted)
    missing = [each.call for each, times in zip(wanted, there, strict=True) if not times]
    results = world.witness.writing.write(missing, entity=ENTITY)
    assert [result.status for result in results] == ["created"] * len(missing)
    assert look_for(world, wanted) == [1] * len(wanted)


@pytest.mark.parametrize("read", READS, ids=attrgetter("function"))
def test_whatever_fails_a_read_tells_what_to_do_next(world: World, read: Read, record_property: Note) -> None:
    faults = [fault for fault in FAULTS if fault.read is not None]

    told = {fault.name: world.suffer(fault, read.match, read.act) for fault in faults}

    world.put_right()
    assert told == {fault.name: fault.read for fault in faults}
    record_property("note", f"Intacct    | {read.function} | {len(told)} faults, each told by its class")


@pytest.mark.parametrize("read", READS, ids=attrgetter("function"))
def test_every_method_that_reads_sends_its_function_and_works_again_after_a_fault(
    world: World, read: Read
) -> None:
    (dropped,) = (fault for fault in FAULTS if fault.name == "no answer")

    told = {name: world.suffer(dropped, read.match, act) for name, act in read.methods.items()}

    world.put_right()  # a method that sends another function has met no fault
    assert told == dict.fromkeys(read.methods, dropped.read)
    for act in read.methods.values():
        act(world.witness)


@pytest.mark.parametrize("write", WRITES, ids=attrgetter("name"))
def test_whatever_fails_a_write_is_found_by_its_mark_exactly_once(
    world: World, write: Write, record_property: Note
) -> None:
    wanted = [mark_new(world, write, position) for position in range(len(FAULTS))]

    told = {fault.name: world.suffer_write(fault, each) for fault, each in zip(FAULTS, wanted, strict=True)}

    world.put_right()
    assert told == {fault.name: fault.write for fault in FAULTS}
    executed = [int(fault.is_executed or fault.write == "created") for fault in FAULTS]
    late = [each for fault, each in zip(FAULTS, wanted, strict=True) if fault.commits_later]
    wait_until(lambda: look_for(world, late) == [1] * len(late), what="what goes on is committed")
    assert look_for(world, wanted) == executed
    settle(world, wanted)
    record_property("note", f"Intacct    | {write.name} | {len(told)} faults, each once in the books")


def test_a_connection_that_is_reset_before_the_body_is_read_has_executed_nothing(world: World) -> None:
    wanted = [mark_new(world, write, len(FAULTS) + 1) for write in WRITES]
    reads = {read.function: partial(read.act, world.patient) for read in READS}
    writes = {
        each.write.name: partial(world.patient.writing.write, [each.call], entity=ENTITY) for each in wanted
    }

    def reset(act: Callable[[], object]) -> Told:
        log_in(world.patient, ENTITY)
        world.gateway.set_faults(*UNREAD.orders)
        return world.tell(UNREAD, act)

    told_reads = {name: reset(act) for name, act in reads.items()}
    told_writes = {name: reset(act) for name, act in writes.items()}

    world.put_right()
    assert {*told_reads.values()} <= {Unavailable, NotSent}
    assert {*told_writes.values()} <= {Ambiguous, NotSent}
    assert look_for(world, wanted) == [0] * len(wanted)
    settle(world, wanted)


def spread(triple: Sequence[Any]) -> list[Any]:
    """What is said of those before the middle, of the middle, and of those after it, for each call of a batch."""
    before, middle, after = triple
    return [before] * MIDDLE + [middle] + [after] * (len(WRITES) - MIDDLE - 1)


@pytest.mark.parametrize("together", ["each alone", "all or none"])
@pytest.mark.parametrize("fault", BATCH_FAULTS, ids=attrgetter("name"))
def test_a_fault_in_the_midst_of_a_batch_of_all_kinds_is_told_of_each(
    world: World, fault: BatchFault, together: str
) -> None:
    atomic = together == "all or none"
    wanted = [mark_new(world, write, len(FAULTS)) for write in WRITES]
    calls = [each.call for each in wanted]
    log_in(world.patient, ENTITY)
    world.gateway.set_faults({"match": {"controlid": calls[MIDDLE].control_id}, **fault.order})
    expected = fault.atomic if atomic else fault.alone

    if isinstance(expected, type):
        with pytest.raises(expected):
            world.patient.writing.write(calls, entity=ENTITY, atomic=atomic)
    else:
        results = world.patient.writing.write(calls, entity=ENTITY, atomic=atomic)
        assert [result.status for result in results] == spread(expected)

    world.put_right()
    there = (fault.atomic_there,) * 3 if atomic else fault.there
    assert look_for(world, wanted) == [int(each) for each in spread(there)]
    settle(world, wanted)


@pytest.mark.parametrize("log_in", ["first log-in", "log-in after the session is gone"])
def test_a_write_whose_log_in_fails_was_not_sent(world: World, log_in: str) -> None:
    faults = [fault for fault in FAULTS if fault.read not in {None, "ok"} and not fault.needs_haste]
    wanted = [mark_new(world, BILL) for _ in faults]
    has_session, told = log_in != "first log-in", dict[str, Told]()

    for fault, each in zip(faults, wanted, strict=True):
        with closing(make_client(world.gateway.gateway)) as client:
            if has_session:
                client.check(entity=ENTITY)
                world.gateway.set_faults({"match": {"function": "create"}, "action": "expire_sessions"})
            world.order(fault, {"function": "getAPISession"}, {"function": "create"} if has_session else None)
            told[fault.name] = world.tell(fault, partial(client.writing.write, [each.call], entity=ENTITY))

    assert told == {fault.name: fault.log_in or fault.read for fault in faults}
    assert look_for(world, wanted) == [0] * len(wanted)
    world.gateway.clear_faults()
    settle(world, wanted)


def test_the_users_format_is_asked_for_again_when_a_log_in_failed_to_tell_it(world: World) -> None:
    match = {"function": "readUserFormatting"}
    faults = [fault for fault in FAULTS if fault.read and {o["action"] for o in fault.orders} == {"refuse"}]

    told = {fault.name: world.suffer(fault, match, lambda client: client.connect()) for fault in faults}

    world.put_right()
    assert told == {fault.name: "ok" for fault in faults}
    assert len(told) > 1


def test_every_call_of_the_client_is_in_the_matrix() -> None:
    owners = {"": Client, "reading.": Reader, "setup.": Setup, "writing.": Writer}
    public = {
        f"{prefix}{name}"
        for prefix, owner in owners.items()
        for name, _ in inspect.getmembers(owner, inspect.isfunction)
        if not name.startswith("_")
    }
    kinds = {
        each
        for each in vars(ml_connector.intacct).values()
        if inspect.isclass(each) and hasattr(each, "NAME") and hasattr(each, "render")
    }

    tried = {name for read in READS for name in read.methods} | {*LOG_INS}
    tried |= {f"writing.{write.finder}" for write in WRITES} | {"writing.write", "create_bills"}

    assert {*PROOFS.values()} <= globals().keys()
    assert public - {"close", "rest"} == tried
    assert kinds - {Writable} == {write.kind for write in WRITES}
