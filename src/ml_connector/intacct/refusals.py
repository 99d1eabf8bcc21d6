"""From the gateway's errors, as the catalogue classes them, to what is raised."""

from collections.abc import Iterable, Sequence

from ml_connector.intacct.catalogue import ErrorClass, classify, explain
from ml_connector.intacct.errors import (
    AnswerUnreadable,
    CredentialsRefused,
    ErrorDetail,
    IntacctError,
    PermissionDenied,
    Refused,
    RequestRejected,
    SessionRefused,
    Throttled,
    Unavailable,
)

_CURES: dict[Refused, str] = {
    "sender": "check the sender id and the sender password that Sage issued",
    "company": "check that the company's subscription is alive and that it lists our sender id under "
    "Company > Web Services authorizations",
    "user": "check the company id, the user id and the user's password",
}


def classify_control(errors: Sequence[ErrorDetail]) -> IntacctError:
    """The error for a failure of the control level.

    It refuses a request before anything was executed, unless it says nothing: then that is not known.
    """
    kind = classify(errors, level="control")
    if kind is ErrorClass.THROTTLED:
        return Throttled(f"Intacct is too busy: {describe(errors)}", details=errors)
    if kind is ErrorClass.AMBIGUOUS:
        return Unavailable(f"Intacct failed without a reason: {describe(errors)}", details=errors)
    if kind in {ErrorClass.USER_AUTH, ErrorClass.SENDER_AUTH}:
        refused: Refused = "company" if kind is ErrorClass.USER_AUTH else "sender"
        return _refuse(CredentialsRefused, refused, errors)
    hint = (
        "; it may also be the sender id or password"
        if any(each.errorno == "GW-0011" for each in errors)
        else ""
    )
    return RequestRejected(f"Intacct refused the request unread: {describe(errors)}{hint}", details=errors)


def classify_authentication(errors: Sequence[ErrorDetail]) -> IntacctError:
    """The error for a failure of the authentication level."""
    kind = classify(errors, level="authentication")
    if kind is ErrorClass.THROTTLED:
        return Throttled(f"Intacct is too busy: {describe(errors)}", details=errors)
    refused: Refused = "company" if kind is ErrorClass.SENDER_AUTH else "user"
    return _refuse(SessionRefused, refused, errors)


def classify_read(function: str, errors: Sequence[ErrorDetail]) -> IntacctError:
    """The error for a read whose result is no success."""
    message, kind = f"{function}: {describe(errors)}", classify(errors)
    if kind is ErrorClass.THROTTLED:
        return Throttled(message, details=errors)
    if any(explain(error).kind is ErrorClass.PERMISSION for error in errors):
        cure = "give the API user the permission to read it"
        return PermissionDenied(f"{message}; {cure}", details=errors)
    if kind is ErrorClass.AMBIGUOUS:
        return Unavailable(message, details=errors)
    return RequestRejected(message, details=errors)


def classify_silence(errors: Sequence[ErrorDetail]) -> IntacctError:
    """The error for an operation without a single result, which the documentation does not know."""
    if classify(errors) is ErrorClass.THROTTLED:
        return Throttled(f"Intacct is too busy: {describe(errors)}", details=errors)
    return AnswerUnreadable(f"the answer has no <result>: {describe(errors)}", details=errors)


def describe(errors: Iterable[ErrorDetail]) -> str:
    """All errors in one line."""
    return "; ".join(map(str, errors)) or "no error was named"


def _refuse(
    kind: type[CredentialsRefused], refused: Refused, errors: Sequence[ErrorDetail]
) -> CredentialsRefused:
    return kind(
        f"Intacct refused the {refused}: {describe(errors)}; {_CURES[refused]}",
        refused=refused,
        details=errors,
    )
