"""The door to one Intacct company: reads that page themselves, writes that are sent exactly once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ml_connector.intacct.endpoint import INTACCT_HOSTS
from ml_connector.intacct.envelope import Credentials
from ml_connector.intacct.gateway import Exchange, Gateway
from ml_connector.intacct.markup import strip_forbidden
from ml_connector.intacct.objects import BillFound, BillKey
from ml_connector.intacct.query import Filter, Query, all_of, any_of, compare, is_one_of
from ml_connector.intacct.reading.reader import Reader
from ml_connector.intacct.reading.setup import Setup
from ml_connector.intacct.results import CallResult, Row
from ml_connector.intacct.session import Connection, Sessions
from ml_connector.intacct.transport import Transport
from ml_connector.intacct.writing.bill import BillCall
from ml_connector.intacct.writing.call import Call
from ml_connector.intacct.writing.writer import Writer

_KEYS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds until an answer has to begin, and again until it has to end; then the exchange is given up.

    Writes get longer: what is given up may be executed all the same, and has to be read back.
    """

    read: float = 60.0
    write: float = 300.0


def _ignore(_exchange: Exchange) -> None:
    """For callers that keep no record of exchanges."""


class Client:
    """One company of Sage Intacct, as one user. May be used by several threads.

    It repeats nothing but one login, after a session that Intacct has forgotten. `on_exchange` is told of
    every HTTP exchange, logins included. Besides at its own host, sessions go on at `endpoint_hosts` only, by
    https. The methods here are those of a connector of bills; `reading`,
    `setup` and `writing` have all others. Besides what each method says, all of them raise NotSent,
    Throttled, CredentialsRefused, EndpointRefused or RequestRejected when nothing was executed, and
    Unavailable when a read or a login failed for now.
    """

    def __init__(  # noqa: PLR0913 (parts and settings, each by its name)
        self,
        *,
        url: str,
        credentials: Credentials,
        transport: Transport,
        clock: Callable[[], datetime],
        on_exchange: Callable[[Exchange], None] = _ignore,
        timeouts: Timeouts = Timeouts(),
        endpoint_hosts: Sequence[str] = INTACCT_HOSTS,
    ) -> None:
        self._transport = transport
        self._timeouts = timeouts
        gateway = Gateway(credentials=credentials, transport=transport, clock=clock, on_exchange=on_exchange)
        self._sessions = Sessions(
            url=url,
            credentials=credentials,
            gateway=gateway,
            clock=clock,
            login_timeout=timeouts.read,
            endpoint_hosts=endpoint_hosts,
        )
        self.reading = Reader(self._sessions, timeout=timeouts.read)
        self.setup = Setup(self.reading)
        self.writing = Writer(self._sessions, self.reading, timeout=timeouts.write)

    def rest(self) -> None:
        """Keep the sessions, and give up the connection; the next call makes another. Not while one is under way."""
        self._transport.rest()

    def close(self) -> None:
        self._transport.close()

    def check(self, *, entity: str = "") -> Connection:
        """Log in anew and say who and where we are; proves credentials, authorisation and network."""
        return self._sessions.log_in(entity)

    def connect(self, *, entity: str = "") -> Connection:
        """Log in anew and say for certain how the API user's dates and time stamps are written.

        Every session asks for it, with its log-in, and no row is read without: what is 03/04 to one user is 04/03
        to another.
        """
        return self._sessions.connect(entity)

    def query(self, query: Query, *, entity: str = "") -> Iterator[Row]:
        """All rows of a query in RECORDNO order; each page is requested when its first row is wanted.

        Raises PermissionDenied when the user may not read the object.
        """
        return self.reading.query(query, entity=entity)

    def create_bills(self, bills: Sequence[BillCall], *, entity: str = "") -> tuple[CallResult, ...]:
        """Create bills in one request, each standing or falling by itself; the results in their order.

        Intacct refuses to repeat a completed function under the same control id. Raises Ambiguous when
        it is unknown of all of them whether they were executed; when of some, those are `unclear`.
        """
        calls = [Call(control_id=call.control_id, body=call.bill) for call in bills]
        return self.writing.write(calls, entity=entity)

    def find_bills(
        self,
        keys: Sequence[BillKey],
        *,
        entity: str = "",
        since: date | None = None,
        like: Filter | None = None,
    ) -> tuple[BillFound, ...]:
        """The bills in Intacct with these vendors and numbers, dated on or after `since`; and those that meet `like`.

        Case and surrounding blanks are not looked at: rather a bill too many to compare than one overlooked.
        """
        found: dict[int, BillFound] = {}
        for start in range(0, max(len(keys), like is not None), _KEYS_AT_ONCE):
            some, also = keys[start : start + _KEYS_AT_ONCE], like if start == 0 else None
            wanted = {_fold(key.vendor_id, key.number) for key in some}
            named = (
                is_one_of("VENDORID", {key.vendor_id.strip() for key in some}),
                is_one_of("RECORDID", {key.number.strip() for key in some}),
            )
            meant = named if also is None else (any_of(all_of(*named), also),)
            dated = None if since is None else compare("WHENCREATED", "greaterthanorequalto", since)
            query = Query(
                object=BillFound.OBJECT,
                fields=BillFound.FIELDS,
                where=all_of(*meant, dated),
                ignore_case=True,
            )
            for bill in map(BillFound.from_row, self.query(query, entity=entity)):
                if also is not None or _fold(bill.vendor_id, bill.number) in wanted:
                    found[bill.record_no] = bill
        return tuple(found.values())


def _fold(vendor_id: str, number: str) -> tuple[str, str]:
    return strip_forbidden(vendor_id).strip().casefold(), strip_forbidden(number).strip().casefold()
