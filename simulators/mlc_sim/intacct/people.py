"""The admin routes by which a test plays people at work: who approves, posts, pays, edits, deletes, enters by hand.

A company may be left out where there is but one; the entity is the top level then. Records are named by `object` and
`RECORDNO`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mlc_sim.intacct import by_hand
from mlc_sim.intacct.bills import create_bill
from mlc_sim.intacct.bulk import enter_many
from mlc_sim.intacct.campaign import make_changes
from mlc_sim.intacct.clock import SimulatedClock
from mlc_sim.intacct.decisions import decide
from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.lanes import Lanes
from mlc_sim.intacct.payments import create_payment
from mlc_sim.intacct.settings import Settings, find_settings
from mlc_sim.serving import Request, Response


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What a person works on."""

    asked: Mapping[str, Any]
    books: Books
    settings: Settings
    now: datetime
    stamp: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Each route is all or nothing."""

    lanes: Lanes
    clock: SimulatedClock

    def routes(self) -> Mapping[tuple[str, str], Callable[[Request], object]]:
        """The functions by method and path."""
        return {
            ("GET", "/truth"): self._tell_truth,
            ("POST", "/bills"): self._route(_enter_bill),
            ("POST", "/payments"): self._route(_enter_payment),
            ("POST", "/records"): self._route(_enter_record),
            ("POST", "/decisions"): self._route(_decide),
            ("POST", "/edits"): self._route(_edit),
            ("POST", "/deletions"): self._route(_remove),
            ("POST", "/bulk"): self._route(_enter_many),
            ("POST", "/campaign"): self._route(_make_changes),
        }

    def delete_bill(self, request: Request, number: str) -> Response:
        """Remove a bill whatever its state; 404 where there is none."""
        with self._open({"company": request.query.get("company", "")}) as work:
            try:
                by_hand.remove(work.books, "APBILL", number, work.settings, work.stamp)
            except ValueError:
                return Response.of_json({"error": f"no bill {number}"}, status=404)
        return Response(status=204)

    def _tell_truth(self, request: Request) -> object:
        """The counts of all objects; of one that is named all records."""
        with self._open({"company": request.query.get("company", "")}) as work:
            if "object" in request.query:
                return by_hand.list_all(work.books, request.query["object"], work.settings)
            return by_hand.count_all(work.books, work.settings)

    def _route(self, do: Callable[[_Work], object]) -> Callable[[Request], object]:
        def answer(request: Request) -> object:
            with self._open(request.json()) as work:
                return do(work)

        return answer

    @contextmanager
    def _open(self, asked: Mapping[str, Any]) -> Iterator[_Work]:
        with self.lanes.enter() as store:
            known = store.find_company_ids()
        company_id = asked.get("company") or (known[0] if len(known) == 1 else "")
        with self.lanes.enter(company_id) as store, store.transaction():
            company = store.find_company(company_id)
            if company is None:
                raise ValueError(f"no company {company_id!r}")
            books = Books(store=store, company=company, entity=asked.get("entity", ""))
            settings, now = find_settings(store, company_id), self.clock()
            yield _Work(asked=asked, books=books, settings=settings, now=now, stamp=settings.stamp(now))


def _enter_bill(work: _Work) -> dict[str, int]:
    """{bill: {fields, APBILLITEMS: [{fields}]}}."""
    header = dict(work.asked["bill"])
    lines = header.pop("APBILLITEMS")
    return {"RECORDNO": create_bill(header, lines, work.books, work.settings, work.stamp)}


def _enter_payment(work: _Work) -> dict[str, int]:
    """{payment: {fields, APPYMTDETAILS: [{fields}]}}."""
    header = dict(work.asked["payment"])
    details = header.pop("APPYMTDETAILS")
    return {"RECORDNO": create_payment(header, details, work.books, work.settings, work.stamp)}


def _enter_record(work: _Work) -> dict[str, str]:
    """{object, fields}: a master record."""
    asked = work.asked
    return {
        "RECORDNO": by_hand.enter(work.books, asked["object"], asked["fields"], work.settings, work.stamp)
    }


def _decide(work: _Work) -> dict[str, str]:
    """{object, RECORDNO, state}: the next state of a document, with all that follows."""
    asked = work.asked
    decide(work.books, asked["object"], str(asked["RECORDNO"]), asked["state"], work.settings, work.stamp)
    return {"state": asked["state"]}


def _edit(work: _Work) -> dict[str, str]:
    """{object, RECORDNO, fields}."""
    asked, number = work.asked, str(work.asked["RECORDNO"])
    by_hand.edit(work.books, asked["object"], number, asked["fields"], work.settings, work.stamp)
    return {"RECORDNO": number}


def _remove(work: _Work) -> dict[str, str]:
    """{object, RECORDNO}."""
    number = str(work.asked["RECORDNO"])
    by_hand.remove(work.books, work.asked["object"], number, work.settings, work.stamp)
    return {"RECORDNO": number}


def _enter_many(work: _Work) -> dict[str, int]:
    """{object, count, fields, lines}; see bulk."""
    return {"entered": enter_many(work.books, work.asked, work.stamp)}


def _make_changes(work: _Work) -> list[dict[str, str]]:
    """{seed, steps, objects, kinds, late_seconds}; see campaign."""
    return make_changes(work.books, work.asked, work.settings, work.now)
