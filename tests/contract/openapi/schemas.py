"""The description of the simulated tenant as a judge of what a client sent: a recorded request fits it or does not."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import schemathesis

DESCRIPTION: Final = Path(__file__).parents[3] / "simulators" / "mlc_sim" / "cleo" / "openapi.yaml"
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"

Json = Mapping[str, Any]


@cache
def read_description() -> Json:
    description: Json = schemathesis.openapi.from_path(DESCRIPTION).raw_schema
    return description


def find_breaches(entry: Json) -> list[str]:
    """What is wrong with a request as `GET /_sim/requests` tells of it, in the layouts of Cleo; nothing if it fits.

    Its call must be described, its path and method be those of the call, its query be known there, its token be sent
    where one is needed, and its body have a type and a form that are described. Members of an object that the
    description does not name are no breach, as the API takes them.
    """
    found = [(path, item) for path, item in read_description()["paths"].items() if _find(entry["call"], item)]
    if not found:
        return [f"{entry['method']} {entry['path']}: no call that is described"]
    [(path, item)] = found
    method, operation = _find(entry["call"], item) or ("", {})
    return [
        f"{entry['call']}: {breach}"
        for breach in (
            *_check_place(entry, path, method),
            *_check_token(entry, operation),
            *_check_query(entry, operation),
            *_check_body(entry, operation),
        )
    ]


def _find(call: str, item: Json) -> tuple[str, Json] | None:
    operations = ((method, operation) for method, operation in item.items() if method != "parameters")
    return next((pair for pair in operations if pair[1]["operationId"] == call), None)


def _check_place(entry: Json, path: str, method: str) -> Iterator[str]:
    if (
        not re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), entry["path"])
        or method != entry["method"].lower()
    ):
        yield f"{entry['method']} {entry['path']} is not {method.upper()} {path}"


def _check_token(entry: Json, operation: Json) -> Iterator[str]:
    is_open = operation.get("security") == []
    if not is_open and "authorization" not in entry["headers"]:
        yield "no token was sent"
    if is_open and "authorization" in entry["headers"]:
        yield "a token was sent where none is wanted"


def _check_query(entry: Json, operation: Json) -> Iterator[str]:
    parameters = [_resolve(parameter) for parameter in operation.get("parameters", ())]
    known = {parameter["name"]: parameter["schema"] for parameter in parameters if parameter["in"] == "query"}
    for name, text in entry["query"].items():
        if name not in known:
            yield f"the query has {name!r}, which is not described"
        else:
            yield from _judge(_read_value(text, known[name]), known[name], f"query {name}")


def _check_body(entry: Json, operation: Json) -> Iterator[str]:
    described = operation.get("requestBody", {}).get("content", {})
    kind = entry["headers"].get("content-type", "").partition(";")[0]
    if described and kind not in described:
        yield f"a body of type {kind!r}; described are {list(described)}"
    elif not described and entry["length"]:
        yield "a body, where none is wanted"
    elif kind in {_FORM, _JSON}:
        body = entry["form"] if kind == _FORM else entry["json"]
        yield from _judge(body, described[kind]["schema"], "body")


def _judge(value: object, schema: Json, what: str) -> Iterator[str]:
    judge = jsonschema_rs.Draft202012Validator({**schema, "components": read_description()["components"]})
    for error in judge.iter_errors(value):
        yield f"{what}: {error.message}"


def _read_value(text: str, schema: Json) -> object:
    """A value of the query as the type it is described to have, or the text if it has none of it."""
    if schema["type"] == "integer" and text.isascii() and text.isdecimal():
        return int(text)
    if schema["type"] == "boolean" and text in {"true", "false"}:
        return text == "true"
    return text


def _resolve(node: Json) -> Json:
    """What a reference within the description leads to."""
    found: Any = node
    if "$ref" in node:
        found = read_description()
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    resolved: Json = found
    return resolved
