"""Intacct and a watched store in memory, honest about what they keep and scriptable in what goes wrong.

Intacct is the port of `ml_connector.flows` written a second time; `tests/contract` holds it to the same suite as
the real client. It refuses to be called while a transaction of the store is open. Cleo is in `tests.fake_mailbox`.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal

from tests.fake_ledger import FakeLedger
from tests.fake_payables import Bill, list_bill
from tests.fake_reading import FakeReading, FakeSetup
from tests.fake_rows import meets
from tests.fake_writing import FakeWriting

from ml_connector.intacct import (
    Account,
    Ambiguous,
    ApBill,
    BillFound,
    BillKey,
    Call,
    CallResult,
    ClassDim,
    CredentialsRefused,
    Department,
    ErrorDetail,
    IntacctError,
    Location,
    Project,
    Record,
    RequestRejected,
    Term,
    Vendor,
    Writable,
)
from ml_connector.intacct.query import Filter
from ml_connector.store import Store, Work
from ml_connector.store.payloads import Kept, PayloadReader

NOON: Final = datetime(2031, 3, 14, 12, 0, tzinfo=UTC)
REPEATED: Final = ErrorDetail(
    errorno="XL03000009", description2="A function with this control id was executed and completed before."
)
TOO_BUSY: Final = ErrorDetail(errorno="GW-0010", description2="API rate limit exceeded")
AT_ONCE: Final = timedelta(0)


def _do_nothing() -> None:
    """For hooks that nobody has set."""


def _ignore_ids(_control_ids: Sequence[str]) -> None:
    """For who keeps no books of what is billed."""


class Killed(BaseException):
    """The process ends here. It is no Exception, so that nothing of ours can go on after it."""


class ManualClock:
    """A clock that goes on only when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class WatchedStore(Store):
    """A store that counts its open transactions, lets others in before one, and can kill the process after it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._blocks = 0
        self._last: int | None = None
        self._stored = False
        self._meanwhile: dict[int, Callable[[], object]] = {}
        self.open_blocks = 0

    @contextmanager
    def begin(self) -> Iterator[Work]:
        self._blocks += 1
        self._meanwhile.pop(self._blocks, _do_nothing)()
        dies = self._blocks == self._last
        with self._store.begin() as work:
            self.open_blocks += 1
            try:
                yield work
            finally:
                self.open_blocks -= 1
            if dies and not self._stored:
                raise Killed
        if dies:
            raise Killed

    def die_in(self, blocks: int, *, stored: bool) -> None:
        """Be killed at the end of so many blocks from now: when its work is `stored`, or just before."""
        self._last, self._stored = self._blocks + blocks, stored

    def live_on(self) -> None:
        self._last = None
        self._meanwhile.clear()

    def let_in(self, blocks: int, action: Callable[[], object]) -> None:
        """Something else happens just before that many blocks from now."""
        self._meanwhile[self._blocks + blocks] = action

    def keep(self, chunks: Iterable[bytes]) -> Kept:
        return self._store.keep(chunks)

    def open_payload(self, sha256: str) -> PayloadReader:
        return self._store.open_payload(sha256)

    def open_payloads(self, lengths: Mapping[str, int]) -> Mapping[str, PayloadReader]:
        return self._store.open_payloads(lengths)

    def close(self) -> None:
        self._store.close()


def _no_blocks() -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What a company has before the first bill."""

    vendors: tuple[Vendor, ...] = ()
    accounts: tuple[Account, ...] = ()
    departments: tuple[Department, ...] = ()
    locations: tuple[Location, ...] = ()
    classes: tuple[ClassDim, ...] = ()
    projects: tuple[Project, ...] = ()
    terms: tuple[Term, ...] = ()
    others: tuple[Record, ...] = ()  #: records of further objects
    custom: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: further fields of vendors, by id
    entities: frozenset[str] = frozenset()

    def list_all(self) -> Iterator[tuple[Any, Mapping[str, str]]]:
        """Every record, with its further fields."""
        yield from ((vendor, self.custom.get(vendor.vendor_id, {})) for vendor in self.vendors)
        others = (
            *(self.accounts, self.departments, self.locations, self.classes),
            *(self.projects, self.terms, self.others),
        )
        yield from ((record, {}) for records in others for record in records)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one request of writes."""

    error: BaseException | None = None  #: raised instead of an answer
    lost: bool = False  #: no answer comes: Ambiguous
    commits: timedelta | None = None  #: it is executed so much later all the same; None: never
    says: Literal["created", "refused", "aborted", "unclear"] | None = None  #: instead of the truth
    errors: tuple[ErrorDetail, ...] = ()  #: with what is said
    silent: bool = False  #: the answer has no results


@dataclass(frozen=True, slots=True, kw_only=True)
class _Executing:
    """A request that Intacct goes on with although nobody waits for its answer."""

    due: datetime
    calls: tuple[Call, ...]
    entity: str


class FakeFinance:
    """One Intacct company.

    It remembers the control ids of completed functions, and knows nothing yet of a request that is still executing: a
    repetition that overtakes it makes a second bill, as in Intacct.
    """

    def __init__(
        self, books: Books, *, clock: ManualClock, open_blocks: Callable[[], int] = _no_blocks
    ) -> None:
        self.books = books
        self.ledger = FakeLedger(self._list_books, clock=clock)
        self.bills = self.ledger.payables.bills
        self.purchasing = self.ledger.purchasing
        self.takes: Callable[[int], timedelta] = lambda _: AT_ONCE  #: how long so many bills take
        self.refuses_all: IntacctError | None = None  #: raised by every read and write
        self.refuses_after: tuple[int, IntacctError] | None = None  #: raised by every list after so many
        self.reads = 0  #: how many lists were asked for
        self.rejected_numbers: set[str] = set()  #: a request with one of them is rejected as a whole
        self.refuse_numbers: dict[str, tuple[ErrorDetail, ...]] = {}  #: bills that are refused in these words
        self.unseen_for = AT_ONCE  #: how long what is new cannot be found
        self.remembers = True
        self.look_ups = 0
        self.on_find: Callable[[], object] = _do_nothing  #: done once, during the next look-up
        self.on_billed: Callable[[Sequence[str]], object] = _ignore_ids  #: told what Sage bills of writes
        self._clock = clock
        self.open_blocks = open_blocks  #: asked at each call
        self._faults: deque[Fault] = deque()
        self._find_errors: deque[BaseException] = deque()
        self._executing: list[_Executing] = []
        self._completed: set[str] = set()
        self.reading = FakeReading(self._look, clock=clock, enter=self._begin_list)
        self.writing = FakeWriting(self._send, self.reading, look_up=self._look_up)
        self.requests = self.writing.requests  #: each request of the flows, whatever became of it
        self.setup = FakeSetup(enter=self._begin_list)

    def order(self, *faults: Fault) -> None:
        """The next requests of writes go wrong so, one fault for each."""
        self._faults.extend(faults)

    def order_find_error(self, error: BaseException) -> None:
        """The next look-up fails."""
        self._find_errors.append(error)

    def forget_faults(self) -> None:
        self._faults.clear()
        self._find_errors.clear()
        self.refuses_all = None

    def enter_by_hand(self, bill: ApBill, *, entity: str = "", state: str = "Posted") -> Bill:
        """A bill that came in another way."""
        return self.ledger.payables.keep_bill(bill, entity=entity, state=state, control_id="")

    def count_bills(self, vendor_id: str, number: str) -> int:
        self._go_on()
        return sum((bill.bill.vendor_id, bill.bill.number) == (vendor_id, number) for bill in self.bills)

    def is_idle(self) -> bool:
        """Nothing is executing that nobody waits for."""
        self._go_on()
        return not self._executing

    def find_bills(
        self,
        keys: Sequence[BillKey],
        *,
        entity: str = "",
        since: date | None = None,
        like: Filter | None = None,
    ) -> tuple[BillFound, ...]:
        wanted = {_fold(key.vendor_id, key.number) for key in keys}
        with self._look_up(entity):
            return tuple(
                kept.found
                for kept in self.bills
                if (
                    _fold(kept.bill.vendor_id, kept.bill.number) in wanted
                    or (like is not None and meets(list_bill(kept), {}, None, like, ignore_case=True))
                )
                and (since is None or kept.bill.date >= since)
                and kept.at + self.unseen_for <= self._clock()
            )

    def _look(self) -> Iterator[tuple[Any, Mapping[str, str]]]:
        yield from self._list_books()
        yield from self.ledger.list_records(self._clock() - self.unseen_for)

    def _list_books(self) -> Iterator[tuple[Any, Mapping[str, str]]]:
        """What the company has besides what is written to it: other books may be put in its place."""
        return self.books.list_all()

    @contextmanager
    def _look_up(self, entity: str) -> Iterator[None]:
        """One look-up of what was written."""
        self._enter()
        self._demand_entity(entity)
        self.look_ups += 1
        meanwhile, self.on_find = self.on_find, _do_nothing
        if self._find_errors:
            raise self._find_errors.popleft()
        yield
        meanwhile()

    def _begin_list(self) -> None:
        self._enter()
        self.reads += 1
        if self.refuses_after is not None:
            left, error = self.refuses_after
            self.refuses_after = (left - 1, error)
            if not left:
                raise error

    def _enter(self) -> None:
        assert not self.open_blocks(), "Intacct is called while a transaction of the store is open"
        self._go_on()
        if self.refuses_all is not None:
            raise self.refuses_all

    def _go_on(self) -> None:
        """Complete what was still executing and is due by now."""
        due = [each for each in self._executing if each.due <= self._clock()]
        self._executing = [each for each in self._executing if each not in due]
        for each in due:
            for call in each.calls:
                if not self.ledger.find_problems(call.body):
                    self._complete(call, each.entity)

    def _send(self, calls: tuple[Call, ...], *, entity: str, atomic: bool = False) -> tuple[CallResult, ...]:
        self._enter()
        self._demand_entity(entity)
        self._clock.advance(self.takes(len(calls)))
        if any(name_of(call.body) in self.rejected_numbers for call in calls):
            raise RequestRejected("Intacct refused the request unread: XL03000003 invalid request")
        if self._faults:
            return self._go_wrong(self._faults.popleft(), calls, entity, atomic=atomic)
        return self._execute_all(calls, entity, atomic=atomic)

    def _go_wrong(
        self, fault: Fault, calls: tuple[Call, ...], entity: str, *, atomic: bool
    ) -> tuple[CallResult, ...]:
        told: tuple[CallResult, ...] = ()
        if fault.commits == AT_ONCE:
            told = self._execute_all(calls, entity, atomic=atomic)
        elif fault.commits is not None:
            new = tuple(call for call in calls if not self._is_repeated(call))
            self._executing.append(_Executing(due=self._clock() + fault.commits, calls=new, entity=entity))
        if fault.error is not None:
            raise fault.error
        if fault.lost:
            raise Ambiguous("no answer came", control_ids=[call.control_id for call in calls])
        if fault.silent:
            return ()
        if fault.says is None:
            return told
        return tuple(
            CallResult(control_id=call.control_id, status=fault.says, errors=fault.errors) for call in calls
        )

    def _execute_all(self, calls: tuple[Call, ...], entity: str, *, atomic: bool) -> tuple[CallResult, ...]:
        """Each by itself, or all or none."""
        refused = {call.control_id: self._judge(call) for call in calls} if atomic else {}
        if not any(refused.values()):
            return tuple(self._execute(call, entity) for call in calls)
        return tuple(
            CallResult(control_id=id_, status="refused" if errors else "aborted", errors=errors)
            for id_, errors in refused.items()
        )

    def _execute(self, call: Call, entity: str) -> CallResult:
        errors = self._judge(call)
        if errors:
            return CallResult(control_id=call.control_id, status="refused", errors=errors)
        key = self._complete(call, entity)
        self.on_billed([call.control_id])
        return CallResult(control_id=call.control_id, status="created", key=key)

    def _judge(self, call: Call) -> tuple[ErrorDetail, ...]:
        """Why it is refused."""
        ordered = self.refuse_numbers.get(name_of(call.body), ())
        if self._is_repeated(call):
            return (*ordered, REPEATED)
        said = self.ledger.find_problems(call.body)
        return (*ordered, *(ErrorDetail(errorno="BL03000018", description2=text) for text in said))

    def _is_repeated(self, call: Call) -> bool:
        return self.remembers and call.control_id in self._completed

    def _complete(self, call: Call, entity: str) -> str:
        self._completed.add(call.control_id)
        return self.ledger.keep(call, entity)

    def _demand_entity(self, entity: str) -> None:
        if entity and entity not in self.books.entities:
            raise CredentialsRefused(f"there is no entity {entity!r}", refused="user")


def name_of(body: Writable) -> str:
    """What a write is known by to whom it goes wrong for: its number, or a partner's."""
    names = (getattr(body, name, None) for name in ("number", "vendor_number", "reference", "document_id"))
    return next((name for name in names if name), "")


def _fold(vendor_id: str, number: str) -> tuple[str, str]:
    return vendor_id.strip().casefold(), number.strip().casefold()
