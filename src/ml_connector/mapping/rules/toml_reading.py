"""Text in TOML → a frozen model, or a refusal that names key, place and cure."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

M = TypeVar("M", bound="Model")


class Model(BaseModel):
    """A frozen record read from TOML: unknown keys and wrong types are refused, nothing is converted silently."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, str_strip_whitespace=True, hide_input_in_errors=True
    )


class Refused(Exception):
    """Something written by the user cannot be used; each problem is one line for them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def parse_toml(text: str, *, origin: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises Refused with line and column."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused([f'{origin}: {error}. Write TOML, such as: name = "value"']) from error


def build_model(model: type[M], tables: Mapping[str, Any], *, origin: str) -> M:
    """The model these tables describe. Raises Refused with one problem for each key that is wrong."""
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        raise Refused([describe_problem(model, details, origin) for details in error.errors()]) from error


def describe_problem(model: type[BaseModel], details: ErrorDetails, origin: str) -> str:
    """One problem as a line: where, which key, what is wrong, what to write instead. Never the value of a secret."""
    place = "".join(_spell(details["loc"])).removeprefix(".")
    key = str(details["loc"][-1]) if details["loc"] else origin
    match details["type"]:
        case "extra_forbidden":
            known = sorted(_list_keys(model, details["loc"][:-1]))
            near = difflib.get_close_matches(key, known, n=1)
            cure = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
            return f"{origin}: {place}: unknown key; {cure}"
        case "missing":
            return f"{origin}: {place}: missing; add {key} = …"
        case "model_type" | "dict_type":
            return f"{origin}: {place}: not a table; write [{place}] and its keys below it"
        case _:
            message = details["msg"].removeprefix("Value error, ")
            return f"{origin}: {place}: {message[0].lower()}{message[1:]}"


def _spell(location: tuple[int | str, ...]) -> Iterator[str]:
    for part in location:
        yield f"[{part + 1}]" if isinstance(part, int) else f".{part}"


def _list_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> Iterator[str]:
    for part in location:
        if isinstance(part, str) and part in _name_fields(model):
            model = next(_find_models(_name_fields(model)[part]), model)
    yield from _name_fields(model)


def _name_fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _find_models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 (any type expression)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _find_models(inner)
