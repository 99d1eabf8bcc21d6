"""Every name and path of Cleo's REST API that may differ between tenants, in one place.

Names seen in Cleo's own text or code are marked documented; all others are inferred, and a user
whose tenant differs overrides single keys.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from re import findall
from typing import Any, Final, Self, TypeVar, cast

from ml_connector.cleo.errors import ProfileError

Record = TypeVar("Record")


def _address(default: str, *ids: str) -> str:
    """A field for a path from the host's root, with places for these ids in braces."""
    return field(default=default, metadata={"ids": frozenset(ids)})


def _number(default: int, *, least: int) -> int:
    return field(default=default, metadata={"least": least})


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenForm:
    """Fields of the form that asks for a token (documented)."""

    grant_type: str = "grant_type"
    username: str = "username"
    password: str = field(default="password")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    """Members of the answer: the first documented, the others as in RFC 6749, section 5.1."""

    access_token: str = field(default="access_token")
    expires_in: str = "expires_in"
    refresh_token: str = field(default="refresh_token")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthProfile:
    token_path: str = _address("/api/authentication")  #: documented
    refresh_path: str = _address("/api/authentication")  #: a refresh call is documented, its path is not
    refresh_field: str = "refresh_token"
    fields: TokenForm = TokenForm()
    response: TokenAnswer = TokenAnswer()
    default_ttl_s: int = _number(900, least=1)  #: when Cleo names no lifetime
    refresh_margin_s: int = _number(60, least=0)  #: a token is renewed this long before it ends


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingProfile:
    """How lists are read (documented: Cleo's own client)."""

    start_param: str = "startIndex"
    start_base: int = _number(0, least=0)  #: 1 for a server that counts as SCIM does
    count_param: str = "count"
    page_size: int = _number(100, least=1)
    total: str = "totalResults"
    items: str = "resources"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorProfile:
    message: tuple[str, ...] = ("message", "error_description", "error")  #: the first is documented


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldersProfile:
    list: str = _address("/api/folders")  #: documented
    id: str = "id"
    key: str = "path"  #: the member that users name a folder by
    files_link: str = "_links.files.href"
    files: str = _address("/api/folders/{folder_id}/files", "folder_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFields:
    id: str = "id"  #: documented
    name: str = "name"  #: documented
    length: str = "length"  #: documented
    modified: str = "meta.lastModified"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveProfile:
    """A move changes the member `field` of the file to `value`."""

    method: str = "PATCH"
    path: str = _address("/api/folders/{folder_id}/files/{file_id}", "folder_id", "file_id")
    field: str = "folder.href"
    value: str = _address("/api/folders/{target_id}", "target_id")
    ok: tuple[int, ...] = (200, 204)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesProfile:
    fields: FileFields = FileFields()
    self_link: str = "_links.self.href"
    content_link: str = "_links.content.href"
    content: str = _address("/api/folders/{folder_id}/files/{file_id}/content", "folder_id", "file_id")
    move: MoveProfile = MoveProfile()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One layout of the API. Members are named by dotted path, such as `meta.lastModified`.

    A link is followed where an answer holds it; the path beside it is for answers that do not.
    An empty name means that there is no such member.
    """

    auth: AuthProfile = AuthProfile()
    paging: PagingProfile = PagingProfile()
    error: ErrorProfile = ErrorProfile()
    folders: FoldersProfile = FoldersProfile()
    files: FilesProfile = FilesProfile()

    def override(self, values: Mapping[str, object]) -> Self:
        """This profile with single keys changed: `{"paging.start_base": 1}` or the same nested.

        Raises ProfileError for a key there is none of (naming those near it) and for a value of
        the wrong kind.
        """
        changed = self
        for key, value in _flatten(values):
            changed = _set(changed, key.split("."), value, key=key)
        return changed


CIC_FOLDERS: Final = Profile()


def _flatten(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _list_keys(record: object, prefix: str = "") -> Iterator[str]:
    for name, value, _ in _members(record):
        if is_dataclass(value):
            yield from _list_keys(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _members(record: object) -> Iterator[tuple[str, object, Mapping[str, Any]]]:
    for each in fields(cast("Any", record)):
        yield each.name, getattr(record, each.name), each.metadata


def _set(record: Record, path: list[str], value: object, *, key: str) -> Record:
    for name, current, limits in _members(record):
        if name != path[0] or is_dataclass(current) != (len(path) > 1):
            continue
        if is_dataclass(current):
            new: object = _set(current, path[1:], value, key=key)
        else:
            new = _check(key, value, current, limits)
        return cast("Record", replace(cast("Any", record), **{name: new}))
    known = list(_list_keys(CIC_FOLDERS))
    near = get_close_matches(key, known, n=3) or known
    raise ProfileError(f"the Cleo profile has no key {key!r}; known keys near it: {', '.join(near)}")


def _check(key: str, value: object, current: object, limits: Mapping[str, Any]) -> object:
    """The value as the record keeps it, when it is of the same kind as the current one."""
    if isinstance(current, tuple):
        kind = type(current[0])
        if isinstance(value, list | tuple) and value and all(type(item) is kind for item in value):
            return tuple(value)
        raise _wrong(key, value, f"a list of {'numbers' if kind is int else 'texts'} that is not empty")
    if type(value) is not type(current):
        raise _wrong(key, value, "a whole number" if isinstance(current, int) else "a text")
    if isinstance(value, int) and value < limits.get("least", value):
        raise _wrong(key, value, f"{limits['least']} or more")
    if isinstance(value, str) and "ids" in limits:
        _check_address(key, value, limits["ids"])
    return value


def _check_address(key: str, value: str, ids: frozenset[str]) -> None:
    if not value.startswith("/") or value.startswith("//"):
        raise _wrong(key, value, "a path from the host's root, such as /api/folders")
    unknown = set(findall(r"{([^}]*)}", value)) - ids
    if unknown:
        allowed = ", ".join(f"{{{name}}}" for name in sorted(ids)) or "none"
        raise _wrong(key, value, f"a path without {{{min(unknown)}}} (places it may have: {allowed})")


def _wrong(key: str, value: object, wanted: str) -> ProfileError:
    return ProfileError(f"the key {key} of the Cleo profile is {value!r}; write {wanted}")
