"""Every name and path of Cleo's REST API that may differ between tenants, in one record.

The values stand in `profiles/*.toml`, with what is documented of them and what is inferred.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Final, Literal, Self, cast

from ml_connector.cleo.errors import ProfileError
from ml_connector.cleo.profile_keys import (
    ActionPath,
    ConnectionPath,
    Count,
    FilePath,
    FilesPath,
    Flag,
    FolderPath,
    HeaderText,
    Method,
    Names,
    NeededNames,
    NeededPath,
    Path,
    Positive,
    Statuses,
    TargetPath,
    Text,
    build_record,
    flatten,
    name_near,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenForm:
    grant_type: Text
    username: Text
    password: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    access_token: NeededNames
    expires_in: Names
    refresh_token: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthProfile:
    token_path: NeededPath
    body: Literal["form", "json"]
    refresh_path: Path
    refresh_field: Text
    totp_field: Text
    fields: TokenForm
    response: TokenAnswer
    default_ttl_s: Positive
    refresh_margin_s: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingProfile:
    start_param: Text
    start_base: Count
    count_param: Text
    page_size: Positive
    total: Names
    items: NeededNames


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterProfile:
    param: Text
    equal: Text
    since: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorProfile:
    message: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldersProfile:
    list: NeededPath
    id: NeededNames
    key: NeededNames
    files_link: Names
    files: FilesPath


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFields:
    id: NeededNames
    name: Names
    length: Names
    modified: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadProfile:
    method: Method
    path: FolderPath
    list: FolderPath
    style: Literal["raw", "multipart"]
    content_type: HeaderText
    multipart_field: HeaderText
    name_param: Text
    disposition: Flag
    ok: Statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveProfile:
    """A move changes the member `field` of the file to `value`, and its `name_field` when its name is taken there."""

    link: Names
    method: Method
    path: FilePath
    field: Text
    value: TargetPath
    name_field: Text
    ok: Statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteProfile:
    link: Names
    method: Method
    path: FilePath
    ok: Statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesProfile:
    fields: FileFields
    content_link: Names
    content: FilePath
    after_read: Literal["move", "delete", "ledger"]
    upload: UploadProfile
    move: MoveProfile
    delete: DeleteProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFields:
    id: Names
    alias: Names
    external_id: Names
    type: Names
    folder: Names
    enabled: Names
    ready: Names
    not_ready_reason: Names
    notes: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionsProfile:
    list: Path
    self_link: Names
    item: ConnectionPath
    transfers_link: Names
    transfers: ConnectionPath
    create_method: Method
    update_method: Method
    ok: Statuses
    computed: Names
    fields: ConnectionFields


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFields:
    id: Names
    alias: Names
    type: Names
    enabled: Names
    ready: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionsProfile:
    list: Path
    run_link: Names
    run: ActionPath
    run_method: Method
    timeout_param: Text
    messages_param: Text
    status: Names
    result: Names
    messages: Names
    completed: Text
    success: Text
    fields: ActionFields


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFields:
    id: Names
    status: Names
    direction: Names
    transport: Names
    message_id: Names
    files: Names
    length: Names
    created: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class TransfersProfile:
    fields: TransferFields


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFields:
    id: Names
    created: Names
    sequence: Names
    text: Names
    kind: Names
    name: Names
    job: Names
    folder: Names
    file: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsProfile:
    list: Path
    fields: EventFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One layout of the API. Members are named by dotted path, such as `meta.lastModified`.

    A link is followed where an answer holds it; the path beside it is for answers that do not.
    An empty path or name means that there is no such thing.
    """

    auth: AuthProfile
    paging: PagingProfile
    filter: FilterProfile
    error: ErrorProfile
    folders: FoldersProfile
    files: FilesProfile
    connections: ConnectionsProfile
    actions: ActionsProfile
    transfers: TransfersProfile
    events: EventsProfile

    def override(self, values: Mapping[str, object]) -> Self:
        """This profile with single keys changed: `{"paging.start_base": 1}` or the same nested.

        Raises ProfileError for a key there is none of (naming those near it) and for a value of
        the wrong kind.
        """
        known = dict(flatten(asdict(cast("Any", self))))
        changed = dict(flatten(values))
        for key in changed:
            if key not in known:
                raise ProfileError(
                    f"the Cleo profile has no key {key!r}; known keys near it: {name_near(key, known)}"
                )
        return build_record(type(self), {**known, **changed})


PROFILES: Final = ("cic-folders", "harmony-connection")


def _load(name: str) -> dict[str, Any]:
    text = files("ml_connector.cleo.profiles").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


CIC_FOLDERS: Final = build_record(Profile, dict(flatten(_load("cic-folders"))))


def get_profile(name: str) -> Profile:
    """One of `PROFILES`. Raises ProfileError for any other name."""
    if name not in PROFILES:
        raise ProfileError(f"there is no Cleo profile {name!r}; there are: {', '.join(PROFILES)}")
    return CIC_FOLDERS if name == "cic-folders" else CIC_FOLDERS.override(_load(name))
