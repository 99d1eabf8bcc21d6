"""Every call the client makes to Cleo, and the faults it meets: `test_cleo_faults` proves each cell.

The calls of the usual line stand in `tests.acceptance.faults`, where they are proven with the whole product. Here are
the others: other layouts, other ways to put files away, and everything beside files. `write_reliability` makes the
page of both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tests.acceptance.calls import CLEO, DOWNLOAD, MOVE
from tests.acceptance.faults import Fault
from tests.acceptance.system_faults import ONLY_CLEO
from tests.acceptance.wire_faults import BOTH

from ml_connector.cleo import Purpose

OUTCOMES: Final = {
    "read": "whole",
    "write": "once",
    "run": "at most once",
    "take": "once",
}
"""What a cell says, by the kind of call."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """A call, and the way in which it comes to be made."""

    name: str
    purpose: Purpose
    call: str  #: as the simulator names it
    kind: Literal["read", "write", "run", "take"]
    layout: Literal["cic-folders", "harmony-connection", "renamed"] = "cic-folders"
    profile: Mapping[str, Any] = field(default_factory=dict)  #: keys that are otherwise
    after: str = (
        ""  #: the call before it, from whose answer on connections are refused; empty: it is the first
    )
    nth: int = 1  #: of these calls, which one the fault hits


def _take(name: str, purpose: Purpose, call: str, **given: Any) -> Column:
    return Column(name=name, purpose=purpose, call=call, kind="take", **given)


def _read(name: str, purpose: Purpose, call: str, **given: Any) -> Column:
    return Column(name=name, purpose=purpose, call=call, kind="read", **given)


def _write(name: str, purpose: Purpose, call: str, **given: Any) -> Column:
    return Column(name=name, purpose=purpose, call=call, kind="write", **given)


_LEDGER: Final = {"profile": {"files.after_read": "ledger"}, "after": "list_folders"}
_HARMONY: Final[Mapping[str, Any]] = {"layout": "harmony-connection"}

REFRESH: Final = _read("refresh", Purpose.REFRESH, "authenticate", after="list_folders")
SAME_NAME: Final = (
    _take("move, the name is taken (409)", Purpose.MOVE, "move", after="download"),
    _take("move aside after the 409", Purpose.MOVE, "move", after="move", nth=2),
)
TAKEN: Final = (
    _take("delete", Purpose.DELETE, "delete", profile={"files.after_read": "delete"}, after="download"),
    *SAME_NAME,
    _take("list, a ledger", Purpose.LIST_FILES, "list_files", **_LEDGER),
    _take("download, a ledger", Purpose.DOWNLOAD, "download", **{**_LEDGER, "after": "list_files"}),
    _take("find us, Harmony", Purpose.LIST_FOLDERS, "list_connections", after="authenticate", **_HARMONY),
    _take("list, Harmony", Purpose.LIST_FILES, "list_outgoing", after="list_connections", **_HARMONY),
    _take("download, Harmony", Purpose.DOWNLOAD, "download_outgoing", after="list_outgoing", **_HARMONY),
    _take("move, renamed", Purpose.MOVE, "move", layout="renamed", after="download"),
)
BESIDE: Final = (
    REFRESH,
    _write("upload", Purpose.UPLOAD, "upload"),
    _write("upload, Harmony", Purpose.UPLOAD, "upload_incoming", **_HARMONY),
    _read("find an upload", Purpose.LIST_FILES, "list_files"),
    _read("list connections", Purpose.LIST_CONNECTIONS, "list_connections"),
    _read("find a connection", Purpose.LIST_CONNECTIONS, "list_connections"),
    _write("create a connection", Purpose.CREATE_CONNECTION, "create_connection"),
    _write("read it to update it", Purpose.READ_CONNECTION, "get_connection"),
    _write("update a connection", Purpose.UPDATE_CONNECTION, "replace_connection", after="get_connection"),
    _read("list transfers", Purpose.LIST_TRANSFERS, "list_connection_transfers"),
    _read("list actions", Purpose.LIST_ACTIONS, "list_actions"),
    Column(name="run an action", purpose=Purpose.RUN_ACTION, call="run_action", kind="run"),
)
COLUMNS: Final = (*TAKEN, *BESIDE)
FAULTS: Final = tuple(
    fault
    for fault in (*BOTH, *ONLY_CLEO[:3])
    if fault.cleo and not fault.name.endswith(("502", "503"))  # to the client all of 5xx are one
)
"""Those of the usual line that are no matter of what lies in its folders."""


def hits(fault: Fault, column: Column) -> bool:
    """Whether the fault can happen at the call."""
    if column is REFRESH and fault.name.startswith("expired"):
        return False  # it is the answer to that
    if set(fault.cleo) >= set(CLEO[1:]):
        return True
    if fault.name.startswith("silence until"):
        return MOVE in fault.cleo and column.kind != "read"
    return fault.name.startswith("silence") and DOWNLOAD in fault.cleo and column.purpose is Purpose.DOWNLOAD


def say(fault: Fault, column: Column) -> str:
    """The cell."""
    if not hits(fault, column):
        return "–"
    if fault.name == "garbled answer" and column.purpose is Purpose.DOWNLOAD:
        return "once, as it came"
    return OUTCOMES[column.kind]


def list_proofs() -> Mapping[Purpose, Sequence[str]]:
    """Where each thing the client asks for is proven: names of columns, those of the usual line first."""
    found: dict[Purpose, list[str]] = {purpose: [] for purpose in Purpose}
    for call in CLEO:
        found[Purpose(call.purpose)].append(call.name)
    for column in COLUMNS:
        found[column.purpose].append(column.name)
    return found
