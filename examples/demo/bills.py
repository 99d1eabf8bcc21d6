"""The first part of the demo: invoices that partners drop become bills, or say what they wait for."""

from collections.abc import Sequence
from pathlib import Path

from connector import (
    HERE,
    Environment,
    describe_environment,
    prepare,
    run_connector,
    show_documents,
    work_by_itself,
)
from systems import Simulator, create_vendor, drop, list_records, start_simulators

_LATE = HERE / "edi" / "wrenfield-paper_0311.edi"  # comes while the connector works by itself
_NEW_VENDOR = {
    "VENDORID": "V-1400",
    "NAME": "Wrenfield Paper Co",
    "TERMNAME": "N30",
    "CURRENCY": "USD",
    "STATUS": "active",
}


def show_own_files(folder: Path, files: Sequence[Path]) -> int:
    """Take a user's files over a link in test mode, then the balance; returns an exit status."""
    prepare(folder, HERE / "rules")
    with start_simulators(folder) as systems:
        environment = describe_environment(folder, systems, mode="test")
        statuses = _take_files(environment, systems, files), _close(environment, systems)
    return max(statuses)


def show_bills(folder: Path) -> int:
    """Take the demo's files in one run, and the last while the connector works by itself; then the balance."""
    prepare(folder, HERE / "rules")
    files = sorted(path for path in (HERE / "edi").iterdir() if path != _LATE)
    with start_simulators(folder) as systems:
        environment = describe_environment(folder, systems, mode="live")
        status = _take_files(environment, systems, files)
        _show_work_by_itself(environment, systems)
        return max(status, _close(environment, systems))


def _take_files(environment: Environment, systems: tuple[Simulator, Simulator], files: Sequence[Path]) -> int:
    for path in files:
        drop(systems[1], path)
    print(f"{len(files)} files wait in Cleo's folder /edi/inbound\n", flush=True)
    status = run_connector(environment, "once", "--rows", "0")
    print(flush=True)
    return status


def _show_work_by_itself(environment: Environment, systems: tuple[Simulator, Simulator]) -> None:
    """A file comes and waits for a vendor; once Intacct has it, its invoices go, and nobody calls the connector."""
    intacct, cleo = systems
    with work_by_itself(environment) as log:
        print("the connector works by itself now, as `ml-connector run`; it polls every second")
        print(f"a partner drops {_LATE.name}:\n", flush=True)
        drop(cleo, _LATE)
        show_documents(log, "WP-3107", "WP-3108")
        if create_vendor(intacct, _NEW_VENDOR):
            print(f"\nsomebody creates vendor {_NEW_VENDOR['VENDORID']} {_NEW_VENDOR['NAME']} in Intacct:\n")
            show_documents(log, "WP-3107", "WP-3108", until={"posted"})
    print(flush=True)


def _close(environment: Environment, systems: tuple[Simulator, Simulator]) -> int:
    status = run_connector(environment, "balance")
    bills = len(list_records(systems[0], "APBILL"))
    print(f"\nthe simulated Intacct company has {bills} bills, counted in its own books over all runs")
    return status
