"""What can go wrong between us and Cleo, classed by what to do next.

CleoError
├── Unavailable            try again later: no connection, no answer in time, 408, 425, 5xx
│   ├── NotSent            try again later; nothing was executed
│   └── Throttled          try again after `retry_after`: 429; nothing was executed
├── Ambiguous              look whether it was done before doing it again
├── Incomplete             fewer or more bytes came than were promised: fetch them again
├── CredentialsRefused     stop; a person corrects user name or password
├── Forbidden              stop; a person gives the account the right
├── FileGone               skip the file: another reader took it
├── FolderMissing          stop; a person corrects the folder's path, or creates the folder
├── Conflict               look at what is there already, then decide
├── Rejected               stop; Cleo does not take this request as the profile shapes it
│   └── Unsupported        go another way; this tenant has no such call
├── AnswerUnreadable       stop; the answer does not look as the profile says
│   └── ForeignLink        stop; a link leads to another host and was not followed
└── Misconfigured          stop; a person corrects the base URL
    └── ProfileError       stop; a person corrects the key of the profile
"""

from datetime import timedelta
from typing import ClassVar


class CleoError(Exception):
    """Anything this library raises. The text names request, place, value and cure, never a secret."""

    #: what to do about it, in words; the gate ends its messages with it
    cure: ClassVar[str] = ""
    #: of the answer it stands for, when there was one that the gate refused
    status: int | None = None


class Unavailable(CleoError):
    """Cleo could not answer now. The request may still have been executed."""

    cure = "try again later"

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after  #: as Cleo asked for; None when it did not


class NotSent(Unavailable):
    """The request never went out: there was no connection, or no token for it."""


class Throttled(Unavailable):
    """Too many requests; this one was not executed."""

    cure = "ask less often"


class Ambiguous(CleoError):
    """No whole answer came to a request that must not be executed twice."""

    cure = "look whether it was done before doing it again"


class Incomplete(CleoError):
    """The bytes that came are not the bytes that were promised. None of them is to be used."""

    cure = "fetch it again"


class CredentialsRefused(CleoError):
    """Cleo does not accept user name and password, or not even the token it has just given for them."""

    cure = "check user name and password"


class Forbidden(CleoError):
    """The account is known but lacks the right."""

    cure = "give the account this right in Cleo"


class FileGone(CleoError):
    """The file is no longer where it was listed."""

    cure = "another reader may have taken it"


class FolderMissing(CleoError):
    """The account sees no such folder."""

    cure = "check the folder's path"


class Conflict(CleoError):
    """Something is in the way, such as a file of the same name."""

    cure = "look at what is there already"


class Rejected(CleoError):
    """Cleo does not take this request, and would not take it a second time."""

    cure = "change the profile to what this tenant takes"


class Unsupported(Rejected):
    """This tenant does not offer the call: it answered so, now or within the last day, or the profile says so."""

    cure = "name this tenant's own call in the profile, or go without it"


class AnswerUnreadable(CleoError):
    """The answer is no JSON, or not of the shape the profile describes."""

    cure = "change the profile to what this tenant answers"

    def __init__(self, message: str, *, members: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.members = members  #: the dotted names that the answer has instead; no values


class ForeignLink(AnswerUnreadable):
    """A link leads to another host. The token stays with the host of the base URL."""

    cure = 'set the key of this link in the profile to "", and the path beside it is used'


class Misconfigured(CleoError):
    """The base URL cannot be right."""

    cure = "check the base URL"


class ProfileError(Misconfigured):
    """A key of the profile is unknown, or its value is of the wrong kind."""
