"""A request's bytes to records, with the order the gateway's schema demands (Intacct documentation, "Requests").

The checks are written by hand from the published content models: sequences of children, required attributes,
lengths. Anything else is a schema error, which refuses the whole request before a word of it is executed.
"""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from mlc_sim.intacct.legacy_models import LEGACY_FUNCTIONS, OBJECT_OF
from mlc_sim.intacct.legacy_schema import check_legacy
from mlc_sim.intacct.problems import GatewayRefusalError, SchemaError
from mlc_sim.intacct.query import read_query
from mlc_sim.intacct.read_forms import FORMS, check_form
from mlc_sim.intacct.schema import check_children, check_leaves, text_of

CONTROL_ID_LENGTH = 256
#: Functions whose children are objects.
WITH_OBJECTS: Final = ("create", "update", "approve", "decline")
FUNCTION_NAMES: Final = (
    *WITH_OBJECTS,
    "getAPISession",
    "query",
    "readMore",
    *FORMS,
    *LEGACY_FUNCTIONS,
)

_CONTROL = "senderid password? controlid uniqueid? dtdversion? policyid? debug? includewhitespace? showadditionalerrorinfo?"
_LOGIN = "userid companyid password clientid? locationid?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The control block."""

    sender_id: str
    password: str
    control_id: str
    unique_id: bool  #: true when left out, as documented
    policy_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Authentication by name and password; an empty location is the top level."""

    user_id: str
    company_id: str
    password: str
    location_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionId:
    """Authentication by a session."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function: its name, its own control id, and its element."""

    name: str
    control_id: str
    body: etree._Element

    @property
    def objects(self) -> tuple[str, ...]:
        """The object names it is about, as written."""
        if self.name in WITH_OBJECTS:
            return tuple(str(child.tag) for child in self.body)
        asked = OBJECT_OF.get(self.name) or self.body.get("object") or text_of(self.body, "object")
        return (asked,) if asked else ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of the documents it creates."""
        if self.name in WITH_OBJECTS:
            return tuple(text_of(child, "RECORDID") for child in self.body)
        found = (text_of(self.body, name) for name in ("billno", "adjustmentno", "documentno"))
        return tuple(number for number in found if number)

    @property
    def compared(self) -> tuple[str, ...]:
        """The fields that its filter compares."""
        return tuple(field.text or "" for field in self.body.iterfind("filter//field"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Functions under one authentication."""

    authentication: Login | SessionId
    is_transaction: bool
    functions: tuple[Function, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A whole request."""

    control: Control
    operations: tuple[Operation, ...]

    @property
    def functions(self) -> list[Function]:
        """Those of all operations."""
        return [function for operation in self.operations for function in operation.functions]


def parse(body: bytes) -> etree._Element:
    """The root of a request. Raises GatewayRefusalError for no XML at all, SchemaError for broken XML."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise GatewayRefusalError
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise SchemaError(str(error)) from None


def read_envelope(root: etree._Element) -> Envelope:
    """The request's records. Raises SchemaError where the schema is broken."""
    if root.tag != "request":
        raise SchemaError(
            f"Element '{root.tag}': No matching global declaration available for the validation root."
        )
    check_children(root, "control operation+")
    return Envelope(
        control=_read_control(root[0]),
        operations=tuple(_read_operation(element) for element in list(root)[1:]),
    )


def _read_control(element: etree._Element) -> Control:
    check_children(element, _CONTROL)
    check_leaves(element)
    control_id = text_of(element, "controlid")
    _check_control_id(element, control_id)
    version = text_of(element, "dtdversion") or "3.0"
    if version != "3.0":
        raise SchemaError(f"Element 'dtdversion': the value '{version}' is not served here; use 3.0.")
    return Control(
        sender_id=text_of(element, "senderid"),
        password=text_of(element, "password"),
        control_id=control_id,
        unique_id=_read_boolean(element, "uniqueid", text_of(element, "uniqueid") or "true"),
        policy_id=text_of(element, "policyid"),
    )


def _read_operation(element: etree._Element) -> Operation:
    check_children(element, "authentication preferences* content*", attributes=("transaction",))
    return Operation(
        authentication=_read_authentication(element[0]),
        is_transaction=_read_boolean(element, "@transaction", element.get("transaction", "false")),
        functions=tuple(
            _read_function(child) for content in element.findall("content") for child in _functions(content)
        ),
    )


def _functions(content: etree._Element) -> list[etree._Element]:
    check_children(content, "function+")
    return list(content)


def _read_authentication(element: etree._Element) -> Login | SessionId:
    if len(element) == 1 and element[0].tag == "sessionid":
        check_children(element, "sessionid")
        check_leaves(element)
        return SessionId(value=text_of(element, "sessionid"))
    check_children(element, "login")
    login = element[0]
    check_children(login, _LOGIN)
    check_leaves(login)
    return Login(
        user_id=text_of(login, "userid"),
        company_id=text_of(login, "companyid"),
        password=text_of(login, "password"),
        location_id=text_of(login, "locationid"),
    )


def _read_function(element: etree._Element) -> Function:
    control_id = element.get("controlid")
    if control_id is None:
        raise SchemaError("Element 'function': The attribute 'controlid' is required but missing.")
    _check_control_id(element, control_id)
    if len(element) != 1:
        raise SchemaError(
            f"Element 'function': exactly one child element is expected, {len(element)} were found."
        )
    body = element[0]
    check_children(element, str(body.tag), attributes=("controlid",))
    _check_body(body)
    return Function(name=str(body.tag), control_id=control_id, body=body)


def _check_body(body: etree._Element) -> None:
    if body.tag == "query":
        read_query(body)
    elif body.tag in WITH_OBJECTS:
        if not len(body):
            raise SchemaError(f"Element '{body.tag}': Missing child element(s).")
    elif body.tag == "getAPISession":
        check_children(body, "locationid?")
        check_leaves(body)
    elif body.tag in LEGACY_FUNCTIONS:
        check_legacy(body)
    elif body.tag in FUNCTION_NAMES:
        check_form(body)
    else:
        raise SchemaError(
            f"Element '{body.tag}': This element is not expected. Expected is one of {FUNCTION_NAMES}."
        )


def _check_control_id(element: etree._Element, control_id: str) -> None:
    if len(control_id) > CONTROL_ID_LENGTH:
        raise SchemaError(
            f"Element '{element.tag}', controlid: the value has a length of '{len(control_id)}';"
            f" this exceeds the allowed maximum length of '{CONTROL_ID_LENGTH}'."
        )


def _read_boolean(element: etree._Element, name: str, value: str) -> bool:
    if value not in {"true", "false"}:
        raise SchemaError(f"Element '{element.tag}', {name}: '{value}' is not one of true, false.")
    return value == "true"
