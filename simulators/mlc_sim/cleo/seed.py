"""What a new tenant has besides its folders: the connections that stand for the connector, actions, a group of users."""

from collections.abc import Mapping
from typing import Final

from mlc_sim.cleo.connections import add_connection
from mlc_sim.cleo.runs import Run, set_behaviour
from mlc_sim.cleo.store import INBOUND, OUTBOUND, REFERENCE, REFERENCE_INBOUND
from mlc_sim.cleo.tenant import Tenant

#: Each with the folder of what Cleo has for us, and the one for what we hand in.
_CONNECTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "ml-connector": (INBOUND, OUTBOUND),
    "ml-connector-reference": (REFERENCE_INBOUND, REFERENCE),
}
_ACTIONS: Final[Mapping[str, Run]] = {
    "load-reference": Run(message="rows were loaded"),
    "always-fails": Run(result="error", message="no route to host"),
}


def seed(tenant: Tenant) -> None:
    """Fill a new tenant; one that ever had an object is left as it is."""
    with tenant.database.begin() as work:
        if work.execute("SELECT 1 FROM sqlite_sequence WHERE name = 'objects'").fetchone():
            return
    for alias, (outgoing, incoming) in _CONNECTIONS.items():
        members = {"alias": alias, "type": "sftp", "enabled": "true", "connect": {"host": "files.example"}}
        made = add_connection(tenant, members, outgoing=outgoing, incoming=incoming)
        for name, run in _ACTIONS.items() if incoming == REFERENCE else ():
            action = {"type": "Commands", "enabled": "true", "commands": ["CHECK"]}
            set_behaviour(tenant, tenant.objects.add("action", name, action, parent=made.id).id, run)
    tenant.objects.add("authenticator", "partners", {"type": "nativeUser"})
