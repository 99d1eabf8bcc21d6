"""Systems that fail are left alone: longer each time, and until a single try succeeds. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ml_connector.records.schedules import Circuit


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many failures in a row open a circuit, and how long to wait after each."""

    failures: int = 3
    first: timedelta = timedelta(seconds=30)
    cap: timedelta = timedelta(minutes=15)

    def wait_after(self, failures: int) -> timedelta:
        """Doubled with each failure in a row, up to the cap."""
        doubled: timedelta = self.first * 2 ** min(max(failures - 1, 0), 16)
        return min(doubled, self.cap)


PATIENCE: Final = Patience()


def note_failure(circuit: Circuit, now: datetime, reason: str, patience: Patience = PATIENCE) -> Circuit:
    """It failed once more. From the third time in a row on it is open: the system is left alone until `next_try`."""
    failures = circuit.failures + 1
    opens = circuit.open_since is None and failures >= patience.failures
    return replace(
        circuit,
        failures=failures,
        open_since=now if opens else circuit.open_since,
        next_try=now + patience.wait_after(failures),
        reason=reason,
    )


def note_success(circuit: Circuit) -> Circuit:
    """It answered: one success closes what many failures opened."""
    return Circuit(link=circuit.link, system=circuit.system)


def is_left_alone(circuit: Circuit, now: datetime) -> bool:
    """Whether the system is not even to be tried now; at `next_try` one job tries it, and its success closes it."""
    return circuit.open_since is not None and circuit.next_try is not None and now < circuit.next_try
