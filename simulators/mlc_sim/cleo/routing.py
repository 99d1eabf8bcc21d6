"""Which function answers which method and path."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from mlc_sim.cleo.answers import RefusalError
from mlc_sim.cleo.tenant import Tenant
from mlc_sim.serving import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request, what it asks for and the ids in its path, in their order."""

    request: Request
    handler: "Handler"
    ids: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.handler.__name__


Handler = Callable[[Tenant, Call], Response]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    template: str  #: a path with `*` where an id stands
    handler: Handler
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.escape(self.template).replace(r"\*", "([^/]+)")
        object.__setattr__(self, "pattern", re.compile(pattern))


def find_call(routes: Sequence[Route], request: Request) -> Call:
    """What a request asks for; if no route serves it, a call named "refuse" that raises RefusalError 404 or 405."""
    fitting = [(route, found) for route in routes if (found := route.pattern.fullmatch(request.path))]
    for route, found in fitting:
        if route.method == request.method:
            return Call(request=request, handler=route.handler, ids=found.groups())
    allowed = ", ".join(sorted({route.method for route, _ in fitting}))

    def refuse(_: Tenant, call: Call) -> NoReturn:
        if allowed:
            message = f"{call.request.method} is not served at {call.request.path}; {allowed} is"
            raise RefusalError(405, message, headers={"Allow": allowed})
        raise RefusalError(404, f"there is nothing at {call.request.path}")

    return Call(request=request, handler=refuse)
