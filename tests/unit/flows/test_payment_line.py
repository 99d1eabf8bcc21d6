"""820: what we paid is recorded once, in draft, of bills read right before, and never of one that is paid meanwhile."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest
from tests.fakes import AT_ONCE, Fault
from tests.unit.flows.scene import BOOKS, RULES, Scene, make_bill, write_file

from ml_connector.flows.balance import strike_balance
from ml_connector.flows.edi_to_intacct import plan, post, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import reject, release, reopen
from ml_connector.flows.planning.deciding import rehearse_documents
from ml_connector.flows.proof import prove_posted
from ml_connector.flows.receiving import receive
from ml_connector.intacct import CheckingAccount, ErrorDetail, NewAdjustment, NewPayment
from ml_connector.records.needs import Need
from ml_connector.records.status import Status
from ml_connector.records.xref import CrossReference

BANK: Final = "01*044000037*DA*550066789"
PAYING: Final = """
[purchasing]
parties = ["92/OURHOUSE"]

[[route]]
set = "820"
target = "payment"
location = "10"

[[payment]]
role = "paid_by_us"

[[bank]]
code = "01/044000037/DA/6789"
account = "OPERATING"

[[coding]]
name = "price differences"
on = "deduction"
when = { code = "01" }
account = "6000"
"""
OPERATING: Final = CheckingAccount(
    record_no=1,
    account_id="OPERATING",
    bank="First",
    gl_account_no="1010",
    location_id="",
    status="active",
)
PAYEES: Final = {"77": "Alnwick Bolts", "99": "Nobody Known"}
LOST: Final = Fault(lost=True, commits=AT_ONCE)


@pytest.fixture
def till(sqlite_scene: Scene) -> Scene:
    """A company with a bank account and three bills of 100.00 that are open; nobody has to agree."""
    sqlite_scene.rules = RULES + PAYING
    sqlite_scene.four_eyes = False
    sqlite_scene.finance.books = replace(BOOKS, others=(OPERATING,))
    for number in ("INV-1", "INV-2", "INV-3"):
        sqlite_scene.finance.enter_by_hand(make_bill(number))
    return sqlite_scene


def write_remittance(
    number: str,
    *invoices: str,
    amount: str = "100.00",
    handling: str = "I",
    payee: str = "77",
    on: str = "20310312",
) -> tuple[str, ...]:
    """The segments of an 820; an invoice as the elements of its RMR, with segments of its own after `~`."""
    details = [segment for each in invoices for segment in f"RMR*IV*{each}".split("~")]
    head = f"BPR*{handling}*{amount}*C*ACH*CTX*{BANK}*1234567890**01*021000021*DA*998877*{on}"
    parties = ("N1*PR*Our House*92*OURHOUSE", f"N1*PE*{PAYEES[payee]}*92*{payee}")
    return (head, f"TRN*1*{number}", *parties, "ENT*1", *details)


def drop(scene: Scene, *remittances: tuple[str, ...], name: str = "paid.edi", usage: str = "P") -> None:
    scene.mailbox.drop(name, write_file(*remittances, code="820", usage=usage))


def list_payments(scene: Scene) -> list[tuple[str, str, Decimal | None]]:
    """What stands in Intacct: number, state and total."""
    return [(each.number, each.state, each.total) for each in scene.finance.ledger.payments.payments]


def pay_by_hand(scene: Scene, number: str) -> None:
    """Somebody pays a bill in Intacct."""
    (bill,) = (each for each in scene.finance.bills if each.bill.number == number)
    scene.finance.ledger.payables.settle(bill.found.record_no, paid=Decimal(100), day=None)


def agree(scene: Scene, need: Need) -> None:
    """One person answers, another approves."""
    partner, _, code = need.subject.partition("/")
    xref = CrossReference(kind=need.kind, partner=partner, code=code, target="agreed")
    with scene.store.begin() as work:
        (prepared,) = work.xref.prepare(scene.link, [xref], by="ann", origin=str(need))
        work.xref.approve(scene.link, [prepared.id], by="ben")


@pytest.mark.rule("The books must agree", 3)
def test_a_payment_that_was_changed_in_intacct_is_named(till: Scene) -> None:
    drop(till, write_remittance("T-1", "INV-1**100.00", amount="100.00"))
    till.run()
    payments = till.finance.ledger.payments.payments
    payments[0] = replace(payments[0], total=Decimal("90.00"))

    (difference,) = prove_posted(till.store, till.finance, till.link).differences

    assert difference.endswith("is 90.00 in Intacct and was posted as 100.00")


@pytest.mark.rule("820 remittance", 2)
def test_a_payment_is_recorded_once_in_draft_and_is_proved(till: Scene) -> None:
    drop(till, write_remittance("T-1", "INV-1**100.00", "INV-2**60.00", amount="160.00"))

    troubles = till.run()
    drop(till, write_remittance("T-1", "INV-1**100.00", "INV-2**60.00", amount="160.00"), name="again.edi")
    till.run()

    first, again = till.documents()
    (payment,) = till.finance.ledger.payments.payments
    assert (troubles, first.status, again.status) == ([], Status.POSTED, Status.DUPLICATE)
    assert list_payments(till) == [("T-1", "Draft", Decimal("160.00"))]
    assert payment.description.endswith(f" {first.document.document_key}")
    assert [bill.selected for bill in till.finance.bills] == [Decimal(100), Decimal(60), Decimal(0)]
    assert first.intacct_key == str(payment.record_no)
    with till.store.begin() as work:
        posting = work.postings.newest([first.id])[first.id].posting
    assert posting.control_id.startswith("mlc:payment:")
    assert prove_posted(till.store, till.finance, till.link).differences == ()
    balance = strike_balance(till.store, till.link, base_currency="USD")
    assert (balance.complete, [row.kind for row in balance.rows]) == (True, ["payment"])


@pytest.mark.rule("820 remittance", 2)
def test_of_two_payments_of_one_bill_in_one_run_the_second_is_held(till: Scene) -> None:
    drop(till, write_remittance("T-1", "INV-1**100.00"), write_remittance("T-2", "INV-1**100.00"))

    till.run()
    (need,) = till.needs("T-2")
    till.do(lambda run: release(run.store, [till.document("T-2").id], reason="look again"))
    till.run()

    assert till.statuses() == {"T-1": Status.POSTED, "T-2": Status.HELD}
    assert need.kind == "refused"
    assert "was paid, selected or changed in Intacct after this was decided" in need.reason
    assert [str(each) for each in till.needs("T-2")] == ["bill:V1/INV-1/T-2"]
    assert list_payments(till) == [("T-1", "Draft", Decimal("100.00"))]


def show_nothing_selected(scene: Scene) -> None:
    """Intacct shows nothing of the drafts at the first bill."""
    scene.finance.ledger.payables.settle(1, selected=-scene.finance.bills[0].selected)


def submit(scene: Scene) -> None:
    """Somebody submits the draft of 50.00 for the first bill."""
    payments = scene.finance.ledger.payments.payments
    payments[0] = replace(payments[0], state="Posted")
    show_nothing_selected(scene)
    scene.finance.ledger.payables.settle(1, paid=Decimal(50))


@pytest.mark.rule("820 remittance", 2)
def test_a_bill_that_a_draft_of_ours_pays_is_not_paid_again_though_intacct_shows_nothing_of_it(
    till: Scene,
) -> None:
    drop(till, write_remittance("T-1", "INV-1**50.00", amount="50.00"))
    till.run()
    show_nothing_selected(till)
    drop(till, write_remittance("T-2", "INV-1**50.00", amount="50.00"), name="second.edi")
    till.run()
    (need,) = till.needs("T-2")
    submit(till)

    till.run()

    assert str(need) == "paid:V1/INV-1/T-2"
    assert "is paid by remittance T-1, whose payment 1 is Draft in Intacct (50.00 USD waits)" in need.reason
    assert till.statuses() == {"T-1": Status.POSTED, "T-2": Status.POSTED}
    assert [number for number, _, _ in list_payments(till)] == ["T-1", "T-2"]


@pytest.mark.rule("820 remittance", 2)
@pytest.mark.parametrize(("state", "status"), [("Voided", Status.POSTED), ("", Status.HELD)])
def test_a_payment_that_is_voided_claims_nothing_and_one_that_is_not_shown_does(
    till: Scene, state: str, status: Status
) -> None:
    drop(till, write_remittance("T-1", "INV-1**50.00", amount="50.00"))
    till.run()
    show_nothing_selected(till)
    payments = till.finance.ledger.payments.payments
    payments[:] = [replace(each, state=state) for each in payments if state]
    drop(till, write_remittance("T-2", "INV-1**50.00", amount="50.00"), name="second.edi")

    till.run()

    assert till.document("T-2").status is status


@pytest.mark.rule("820 remittance", 2)
def test_a_payment_in_doubt_claims_its_bill_and_one_that_was_refused_does_not(till: Scene) -> None:
    till.finance.order(Fault(lost=True))
    drop(till, write_remittance("T-1", "INV-1**50.00", amount="50.00"))
    till.run()
    till.finance.refuse_numbers["T-2"] = (ErrorDetail(errorno="BL01001973", description2="not today"),)
    drop(till, write_remittance("T-2", "INV-2**50.00", amount="50.00"), name="refused.edi")
    till.run()

    drop(till, write_remittance("T-3", "INV-1**50.00", amount="50.00"), name="beside.edi")
    drop(till, write_remittance("T-4", "INV-2**50.00", amount="50.00"), name="instead.edi")
    till.run()

    (need,) = till.needs("T-3")
    assert need.reason.startswith(
        "bill 1 (INV-1 of V1) is paid by remittance T-1, whose payment is on its way"
    )
    assert till.statuses() == {
        "T-1": Status.IN_DOUBT,
        "T-2": Status.HELD,
        "T-3": Status.HELD,
        "T-4": Status.POSTED,
    }


@pytest.mark.rule("820 remittance", 2)
def test_of_two_payments_planned_together_the_later_is_held_in_another_request_too(till: Scene) -> None:
    more = [f"INV-{n}" for n in range(4, 11)]
    for number in more:
        till.finance.enter_by_hand(make_bill(number))
    paid = ["INV-1", "INV-2", "INV-3", *more, "INV-1"]
    drop(
        till,
        *(write_remittance(f"T-{n}", f"{bill}**50.00", amount="50.00") for n, bill in enumerate(paid, 1)),
    )
    till.finance.order(LOST)
    till.run()
    waiting = till.document("T-11").status
    show_nothing_selected(till)

    till.wait(minutes=20)
    till.run()

    assert (waiting, till.document("T-11").status) == (Status.READY, Status.HELD)
    assert "or another payment of ours pays it" in till.document("T-11").reason


@pytest.mark.rule("820 remittance", 2)
def test_a_bill_that_is_paid_between_plan_and_sending_is_not_paid_again(till: Scene) -> None:
    drop(till, write_remittance("T-1", "INV-1**100.00"), write_remittance("T-2", "INV-2**100.00"))
    till.do(refresh)
    till.do(receive, read, plan)
    pay_by_hand(till, "INV-1")

    troubles = till.do(post)

    assert (troubles, till.statuses()) == ([], {"T-1": Status.HELD, "T-2": Status.POSTED})
    assert list_payments(till) == [("T-2", "Draft", Decimal("100.00"))]


@pytest.mark.rule("820 remittance", 2)
def test_of_a_bill_that_is_paid_after_the_plan_no_debit_memo_is_written_either(till: Scene) -> None:
    till.negative_debit_memos = True
    drop(till, write_remittance("T-1", "INV-1**90.00*100.00~ADX*-10*01", amount="90.00"))
    till.do(refresh)
    till.do(receive, read, plan)
    pay_by_hand(till, "INV-1")

    till.do(post)

    assert (till.statuses(), till.finance.ledger.payables.adjustments) == ({"T-1": Status.HELD}, [])
    assert "was paid, selected or changed in Intacct" in till.document("T-1").reason


@pytest.mark.rule("820 remittance", 2)
def test_a_payment_in_doubt_is_found_by_our_mark_and_never_sent_twice(till: Scene) -> None:
    till.finance.order(LOST)
    drop(till, write_remittance("T-1", "INV-1**100.00"))

    till.run()
    till.wait(minutes=20)
    till.run()

    assert till.statuses() == {"T-1": Status.POSTED}
    assert len(till.finance.ledger.payments.payments) == 1
    assert till.audit(f"document:{till.document('T-1').id}")[-1].detail["found"] == (
        "by our mark, vendor, number, date, account and total"
    )


def test_a_payment_with_our_mark_that_is_another_is_for_a_person(till: Scene) -> None:
    till.finance.order(LOST)
    drop(till, write_remittance("T-1", "INV-1**100.00"))
    till.do(receive, read)
    till.do(refresh)
    till.do(plan, post)
    payments = till.finance.ledger.payments.payments
    payments[0] = replace(payments[0], total=Decimal(90))

    for _ in range(5):
        till.wait(minutes=20)
        till.run()

    (need,) = till.needs("T-1")
    assert (str(need), len(payments)) == ("duplicate:V1/T-1", 1)
    assert "payment 1 (90 of 2031-03-12) was found with our mark" in need.reason


@pytest.mark.rule("820 remittance", 3)
def test_what_is_kept_back_becomes_a_debit_memo_and_then_the_payment_goes_also_after_a_refusal(
    till: Scene,
) -> None:
    till.negative_debit_memos = True
    till.finance.refuse_numbers["T-1"] = (ErrorDetail(errorno="BL01001973", description2="not today"),)
    drop(till, write_remittance("T-1", "INV-1**90.00*100.00~ADX*-10*01", amount="90.00"))

    till.run()
    refused = till.document("T-1").status
    till.finance.refuse_numbers.clear()
    till.do(lambda run: release(run.store, [till.document("T-1").id], reason="mended"))
    till.run()

    (memo,) = till.finance.ledger.payables.adjustments
    functions = till.posting("T-1").posting.functions
    assert (refused, till.document("T-1").status) == (Status.HELD, Status.POSTED)
    assert (memo.number, memo.bill_number, memo.total) == ("T-1-1", "INV-1", Decimal("-10.00"))
    assert [type(each) for each in functions] == [NewAdjustment, NewPayment]
    assert list_payments(till) == [("T-1", "Draft", Decimal("90.00"))]
    assert prove_posted(till.store, till.finance, till.link).differences == ()


@pytest.mark.rule("820 remittance", 3)
def test_a_debit_memo_without_its_payment_is_told_to_whoever_decides_about_the_rest(till: Scene) -> None:
    till.negative_debit_memos = True
    till.finance.refuse_numbers["T-1"] = (ErrorDetail(errorno="BL01001973", description2="not today"),)
    drop(till, write_remittance("T-1", "INV-1**90.00*100.00~ADX*-10*01", amount="90.00"))
    till.run()
    pay_by_hand(till, "INV-1")

    till.do(lambda run: release(run.store, [till.document("T-1").id], reason="mended"))
    till.run()

    (memo,) = till.finance.ledger.payables.adjustments
    bill, part = till.needs("T-1")
    assert (str(bill), str(part)) == ("bill:V1/INV-1/T-1", "part:T-1/1")
    assert part.reason.startswith(f"{memo.record_no} of T-1 is in Intacct already")


def test_debit_memos_in_doubt_are_found_by_our_mark(till: Scene) -> None:
    till.negative_debit_memos = True
    till.finance.order(LOST)
    drop(till, write_remittance("T-1", "INV-1**90.00*100.00~ADX*-10*01", amount="90.00"))

    till.run()
    till.wait(minutes=20)
    till.run()

    assert till.document("T-1").status is Status.POSTED
    assert (len(till.finance.ledger.payables.adjustments), len(list_payments(till))) == (1, 1)


@pytest.mark.rule("820 remittance", 2)
def test_a_payment_in_doubt_is_told_from_a_debit_memo_of_the_same_record_number(till: Scene) -> None:
    till.negative_debit_memos = True
    drop(till, write_remittance("T-0", "INV-2**100.00"))
    till.run()
    payments = till.finance.ledger.payments.payments
    payments += [replace(payments[0], record_no=number, modified=None) for number in (2, 3)]
    till.finance.order(Fault(commits=AT_ONCE), LOST)
    drop(till, write_remittance("T-1", "INV-1**90.00*100.00~ADX*-10*01", amount="90.00"), name="short.edi")

    till.run()
    till.wait(minutes=20)
    till.run()

    (memo,) = till.finance.ledger.payables.adjustments
    assert (memo.record_no, [each.record_no for each in payments]) == (4, [1, 2, 3, 4])
    assert till.document("T-1").status is Status.POSTED
    assert till.posting("T-1").looks == 0


@pytest.mark.rule("Controls", 5)
def test_with_four_eyes_the_payment_waits_until_a_second_person_agreed(till: Scene) -> None:
    till.four_eyes = True
    drop(till, write_remittance("T-1", "INV-1**100.00"))
    till.run()
    (need,) = till.needs("T-1")
    agree(till, need)
    till.run()

    assert str(need).startswith("payment:Alnwick Bolts/V1/T-1/100.00/")
    assert till.statuses() == {"T-1": Status.POSTED}


@pytest.mark.rule("Controls", 5)
@pytest.mark.parametrize(
    ("change", "invoice"),
    [
        (("OPERATING", "PAYROLL"), "INV-1"),  # paid from another account
        (('"paid_by_us"', '"paid_by_us"\nmethod = "EFT"'), "INV-1"),
        (("", ""), "INV-2"),  # another remittance under the same number pays another bill
    ],
)
def test_who_agreed_to_a_payment_has_agreed_to_just_that(
    till: Scene, change: tuple[str, str], invoice: str
) -> None:
    till.four_eyes = True
    till.finance.books = replace(BOOKS, others=(OPERATING, replace(OPERATING, account_id="PAYROLL")))
    drop(till, write_remittance("T-1", "INV-1**100.00"))
    till.run()
    (need,) = till.needs("T-1")
    agree(till, need)

    till.do(lambda run: reject(run.store, [till.document("T-1").id], reason="sent by mistake"))
    till.rules = till.rules.replace(*change)
    drop(till, write_remittance("T-1", f"{invoice}**100.00"), name="corrected.edi")
    till.run()

    _, corrected = till.documents()
    assert (corrected.status, list_payments(till)) == (Status.HELD, [])
    assert corrected.reason.endswith("is complete and waits for an approver; answer agreed, or reject it")


@pytest.mark.rule("820 remittance", 1)
@pytest.mark.parametrize(
    ("rules", "written", "status", "said"),
    [
        (("paid_by_us", "received"), {}, Status.FILED, "a remittance to us"),
        (('[[payment]]\nrole = "paid_by_us"', ""), {}, Status.HELD, "nobody has said what remittances"),
        (("", ""), {"handling": "H"}, Status.FILED, "a notification"),
        (("", ""), {"payee": "99"}, Status.HELD, "92/99"),
    ],
)
def test_what_is_not_to_be_recorded_is_filed_or_held(
    till: Scene, rules: tuple[str, str], written: dict[str, str], status: Status, said: str
) -> None:
    till.rules = till.rules.replace(*rules)
    drop(till, write_remittance("T-1", "INV-1**100.00", **written))

    till.run()

    document = till.document("T-1")
    assert (document.status, list_payments(till)) == (status, [])
    assert said in document.reason


def test_an_unknown_sender_and_a_test_interchange_are_never_recorded(till: Scene) -> None:
    drop(till, write_remittance("T-1", "INV-1**100.00"), usage="T")
    strange = write_file(write_remittance("T-2", "INV-1**100.00"), code="820", sender="NOBODY")
    till.mailbox.drop("strange.edi", strange)

    till.run()

    assert till.document("T-1").reason == "test interchange (ISA15 T) on a live link"
    assert [need.kind for need in till.needs("T-2")] == ["partner"]


def test_the_same_payment_entered_by_hand_holds_it_and_our_own_one_found_again_is_a_duplicate(
    till: Scene,
) -> None:
    drop(till, write_remittance("T-1", "INV-1**50.00", amount="50.00"))
    till.run()
    till.lose_store()
    till.mailbox.drop(
        "paid.edi", write_file(write_remittance("T-1", "INV-1**50.00", amount="50.00"), code="820")
    )
    (payment,) = till.finance.ledger.payments.payments
    till.finance.ledger.payables.settle(1, selected=Decimal(-50), paid=Decimal(50))

    till.run()
    known = till.document("T-1")
    till.finance.ledger.payments.payments[0] = replace(payment, description="typed in")
    till.do(lambda run: reopen(run.store, [known.id], reason="look again"))
    till.run()

    assert (known.status, known.reason) == (
        Status.DUPLICATE,
        "the same as payment 1 in Intacct, posted by this connector",
    )
    assert [str(need) for need in till.needs("T-1")] == ["duplicate:V1/T-1"]


@pytest.mark.parametrize(
    ("segments", "said"),
    [
        (("BPR*I*ten*C*ACH", "TRN*1*T-1"), "AMOUNT_MISSING"),
        (("TRN*1*T-1",), "no remittance|BPR"),
        (("BPR*I*10*C*ACH", f"TRN*1*{'9' * 61}"), "at most 50"),
    ],
)
def test_what_cannot_be_read_as_a_remittance_is_rejected(
    till: Scene, segments: tuple[str, ...], said: str
) -> None:
    drop(till, segments)

    till.run()

    (document,) = till.documents()
    assert document.status is Status.REJECTED
    assert any(each in document.reason for each in said.split("|"))


def test_after_a_lost_store_a_payment_that_took_all_of_its_bill_is_known_for_ours(till: Scene) -> None:
    drop(till, write_remittance("T-1", "INV-1**100.00"))
    till.run()
    till.lose_store()
    drop(till, write_remittance("T-1", "INV-1**100.00"), name="again.edi")

    till.run()

    assert till.document("T-1").reason == "the same as payment 1 in Intacct, posted by this connector"


@pytest.mark.rule("820 remittance", 2)
def test_a_payment_under_the_same_number_in_other_letters_is_for_a_person(till: Scene) -> None:
    drop(till, write_remittance("chk-1", "INV-1**50.00", amount="50.00"))
    till.run()
    submit(till)
    drop(till, write_remittance("CHK-1", "INV-1**50.00", amount="50.00"), name="again.edi")
    till.run()

    assert [str(need) for need in till.needs("CHK-1")] == ["duplicate:V1/CHK-1"]
    assert len(list_payments(till)) == 1


def test_without_asking_intacct_it_is_said_what_cannot_be_told(till: Scene) -> None:
    drop(till, write_remittance("T-1", "INV-1**100.00"))
    till.run()

    outcome = rehearse_documents(till.make_run().basis, till.documents(), version=1)

    (needs,) = outcome.needs.values()
    assert "before its bills are read" in needs[0].reason


def test_what_waits_for_its_day_is_not_asked_of_intacct(till: Scene) -> None:
    drop(till, write_remittance("T-1", "INV-1**100.00", on="20310401"))
    till.run()
    asked = len(till.finance.reading.asked)

    till.run()
    waiting = [str(need) for need in till.needs("T-1")]
    till.wait(days=20)
    till.run()

    later = [object_ for object_, _ in till.finance.reading.asked[:asked]]
    assert (waiting, "APPYMT" in later) == (["date:2031-04-01/T-1"], False)
    assert till.statuses() == {"T-1": Status.POSTED}


def test_a_payment_is_asked_of_intacct_in_one_question_of_each_kind_for_all_of_them(till: Scene) -> None:
    drop(till, *(write_remittance(f"T-{n}", f"INV-{n}**100.00") for n in (1, 2, 3)))
    asked = till.finance.reading.asked
    till.do(refresh)
    till.do(receive, read)
    before = len(asked)

    till.do(plan)

    assert sorted(object_ for object_, _ in asked[before:]) == ["APBILL", "APPYMT"]
