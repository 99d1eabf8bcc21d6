"""Writes the fault matrix into `docs/reference/reliability.md`: run `python -m tests.acceptance.write_reliability`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tests.acceptance.calls import CLEO, INTACCT, RECORDS, VENDORS, Call
from tests.acceptance.faults import Fault
from tests.acceptance.system_faults import ONLY_CLEO, ONLY_INTACCT
from tests.acceptance.wire_faults import BOTH
from tests.contract.cleo_faults import BESIDE, FAULTS, TAKEN, Column, list_proofs, say
from tests.contract.intacct_matrix import render_batches, render_calls, render_faults, render_proofs
from tests.reliability import PAGE, replace_parts


def render_page(text: str) -> str:
    """The page with every marked part as the matrix of today says it."""
    return replace_parts(text, {f"matrix: {name}": render for name, render in _PARTS.items()})


def _render_sentences() -> str:
    faults = (*BOTH, *ONLY_INTACCT, *ONLY_CLEO)
    return "\n".join(("| fault | |", "|---|---|", *(f"| {f.name} | {f.does} |" for f in faults)))


def _render_proofs() -> str:
    rows = (f"| {purpose} | {', '.join(names)} |" for purpose, names in list_proofs().items())
    return "\n".join(("| asked for | columns above |", "|---|---|", *rows))


def _render_table(faults: Sequence[Fault], calls: Sequence[Call]) -> str:
    head = " | ".join(call.name for call in calls)
    rows = (
        f"| {fault.name} | {' | '.join(_render_cell(fault, call) for call in calls)} |"
        for fault in faults
        if set(calls) & {*fault.intacct, *fault.cleo}
    )
    return "\n".join((f"| fault | {head} |", "|---" * (len(calls) + 1) + "|", *rows))


def _render_records() -> str:
    columns = (*RECORDS, *VENDORS)
    head = " | ".join(call.name for call in columns)
    rows = (
        f"| {fault.name} | {' | '.join(str(fault.expect(c)) if c in calls else '–' for c in columns)} |"
        for fault in (*BOTH, *ONLY_INTACCT)
        if (calls := (*fault.list_records(), *fault.list_vendors()))
    )
    return "\n".join((f"| fault | {head} |", "|---" * (len(columns) + 1) + "|", *rows))


def _render_columns(columns: Sequence[Column]) -> str:
    head = " | ".join(column.name for column in columns)
    rows = (f"| {fault.name} | {' | '.join(say(fault, column) for column in columns)} |" for fault in FAULTS)
    return "\n".join((f"| fault | {head} |", "|---" * (len(columns) + 1) + "|", *rows))


def _render_cell(fault: Fault, call: Call) -> str:
    return str(fault.expect(call)) if call in (*fault.intacct, *fault.cleo) else "–"


#: What stands between the marks of a name.
_PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "sentences": _render_sentences,
    "intacct": lambda: _render_table([*BOTH, *ONLY_INTACCT], INTACCT),
    "intacct_records": _render_records,
    "intacct_faults": render_faults,
    "intacct_batches": render_batches,
    "intacct_calls": render_calls,
    "intacct_proofs": render_proofs,
    "cleo": lambda: _render_table([*BOTH, *ONLY_CLEO], CLEO),
    "cleo_files": lambda: _render_columns(TAKEN),
    "cleo_beside": lambda: _render_columns(BESIDE),
    "cleo_proofs": _render_proofs,
}


def main() -> None:
    PAGE.write_text(render_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
