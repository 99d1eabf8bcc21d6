"""What a plan can come to besides something to be sent."""

from dataclasses import dataclass

from ml_connector.records.matches import Comparison
from ml_connector.records.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Everything that is missing, as far as it can be known now."""

    needs: tuple[Need, ...]
    comparison: Comparison | None = None  #: with its orders, where it could be compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Nothing is to be booked, for this reason."""

    reason: str
    comparison: Comparison | None = None  #: what is kept of it on our side
