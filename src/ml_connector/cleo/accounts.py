"""What one client's log-ins leave behind for the next one, so that together they do not lock the account."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A log-in that was refused."""

    at: datetime
    proof: bytes  #: SHA-256 of what was sent; to be kept only under a key, as it tells passwords apart
    reason: str


class AccountBook(Protocol):
    """Where an account's log-ins are kept, for all clients of the account. Called from any thread."""

    def find_refusal(self, proof: bytes) -> Refusal | None:
        """The last refusal, if it was one of the same credentials."""
        ...

    def keep_refusal(self, refusal: Refusal) -> None:
        """Keep it in the place of the one before."""
        ...

    def take_step(self, step: int) -> bool:
        """Whether no code of this step of time, or a later one, was sent before; from now on one was."""
        ...


class OwnBook:
    """A book for callers that keep none: each client knows of its own log-ins."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._refusal: Refusal | None = None
        self._step = -1

    def find_refusal(self, proof: bytes) -> Refusal | None:
        refusal = self._refusal
        return refusal if refusal is not None and refusal.proof == proof else None

    def keep_refusal(self, refusal: Refusal) -> None:
        self._refusal = refusal

    def take_step(self, step: int) -> bool:
        with self._lock:
            fresh = step > self._step
            self._step = max(step, self._step)
            return fresh
