"""Documents that come again under another purpose, and what became of them."""

from tests.unit.flows.scene import Scene, write_invoice

from ml_connector.flows.edi_to_intacct import plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.planning.deciding import plan_documents
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.receiving import receive
from ml_connector.flows.replay import list_plannable
from ml_connector.records.status import Status


def write_again(purpose: str, number: str = "INV-1", cents: int = 10_000) -> tuple[str, ...]:
    """An invoice under a purpose."""
    head, *rest = write_invoice(number, cents)
    return (f"{head}******{purpose}", *rest)


def list_ends(scene: Scene) -> list[tuple[Status, str]]:
    return [(each.status, each.reason) for each in scene.documents()]


def make_ready(scene: Scene) -> None:
    """Have INV-1 planned, and not sent."""
    scene.drop(write_invoice("INV-1"))
    scene.do(refresh, receive, read, plan)


def plan_now(scene: Scene) -> Outcome:
    run = scene.make_run()
    plannable = list_plannable(run.basis)
    assert plannable is not None
    documents = [each for each in scene.documents() if each.status is Status.READ]
    return plan_documents(run, documents, version=plannable.version)
