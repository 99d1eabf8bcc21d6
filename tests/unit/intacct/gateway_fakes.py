"""A transport without a network, and the answers a gateway would give, in invented values."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from xml.sax.saxutils import escape

from lxml import etree

from ml_connector.intacct import Answer, Client, Credentials, Exchange, IntacctError

NOON = datetime(2030, 1, 2, 12, tzinfo=UTC)
URL = "https://api.intacct.com/ia/xml/xmlgw.phtml"
ENDPOINT = "https://na12.intacct.com/ia/xml/xmlgw.phtml"
CREDENTIALS = Credentials(
    sender_id="brindle_ws",
    sender_password="s3nder&canary",
    company_id="BRINDLE",
    user_id="edi_user",
    user_password="us3r<canary",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request as the transport was given it."""

    url: str
    body: bytes
    timeout: float

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.body)

    @property
    def control_ids(self) -> list[str]:
        return [function.get("controlid", "") for function in self.root.iter("function")]

    @property
    def is_login(self) -> bool:
        return self.root.find(".//getAPISession") is not None

    def text(self, path: str) -> str | None:
        return self.root.findtext(path)


Reaction: TypeAlias = Answer | IntacctError | Callable[[Sent], Answer]


def login_answer(
    session: str = "session-1",
    endpoint: str = ENDPOINT,
    *,
    timeout: str | None = "2030-01-02T14:00:00+00:00",
    form: str | None = None,
) -> Answer:
    """A session, and beside it the user's format: `write_format(...)`, or nothing of it where that is empty."""
    data = f"<data><api><sessionid>{session}</sessionid><endpoint>{endpoint}</endpoint><locationid/></api></data>"
    form = write_format() if form is None else form
    results = [result("getAPISession", function="getAPISession", data=data)]
    if form:
        results.append(result("readUserFormatting", function="readUserFormatting", data=form))
    return answer(*results, timeout=timeout)


class FakeTransport:
    """Answers logins with `logins` and then with sessions of `form`, everything else with `reactions` in order."""

    def __init__(
        self, *reactions: Reaction, logins: Sequence[Reaction] = (), form: str | None = None
    ) -> None:
        self.sent: list[Sent] = []
        self.closed = False
        self._reactions = list(reactions)
        self._logins = list(logins)
        self._form = form
        self._lock = threading.Lock()

    @property
    def logins(self) -> list[Sent]:
        return [sent for sent in self.sent if sent.is_login]

    @property
    def calls(self) -> list[Sent]:
        return [sent for sent in self.sent if not sent.is_login]

    def send(self, url: str, body: bytes, *, timeout: float) -> Answer:
        sent = Sent(url=url, body=body, timeout=timeout)
        with self._lock:
            self.sent.append(sent)
            reaction = self._react(sent)
        if isinstance(reaction, IntacctError):
            raise reaction
        return reaction if isinstance(reaction, Answer) else reaction(sent)

    def rest(self) -> None:
        """There is no connection to give up."""

    def close(self) -> None:
        self.closed = True

    def _react(self, sent: Sent) -> Reaction:
        if sent.is_login:
            session = f"session-{len(self.logins)}"
            return self._logins.pop(0) if self._logins else login_answer(session, form=self._form)
        return self._reactions.pop(0) if len(self._reactions) > 1 else self._reactions[0]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def make_client(
    transport: FakeTransport,
    *,
    clock: Callable[[], datetime] = lambda: NOON,
    exchanges: list[Exchange] | None = None,
    url: str = URL,
    endpoint_hosts: Sequence[str] = ("*.intacct.com",),
) -> Client:
    heard = [] if exchanges is None else exchanges
    return Client(
        url=url,
        credentials=CREDENTIALS,
        transport=transport,
        clock=clock,
        on_exchange=heard.append,
        endpoint_hosts=endpoint_hosts,
    )


def raw(body: str | bytes, *, status: int = 200, **headers: str) -> Answer:
    content = body.encode() if isinstance(body, str) else body
    return Answer(status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}, body=content)


def answer(
    *results: str, timeout: str | None = "2030-01-02T14:00:00+00:00", errors: str | None = None
) -> Answer:
    timing = (
        f"<sessiontimestamp>x</sessiontimestamp><sessiontimeout>{timeout}</sessiontimeout>" if timeout else ""
    )
    return raw(
        "<?xml version='1.0' encoding='UTF-8'?><response>"
        "<control><status>success</status><senderid>brindle_ws</senderid><controlid>c</controlid></control>"
        "<operation><authentication><status>success</status><userid>edi_user</userid>"
        f"<companyid>BRINDLE</companyid><locationid></locationid>{timing}</authentication>"
        f"{errors or ''}{''.join(results)}</operation></response>"
    )


def result(
    control_id: str, *, function: str = "create", status: str = "success", data: str = "", errors: str = ""
) -> str:
    return (
        f"<result><status>{status}</status><function>{function}</function>"
        f"<controlid>{control_id}</controlid>{data}{errors}</result>"
    )


def created(control_id: str, record_no: int) -> str:
    data = f'<data listtype="objects" count="1"><apbill><RECORDNO>{record_no}</RECORDNO></apbill></data>'
    return result(control_id, data=data)


def error(errorno: str, description2: str = "", *, description: str = "", correction: str = "") -> str:
    return (
        f"<error><errorno>{escape(errorno)}</errorno><description>{escape(description)}</description>"
        f"<description2>{escape(description2)}</description2><correction>{escape(correction)}</correction></error>"
    )


def errors(*each: str) -> str:
    return f"<errormessage>{''.join(each)}</errormessage>"


def refused(control_id: str, *each: str, function: str = "create") -> str:
    data = '<data listtype="objects" count="0"/>'
    return result(control_id, function=function, status="failure", data=data, errors=errors(*each))


def control_failure(*each: str, status: int = 200) -> Answer:
    control = "<control><status>failure</status></control>"
    return raw(f"<response>{control}{errors(*each)}</response>", status=status)


def authentication_failure(*each: str) -> Answer:
    return raw(
        "<response><control><status>success</status></control><operation><authentication><status>failure</status>"
        "<userid>edi_user</userid><companyid>BRINDLE</companyid><locationid/></authentication>"
        f"{errors(*each)}</operation></response>"
    )


SESSION_GONE = authentication_failure(error("XL03000006", "Sign-in information is incorrect"))


def page(object_: str, *rows: dict[str, str], remaining: int | None = 0) -> Callable[[Sent], Answer]:
    """The answer to a query, under the control id it was asked with."""
    records = "".join(
        f"<{object_}>{''.join(f'<{k}>{escape(v)}</{k}>' for k, v in row.items())}</{object_}>" for row in rows
    )
    left = "" if remaining is None else f' numremaining="{remaining}"'
    data = f'<data listtype="{object_}" totalcount="{len(rows)}" offset="0" count="{len(rows)}"{left}>{records}</data>'
    return lambda sent: answer(result(sent.control_ids[0], function="query", data=data))


def data_answer(data: str, *, listed: int | None = None) -> Callable[[Sent], Answer]:
    """A success of whatever function was asked, with this `<data>`; an older one says how many are `listed`."""
    data = data if listed is None else f'<listtype start="0" end="0" total="{listed}">x</listtype>{data}'

    def answer_it(sent: Sent) -> Answer:
        function = sent.root.find(".//function")
        assert function is not None
        name = str(function[0].tag)
        return answer(result(sent.control_ids[0], function=name, data=data))

    return answer_it


def write_format(*, offset: str = "-08:00", date_format: str = "/mdY", clock: str = "24") -> str:
    """The `<data>` of readUserFormatting."""
    return (
        "<data><userformatting><recordno>48</recordno><locale>en_US</locale>"
        f"<dateformat>{date_format}</dateformat><gmtoffset>{offset}</gmtoffset><clock>{clock}</clock>"
        "</userformatting></data>"
    )
