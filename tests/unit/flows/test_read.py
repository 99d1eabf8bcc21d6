"""Files are split into documents: each is visible, good ones go on, and a cut leaves no doubles."""

from decimal import Decimal

import pytest
from tests.fakes import Killed
from tests.unit.flows.scene import Scene, write_file, write_invoice

from ml_connector.flows.edi_to_intacct import read
from ml_connector.flows.receiving import receive
from ml_connector.records.status import FileStatus, Status


def test_two_invoices_of_which_one_is_broken_are_two_documents_and_the_good_one_posts(scene: Scene) -> None:
    scene.drop(("BIG*20310310", "TDS*abc"), write_invoice("INV-2"))

    scene.run()

    broken, good = scene.documents()
    assert (broken.status, broken.document.amount) == (Status.REJECTED, None)
    assert broken.reason
    assert (good.status, good.document.amount) == (Status.POSTED, Decimal("100.00"))
    assert scene.files()[0].status is FileStatus.READ


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_INPUT"),
        (b"%PDF-1.7 a scan of a remittance", "NOT_X12"),
        ("Betreff: Rechnung für Öl\r\n".encode("latin-1"), "NOT_X12"),
    ],
    ids=["empty", "pdf", "text"],
)
def test_a_file_that_is_no_edi_is_unreadable_and_says_why(scene: Scene, content: bytes, code: str) -> None:
    scene.mailbox.drop("odd.bin", content)

    troubles = scene.run()

    (file,) = scene.files()
    assert troubles == []
    assert file.status is FileStatus.UNREADABLE
    assert file.reason.startswith(f"{code}: ")
    assert scene.documents() == ()


def test_files_that_are_too_long_to_be_read_together_are_all_read(scene: Scene) -> None:
    scene.mailbox.drop("1.bin", b"no EDI" * 200_000)
    scene.drop(write_invoice("INV-1"), name="2.edi")
    scene.mailbox.drop("3.bin", b"no EDI either" * 100_000)

    scene.run()

    statuses = {file.origin.name: file.status for file in scene.files()}
    assert statuses == {
        "1.bin": FileStatus.UNREADABLE,
        "2.edi": FileStatus.READ,
        "3.bin": FileStatus.UNREADABLE,
    }
    assert scene.statuses() == {"INV-1": Status.POSTED}


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (b"A*000", "answers interchange 000000041: accepted"),
        (b"R*025", "answers interchange 000000041: rejected ("),
        (b"", "answers interchange 000000041: no result (no result)"),
    ],
)
def test_an_answer_to_an_envelope_alone_is_no_document_and_its_file_says_what_it_answers(
    scene: Scene, result: bytes, said: str
) -> None:
    head, _ = write_file().split(b"GS*", 1)
    answer = b"TA1*000000041*310310*0930*%s~" % result
    scene.mailbox.drop("ta1.edi", head + answer * 7 + b"IEA*0*000000042~")

    scene.run()

    (file,) = scene.files()
    assert file.status is FileStatus.READ
    assert file.reason.startswith(said)
    assert file.reason.count("answers interchange") == 5


def test_a_file_full_of_faults_names_the_first_five(scene: Scene) -> None:
    scene.mailbox.drop(
        "odd.edi",
        b"".join(write_file(usage="X").replace(b"IEA*1*000000042", b"IEA*1*%09d" % n) for n in range(7)),
    )

    scene.run()

    (file,) = scene.files()
    assert file.reason.count("IEA02_NUMBER: ") == 5


def test_an_interchange_without_documents_is_read_and_says_so(scene: Scene) -> None:
    scene.mailbox.drop("none.edi", write_file())

    scene.run()

    (file,) = scene.files()
    assert (file.status, file.reason) == (FileStatus.READ, "no documents in it")


@pytest.mark.parametrize(
    ("whole", "odd", "code", "status"),
    [
        (b"IEA*1*000000042", b"IEA*1*000000043", "IEA02_NUMBER", FileStatus.READ),
        (b"GE*1*7", b"GE*2*7", "GE01_COUNT", FileStatus.DAMAGED),
        (b"IEA*1*000000042~", b"", "IEA_MISSING", FileStatus.DAMAGED),
    ],
)
def test_what_is_odd_about_an_envelope_is_said_and_a_file_that_may_lack_something_is_damaged(
    scene: Scene, whole: bytes, odd: bytes, code: str, status: FileStatus
) -> None:
    scene.mailbox.drop("odd.edi", write_file(write_invoice("INV-1")).replace(whole, odd))

    scene.run()

    (file,) = scene.files()
    assert file.status is status
    assert f"{code}: " in file.reason


def test_a_set_that_has_no_use_yet_is_filed_and_a_broken_one_is_rejected(scene: Scene) -> None:
    whole = write_file(("BSR*3*OR*PO-1*20310310", "HL*1**O", "REF*PO*PO-1"), code="870")
    scene.mailbox.drop("status.edi", whole)
    scene.mailbox.drop("cut.edi", whole[: whole.index(b"REF")])

    scene.run()

    filed, rejected = scene.documents()
    assert (filed.status, filed.reason) == (Status.FILED, "set 870 is kept but not processed yet")
    assert rejected.status is Status.REJECTED
    assert (filed.document.key.number, filed.document.amount) == ("", None)


def test_a_document_outside_any_group_is_still_read(scene: Scene) -> None:
    lines = write_file(write_invoice("INV-1")).split(b"~")
    scene.mailbox.drop("bare.edi", b"~".join(each for each in lines if not each.startswith((b"GS", b"GE"))))

    scene.do(receive, read)

    (document,) = scene.documents()
    assert (document.document.group_sender, document.document.slices.group_offset) == ("", None)


def test_a_number_that_is_none_is_rejected_and_not_kept_whole(scene: Scene) -> None:
    scene.drop(write_invoice("9" * 61))

    scene.run()

    (document,) = scene.documents()
    assert document.status is Status.REJECTED
    assert document.reason == "BIG02 has 61 characters; an invoice number has at most 22"
    assert document.document.key.number == "9" * 60


def test_an_amount_that_no_books_can_keep_is_none_and_the_invoice_does_not_post(scene: Scene) -> None:
    scene.drop(write_invoice("INV-1", 922_337_203_685_478_00), write_invoice("INV-2"))

    scene.run()

    assert scene.document("INV-1").document.amount is None
    assert scene.document("INV-1").status in {Status.HELD, Status.REJECTED}
    assert scene.statuses()["INV-2"] is Status.POSTED


@pytest.mark.parametrize("blocks", [2, 3])
@pytest.mark.parametrize("stored", [True, False])
def test_a_read_that_is_cut_short_anywhere_is_done_again_without_doubles(
    scene: Scene, blocks: int, *, stored: bool
) -> None:
    invoices = [write_invoice(f"INV-{n}") for n in range(501)]
    scene.drop(*invoices)
    scene.do(receive)
    run = scene.make_run()
    scene.store.die_in(blocks, stored=stored)
    with pytest.raises(Killed):
        read(run)
    scene.restart()

    scene.do(read)

    assert [each.document.index for each in scene.documents()] == list(range(501))
    assert scene.files()[0].status is FileStatus.READ
    assert all(scene.actions(f"INV-{n}") == ["read"] for n in (0, 500))
