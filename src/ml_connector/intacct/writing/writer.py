"""Sends writes, each exactly once, and says of each what became of it."""

from collections.abc import Sequence

from ml_connector.intacct.envelope import Function, Request
from ml_connector.intacct.errors import Ambiguous, Throttled
from ml_connector.intacct.reading.reader import Reader
from ml_connector.intacct.refusals import describe
from ml_connector.intacct.results import CallResult, Reply, judge_all
from ml_connector.intacct.session import Sessions
from ml_connector.intacct.writing.call import Call
from ml_connector.intacct.writing.read_back import ReadBack


class Writer(ReadBack):
    """Writes to one company as one user. May be used by several threads."""

    def __init__(self, sessions: Sessions, reader: Reader, *, timeout: float) -> None:
        super().__init__(reader)
        self._sessions = sessions
        self._timeout = timeout

    def write(
        self, calls: Sequence[Call], *, entity: str = "", atomic: bool = False
    ) -> tuple[CallResult, ...]:
        """Execute calls in one request, each standing or falling by itself; the results in their order.

        With `atomic` all are executed or none: those undone with another are `aborted`. Intacct refuses to
        repeat a completed function under the same control id. Raises Ambiguous when it is unknown of all of
        them whether they were executed; when of some, those are `unclear`.
        """
        if not calls:
            return ()
        functions = tuple(
            Function(control_id=call.control_id, name=call.body.NAME, body=call.body.render())
            for call in calls
        )
        request = Request(functions=functions, entity=entity, unique=True, atomic=atomic)
        reply = self._sessions.send(request, timeout=self._timeout)
        results = judge_all(request.control_ids, reply)
        _raise_if_alike(results, reply)
        return results


def _raise_if_alike(results: Sequence[CallResult], reply: Reply) -> None:
    """Raise what holds for all results alike: none was answered, or all were put off."""
    if all(result.status == "unclear" and not result.errors for result in results):
        ids = tuple(result.control_id for result in results)
        message = f"the answer has no result for {', '.join(ids)}; read back"
        raise Ambiguous(message, control_ids=ids, answer=reply.raw)
    if all(result.throttled for result in results):
        errors = results[0].errors
        raise Throttled(f"Intacct is too busy: {describe(errors)}", details=errors)
