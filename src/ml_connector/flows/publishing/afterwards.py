"""What a link may have done in Cleo once reference data are there: an action that is run, partners that are connected."""

from typing import Final

from ml_connector.cleo.errors import Ambiguous, CleoError, NotSent, Throttled
from ml_connector.cleo.objects import Action, ActionRun, Connection, ConnectionDraft
from ml_connector.flows.run import PublishFacts, Run, Trouble
from ml_connector.records.publications import ActionStatus, StoredPublication

PARTNERS_FOLDER: Final = "ml-connector/vendors"
_TYPE: Final = "as2"  # Cleo takes a connection of this type without any of its settings (documented)
_OUTCOMES: Final = {
    "succeeded": ActionStatus.SUCCEEDED,
    "failed": ActionStatus.FAILED,
    "running": ActionStatus.UNKNOWN,
}


def run_due_action(run: Run) -> None:
    """Run the link's action once after what was published. It is never repeated: Cleo may have run it."""
    facts = run.link.publish
    if facts is None or not facts.run_action:
        return
    with run.store.begin() as work:
        asked = work.publications.list_actions(run.link.name, ActionStatus.ASKED)
        due = work.publications.list_actions(run.link.name, ActionStatus.DUE)
    if asked:
        said = f"it is not known whether action {facts.run_action!r} ran after {_name(asked)}; look in Cleo"
        _note(run, asked, ActionStatus.UNKNOWN, said)
    if not due:
        return
    try:
        action = _find_action(run, facts.run_action)
    except CleoError as error:
        run.troubles.append(Trouble(step="publish", system="cleo", message=str(error)))
        return
    if action is None:
        return
    _note(run, due, ActionStatus.ASKED, f"run {facts.run_action}")
    _note(run, due, *_ask(run, action))


def _find_action(run: Run, alias: str) -> Action | None:
    """Raises `cleo.errors`."""
    known = run.mailbox.list_actions()
    found = [action for action in known if action.alias == alias]
    if len(found) == 1:
        return found[0]
    names = ", ".join(sorted(action.alias for action in known)) or "none"
    what = f"{len(found)} actions {alias!r}" if found else f"no action {alias!r}; there are: {names}"
    message = f"Cleo has {what}; correct run_action of the link, and it runs with the next run"
    run.troubles.append(Trouble(step="publish", system="cleo", message=message))
    return None


def _ask(run: Run, action: Action) -> tuple[ActionStatus, str]:
    try:
        answer = run.mailbox.run_action(action)
    except (NotSent, Throttled) as error:
        return ActionStatus.DUE, f"action {action.alias!r} was not run, and is with the next run: {error}"
    except Ambiguous as error:
        return ActionStatus.UNKNOWN, f"whether action {action.alias!r} ran is not known: {error}"
    except CleoError as error:
        return ActionStatus.FAILED, f"action {action.alias!r} was not run: {error}"
    return _OUTCOMES[answer.outcome], _describe(action, answer)


def _describe(action: Action, answer: ActionRun) -> str:
    said = "; ".join((f"{answer.status} {answer.result}".strip(), *answer.messages[-1:]))
    if answer.outcome == "succeeded":
        return said
    end = "had not ended when we stopped waiting" if answer.outcome == "running" else "failed"
    return f"action {action.alias!r} {end}: {said}; look in Cleo, and run it there"


def _note(run: Run, of: tuple[StoredPublication, ...], to: ActionStatus, said: str) -> None:
    with run.store.begin() as work:
        work.publications.move_actions([each.id for each in of], to=to, said=said)
    if to not in {ActionStatus.ASKED, ActionStatus.SUCCEEDED}:
        run.troubles.append(Trouble(step="publish", system="cleo", message=said))


def _name(publications: tuple[StoredPublication, ...]) -> str:
    return ", ".join(each.new.file for each in publications)


def connect_partners(run: Run) -> None:
    """Let every vendor that is a trading partner have a connection in Cleo: one each, disabled, named as in Intacct.

    One that is there is taken, never doubled. Each may cost money, so that it is off by default.
    """
    facts = run.link.publish
    if facts is None or not facts.partners:
        return
    with run.store.begin() as work:
        known = work.publications.list_connected(run.link.name)
    names = _name_vendors(run, facts)
    wanted = {vendor: name for vendor, name in names.items() if known.get(vendor) != name}
    for vendor, name in wanted.items():
        try:
            _connect(run, vendor, name)
        except CleoError as error:
            message = f"vendor {vendor} {name}: {error}"
            run.troubles.append(Trouble(step="publish", system="cleo", message=message))
            return


def _name_vendors(run: Run, facts: PublishFacts) -> dict[str, str]:
    """The active ones of the partners' vendors, with their names."""
    with run.store.begin() as work:
        newest = work.reference.newest(run.link.company)
        if newest is None:
            return {}
        asked = [("vendor", vendor) for vendor in facts.partners]
        found = work.reference.slice(run.link.company, newest[0], asked)
    rows = {row.key: row.body for rows in found.values() for row in rows if row.key in facts.partners}
    return {key: str(body["name"]) for key, body in sorted(rows.items()) if body["status"] == "active"}


def _connect(run: Run, vendor: str, name: str) -> None:
    """Raises `cleo.errors`."""
    found = run.mailbox.find_connection(external_id=vendor, alias=name)
    if found is not None and found.external_id not in {"", vendor}:
        message = (
            f"vendor {vendor} gets no connection: {name!r} is that of {found.external_id}; rename it in Cleo"
        )
        run.troubles.append(Trouble(step="publish", system="cleo", message=message))
        return
    kept = _bring_up(run, found, vendor, name)
    with run.store.begin() as work:
        work.publications.note_connected(run.link.name, vendor, alias=name, remote_id=kept.id)


def _bring_up(run: Run, found: Connection | None, vendor: str, name: str) -> Connection:
    if found is None:
        draft = ConnectionDraft(
            type=_TYPE, alias=name, external_id=vendor, folder=PARTNERS_FOLDER, enabled=False
        )
        return run.mailbox.create_connection(draft)
    if (found.alias, found.external_id) == (name, vendor):
        return found
    return run.mailbox.update_connection(found, ConnectionDraft(alias=name, external_id=vendor))
