"""The one table: what an error means for what was being done. Only this file turns errors into decisions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ml_connector.intacct import errors
from ml_connector.intacct.catalogue import is_vague
from ml_connector.intacct.results import CallResult


class Verdict(StrEnum):
    """What to do with a sending."""

    DONE = "done"
    RETRY = "retry"  #: nothing was executed: send again later
    READ_BACK = "read back"  #: it may have been executed: look before anything else
    HOLD = "hold"  #: definitely refused: a person decides
    SPLIT = "split"  #: the request as a whole was refused: find the culprit by halving
    STOP = "stop"  #: nothing was executed and nothing else will be: the set-up must be mended


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long to wait before the next attempt, and how many sendings without an outcome there may be."""

    first: timedelta = timedelta(seconds=5)
    cap: timedelta = timedelta(minutes=15)
    doublings: int = 16  #: beyond any cap
    sendings: int = 12


BACKOFF: Final = Backoff()

_VERDICTS: Final[tuple[tuple[type[errors.IntacctError], Verdict], ...]] = (
    (errors.NotSent, Verdict.RETRY),
    (errors.Throttled, Verdict.RETRY),
    (errors.Ambiguous, Verdict.READ_BACK),
    (errors.Broken, Verdict.READ_BACK),
    (errors.Unavailable, Verdict.RETRY),  # of a write only the log-in before it: the bills were not sent
    (errors.CredentialsRefused, Verdict.STOP),
    (errors.EndpointRefused, Verdict.STOP),
    (errors.PermissionDenied, Verdict.STOP),
    (errors.RequestRejected, Verdict.SPLIT),
)


def judge_error(error: errors.IntacctError) -> Verdict:
    """What an error of a whole request of writes means. One that is not in the table may have been executed."""
    return next((verdict for kind, verdict in _VERDICTS if isinstance(error, kind)), Verdict.READ_BACK)


def judge_result(result: CallResult, *, sent_before: bool) -> Verdict:
    """What the answer to one write means.

    A refusal of something sent before may mean "already done": Intacct's words for a repetition are not
    known, so it is read back.
    """
    match result.status:
        case "created":
            return Verdict.DONE
        case "unclear":
            return Verdict.READ_BACK
        case _ if result.throttled or result.status == "aborted":
            return Verdict.READ_BACK if sent_before else Verdict.RETRY
        case _:
            return Verdict.READ_BACK if sent_before else Verdict.HOLD


def may_lack_field(error: errors.IntacctError) -> bool:
    """Whether a query may have failed because the company has no such field: of that Intacct may say no more than that
    there was an error.
    """
    return isinstance(error, errors.RequestRejected) or any(map(is_vague, error.details))


def is_used_up(sendings: int, backoff: Backoff = BACKOFF) -> bool:
    """Whether a posting was sent as often as it may be, so that a person must look.

    Only sendings that reached Intacct count: an outage or a wrong password is nobody's invoice's fault.
    """
    return sendings >= backoff.sendings


def find_next_attempt(
    attempts: int, *, now: datetime, roll: float, backoff: Backoff = BACKOFF, wished: timedelta | None = None
) -> datetime:
    """When to try again after so many attempts: doubling, capped, up to a fifth longer by `roll`.

    `wished` is what the other side asked for (`Retry-After`) and is never undercut.
    """
    doubled: timedelta = backoff.first * 2 ** min(max(attempts - 1, 0), backoff.doublings)
    wait = min(doubled, backoff.cap) * (1 + roll / 5)
    return now + max(wait, wished or timedelta(0))
