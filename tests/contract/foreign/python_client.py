"""Carries out steps with the Python client: {login, steps} on standard input, one outcome a step on standard output."""

import importlib
import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any


def attempt(action: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {"answer": action()}
    except Exception as error:  # noqa: BLE001 - whatever it raises is what is asked for
        response = getattr(error, "response", None)
        shown = response if isinstance(response, dict | None) else str(response)
        return {"error": {"name": type(error).__name__, "message": str(error), "response": shown}}


def carry_out(sdk: Any, step: dict[str, Any]) -> Any:
    found = getattr(getattr(sdk, step["object"]), step["call"])(
        *step.get("with", ()), **step.get("keywords", {})
    )
    return list(found) if step["call"].endswith("generator") else found


def main() -> None:
    asked = json.load(sys.stdin)
    clients: list[Any] = []
    make = importlib.import_module("sageintacctsdk").SageIntacctSDK
    outcomes = [attempt(lambda: clients.append(make(**asked["login"])))]
    outcomes += [
        attempt(partial(carry_out, clients[0], step)) for step in (asked["steps"] if clients else ())
    ]
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    main()
