"""The door to one Intacct company: reads that page themselves, writes that are sent exactly once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from ml_connector.intacct.envelope import Credentials, Function, Request
from ml_connector.intacct.errors import Ambiguous, AnswerUnreadable, Throttled
from ml_connector.intacct.functions import BillCall, render_create
from ml_connector.intacct.gate import demand_success
from ml_connector.intacct.gateway import Exchange, Gateway
from ml_connector.intacct.markup import strip_forbidden
from ml_connector.intacct.objects import (
    Account,
    BillFound,
    BillKey,
    ClassDim,
    Department,
    Location,
    Project,
    Readable,
    Term,
    Vendor,
)
from ml_connector.intacct.paging import PAGE_SIZE, read_all
from ml_connector.intacct.query import Filter, Query, all_of, compare, render_query
from ml_connector.intacct.refusals import describe, is_inconclusive
from ml_connector.intacct.results import CallResult, Page, Reply, Result, Row
from ml_connector.intacct.session import Connection, Sessions
from ml_connector.intacct.transport import Transport

_Record = TypeVar("_Record", bound=Readable)
_KEYS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds without a sign of life after which an exchange is given up.

    Writes get longer: what is given up may be executed all the same, and has to be read back.
    """

    read: float = 60.0
    write: float = 300.0


_TIMEOUTS = Timeouts()


def _ignore(_exchange: Exchange) -> None:
    """For callers that keep no record of exchanges."""


class Client:
    """One company of Sage Intacct, as one user. May be used by several threads.

    It repeats nothing but one login, after a session that Intacct has forgotten. `on_exchange` is told of
    every HTTP exchange, logins included. Besides what each method says, all of them raise NotSent,
    Throttled, CredentialsRefused, EndpointRefused or RequestRejected when nothing was executed, and
    Unavailable when a read or a login failed for now.
    """

    def __init__(
        self,
        *,
        url: str,
        credentials: Credentials,
        transport: Transport,
        clock: Callable[[], datetime],
        on_exchange: Callable[[Exchange], None] = _ignore,
        timeouts: Timeouts = Timeouts(),
    ) -> None:
        self._transport = transport
        self._timeouts = timeouts
        gateway = Gateway(credentials=credentials, transport=transport, clock=clock, on_exchange=on_exchange)
        self._sessions = Sessions(
            url=url, credentials=credentials, gateway=gateway, clock=clock, login_timeout=timeouts.read
        )

    def close(self) -> None:
        self._transport.close()

    def check(self, *, entity: str = "") -> Connection:
        """Log in anew and say who and where we are; proves credentials, authorisation and network."""
        return self._sessions.log_in(entity)

    def query(self, query: Query, *, entity: str = "") -> Iterator[Row]:
        """All rows of a query in RECORDNO order; each page is requested when its first row is wanted.

        Raises PermissionDenied when the user may not read the object.
        """
        return read_all(lambda after: self._fetch_page(query, after, entity))

    def create_bills(self, bills: Sequence[BillCall], *, entity: str = "") -> tuple[CallResult, ...]:
        """Create bills in one request, each standing or falling by itself; the results in their order.

        Intacct refuses to repeat a completed function under the same control id. Raises Ambiguous when
        it is unknown of all of them whether they were executed; when of some, those are `unclear`.
        """
        if not bills:
            return ()
        functions = tuple(
            Function(control_id=call.control_id, name="create APBILL", body=render_create(call.bill))
            for call in bills
        )
        request = Request(functions=functions, entity=entity, unique=True)
        reply = self._sessions.send(request, timeout=self._timeouts.write)
        results = tuple(_read_call(control_id, reply.find(control_id)) for control_id in request.control_ids)
        _raise_if_alike(results, reply)
        return results

    def find_bills(
        self, keys: Sequence[BillKey], *, entity: str = "", since: date | None = None
    ) -> tuple[BillFound, ...]:
        """The bills in Intacct with these vendors and numbers, dated on or after `since`.

        Case and surrounding blanks are not looked at: rather a bill too many to compare than one overlooked.
        """
        found: list[BillFound] = []
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            some = keys[start : start + _KEYS_AT_ONCE]
            wanted = {_fold(key.vendor_id, key.number) for key in some}
            bills = self._read(BillFound, where=_among(some, since), entity=entity)
            found += [bill for bill in bills if _fold(bill.vendor_id, bill.number) in wanted]
        return tuple(found)

    def list_vendors(self) -> Iterator[Vendor]:
        return self._read(Vendor)

    def list_accounts(self) -> Iterator[Account]:
        return self._read(Account)

    def list_departments(self) -> Iterator[Department]:
        return self._read(Department)

    def list_locations(self) -> Iterator[Location]:
        return self._read(Location)

    def list_classes(self) -> Iterator[ClassDim]:
        return self._read(ClassDim)

    def list_projects(self) -> Iterator[Project]:
        return self._read(Project)

    def list_terms(self) -> Iterator[Term]:
        return self._read(Term)

    def _read(
        self, kind: type[_Record], *, where: Filter | None = None, entity: str = ""
    ) -> Iterator[_Record]:
        query = Query(object=kind.OBJECT, fields=kind.FIELDS, where=where)
        return (kind.from_row(row) for row in self.query(query, entity=entity))

    def _fetch_page(self, query: Query, after: int, entity: str) -> Page:
        function = Function(
            control_id=f"query:{query.object}:{after}",
            name=f"query {query.object}",
            body=render_query(query, after=after, pagesize=PAGE_SIZE),
        )
        request = Request(functions=(function,), entity=entity)
        reply = self._sessions.send(request, timeout=self._timeouts.read)
        page = demand_success(reply, function).page
        if page is None:
            raise AnswerUnreadable(f"{function.name}: success, but no data in the answer", answer=reply.raw)
        return page


def _read_call(control_id: str, result: Result | None) -> CallResult:
    """What a result says about a write. A word the gateway does not document says nothing."""
    if result is None:
        return CallResult(control_id=control_id, status="unclear")
    if result.succeeded:
        return CallResult(control_id=control_id, status="created", key=result.key)
    if result.status == "aborted":
        return CallResult(control_id=control_id, status="aborted", errors=result.errors)
    refused = result.status == "failure" and not is_inconclusive(result.errors)
    return CallResult(control_id=control_id, status="refused" if refused else "unclear", errors=result.errors)


def _raise_if_alike(results: Sequence[CallResult], reply: Reply) -> None:
    """Raise what holds for all results alike: none was answered, or all were put off."""
    if all(result.status == "unclear" and not result.errors for result in results):
        ids = tuple(result.control_id for result in results)
        message = f"the answer has no result for {', '.join(ids)}; read back"
        raise Ambiguous(message, control_ids=ids, answer=reply.raw)
    if all(result.throttled for result in results):
        errors = results[0].errors
        raise Throttled(f"Intacct is too busy: {describe(errors)}", details=errors)


def _among(keys: Sequence[BillKey], since: date | None) -> Filter | None:
    return all_of(
        compare("VENDORID", "in", *sorted({key.vendor_id for key in keys})),
        compare("RECORDID", "in", *sorted({key.number for key in keys})),
        None if since is None else compare("WHENCREATED", "greaterthanorequalto", since),
    )


def _fold(vendor_id: str, number: str) -> tuple[str, str]:
    return strip_forbidden(vendor_id).strip().casefold(), strip_forbidden(number).strip().casefold()
