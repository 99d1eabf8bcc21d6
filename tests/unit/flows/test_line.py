"""The line as a whole."""

from tests.unit.flows.scene import ARCHIVE, INBOUND, Scene, write_invoice

from ml_connector.records.status import Status


def test_an_invoice_becomes_a_bill_and_a_second_run_does_nothing(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1"), write_invoice("INV-2", 250))

    assert scene.run() == []
    assert scene.run() == []

    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.POSTED}
    assert [bill.bill.number for bill in scene.finance.bills] == ["INV-1", "INV-2"]
    assert len(scene.finance.requests) == 1
    assert (scene.mailbox.list_names(INBOUND), scene.mailbox.list_names(ARCHIVE)) == ([], ["in.edi"])
    assert scene.actions("INV-1") == ["read", "ready", "sending", "posted"]
