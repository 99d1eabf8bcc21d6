"""The door beside the real surface, under /_sim: seed, look, count, set the clock, enter and remove bills by hand."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from mlc_sim.faults import FaultScript
from mlc_sim.intacct.audit import note
from mlc_sim.intacct.bills import BillForm, create_bill
from mlc_sim.intacct.clock import SimulatedClock
from mlc_sim.intacct.counters import Counters
from mlc_sim.intacct.decisions import decide
from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.gateway import find_settings
from mlc_sim.intacct.journal import Journal
from mlc_sim.intacct.lanes import Lanes
from mlc_sim.intacct.problems import FunctionError
from mlc_sim.intacct.random_faults import draw_faults
from mlc_sim.intacct.seed import plant
from mlc_sim.intacct.settings import read_settings
from mlc_sim.intacct.store import Store
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
            return self._delete_bill(request, path.removeprefix("/bills/"))
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
            ("POST", "/bills"): self._enter_bill,
            ("GET", "/counters"): lambda _: self.counters.describe(),
            ("POST", "/counters/reset"): lambda _: self.counters.reset(),
            ("GET", "/requests"): lambda _: self.journal.read(),
            ("POST", "/clock"): self._set_clock,
            ("POST", "/settings"): self._set_settings,
            ("POST", "/faults/random"): self._draw_faults,
            ("POST", "/decisions"): self._decide,
        }

    def _seed(self, request: Request) -> dict[str, int]:
        with self.lanes.enter() as store:
            return plant(request.json(), store, self.clock())

    def _list_bills(self, request: Request) -> list[dict[str, Any]]:
        asked = [request.query.get(name, "") for name in ("company", "vendor", "number")]
        with self.lanes.enter() as store:
            return store.find_bills(*asked)

    def _enter_bill(self, request: Request) -> dict[str, int]:
        """Enter a bill as a person would: {company, entity, bill: {fields, APBILLITEMS: [{fields}]}}.

        The company may be left out where there is but one; the entity is the top level then.
        """
        asked = request.json()
        header = dict(asked["bill"])
        form = BillForm(lines=tuple(header.pop("APBILLITEMS")), header=header)
        company_id = self._find_company_id(asked.get("company", ""))
        with self.lanes.enter(company_id) as store:
            books = self._open_books(store, company_id, asked.get("entity", ""))
            with store.transaction():
                number = create_bill(form, books, find_settings(store, company_id), self.clock())
        return {"RECORDNO": number}

    def _draw_faults(self, request: Request) -> list[dict[str, Any]]:
        """Set faults drawn by a seed; see random_faults."""
        faults = draw_faults(request.json())
        self.faults.add(*faults)
        return [{"action": fault.action, "nth": fault.nth, **fault.options} for fault in faults]

    def _decide(self, request: Request) -> dict[str, str]:
        """Decide on a submitted document: {company, object, RECORDNO, state}."""
        asked = request.json()
        company_id = self._find_company_id(asked.get("company", ""))
        with self.lanes.enter(company_id) as store, store.transaction():
            books = self._open_books(store, company_id, "")
            decide(books, asked["object"], str(asked["RECORDNO"]), asked["state"], self.clock())
        return {"state": asked["state"]}

    def _delete_bill(self, request: Request, number: str) -> Response:
        company_id = self._find_company_id(request.query.get("company", ""))
        with self.lanes.enter(company_id) as store, store.transaction():
            found = number.isdigit() and store.delete_bill(company_id, int(number))
            if found:
                books = self._open_books(store, company_id, "")
                note(books, "apbill", number, "D", user_id="", now=self.clock())
        return Response(status=204) if found else Response.of_json({"error": f"no bill {number}"}, status=404)

    def _open_books(self, store: Store, company_id: str, entity: str) -> Books:
        company = store.find_company(company_id)
        if company is None:
            raise ValueError(f"no company {company_id!r}")
        return Books(store=store, company=company, entity=entity)

    def _find_company_id(self, asked: str) -> str:
        """The company asked for, or the only one there is."""
        with self.lanes.enter() as store:
            known = store.find_company_ids()
        return known[0] if not asked and len(known) == 1 else asked

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
