"""Jobs: what Cleo does with a file that was dropped, told in job events and ended by a transfer.

The names of the events are documented (Cleo support, Job Events), so is that a drop starts its flow at once; which
events follow one another, the keys beside `type`, and that a transfer ends the job are inferred.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from mlc_sim.bodies import Body
from mlc_sim.cleo.answers import Json
from mlc_sim.cleo.database import make_id
from mlc_sim.cleo.history import Happening
from mlc_sim.cleo.reference import TableError, fill_table
from mlc_sim.cleo.settings import JobEnd
from mlc_sim.cleo.store import REFERENCE, File, Folder
from mlc_sim.cleo.tenant import Tenant

_QUEUED: Final = ("RECEIVED", "QUEUED_FOR_TARGET")
#: The first automatic retry is at once (documented), so no DELAYING_BEFORE_RETRY comes before it.
_EVENTS: Final[Mapping[JobEnd, Sequence[str]]] = {
    JobEnd.POSTED: (*_QUEUED, "POSTED"),
    JobEnd.SENT: (*_QUEUED, "SENDING_TO", "SENT"),
    JobEnd.RETRIED: (*_QUEUED, "SENDING_TO", "SEND_FAILURE", "RETRYING", "SENDING_TO", "SENT"),
    JobEnd.FAILED: (*_QUEUED, "SENDING_TO", "SEND_FAILURE"),
}
_READ: Final = ("RECEIVED", "PROCESSING_PAYLOAD", "TRANSFORMED_PAYLOAD")
_UNREADABLE: Final = ("RECEIVED", "PROCESSING_PAYLOAD", "PROCESS_PAYLOAD_FAILURE")
_ENDPOINTS: Final = {"incoming": "partner mailbox", "outgoing": "partner"}
_FAILED: Final = "_FAILURE"  # the end of the name of what went wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What becomes of one file."""

    file: File
    folder: Folder
    direction: str  #: incoming or outgoing, as Cleo sees it
    events: Sequence[str]
    reason: str = ""  #: why it failed
    id: str = field(default_factory=make_id)

    def describe_event(self, event: str) -> Json:
        """The attributes of an event; all but `type` are inferred."""
        failed = {"reason": self.reason} if self.reason and event.endswith(_FAILED) else {}
        return {
            "type": "job",
            "jobId": self.id,
            "folder": self.folder.path,
            "file": self.file.name,
            "event": event,
            "endpointName": _ENDPOINTS[self.direction],
            **failed,
        }

    def describe_transfer(self, connection: str, *, took: timedelta) -> Json:
        file = self.file
        return {
            "status": "error" if self.events[-1].endswith(_FAILED) else "success",
            "direction": self.direction,
            "fileCount": 1,
            "bytes": file.length,
            "seconds": int(took.total_seconds()),
            "file": {"source": file.name, "filesize": file.length, "fileTimeStamp": file.created},
            **({"connection": connection} if connection else {}),
        }


def take_upload(tenant: Tenant, file: File, folder: Folder, content: Body) -> None:
    """A file we uploaded is on its way: out to a partner, or from the folder of reference data into its table.

    The table is filled before the upload is answered, the events come in their time.
    """
    events, reason = _EVENTS[tenant.settings.now.job_end], ""
    if folder.path == REFERENCE:
        reason = _fill(tenant, file, content)
        events = _UNREADABLE if reason else _READ
    _plan(tenant, _Job(file=file, folder=folder, direction="outgoing", events=events, reason=reason))


def take_drop(tenant: Tenant, file: File, folder: Folder) -> None:
    """A partner's file came in and lies in a folder for us."""
    _plan(tenant, _Job(file=file, folder=folder, direction="incoming", events=_EVENTS[JobEnd.POSTED]))


def tell_run(tenant: Tenant, alias: str, action_id: str, result: str) -> None:
    """An action was run by hand."""
    members = {"type": "job", "jobId": make_id(), "event": "RUN_NOW", "alias": alias, "actionId": action_id}
    tenant.history.plan(Happening(kind="event", at=tenant.clock(), members={**members, "result": result}))


def _fill(tenant: Tenant, file: File, content: Body) -> str:
    """Fill the table of a file; why that failed, empty if it did not."""
    try:
        fill_table(tenant.tables, file.name, content)
    except TableError as fault:
        return str(fault)
    return ""


def _plan(tenant: Tenant, job: _Job) -> None:
    """Its events, one step after the other, and the transfer with the last."""
    start, step = tenant.clock(), timedelta(seconds=tenant.settings.now.job_seconds)
    told = [
        Happening(kind="event", at=start + step * number, members=job.describe_event(event))
        for number, event in enumerate(job.events)
    ]
    end = told[-1].at
    transfer = job.describe_transfer(_find_connection(tenant, job.folder), took=end - start)
    tenant.history.plan(*told, Happening(kind="transfer", at=end, members=transfer))


def _find_connection(tenant: Tenant, folder: Folder) -> str:
    """The id of the connection whose files lie in the folder; empty if there is none."""
    wanted = "SELECT connection_id FROM boxes WHERE outgoing = ? OR incoming = ?"
    with tenant.database.begin() as work:
        row = work.execute(wanted, (folder.id, folder.id)).fetchone()
    return str(row["connection_id"]) if row else ""
