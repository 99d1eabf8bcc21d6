"""Writes the fault matrix into `docs/reference/reliability.md`: run `python -m tests.acceptance.write_reliability`."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.acceptance.faults import BOTH, CLEO, INTACCT, ONLY_CLEO, ONLY_INTACCT, Call, Fault

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "reliability.md"
_MARKED: Final = re.compile(r"(<!-- matrix: (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def render_page(text: str) -> str:
    """The page with every marked part as the matrix of today says it."""
    return _MARKED.sub(lambda found: f"{found[1]}\n{_render(found['name'])}\n\n{found[3]}", text)


def _render(name: str) -> str:
    match name:
        case "intacct":
            return _render_table([*BOTH, *ONLY_INTACCT], INTACCT)
        case "cleo":
            return _render_table([*BOTH, *ONLY_CLEO], CLEO)
        case _:
            faults = (*BOTH, *ONLY_INTACCT, *ONLY_CLEO)
            return "\n".join(("| fault | |", "|---|---|", *(f"| {f.name} | {f.does} |" for f in faults)))


def _render_table(faults: Sequence[Fault], calls: Sequence[Call]) -> str:
    head = " | ".join(call.name for call in calls)
    rows = (
        f"| {fault.name} | {' | '.join(_render_cell(fault, call) for call in calls)} |"
        for fault in faults
        if set(calls) & {*fault.intacct, *fault.cleo}
    )
    return "\n".join((f"| fault | {head} |", "|---" * (len(calls) + 1) + "|", *rows))


def _render_cell(fault: Fault, call: Call) -> str:
    return str(fault.expect(call)) if call in (*fault.intacct, *fault.cleo) else "–"


def main() -> None:
    PAGE.write_text(render_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
