"""Somebody who knows nothing of a tenant's layout comes to a profile that works by what the probe says."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.contract.cleo_layouts import RENAMED
from tests.processes import ARCHIVE, INBOUND, CleoProcess, run_cleo

from ml_connector.app.cleo_probe import write_settings
from ml_connector.cleo import CIC_FOLDERS, Client, Credentials, Probe
from ml_connector.cleo.profile_keys import flatten
from ml_connector.cleo.transport import HttpTransport
from ml_connector.engine import clock

MOST_LOOKS = 12


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[CleoProcess]:
    with run_cleo(tmp_path / "cleo", "--layout", "renamed") as running:
        yield running


@contextmanager
def open_client(tenant: CleoProcess, keys: dict[str, Any], look: int) -> Iterator[Client]:
    """Each look a minute later: a refused log-in is not repeated before."""

    def tell() -> datetime:
        return clock.now() + timedelta(minutes=2 * look)

    client = Client(
        base_url=tenant.url,
        credentials=Credentials(username="edi-service", password="demo-cleo-password"),
        transport=HttpTransport(),
        clock=tell,
        profile=CIC_FOLDERS.override(keys),
    )
    yield client
    client.close()


def follow(probes: tuple[Probe, ...], keys: dict[str, Any]) -> bool:
    """Write the lines, and look up the keys that have none. Whether anything was to be done."""
    proposed = tomllib.loads("\n".join(write_settings("main", probes)))
    lines = dict(proposed.get("link", {}).get("main", {}).get("cleo", {}).get("profile", {}))
    described = dict(flatten(RENAMED))
    named = [each.key for probe in probes for each in probe.advice if each.value is None]
    assert not {key: value for key, value in lines.items() if keys.get(key) == value}
    looked_up = {key: described[key] for key in named}
    keys |= {**lines, **looked_up}
    return bool(lines or looked_up)


def test_a_stranger_takes_a_file_from_a_tenant_of_which_every_name_is_another(tenant: CleoProcess) -> None:
    tenant.drop("in.edi", b"ISA*00*")
    keys: dict[str, Any] = {}
    probes: tuple[Probe, ...] = ()

    for look in range(MOST_LOOKS):
        with open_client(tenant, keys, look) as client:
            probes = client.probe(INBOUND, ARCHIVE)
        if not follow(probes, keys):
            break

    assert probes
    assert all(probe.fits for probe in probes), [(p.resource, p.said, p.advice) for p in probes if not p.fits]
    with open_client(tenant, keys, MOST_LOOKS) as client:
        [file] = client.list_files(client.find_folder(INBOUND))
        with client.download(file) as pieces:
            content = b"".join(pieces)
    assert content == b"ISA*00*"
    assert (file.name, file.length, file.modified is not None) == ("in.edi", 7, True)
    assert keys["paging.start_base"] == 1
    assert {keys["paging.start_param"], keys["paging.count_param"]} == {"offset", "limit"}
