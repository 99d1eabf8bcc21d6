"""The one reader of answers (Intacct documentation, 'Responses').

A 200 is no success: control, authentication and each result must say exactly `success`. What the HTTP
status can say is that the gateway did not answer at all (5xx) or not now (429).
"""

import datetime as dt
import html
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from lxml import etree

from ml_connector.intacct.envelope import Function
from ml_connector.intacct.errors import AnswerUnreadable, ErrorDetail, Throttled, Unavailable
from ml_connector.intacct.pages import READS, RowForm, read_page
from ml_connector.intacct.query import KEY_FIELD
from ml_connector.intacct.refusals import (
    classify_authentication,
    classify_control,
    classify_read,
    classify_silence,
)
from ml_connector.intacct.results import ApiSession, Authentication, Page, Reply, Result
from ml_connector.intacct.transport import Answer

_ERROR_TEXTS = ("errorno", "description", "description2", "correction")
_SUPPORT_ID = re.compile(r"\s*\[(?:Support|Request) ID: *([^\]]*)\]", re.IGNORECASE)
_PLAIN = RowForm()
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_LONGEST_WAIT = dt.timedelta(days=31)
_TOO_DEEP = etree.XPath("boolean(" + "/*" * 100 + ")")


def _keep(text: str) -> str:
    """For callers without secrets."""
    return text


def read_reply(
    answer: Answer, *, now: dt.datetime, form: RowForm = _PLAIN, hide: Callable[[str], str] = _keep
) -> Reply:
    """The results of an answer whose control and authentication levels are success.

    `hide` takes our secrets out of what the gateway says of errors, for these texts are logged and shown.
    Raises Throttled, RequestRejected, CredentialsRefused or SessionRefused as the gateway's errors say,
    Unavailable for a 5xx, and AnswerUnreadable for anything that is not the gateway's documented answer.
    """
    if answer.status == 429:
        raise Throttled(
            "HTTP 429: Intacct's rate limit is reached", retry_after=_read_retry_after(answer, now)
        )
    if answer.status >= 500:
        raise Unavailable(f"HTTP {answer.status}: the gateway did not answer")
    root = _parse(answer)
    _hide_secrets(root, hide)
    _read_control(root, answer)
    operation = _demand(root, "operation", answer)
    authentication = _read_authentication(operation, answer)
    results = tuple(_read_result(element, answer, form) for element in operation.iterfind("result"))
    if not results:
        raise classify_silence(_read_errors(operation))
    return Reply(authentication=authentication, results=results)


def demand_success(reply: Reply, function: Function) -> Result:
    """The result of a read.

    Raises AnswerUnreadable when it is missing, and Throttled, PermissionDenied, Unavailable or
    RequestRejected when its status is anything but success.
    """
    result = reply.find(function.control_id)
    if result is None:
        message = f"{function.name}: the answer has no result for {function.control_id}"
        raise AnswerUnreadable(message, answer=reply.raw)
    if not result.succeeded:
        error = classify_read(function.name, result.errors)
        error.answer = reply.raw
        raise error
    return result


def _parse(answer: Answer) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,  # the transport bounds the whole; a single text may have any length
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(answer.body.strip(), parser)
    except etree.XMLSyntaxError as error:
        what = "an empty body" if not answer.body.strip() else f"not XML ({error})"
        raise _unreadable(answer, what) from None
    if root.tag != "response":
        raise _unreadable(answer, f"a <{root.tag}> instead of a <response>")
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unreadable(answer, "a document type declaration, which the gateway never sends")
    if _TOO_DEEP(root):
        raise _unreadable(answer, "elements in a hundred others")
    return root


def _hide_secrets(root: etree._Element, hide: Callable[[str], str]) -> None:
    """In every `<error>`, before its texts are taken apart: a refused value may be a password."""
    for text in root.iter(*_ERROR_TEXTS):
        parent = text.getparent()
        if parent is not None and parent.tag == "error":
            text.text = hide(html.unescape(text.text or ""))


def _read_control(root: etree._Element, answer: Answer) -> None:
    status = _demand(root, "control", answer).findtext("status")
    if status == "success":
        return
    if status != "failure" or root.find("operation") is not None:
        raise _unreadable(answer, f"control status {status!r}")
    raise classify_control(_read_errors(root))


def _read_authentication(operation: etree._Element, answer: Answer) -> Authentication:
    authentication = _demand(operation, "authentication", answer)
    status = authentication.findtext("status")
    if status == "failure" and operation.find("result") is None:
        raise classify_authentication(_read_errors(operation))
    if status != "success":
        raise _unreadable(answer, f"authentication status {status!r}")
    return Authentication(
        company_id=authentication.findtext("companyid", ""),
        user_id=authentication.findtext("userid", ""),
        entity=authentication.findtext("locationid", ""),
        session_timeout=_read_time(authentication.findtext("sessiontimeout", "")),
        session_time=_read_time(authentication.findtext("sessiontimestamp", "")),
    )


def _read_result(element: etree._Element, answer: Answer, form: RowForm) -> Result:
    data = element.find("data")
    function = element.findtext("function", "")
    return Result(
        control_id=element.findtext("controlid", ""),
        function=function,
        status=element.findtext("status", ""),
        key=_read_key(element),
        errors=_read_errors(element),
        page=_read_page(element, data, answer, form) if function in READS and data is not None else None,
        data=data,
        session=_read_session(data, answer) if data is not None else None,
    )


def _read_key(result: etree._Element) -> str | None:
    """The new record: generic functions answer with the record, older ones with its key alone."""
    return result.findtext(".//key") or result.findtext(f"data/*/{KEY_FIELD}") or None


def _read_session(data: etree._Element, answer: Answer) -> ApiSession | None:
    api = data.find("api")
    if api is None:
        return None
    session_id, endpoint = api.findtext("sessionid"), api.findtext("endpoint")
    if not session_id or not endpoint:
        raise _unreadable(answer, "a session without sessionid or endpoint")
    return ApiSession(session_id=session_id, endpoint=endpoint)


def _read_page(result: etree._Element, data: etree._Element, answer: Answer, form: RowForm) -> Page:
    listed = result.find("listtype")
    try:
        return read_page(data, form, total=None if listed is None else listed.get("total"))
    except ValueError as error:
        raise _unreadable(answer, str(error)) from None


def _read_errors(parent: etree._Element) -> tuple[ErrorDetail, ...]:
    return tuple(_read_error(error) for error in parent.iterfind("errormessage/error"))


def _read_error(error: etree._Element) -> ErrorDetail:
    raw = {name: html.unescape(error.findtext(name, "")) for name in _ERROR_TEXTS}
    return ErrorDetail(**{name: _clean(text) for name, text in raw.items()}, support_id=_find_support_id(raw))


def _clean(text: str) -> str:
    """A text without HTML tags, support ids and superfluous blanks."""
    return " ".join(_TAG.sub(" ", _SUPPORT_ID.sub("", text)).split())


def _find_support_id(texts: Mapping[str, str]) -> str:
    found = _SUPPORT_ID.search(" ".join(texts.values()))
    return unquote(found[1]) if found else ""


def _read_time(text: str) -> dt.datetime | None:
    """An ISO time with its offset, in UTC; None for none, or for one that does not say its offset."""
    try:
        time = dt.datetime.fromisoformat(text)
        return time.astimezone(dt.UTC) if time.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _read_retry_after(answer: Answer, now: dt.datetime) -> dt.timedelta | None:
    """Seconds or an HTTP date (RFC 9110, 10.2.3), a month at most; None for anything else."""
    text = answer.headers.get("retry-after", "")
    try:
        wait = dt.timedelta(seconds=int(text)) if text.isdecimal() else parsedate_to_datetime(text) - now
        return min(max(wait, dt.timedelta()), _LONGEST_WAIT)
    except (ValueError, TypeError, OverflowError):
        return None


def _demand(parent: etree._Element, name: str, answer: Answer) -> etree._Element:
    found = parent.find(name)
    if found is None:
        raise _unreadable(answer, f"a <{parent.tag}> without <{name}>")
    return found


def _unreadable(answer: Answer, what: str) -> AnswerUnreadable:
    return AnswerUnreadable(f"HTTP {answer.status}, not an answer of the gateway: {what}")
