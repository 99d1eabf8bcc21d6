"""The door beside the real surface, under /_sim: seed, look, count, set the clock, and what people do by hand."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from mlc_sim.faults import FaultScript
from mlc_sim.intacct.clock import SimulatedClock
from mlc_sim.intacct.counters import Counters
from mlc_sim.intacct.journal import Journal
from mlc_sim.intacct.lanes import Lanes
from mlc_sim.intacct.people import People
from mlc_sim.intacct.problems import FunctionError
from mlc_sim.intacct.random_faults import draw_faults
from mlc_sim.intacct.seed import plant
from mlc_sim.intacct.settings import read_settings
from mlc_sim.serving import ADMIN, Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """Answers JSON; 400 with the reason when a request makes no sense, and then nothing has changed."""

    lanes: Lanes
    clock: SimulatedClock
    faults: FaultScript
    counters: Counters
    journal: Journal

    def answer(self, request: Request) -> Response:
        path = request.path.removeprefix(ADMIN)
        if path == "/faults":
            return self.faults.administer(request)
        if request.method == "DELETE" and path.startswith("/bills/"):
            return People(lanes=self.lanes, clock=self.clock).delete_bill(
                request, path.removeprefix("/bills/")
            )
        route = self._routes().get((request.method, path))
        if route is None:
            return Response.of_json({"error": f"no route {request.method} {path}"}, status=404)
        try:
            return Response.of_json(route(request))
        except FunctionError as error:
            problems = [asdict(problem) for problem in error.problems]
            return Response.of_json({"error": str(error), "problems": problems}, status=400)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return Response.of_json({"error": f"{type(error).__name__}: {error}"}, status=400)

    def _routes(self) -> Mapping[tuple[str, str], Callable[[Request], object]]:
        return {
            ("GET", "/health"): lambda _: {"status": "ok", "now": self.clock().isoformat()},
            ("POST", "/seed"): self._seed,
            ("GET", "/bills"): self._list_bills,
            ("GET", "/counters"): lambda _: self.counters.describe(),
            ("POST", "/counters/reset"): lambda _: self.counters.reset(),
            ("GET", "/requests"): lambda _: self.journal.read(),
            ("POST", "/clock"): self._set_clock,
            ("POST", "/settings"): self._set_settings,
            ("POST", "/faults/random"): self._draw_faults,
            **People(lanes=self.lanes, clock=self.clock).routes(),
        }

    def _seed(self, request: Request) -> dict[str, int]:
        with self.lanes.enter() as store:
            return plant(request.json(), store, self.clock())

    def _list_bills(self, request: Request) -> list[dict[str, Any]]:
        asked = [request.query.get(name, "") for name in ("company", "vendor", "number")]
        with self.lanes.enter() as store:
            return store.find_bills(*asked)

    def _draw_faults(self, request: Request) -> list[dict[str, Any]]:
        """Set faults drawn by a seed; see random_faults."""
        faults = draw_faults(request.json())
        self.faults.add(*faults)
        return [{"action": fault.action, "nth": fault.nth, **fault.options} for fault in faults]

    def _set_clock(self, request: Request) -> dict[str, str]:
        asked = request.json()
        if "now" in asked:
            moment = datetime.fromisoformat(asked["now"])
            if moment.tzinfo is None:
                raise ValueError(f"{asked['now']!r} has no zone")
            self.clock.set(moment)
        self.clock.advance(timedelta(seconds=asked.get("advance", 0)))
        return {"now": self.clock().isoformat()}

    def _set_settings(self, request: Request) -> dict[str, Any]:
        """Set some settings of a company, or without one for all that do not set their own."""
        asked = dict(request.json())
        company_id = asked.pop("company", "")
        with self.lanes.enter() as store, store.transaction():
            merged = {**store.find_setting(company_id), **asked}
            read_settings(merged)
            store.put_setting(company_id, merged)
        return merged
