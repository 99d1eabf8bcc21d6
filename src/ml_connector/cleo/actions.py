"""Actions, as verbs."""

from functools import partial
from typing import Final

from ml_connector.cleo.address import fill
from ml_connector.cleo.caller import JSON_WANTED, Caller
from ml_connector.cleo.entries import read_action, read_run
from ml_connector.cleo.errors import CleoError, Unsupported
from ml_connector.cleo.objects import Action, ActionRun, Purpose
from ml_connector.cleo.query import add_query
from ml_connector.cleo.wire import Request

_MOST_MESSAGES: Final = 50
_NO_ACTION: Final[dict[int, type[CleoError]]] = dict.fromkeys((405, 501), Unsupported)


class ActionVerbs:
    """What can be done with actions."""

    _caller: Caller

    def list_actions(self) -> tuple[Action, ...]:
        """The actions of the tenant. An alias is unique only within its connection."""
        names = self._caller.profile.actions
        request = Request(
            purpose=Purpose.LIST_ACTIONS,
            method="GET",
            url=self._caller.locate(names.list),
            key="actions.list",
        )
        return self._caller.list(request, partial(read_action, request, names=names))

    def run_action(self, action: Action, *, wait: int = 30) -> ActionRun:
        """Run an action now, and wait so many seconds for its end.

        A 200 is no success: `outcome` says what came of it. Raises Ambiguous when that is unclear,
        Conflict when the action is busy.
        """
        names = self._caller.profile.actions
        url = self._caller.locate(action.run_href or fill(names.run, action_id=action.id))
        wishes = {names.timeout_param: wait, names.messages_param: _MOST_MESSAGES}
        request = Request(
            purpose=Purpose.RUN_ACTION,
            method=names.run_method,
            url=add_query(url, {name: value for name, value in wishes.items() if name}),
            key="actions.run",
            headers=JSON_WANTED,
            writes=True,
            patience=wait,
            kinds=_NO_ACTION,
        )
        with self._caller.open(request, ok={200}) as answer:
            return read_run(request, self._caller.gate.read_object(request, answer), names=names)
