"""The gateway's answers as XML (Intacct documentation, "Responses"): control, authentication, one result per function."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mlc_sim.intacct.envelope import Control, Login, SessionId
from mlc_sim.intacct.problems import Problem
from mlc_sim.intacct.sign_in import Caller

MEDIA_TYPE: Final = "text/xml; charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one function: success, failure or aborted."""

    status: str
    function: str
    control_id: str
    parts: Sequence[etree._Element] = ()
    problems: Sequence[Problem] = ()
    transactions: int = 0  #: API transactions as Intacct counts them; not part of the answer


def write_answer(control: Control, operations: Iterable[etree._Element]) -> bytes:
    """An answer in which the control level succeeded."""
    root = etree.Element("response")
    root.append(_write_control("success", control))
    root.extend(operations)
    return _to_bytes(root)


def write_control_failure(problems: Iterable[Problem], control: Control | None) -> bytes:
    """The request was refused; the control block says what was understood of it."""
    root = etree.Element("response")
    root.append(_write_control("failure", control))
    root.append(_write_problems(problems))
    return _to_bytes(root)


def write_gateway_refusal() -> bytes:
    """What stands before the application refuses: a control block with its status only."""
    root = etree.Element("response")
    etree.SubElement(etree.SubElement(root, "control"), "status").text = "failure"
    message = etree.SubElement(root, "errormessage")
    error = etree.SubElement(message, "error")
    etree.SubElement(error, "errorno").text = "GW-0011"
    etree.SubElement(error, "description").text = "Invalid Request [Request ID: 00000000-0000]"
    return _to_bytes(root)


def write_operation(
    caller: Caller, results: Iterable[Result], problems: Sequence[Problem] = ()
) -> etree._Element:
    """An operation whose caller is signed in; problems stand in place of all results."""
    operation = etree.Element("operation")
    authentication = etree.SubElement(operation, "authentication")
    _add(
        authentication,
        status="success",
        userid=caller.user_id,
        companyid=caller.company.id,
        locationid=caller.entity,
    )
    _add(authentication, sessiontimestamp=caller.signed_in.isoformat(timespec="seconds"))
    _add(authentication, sessiontimeout=caller.expires.isoformat(timespec="seconds"))
    if problems:
        operation.append(_write_problems(problems))
        return operation
    operation.extend(_write_result(result) for result in results)
    return operation


def write_sign_in_failure(problems: Iterable[Problem], authentication: Login | SessionId) -> etree._Element:
    """An operation nobody was signed in for; the error stands beside the authentication, not in it."""
    operation = etree.Element("operation")
    login = authentication if isinstance(authentication, Login) else None
    _add(
        etree.SubElement(operation, "authentication"),
        status="failure",
        userid=login.user_id if login else "",
        companyid=login.company_id if login else "",
        locationid=login.location_id if login else "",
    )
    operation.append(_write_problems(problems))
    return operation


def _write_control(status: str, control: Control | None) -> etree._Element:
    element = etree.Element("control")
    _add(element, status=status)
    if control is None:
        _add(element, senderid="", controlid="")
    else:
        unique_id = "true" if control.unique_id else "false"
        _add(
            element,
            senderid=control.sender_id,
            controlid=control.control_id,
            uniqueid=unique_id,
            dtdversion="3.0",
        )
    return element


def _write_result(result: Result) -> etree._Element:
    element = etree.Element("result")
    _add(element, status=result.status, function=result.function, controlid=result.control_id)
    element.extend(result.parts)
    if result.problems:
        element.append(_write_problems(result.problems))
    return element


def _write_problems(problems: Iterable[Problem]) -> etree._Element:
    message = etree.Element("errormessage")
    for problem in problems:
        _add(
            etree.SubElement(message, "error"),
            errorno=problem.errorno,
            description=problem.description,
            description2=problem.description2,
            correction=problem.correction,
        )
    return message


def _add(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, name).text = text


def _to_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
