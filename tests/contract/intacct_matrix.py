"""The faults at every call of the Intacct library, as `docs/reference/reliability.md` shows them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tests.contract.intacct_calls import BILL, LOG_INS, READS, WRITES
from tests.contract.intacct_faults import BATCH_FAULTS, FAULTS, UNREAD, BatchFault, Fault, Told

from ml_connector.intacct import IntacctError

#: What is proven -> the test in `test_intacct_faults` that does.
PROOFS: Final = {
    "read": "test_whatever_fails_a_read_tells_what_to_do_next",
    "method": "test_every_method_that_reads_sends_its_function_and_works_again_after_a_fault",
    "write": "test_whatever_fails_a_write_is_found_by_its_mark_exactly_once",
    "reset": "test_a_connection_that_is_reset_before_the_body_is_read_has_executed_nothing",
    "batch": "test_a_fault_in_the_midst_of_a_batch_of_all_kinds_is_told_of_each",
    "log-in": "test_a_write_whose_log_in_fails_was_not_sent",
    "formats": "test_the_users_format_is_asked_for_again_when_a_log_in_failed_to_tell_it",
}


def render_faults() -> str:
    """What befalls a call, and what its caller is told."""
    head = ("fault", "a read", "a write", "was it executed", "a write, at its log-in")
    return _render(head, (_list_cells(fault) for fault in (*FAULTS, UNREAD)))


def render_batches() -> str:
    """What befalls one function in the midst of a request of all kinds of writes."""
    head = (
        "in the midst of a batch",
        "each alone",
        "of it in the books",
        "all or none",
        "of it in the books",
    )
    return _render(head, (_list_batch_cells(fault) for fault in BATCH_FAULTS))


def render_calls() -> str:
    """Every function the library sends, the methods that send it, and the proofs of each."""
    return _render(("function", "methods of `Client`", "proofs"), _list_calls())


def render_proofs() -> str:
    """The test behind each proof."""
    return _render(("proof", "test"), ((proof, f"`{test}`") for proof, test in PROOFS.items()))


def _list_cells(fault: Fault) -> Sequence[str]:
    log_in = fault.log_in or fault.read
    return (
        fault.name,
        _say(fault.read),
        _say(fault.write),
        "yes" if fault.is_executed or fault.write == "created" else "no",
        _say(None if log_in == "ok" or fault.needs_haste or fault is UNREAD else log_in),
    )


def _list_batch_cells(fault: BatchFault) -> Sequence[str]:
    atomic_there = "all" if fault.atomic_there else "nothing"
    return (
        fault.name,
        _say_all(fault.alone),
        " / ".join("there" if each else "not there" for each in fault.there),
        _say_all(fault.atomic),
        atomic_there,
    )


def _list_calls() -> Iterator[Sequence[str]]:
    yield "getAPISession, readUserFormatting", _join(LOG_INS), "log-in, formats"
    for read in READS:
        yield read.function, _join(read.methods), "read, method, reset"
    for write in WRITES:
        also = ["create_bills"] if write is BILL else []
        yield write.name, _join(["writing.write", *also, f"writing.{write.finder}"]), "write, reset, batch"


def _say(told: Told | None) -> str:
    if told is None:
        return "–"
    return told if isinstance(told, str) else f"`{told.__name__}`"


def _say_all(told: Sequence[str] | type[IntacctError]) -> str:
    return _say(told) if isinstance(told, type) else " / ".join(told)


def _join(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _render(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join((f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines))
