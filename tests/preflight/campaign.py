"""Faulty and good documents through the plan: is what Intacct refuses held before, and nothing else?

python -m tests.preflight.campaign --count 2000 --seed 1 [--write]

Every document is planned while nothing is wrong. Then something is put wrong: a record, a setting, or the document
itself. It is planned again with our copy as it is now: whether it is held is what is measured. What is held then is
sent all the same, as it was planned before, and what is ready as it is: whether Intacct takes it is the truth.
"""

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.preflight.catalogue import FAULTS, GOODS
from tests.preflight.companies import PLAIN, RICH
from tests.preflight.faults import Change, Fault
from tests.preflight.papers import ORDERED, Paper
from tests.preflight.report import PAGE, Judged, Report, describe, render_page
from tests.preflight.world import Mutated, World, open_world
from tests.processes import COMPANY

from ml_connector.intacct.errors import IntacctError
from ml_connector.intacct.writing.call import Writable
from ml_connector.records.documents import StoredDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A document, and what is put wrong for it."""

    fault: Fault
    paper: Paper

    @property
    def said(self) -> Paper:
        """The document as it is sent."""
        ends = self.fault.extends
        return self.paper.say({name: getattr(self.paper, name) + end for name, end in ends.items()})

    def mutate(self, body: Writable) -> Writable:
        """What was planned of the document, as it would be sent of what it says."""
        texts = {getattr(self.paper, name): getattr(self.said, name) for name in self.fault.extends}
        return Mutated(body=body, texts=texts) if texts else body


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Documents that are in the store, and what was planned of each while nothing was wrong."""

    world: World
    documents: Mapping[str, StoredDocument]
    planned: Mapping[str, Writable]
    faulty: Report = field(default_factory=Report)
    good: Report = field(default_factory=Report)

    def play(self, faulty: Sequence[Case], good: Sequence[Case]) -> None:
        """What concerns single documents goes wrong all at once; what concerns others too one after the other."""
        own = [case for case in faulty if not case.fault.is_shared]
        for fault in _list_faults(own):
            self.world.change(fault.changes)
            self._change_sources(fault, own)
        self._judge(own, self.faulty)
        self._judge(good, self.good)
        for fault in _list_faults([case for case in faulty if case.fault.is_shared]):
            back = self.world.change(fault.changes)
            self.world.set({**self.world.company.settings, **fault.settings})
            self._judge([case for case in faulty if case.fault is fault], self.faulty)
            self.world.set(self.world.company.settings)
            self.world.change(back)

    def _change_sources(self, fault: Fault, cases: Sequence[Case]) -> None:
        if fault.source is not None:
            object_, fields = fault.source.object, fault.source.fields
            numbers = (case.paper.order for case in cases if case.fault is fault)
            self.world.change(Change(object=object_, key=number, fields=fields) for number in numbers)

    def _judge(self, cases: Sequence[Case], report: Report) -> None:
        """Plan these anew; then send what is ready as it is now, and what is held as it was planned before."""
        version = self.world.copy_company()
        needs, ready = self._plan(cases, version)
        bodies = [ready.get(case.said.number, case.mutate(self.planned[case.paper.number])) for case in cases]
        places = [case.fault.entity for case in cases]
        for case, result in zip(cases, self.world.send(bodies, places), strict=True):
            texts = "; ".join(error.description2 or error.description for error in result.errors)
            report.judged.append(
                Judged(
                    fault=case.fault.name,
                    target=case.paper.target,
                    refused="" if result.status == "created" else texts or result.status,
                    needs=needs[case.said.number],
                )
            )

    def _plan(
        self, cases: Sequence[Case], version: int
    ) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, Writable]]:
        """The kinds of needs of each, and what is to be sent of those that are ready.

        Where Intacct lets nobody look, the whole run stops before anything is sent.
        """
        documents = {case.said.number: self.documents[case.said.number] for case in cases}
        try:
            outcome = self.world.plan(list(documents.values()), version)
        except IntacctError as error:
            return dict.fromkeys(documents, (type(error).__name__,)), {}
        postings = dict(outcome.postings)
        kinds = {
            number: tuple(dict.fromkeys(need.kind for need in outcome.needs.get(each.id, ())))
            for number, each in documents.items()
        }
        ready = {n: postings[each.id].functions[0] for n, each in documents.items() if each.id in postings}
        return kinds, ready


def run_campaign(
    folder: Path, seed: int, count: int, faults: Sequence[Fault] = FAULTS
) -> tuple[Report, Report]:
    """So many faulty documents and as many good ones, by seed. Raises AssertionError where the good ones are not."""
    dice = random.Random(seed)
    faulty, good = _draw(dice, faults, count, prefix="F"), _draw(dice, GOODS, count, prefix="G")
    reports = Report(), Report()
    for company in (PLAIN, RICH):
        mine = [[case for case in cases if case.fault.company is company] for cases in (faulty, good)]
        own = [fault for fault in (*faults, *GOODS) if fault.company is company]
        with open_world(folder / company.name, company, own) as world:
            for report, judged in zip(reports, _play(world, *mine), strict=True):
                report.judged.extend(judged.judged)
    return reports


def _play(world: World, faulty: Sequence[Case], good: Sequence[Case]) -> tuple[Report, Report]:
    """Those of one company."""
    faulty, good = _enter_sources(world, faulty), _enter_sources(world, good)
    documents = world.deliver([case.paper for case in (*faulty, *good)])
    planned = _plan_all(world, [*faulty, *good], documents)
    said = world.deliver([case.said for case in faulty if case.fault.extends])
    campaign = Campaign(world=world, documents={**said, **documents}, planned=planned)
    campaign.play(faulty, good)
    return campaign.faulty, campaign.good


def _draw(dice: random.Random, faults: Sequence[Fault], count: int, *, prefix: str) -> list[Case]:
    """So many documents, each fault in turn and each of its kinds of documents."""
    kinds = {fault.name: cycle(dice.sample(fault.targets, len(fault.targets))) for fault in faults}
    drawn = []
    for place, fault in enumerate(islice(cycle(faults), count)):
        target, number = next(kinds[fault.name]), f"{prefix}{place:05}"
        paper = Paper(
            target=target,
            number=number,
            quantity=dice.randint(1, 90),
            price=Decimal(dice.randint(100, 90_000)).scaleb(-2),
            text=fault.name,
            order=f"B-{number}" if target == "payment" else "",
            freight=dice.random() < 0.5,
        )
        drawn.append(Case(fault=fault, paper=paper.say(fault.paper)))
    return drawn


def _list_faults(cases: Sequence[Case]) -> list[Fault]:
    return list({case.fault.name: case.fault for case in cases}.values())


def _enter_sources(world: World, cases: Sequence[Case]) -> list[Case]:
    """The documents with the numbers of the orders that they are about; the bills of payments are there."""
    world.enter_bills([case.paper for case in cases if case.paper.target == "payment"])
    ordered = [case for case in cases if case.paper.target in ORDERED]
    numbers = iter(world.enter_orders([(case.paper, case.fault.dimensions) for case in ordered]))
    return [
        replace(case, paper=case.paper.say({"order": next(numbers)}))
        if case.paper.target in ORDERED
        else case
        for case in cases
    ]


def _plan_all(
    world: World, cases: Sequence[Case], documents: Mapping[str, StoredDocument]
) -> dict[str, Writable]:
    """What is to be sent of each, as long as nothing is wrong. Raises AssertionError where something is."""
    outcome = world.plan([documents[case.paper.number] for case in cases], world.copy_company())
    postings = dict(outcome.postings)
    held = [case.paper for case in cases if documents[case.paper.number].id not in postings]
    assert not held, f"{held[0]} and {len(held) - 1} more are held: {list(outcome.needs.values())[:1]}"
    functions: dict[str, Writable] = {}
    for case in cases:
        posting = postings[documents[case.paper.number].id]
        assert posting.target.entity == case.fault.entity, posting.target
        (functions[case.paper.number],) = posting.functions
    return functions


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write the page of the results")
    options = parser.parse_args()
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        faulty, good = run_campaign(Path(folder), options.seed, options.count)
    sys.stdout.write(f"{describe(faulty, good)}\n{time.monotonic() - began:.0f} s, {COMPANY}\n")
    if options.write:
        asked = ["git", "rev-parse", "--short", "HEAD"]
        commit = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(render_page(text, faulty, good, seed=options.seed, commit=commit), encoding="utf-8")
    return 0 if faulty.is_foreseen and not good.alarms else 1


if __name__ == "__main__":
    sys.exit(main())
