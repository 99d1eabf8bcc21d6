"""Client of Cleo's REST API: folders, files, connections, actions, events. Stands alone.

Nothing here loads the HTTP library; `ml_connector.cleo.transport.HttpTransport` does.
"""

from ml_connector.cleo.accounts import AccountBook, Refusal
from ml_connector.cleo.capabilities import Capability, CapabilityBook, Lack
from ml_connector.cleo.client import Client
from ml_connector.cleo.errors import (
    Ambiguous,
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
    NotSent,
    ProfileError,
    Rejected,
    Throttled,
    Unavailable,
    Unsupported,
)
from ml_connector.cleo.fitting import ARCHIVE, INBOUND, Advice
from ml_connector.cleo.looking import Probe
from ml_connector.cleo.objects import (
    Access,
    Action,
    ActionRun,
    Connection,
    ConnectionDraft,
    Credentials,
    Event,
    Exchange,
    Folder,
    Purpose,
    PutAway,
    RemoteFile,
    Transfer,
)
from ml_connector.cleo.probing import LAYOUT
from ml_connector.cleo.profile import CIC_FOLDERS, PROFILES, Profile, get_profile
from ml_connector.cleo.wire import Answer, Request, Transport

__all__ = [
    "ARCHIVE",
    "CIC_FOLDERS",
    "INBOUND",
    "LAYOUT",
    "PROFILES",
    "Access",
    "AccountBook",
    "Action",
    "ActionRun",
    "Advice",
    "Ambiguous",
    "Answer",
    "AnswerUnreadable",
    "Capability",
    "CapabilityBook",
    "CleoError",
    "Client",
    "Conflict",
    "Connection",
    "ConnectionDraft",
    "Credentials",
    "CredentialsRefused",
    "Event",
    "Exchange",
    "FileGone",
    "Folder",
    "FolderMissing",
    "Forbidden",
    "ForeignLink",
    "Incomplete",
    "Lack",
    "Misconfigured",
    "NotSent",
    "Probe",
    "Profile",
    "ProfileError",
    "Purpose",
    "PutAway",
    "Refusal",
    "Rejected",
    "RemoteFile",
    "Request",
    "Throttled",
    "Transfer",
    "Transport",
    "Unavailable",
    "Unsupported",
    "get_profile",
]
