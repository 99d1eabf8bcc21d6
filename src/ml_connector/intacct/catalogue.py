"""What Intacct's errors mean, who can mend them and how: the data behind `docs/reference/errors.md`.

Numbers and wordings are those of the Intacct documentation, 'Error handling', and of answers published by
others. A number may have several meanings: the wording decides, and the level of the answer it came at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from ml_connector.intacct.errors import (
    Ambiguous,
    Broken,
    CredentialsRefused,
    EndpointRefused,
    ErrorDetail,
    IntacctError,
    NotSent,
    PermissionDenied,
    RequestRejected,
    SessionRefused,
    Throttled,
)

Level = Literal["control", "authentication", "function"]

# Closes many lists of permanent errors and says nothing; alone it was also seen for random server trouble.
_CHECK_AND_RETRY: Final = "check the transaction for errors or inconsistencies"
_SAYS_NOTHING: Final = ("could not create", "there was an error processing")


class ErrorClass(StrEnum):
    """What kind of trouble it is."""

    SENDER_AUTH = "sender auth"  #: the sender's id, password or authorisation
    USER_AUTH = "user auth"  #: the company, the user or the user's password
    SESSION_GONE = "session gone"  #: log in once more
    PERMISSION = "permission"
    VALIDATION = "validation"  #: the record is wrong, or does not fit the company's set-up
    DUPLICATE = "duplicate record"
    CLOSED_PERIOD = "closed period"
    THROTTLED = "throttled"  #: not executed for now
    UNAVAILABLE = "unavailable"  #: no answer for now, nothing executed
    AMBIGUOUS = "ambiguous"  #: may have been executed: read back
    OUR_BUG = "our bug"  #: the request itself is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One row of the catalogue: the errors it is about, and what to say of them."""

    code: str  #: the error number; empty where the wording alone tells
    says: str = ""  #: part of the wording in lower case, `*` for what varies in it; empty for any
    level: Level | None = None  #: None for any
    kind: ErrorClass
    meaning: str
    who: str
    cure: str

    def matches(self, error: ErrorDetail, level: Level) -> bool:
        return (
            self.code in {"", error.errorno}
            and self.level in {None, level}
            and re.search(".*".join(map(re.escape, self.says.split("*"))), str(error).lower()) is not None
        )


def _row(  # noqa: PLR0913, PLR0917 (a table: one argument for each column)
    code: str, says: str, level: Level | None, kind: ErrorClass, meaning: str, who: str, cure: str
) -> Explanation:
    return Explanation(code=code, says=says, level=level, kind=kind, meaning=meaning, who=who, cure=cure)


_CLASS: Final = ErrorClass
_ADMIN, _US, _CLERK, _SAGE = (
    "the company's administrator",
    "the maintainers",
    "whoever prepared the record",
    "Sage",
)
_WAIT = "Wait, then send the same again."
_UNIQUE = "Look for the record that is there; use it, or another value."
_FORM = "Correct the request: its order, names and values."

#: Looked through in this order: the first row that fits explains an error.
CATALOGUE: Final = (
    _row("GW-0010", "", None, _CLASS.THROTTLED, "The rate limit is reached.", "nobody", _WAIT),
    _row("", "api rate limit exceeded", None, _CLASS.THROTTLED, "The rate limit is reached.", "nobody", _WAIT),
    _row("", "temporarily off-line", None, _CLASS.THROTTLED, "Intacct is off-line.", "nobody", _WAIT),
    _row("", "please try again later", None, _CLASS.THROTTLED, "Intacct is too busy.", "nobody", _WAIT),
    _row("PL04000055", "", "control", _CLASS.USER_AUTH, "The company has expired, as demo companies do.",
         _SAGE, "Renew the subscription, or configure another company."),
    _row("XL03000006", "transport policy", "control", _CLASS.OUR_BUG,
         "The request names a policy for asynchronous answers that does not exist.", _US, "Leave it out."),
    _row("XL03000006", "", "control", _CLASS.SENDER_AUTH, "The sender id or its password is wrong.",
         "whoever has the Web Services licence", "Check the sender id and the password that Sage issued."),
    _row("XMLGW_JPP0002", "", None, _CLASS.SENDER_AUTH, "The gateway does not know the sender.",
         "whoever has the Web Services licence", "Check the sender id and the password that Sage issued."),
    _row("GW-0011", "", None, _CLASS.OUR_BUG, "The gateway could not read the request, or refuses the sender.",
         _US, "Check the sender id and password first; then the request."),
    _row("XL03000003", "", None, _CLASS.OUR_BUG, "The request breaks Intacct's schema.", _US, _FORM),
    _row("", "invalid web services authorization", None, _CLASS.SENDER_AUTH,
         "The company has not authorised the sender.", _ADMIN,
         "Add the sender id under Company > Web Services authorizations."),
    _row("XL03000006", "sign-in information is incorrect", "authentication", _CLASS.USER_AUTH,
         "Company, user or password is wrong. With a session id: the session is gone.", _ADMIN,
         "Check company id, user id and password. A session that is gone is replaced without you."),
    _row("Get API Session Failed", "", None, _CLASS.USER_AUTH, "No session was opened, often for an entity.",
         _ADMIN, "Check the entity's id, and that the user may enter it."),
    _row("XL03000006", "cannot be queried", "function", _CLASS.OUR_BUG, "A field cannot be queried.", _US,
         "Leave the field out."),
    _row("XL03000006", "", "function", _CLASS.OUR_BUG, "The function was called in a wrong way.", _US, _FORM),
    _row("XL03000006", "", "authentication", _CLASS.USER_AUTH, "Intacct refuses the log-in.", _ADMIN,
         "Check company id, user id and password."),
    _row("PL04000005", "", None, _CLASS.PERMISSION, "The API user may not do this with this object.", _ADMIN,
         "Give the user's role the permission; subscribe to the module."),
    _row("", "you do not have permission", None, _CLASS.PERMISSION, "The API user may not do this.", _ADMIN,
         "Give the user's role the permission; subscribe to the module."),
    _row("BL34000061", "", None, _CLASS.DUPLICATE, "Another record has this value.", _CLERK, _UNIQUE),
    _row("PL05000104", "", None, _CLASS.DUPLICATE, "The record exists already.", _CLERK, _UNIQUE),
    _row("BL03002185", "", None, _CLASS.DUPLICATE, "The record exists already.", _CLERK, _UNIQUE),
    _row("", "duplicate account number", None, _CLASS.DUPLICATE, "The account exists already.", _CLERK, _UNIQUE),
    _row("", "already exists", None, _CLASS.DUPLICATE, "The record exists already.", _CLERK, _UNIQUE),
    _row("", "executed and completed before", None, _CLASS.DUPLICATE,
         "A function with this control id was completed before (wording inferred).", _US,
         "Read the record back: it is there."),
    _row("", "period*is closed", None, _CLASS.CLOSED_PERIOD, "The posting date is in a closed period.",
         "the controller", "Open the period, or post on a later date."),
    _row("", "closed period", None, _CLASS.CLOSED_PERIOD, "The posting date is in a closed period.",
         "the controller", "Open the period, or post on a later date."),
    _row("", "books are closed", None, _CLASS.CLOSED_PERIOD, "The books are closed for this date.",
         "the controller", "Open the books, or post on a later date."),
    _row("XL03000009", "rolled back", None, _CLASS.VALIDATION,
         "Another function of the same transaction failed, so this one was undone.", _CLERK,
         "See the error of the other function."),
    _row("XL03000009", "", None, _CLASS.OUR_BUG, "The object or function does not exist here.", _US,
         "Check the name, and that the company subscribes to the module."),
    _row("XL03000010", "", None, _CLASS.OUR_BUG, "A filter names a field that does not exist.", _US,
         "Check the field's name with `lookup`."),
    _row("Query Failed", "", None, _CLASS.OUR_BUG, "The query is wrong.", _US, "Read its second description."),
    _row("BL03000018", "missing unit", None, _CLASS.VALIDATION, "The unit is none of the item's.", _CLERK,
         "Use one of the item's units, letter by letter."),
    _row("BL03000018", "", None, _CLASS.VALIDATION, "A value is missing or in a wrong form.", _CLERK,
         "Correct the field that it names."),
    _row("PL01000127", "", None, _CLASS.VALIDATION, "The definition does not number by itself.", _ADMIN,
         "Give the definition a sequence, or send a number."),
    _row("CRE-3211", "", None, _CLASS.VALIDATION, "Vendor compliance blocks payments to this vendor.",
         "accounts payable", "Renew the vendor's compliance record."),
    _row("BL01001973", "check the transaction for errors or inconsistencies", None, _CLASS.AMBIGUOUS,
         "Says nothing by itself. Beside other errors they decide; alone it was also seen for server trouble.",
         "nobody", "Read back, then send once more with the same control id."),
    _row("BL01001973", "", None, _CLASS.VALIDATION, "A rule of the application refuses the record.", _CLERK,
         "Correct what its second description names."),
    _row("DL02000001", "", None, _CLASS.AMBIGUOUS,
         "The request could not be processed: an unknown field, a date in a wrong form, or trouble at Intacct.",
         "nobody", "Read back, then send once more; if it stays, correct the request."),
    _row("DL02000001", "", None, _CLASS.OUR_BUG, "The request is wrong, and the text says where.", _US, _FORM),
    _row("BL03002101", "", None, _CLASS.VALIDATION, "A value of the record is refused.", _CLERK,
         "Correct what its second description names."),
    _row("BL03002128", "", None, _CLASS.VALIDATION, "A value of the record is refused.", _CLERK,
         "Correct what its second description names."),
    _row("SIMULATOR", "", None, _CLASS.OUR_BUG, "The simulator cannot do what the real gateway can.", _US,
         "Try it against a sandbox."),
)  # fmt: skip

#: What is said of an error nobody has met.
UNKNOWN: Final = _row("", "", None, _CLASS.VALIDATION, "An error that this catalogue does not know.", _CLERK,
                      "Correct what its texts name; ask Sage's support with its support id.")  # fmt: skip

_KINDS: Final = (
    (NotSent, ErrorClass.UNAVAILABLE),
    (Broken, ErrorClass.AMBIGUOUS),
    (Ambiguous, ErrorClass.AMBIGUOUS),
    (Throttled, ErrorClass.THROTTLED),
    (SessionRefused, ErrorClass.SESSION_GONE),
    (EndpointRefused, ErrorClass.USER_AUTH),
    (PermissionDenied, ErrorClass.PERMISSION),
)


def explain(error: ErrorDetail, *, level: Level = "function") -> Explanation:
    """The row of the catalogue about an error, `UNKNOWN` if there is none."""
    vague = is_vague(error)
    rows = (row for row in CATALOGUE if row.matches(error, level))
    return next((row for row in rows if vague or row.kind is not ErrorClass.AMBIGUOUS), UNKNOWN)


def classify(errors: Sequence[ErrorDetail], *, level: Level = "function") -> ErrorClass:
    """The class of a list of errors: what the client does about them is decided by it alone.

    The first that says something decides: a catch-all closes many lists of permanent errors, and counts only
    when nothing else is said. So does a roll-back. Being too busy counts only when it is all that is said: to
    send the same again would help against nothing else. No error at all is ambiguous.
    """
    rows = [explain(error, level=level) for error in errors]
    telling = [row for row in rows if row.kind is not ErrorClass.AMBIGUOUS and row.says != "rolled back"]
    lasting = [row for row in telling if row.kind is not ErrorClass.THROTTLED]
    return (lasting or telling or rows)[0].kind if rows else ErrorClass.AMBIGUOUS


def is_vague(error: ErrorDetail) -> bool:
    """Whether it is a catch-all that names nothing: BL01001973 with "Check the transaction ...", or DL02000001."""
    catch_all = error.errorno == "DL02000001" or (
        error.errorno == "BL01001973" and _CHECK_AND_RETRY in error.correction.lower()
    )
    texts = (error.description.lower(), error.description2.lower())
    return catch_all and all(not text or text.startswith(_SAYS_NOTHING) for text in texts)


def name_class(error: IntacctError) -> ErrorClass:
    """The class of anything this library raises."""
    for type_, kind in _KINDS:
        if isinstance(error, type_):
            return kind
    if isinstance(error, CredentialsRefused):
        return ErrorClass.USER_AUTH if error.refused == "user" else ErrorClass.SENDER_AUTH
    if isinstance(error, RequestRejected):
        found = classify(error.details) if error.details else ErrorClass.OUR_BUG
        return ErrorClass.OUR_BUG if found is ErrorClass.AMBIGUOUS else found
    return ErrorClass.UNAVAILABLE
