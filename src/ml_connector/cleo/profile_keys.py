"""How the keys of a profile are typed, checked and built into its records."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from difflib import get_close_matches
from re import findall, fullmatch
from typing import Annotated, Any, Final, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from ml_connector.cleo.errors import ProfileError

_Record = TypeVar("_Record")
_MOST: Final = 86_400  #: of any number; seconds of a day


def build_record(kind: type[_Record], values: Mapping[str, object], prefix: str = "") -> _Record:
    """The record of these values, which are complete and flat: `{"paging.start_base": 0}`. Raises ProfileError.

    Its members are records of the same sort, Literals, or types of this module.
    """
    members: dict[str, object] = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        key = prefix + name
        if is_dataclass(hint):
            members[name] = build_record(cast("type[Any]", hint), values, f"{key}.")
        elif get_origin(hint) is Literal:
            members[name] = _check_choice(key, values[key], get_args(hint))
        else:
            members[name] = get_args(hint)[1](key, values[key])
    return kind(**members)


def flatten(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """`{"paging": {"start_base": 0}}` as `("paging.start_base", 0)`."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def name_near(key: str, known: Iterable[str]) -> str:
    """The known keys that look like this one, or all of them."""
    every = list(known)
    return ", ".join(get_close_matches(key, every, n=3) or every)


def _check_text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(key, value, "a text")
    return value


def _check_names(key: str, value: object) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise _wrong(key, value, "a name or a list of names")
    return tuple(name for name in names if name)


def _check_flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, value, "true or false")
    return value


def _check_choice(key: str, value: object, choices: tuple[str, ...]) -> object:
    if value not in choices:
        raise _wrong(key, value, " or ".join(choices))
    return value


def _check_statuses(key: str, value: object) -> tuple[int, ...]:
    if isinstance(value, list | tuple) and value and all(type(each) is int for each in value):
        return tuple(value)
    raise _wrong(key, value, "a list of numbers that is not empty")


def _check_needed_names(key: str, value: object) -> tuple[str, ...]:
    return _check_names(key, value) or _refuse_empty(key, value)


def _check_header(key: str, value: object) -> str:
    """What stands in a header, some of it between quotation marks."""
    text = _check_text(key, value)
    if not text or not text.isascii() or not text.isprintable() or '"' in text:
        raise _wrong(key, value, "printable ASCII characters without quotation marks")
    return text


def _check_method(key: str, value: object) -> str:
    if not fullmatch(r"[A-Z]{1,20}", text := _check_text(key, value)):
        raise _wrong(key, value, "a method such as POST")
    return text


def _check_number(least: int) -> Callable[[str, object], int]:
    def check(key: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _wrong(key, value, "a whole number")
        if not least <= value <= _MOST:
            raise _wrong(key, value, f"{least} or more, up to {_MOST}")
        return value

    return check


def _refuse_empty(key: str, value: object) -> tuple[str, ...]:
    raise _wrong(key, value, "a name; it cannot be empty")


def _check_path(*ids: str, needs: str = "", empty: bool = True) -> Callable[[str, object], str]:
    def check(key: str, value: object) -> str:
        if value == "" and empty:
            return ""
        if not _is_path(value) or not isinstance(value, str):
            raise _wrong(key, value, "a path from the host's root, such as /api/folders")
        if unknown := set(findall(r"{([^}]*)}", value)) - set(ids):
            allowed = ", ".join(f"{{{name}}}" for name in sorted(ids)) or "none"
            raise _wrong(key, value, f"a path without {{{min(unknown)}}} (places it may have: {allowed})")
        if needs and f"{{{needs}}}" not in value:
            raise _wrong(key, value, f"a path with {{{needs}}} in the place of the id")
        return value

    return check


def _is_path(value: object) -> bool:
    return (
        isinstance(value, str)
        and value.startswith("/")
        and not value.startswith("//")
        and value.isprintable()
        and not {" ", "#"} & set(value)
    )


def _wrong(key: str, value: object, wanted: str) -> ProfileError:
    return ProfileError(f"the key {key} of the Cleo profile is {value!r}; write {wanted}")


Text = Annotated[str, _check_text]
#: Dotted names of a member; the first that an answer holds counts. One alone may be written without a list.
Names = Annotated[tuple[str, ...], _check_names]
Flag = Annotated[bool, _check_flag]
Count = Annotated[int, _check_number(0)]
Positive = Annotated[int, _check_number(1)]
#: HTTP statuses that mean success
Statuses = Annotated[tuple[int, ...], _check_statuses]
#: What stands in a header.
HeaderText = Annotated[str, _check_header]
Method = Annotated[str, _check_method]
#: Names without which nothing can be read.
NeededNames = Annotated[tuple[str, ...], _check_needed_names]
#: Paths from the host's root, with places for these ids in braces; empty where there is none
Path = Annotated[str, _check_path()]
NeededPath = Annotated[str, _check_path(empty=False)]
FolderPath = Annotated[str, _check_path("folder_id")]
FilesPath = Annotated[str, _check_path("folder_id", needs="folder_id")]
FilePath = Annotated[str, _check_path("folder_id", "file_id", needs="file_id")]
TargetPath = Annotated[str, _check_path("target_id", needs="target_id")]
ConnectionPath = Annotated[str, _check_path("connection_id", needs="connection_id")]
ActionPath = Annotated[str, _check_path("action_id", needs="action_id")]
