"""What the gateway's errors mean: the one place that knows its error numbers and wordings."""

from collections.abc import Iterable, Sequence

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

# Texts that come with changing numbers, or with none (seen in other integrations).
_THROTTLED = ("api rate limit exceeded", "temporarily off-line", "please try again later")
_NOT_PERMITTED = ("you do not have permission",)
_SENDER_NOT_AUTHORISED = "invalid web services authorization"
# Closes many lists of permanent errors and says nothing; alone it was also seen for random server trouble.
_CHECK_AND_RETRY = "check the transaction for errors or inconsistencies"
_SAYS_NOTHING = ("could not create", "there was an error processing")

_CURES: dict[Refused, str] = {
    "sender": "check the sender id and the sender password that Sage issued",
    "company": "check that the company's subscription is alive and that it lists our sender id under "
    "Company > Web Services authorizations",
    "user": "check the company id, the user id and the user's password",
}


def is_throttled(errors: Iterable[ErrorDetail]) -> bool:
    """Whether the gateway was only too busy, so that nothing was executed."""
    return any(error.errorno == "GW-0010" or _says(error, _THROTTLED) for error in errors)


def is_inconclusive(errors: Sequence[ErrorDetail]) -> bool:
    """Whether a failed write may have been server trouble rather than a refusal.

    True for a catch-all error that stands alone and names nothing: BL01001973 with "Check the transaction
    ...", or DL02000001. Beside any other error the other one decides.
    """
    if len(errors) != 1:
        return False
    error = errors[0]
    catch_all = error.errorno == "DL02000001" or (
        error.errorno == "BL01001973" and _CHECK_AND_RETRY in error.correction.lower()
    )
    texts = (error.description.lower(), error.description2.lower())
    return catch_all and all(not text or text.startswith(_SAYS_NOTHING) for text in texts)


def classify_control(errors: Sequence[ErrorDetail]) -> IntacctError:
    """The error for a failure of the control level: the request was refused before anything was executed."""
    numbers = {error.errorno for error in errors}
    if is_throttled(errors):
        return Throttled(f"Intacct is too busy: {describe(errors)}", details=errors)
    if "PL04000055" in numbers:
        return _refuse(CredentialsRefused, "company", errors)
    if numbers & {"XL03000006", "XMLGW_JPP0002"}:
        return _refuse(CredentialsRefused, "sender", errors)
    hint = "; it may also be the sender id or password" if "GW-0011" in numbers else ""
    return RequestRejected(f"Intacct refused the request unread: {describe(errors)}{hint}", details=errors)


def classify_authentication(errors: Sequence[ErrorDetail]) -> IntacctError:
    """The error for a failure of the authentication level."""
    if is_throttled(errors):
        return Throttled(f"Intacct is too busy: {describe(errors)}", details=errors)
    company = any(_says(error, (_SENDER_NOT_AUTHORISED,)) for error in errors)
    return _refuse(SessionRefused, "company" if company else "user", errors)


def classify_read(function: str, errors: Sequence[ErrorDetail]) -> IntacctError:
    """The error for a read whose result is no success."""
    message = f"{function}: {describe(errors)}"
    if is_throttled(errors):
        return Throttled(message, details=errors)
    if any(error.errorno == "PL04000005" or _says(error, _NOT_PERMITTED) for error in errors):
        cure = "give the API user the permission to read it"
        return PermissionDenied(f"{message}; {cure}", details=errors)
    if is_inconclusive(errors):
        return Unavailable(message, details=errors)
    return RequestRejected(message, details=errors)


def classify_silence(errors: Sequence[ErrorDetail]) -> IntacctError:
    """The error for an operation without a single result, which the documentation does not know."""
    if is_throttled(errors):
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


def _says(error: ErrorDetail, texts: Iterable[str]) -> bool:
    said = str(error).lower()
    return any(text in said for text in texts)
