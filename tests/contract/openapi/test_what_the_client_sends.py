"""Every request of the real client fits the description of the tenant, under both layouts of Cleo."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.contract.cleo_layouts import LAYOUTS, Layout
from tests.contract.openapi.schemas import find_breaches
from tests.contract.simulators.cleo.driver import PASSWORD, USERNAME, CleoTenant, serve_tenant

from ml_connector.cleo import Client, ConnectionDraft, Credentials
from ml_connector.cleo.transport import HttpTransport
from ml_connector.engine import clock


def make_client(tenant: CleoTenant, layout: Layout) -> Client:
    return Client(
        base_url=tenant.announced["url"],
        credentials=Credentials(username=USERNAME, password=PASSWORD),
        transport=HttpTransport(),
        clock=clock.now,
        profile=layout.profile,
    )


def do_all_there_is(client: Client, layout: Layout) -> None:
    """Every verb of the client, once at least."""
    client.check()
    client.probe(layout.inbound)
    inbound, outbound = client.find_folder(layout.inbound), client.find_folder(layout.outbound)
    [first, second] = client.list_files(inbound)
    with client.download(first) as pieces:
        assert b"".join(pieces) == b"ISA*1"
    client.upload(outbound, name="997_out.edi", pieces=lambda: [b"IS", b"A"], length=3)
    assert client.find_file(outbound, "997_out.edi")
    if layout.moves:
        client.move(first, client.find_folder("/edi/archive"))
        client.delete(second)
    made = client.create_connection(ConnectionDraft(type="as2", alias='A "quoted" & one', external_id="V-1"))
    assert client.find_connection(external_id="V-1")
    client.update_connection(made, ConnectionDraft(enabled=False, notes="off"))
    client.list_transfers(made)
    for action in client.list_actions():
        client.run_action(action)
    client.list_events(datetime(2020, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", ["cic-folders", "harmony-connection"])
def test_no_request_of_the_client_is_a_breach(tmp_path: Path, name: str) -> None:
    layout = LAYOUTS[name]
    with serve_tenant(tmp_path) as tenant:
        tenant.admin("POST", "settings", {"layout": name})
        tenant.drop("1.edi", b"ISA*1")
        tenant.drop("2.edi", b"ISA*2")
        with closing(make_client(tenant, layout)) as client:
            do_all_there_is(client, layout)
            tenant.admin("POST", "tokens/expire", {})
            client.list_actions()

        entries: list[dict[str, Any]] = tenant.admin("GET", "requests").json

    assert [breach for entry in entries for breach in find_breaches(entry)] == []
    assert [entry["call"] for entry in entries].count("authenticate") >= 2
