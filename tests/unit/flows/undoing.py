"""A partner whose invoices are drafts in Intacct, and who cancels one."""

from dataclasses import replace
from typing import Final

from tests.unit.flows.repeating import write_again
from tests.unit.flows.scene import RULES, Scene, write_invoice

from ml_connector.intacct import RecordDeletion

ASKING: Final = RULES.replace('action = "submit"', 'action = "draft"')
_PARTNER: Final = 'name = "Alnwick Bolts"'
_UNDOING: Final = f'{_PARTNER}\ncancellations = "undo"'


def undo_by_rule(rules: str) -> str:
    return rules.replace(_PARTNER, _UNDOING)


def open_desk(scene: Scene, rules: str) -> Scene:
    scene.rules = rules
    scene.drop(write_invoice("INV-1"))
    assert scene.run() == []
    return scene


def cancel(scene: Scene) -> None:
    scene.drop(write_again("01"), name="cancelled.edi")


def list_deletions(scene: Scene) -> list[tuple[str, RecordDeletion]]:
    """Every deletion that was sent, with its control id."""
    calls = (call for request in scene.finance.requests for call in request)
    return [(call.control_id, call.body) for call in calls if isinstance(call.body, RecordDeletion)]


def run_to_the_end(scene: Scene) -> None:
    for _ in range(4):
        scene.run()
        scene.wait(minutes=20)


def change_bill(scene: Scene, **changes: object) -> None:
    """What people in Intacct make of the only bill."""
    kept = scene.finance.bills[0]
    found = replace(kept.found, **changes)  # type: ignore[arg-type]
    scene.finance.bills[0] = replace(kept, found=found)
