"""Client of Cleo's REST API: token, folders, files. Stands alone.

Nothing here loads the HTTP library; `ml_connector.cleo.transport.HttpTransport` does.
"""

from ml_connector.cleo.client import Client
from ml_connector.cleo.errors import (
    AnswerUnreadable,
    CleoError,
    Conflict,
    CredentialsRefused,
    FileGone,
    FolderMissing,
    Forbidden,
    ForeignLink,
    Incomplete,
    Misconfigured,
    ProfileError,
    Rejected,
    Throttled,
    Unavailable,
)
from ml_connector.cleo.objects import Access, Credentials, Exchange, Folder, Purpose, RemoteFile
from ml_connector.cleo.profile import CIC_FOLDERS, Profile
from ml_connector.cleo.wire import Answer, Request, Transport

__all__ = [
    "CIC_FOLDERS",
    "Access",
    "Answer",
    "AnswerUnreadable",
    "CleoError",
    "Client",
    "Conflict",
    "Credentials",
    "CredentialsRefused",
    "Exchange",
    "FileGone",
    "Folder",
    "FolderMissing",
    "Forbidden",
    "ForeignLink",
    "Incomplete",
    "Misconfigured",
    "Profile",
    "ProfileError",
    "Purpose",
    "Rejected",
    "RemoteFile",
    "Request",
    "Throttled",
    "Transport",
    "Unavailable",
]
