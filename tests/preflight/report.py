"""What the preflight campaign found, and its page `docs/reference/preflight.md`."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.preflight.papers import Target

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "preflight.md"
LEAST: Final = 0.95  #: of what is refused must be held before
_RESULT: Final = re.compile(r"(<!-- campaign -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What Intacct answered to a document, and what was planned."""

    fault: str
    target: Target
    refused: str  #: what Intacct says; empty where it took it
    needs: tuple[str, ...]  #: kinds of what holds it


@dataclass(slots=True, kw_only=True)
class Report:
    """All that was judged."""

    judged: list[Judged] = field(default_factory=list)

    @property
    def refused(self) -> list[Judged]:
        return [each for each in self.judged if each.refused]

    @property
    def missed(self) -> list[Judged]:
        """What was refused and not held before."""
        return [each for each in self.refused if not each.needs]

    @property
    def alarms(self) -> list[Judged]:
        """What was held and would have been taken."""
        return [each for each in self.judged if each.needs and not each.refused]

    @property
    def share(self) -> float:
        """How much of what was refused was foreseen."""
        return 1 - len(self.missed) / len(self.refused) if self.refused else 1.0

    @property
    def is_foreseen(self) -> bool:
        return self.share >= LEAST

    def by_fault(self) -> Iterator[tuple[str, "Report"]]:
        """The same for each fault, by name."""
        for name in sorted({each.fault for each in self.judged}):
            yield name, Report(judged=[each for each in self.judged if each.fault == name])


def describe(faulty: Report, good: Report) -> str:
    """The whole in a few lines, with what was missed and what was held in vain."""
    wrong = [
        f"{name}: {each.target} {', '.join(each.needs) or each.refused}"
        for name, each in (
            *(("missed", each) for each in (*faulty.missed, *good.missed)),
            *(("held in vain", each) for each in (*faulty.alarms, *good.alarms)),
        )
    ]
    return "\n".join((_say_faulty(faulty), _say_good(good), *sorted(set(wrong))))


def render_page(text: str, faulty: Report, good: Report, *, seed: int, commit: str) -> str:
    """The page with these results."""
    parts = (
        f"Seed {seed}, commit `{commit}`.",
        f"- {_say_faulty(faulty)}\n- {_say_good(good)}",
        _render_faults(faulty),
        f"What was not foreseen:\n\n{_render_missed(faulty.missed)}",
    )
    result = "\n\n".join(parts)
    return _RESULT.sub(lambda found: f"{found[1]}\n{result}\n\n{found[2]}", text)


def _say_faulty(report: Report) -> str:
    refused, missed = len(report.refused), len(report.missed)
    return (
        f"{len(report.judged):,} faulty documents: Intacct refuses {refused:,}; {refused - missed:,} of them are held before "
        f"({report.share:.1%}), {missed} are missed, {len(report.alarms)} are held that it takes."
    )


def _say_good(report: Report) -> str:
    return f"{len(report.judged):,} good documents: {len(report.alarms)} are held, {len(report.refused)} are refused."


def _render_faults(report: Report) -> str:
    rows = [
        f"| {name} | {len(part.judged)} | {len(part.refused)} | {len(part.refused) - len(part.missed)} "
        f"| {len(part.alarms)} | {_name_needs(part)} |"
        for name, part in report.by_fault()
    ]
    head = "| what is wrong | documents | refused | foreseen | held in vain | need |"
    return "\n".join((head, "|---|---|---|---|---|---|", *rows))


def _name_needs(report: Report) -> str:
    counts = Counter(need for each in report.judged for need in each.needs)
    return ", ".join(f"`{need}`" for need in sorted(counts)) or "–"


def _render_missed(missed: Sequence[Judged]) -> str:
    told = {(each.fault, each.target): each.refused.partition(";")[0] for each in missed}
    rows = [f"| {fault} | {target} | {text} |" for (fault, target), text in sorted(told.items())]
    return "\n".join(("| what is wrong | document | what Intacct says |", "|---|---|---|", *rows))
