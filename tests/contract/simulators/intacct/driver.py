"""A small company on the gateway, in this process or another, and the few words to talk to it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from mlc_sim.serving import Request, Response

GATEWAY: Final = "/ia/xml/xmlgw.phtml"
LOGIN: Final = (
    "<login><userid>clerk</userid><companyid>BIRCH</companyid><password>birch-user-pw</password></login>"
)
SEED: Final[Mapping[str, Any]] = {
    "company": {
        "id": "BIRCH",
        "sender_id": "birch_ws",
        "sender_password": "birch-sender-pw",
        "users": [{"user_id": "clerk", "password": "birch-user-pw"}],
        "entities": ["E1", "E2"],
    },
    "objects": {
        "LOCATION": [
            {"LOCATIONID": "E1", "NAME": "East"},
            {"LOCATIONID": "10", "NAME": "East Plant", "PARENTID": "E1"},
            {"LOCATIONID": "E2", "NAME": "West"},
            {"LOCATIONID": "20", "NAME": "West Plant", "PARENTID": "E2"},
            {"LOCATIONID": "19", "NAME": "Closed Plant", "PARENTID": "E1", "STATUS": "inactive"},
        ],
        "DEPARTMENT": [{"DEPARTMENTID": "D1", "TITLE": "Operations"}],
        "CLASS": [{"CLASSID": "C1", "NAME": "Retail"}],
        "PROJECT": [
            {"PROJECTID": "P1", "NAME": "Roof", "BEGINDATE": "2030-03-01"},
            {"PROJECTID": "P2", "NAME": "Well", "STATUS": "inactive", "BEGINDATE": "2030-01-15"},
        ],
        "APTERM": [
            {"NAME": "N30", "DUEDATE": 30, "DUEFROM": "from invoice/bill date"},
            {"NAME": "EOM", "DUEDATE": 31, "DUEFROM": "of next month from invoice/bill date"},
        ],
        "GLACCOUNT": [
            {"ACCOUNTNO": "6000", "TITLE": "Supplies"},
            {"ACCOUNTNO": "6001", "TITLE": "Old Supplies", "STATUS": "inactive"},
            {"ACCOUNTNO": "6100", "TITLE": "Project Cost", "REQUIREDEPT": True, "REQUIREPROJECT": True},
        ],
        "VENDOR": [
            {"VENDORID": "V1", "NAME": "Alnwick Bolts", "TERMNAME": "N30", "CREDITLIMIT": "900.00"},
            {"VENDORID": "V2", "NAME": "Bamburgh Nuts", "TERMNAME": "N30", "CREDITLIMIT": "1000.00"},
            {"VENDORID": "V3", "NAME": "craster 100% Steel", "STATUS": "inactive", "CREDITLIMIT": "50.5"},
            {"VENDORID": "V4", "NAME": "Dunstan Oil", "MEGAENTITYID": "E1"},
            {"VENDORID": "V5", "NAME": "Embleton Wire", "MEGAENTITYID": "E2"},
        ],
    },
}
HEADER: Final = {"WHENCREATED": "01/31/2030", "VENDORID": "V1", "RECORDID": "INV-1", "TERMNAME": "N30"}
LINE: Final = {"ACCOUNTNO": "6000", "TRX_AMOUNT": "118.40", "LOCATIONID": "10"}


def seed(**company: object) -> dict[str, Any]:
    """The small company, with changes to its `company` part."""
    changed: dict[str, Any] = deepcopy(dict(SEED))
    changed["company"].update(company)
    return changed


@dataclass(frozen=True, slots=True)
class Result:
    element: etree._Element

    @property
    def status(self) -> str:
        return self.element.findtext("status") or ""

    @property
    def errors(self) -> list[tuple[str, str]]:
        return read_errors(self.element)

    @property
    def data(self) -> etree._Element:
        found = self.element.find("data")
        assert found is not None
        return found

    def column(self, name: str) -> list[str]:
        """One field of each record."""
        return [record.findtext(name) or "" for record in self.data]


@dataclass(frozen=True, slots=True)
class Answer:
    response: Response

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.response.body)

    @property
    def control(self) -> str:
        return self.root.findtext("control/status") or ""

    @property
    def sign_in(self) -> str:
        return self.root.findtext("operation/authentication/status") or ""

    @property
    def results(self) -> list[Result]:
        return [Result(each) for each in self.root.iterfind("operation/result")]

    @property
    def result(self) -> Result:
        (only,) = self.results
        return only

    @property
    def control_errors(self) -> list[tuple[str, str]]:
        return read_errors(self.root)

    @property
    def sign_in_errors(self) -> list[tuple[str, str]]:
        operation = self.root.find("operation")
        return [] if operation is None else read_errors(operation)


def read_errors(element: etree._Element) -> list[tuple[str, str]]:
    """Number and text of the errors directly in an element."""
    return [
        (error.findtext("errorno") or "", error.findtext("description2") or "")
        for error in element.iterfind("errormessage/error")
    ]


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway behind a function that carries requests to it."""

    send: Callable[[Request], Response]
    admin_door: "Gateway | None" = None  #: the same simulator at its admin port

    def post(self, body: str | bytes) -> Answer:
        sent = body.encode() if isinstance(body, str) else body
        return Answer(self.send(Request(method="POST", path=GATEWAY, body=sent)))

    def ask(
        self, *functions: str, auth: str = LOGIN, unique: str = "false", transaction: str = "false"
    ) -> Answer:
        """Functions as XML; one without a <function> around it gets one."""
        wrapped = [each if each.startswith("<function") else function(each) for each in functions]
        return self.post(request("".join(wrapped), auth=auth, unique=unique, transaction=transaction))

    def open_session(self, entity: str = "") -> str:
        """The authentication of a new session."""
        answer = self.ask(f"<getAPISession><locationid>{entity}</locationid></getAPISession>")
        return f"<sessionid>{answer.root.findtext('.//sessionid')}</sessionid>"

    def admin(self, method: str, path: str, value: object = None, **query: str) -> Any:
        """The JSON of an admin route; None for an empty answer."""
        response = self.admin_response(method, path, value, **query)
        assert response.status < 300, response.body
        return json.loads(response.body) if response.body else None

    def admin_response(self, method: str, path: str, value: object = None, **query: str) -> Response:
        body = b"" if value is None else json.dumps(value).encode()
        return self.send(Request(method=method, path=f"/_sim{path}", query=query, body=body))

    @property
    def bills(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.admin("GET", "/bills")
        return found


def request(
    functions: str,
    *,
    auth: str = LOGIN,
    unique: str = "false",
    transaction: str = "false",
    sender: str = "<senderid>birch_ws</senderid><password>birch-sender-pw</password>",
) -> str:
    unique_id = f"<uniqueid>{unique}</uniqueid>" if unique else ""
    return (
        f"<request><control>{sender}<controlid>c-1</controlid>{unique_id}<dtdversion>3.0</dtdversion></control>"
        f'<operation transaction="{transaction}"><authentication>{auth}</authentication>'
        f"<content>{functions}</content></operation></request>"
    )


def function(body: str, control_id: str = "f-1") -> str:
    return f'<function controlid="{control_id}">{body}</function>'


def bill(header: Mapping[str, str | None] | None = None, *lines: Mapping[str, str | None]) -> str:
    """A create of one APBILL: the usual one with changes; None leaves a field out."""
    items = "".join(f"<APBILLITEM>{_fields({**LINE, **line})}</APBILLITEM>" for line in lines or ({},))
    return f"<create><APBILL>{_fields({**HEADER, **(header or {})})}<APBILLITEMS>{items}</APBILLITEMS></APBILL></create>"


def query(object_name: str, fields: str, where: str = "", more: str = "") -> str:
    select = "".join(f"<field>{name}</field>" for name in fields.split())
    filtered = f"<filter>{where}</filter>" if where else ""
    return f"<query><object>{object_name}</object><select>{select}</select>{filtered}{more}</query>"


def compare(operator: str, field: str, *values: str) -> str:
    found = "".join(f"<value>{escape(value)}</value>" for value in values)
    return f"<{operator}><field>{field}</field>{found}</{operator}>"


def _fields(values: Mapping[str, str | None]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items() if value is not None)


@contextmanager
def run_gateway(state: Path, *options: str) -> Iterator[tuple[Gateway, "subprocess.Popen[bytes]", str]]:
    """A gateway as a process of its own, with its URL; killed at the end if it still runs."""
    command = [sys.executable, "-m", "mlc_sim.intacct", "--state", str(state), "--die-with-parent", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        announced = json.loads(process.stdout.readline())
        url, admin = announced["url"], announced["admin"].removesuffix("/_sim")
        door = Gateway(lambda asked: send_over_http(admin, asked))
        try:
            yield Gateway(lambda asked: send_over_http(url, asked), admin_door=door), process, url
        finally:
            process.kill()


def send_over_http(url: str, asked: Request) -> Response:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        target = f"{asked.path}?{urlencode(asked.query)}" if asked.query else asked.path
        connection.request(asked.method, target, asked.body)
        answer = connection.getresponse()
        return Response(status=answer.status, headers=dict(answer.getheaders()), body=answer.read())
    finally:
        connection.close()
