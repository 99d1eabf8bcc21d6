"""850: orders become purchase orders, each once; what they come to stands apart from what is owed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest
from tests.databases import run_sql
from tests.fakes import AT_ONCE, Fault, Killed
from tests.unit.flows.ordering import (
    FREIGHT,
    PURCHASING,
    TRADE,
    drop_order,
    list_orders,
    list_written,
    make_alias,
    make_item,
    open_trade,
    write_order,
)
from tests.unit.flows.scene import BOOKS, RULES, Scene, write_file, write_invoice

from ml_connector.flows.balance import strike_balance
from ml_connector.flows.edi_to_intacct import plan, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.overruling import reopen
from ml_connector.flows.proof import prove_posted
from ml_connector.flows.receiving import receive
from ml_connector.intacct import ErrorDetail, Record, Unit
from ml_connector.mapping.answers import ask_for
from ml_connector.records.keys import Target
from ml_connector.records.status import Status

PO: Final = "Purchase Order-PO0001"


@pytest.fixture
def trade(scene: Scene) -> Scene:
    return open_trade(scene)


@pytest.mark.rule("Before anything else", 9)
def test_an_order_becomes_a_purchase_order_with_its_lines_and_our_mark(trade: Scene) -> None:
    drop_order(trade, write_order("P-1", "40*EA*0.5**BP*BOLT-8", "2*CA*30**UP*012345678905", on="20310309"))

    troubles = trade.run()

    document, posting = trade.document("P-1"), trade.posting("P-1").posting
    assert troubles == []
    assert (document.status, document.intacct_key, document.vendor) == (Status.POSTED, PO, "V1")
    assert list_orders(trade) == {PO: ("P-1", "Pending", Decimal("80.00"))}
    with trade.store.begin() as work:
        assert work.references.find("main", ["PO0001"], kinds=["order"], most=9) == (document.id,)
        assert work.references.get_found([document.id])[document.id][-1].number == PO
    kept = trade.finance.purchasing.kept[PO]
    assert [(line.item_id, line.quantity, line.unit) for line in kept.lines] == [
        ("BOLT-8", Decimal(40), "Each"),
        ("BOLT-8", Decimal(2), "Case"),
    ]
    assert kept.entity == "E1"
    assert kept.document.message.endswith(f" {document.document.document_key}")
    assert posting.target == Target(company="BIRCH", entity="E1")
    assert posting.control_id.startswith("mlc:purchasing:")


def test_an_order_is_read_with_its_number_its_worth_and_its_own_day_as_the_day_due(trade: Scene) -> None:
    drop_order(trade, write_order("P-1"), write_order("P-2", beg="RL*P-2*7"), name="two.edi")

    trade.do(receive, read)

    first, release = (each.document for each in trade.documents())
    assert (first.key.number, first.key.kind, first.amount, first.due) == (
        "P-1",
        "order",
        Decimal(20),
        first.date,
    )
    assert release.key.number == "P-2-7"


def test_an_order_that_cannot_be_read_or_numbered_is_rejected(trade: Scene) -> None:
    drop_order(trade, write_order("9" * 61), ("PO1*1*5*EA*2**VN*BOLT", "CTT*1"))

    trade.do(receive, read)

    long, headless = trade.documents()
    assert (long.status, headless.status) == (Status.REJECTED, Status.REJECTED)
    assert "BEG03 and BEG04 have 61 characters" in long.reason
    assert headless.reason


@pytest.mark.rule("810 invoice", 27)
def test_an_order_for_an_entity_with_books_in_another_currency_is_held(trade: Scene) -> None:
    books = trade.finance.books
    locations = tuple(
        replace(each, currency="CAD") if each.location_id == "E1" else each for each in books.locations
    )
    trade.finance.books = replace(books, locations=locations)
    drop_order(trade, write_order("P-1"))

    trade.run()

    assert [str(need) for need in trade.needs("P-1")] == ["currency:CAD/E1"]


def test_what_is_ordered_stands_apart_from_what_is_owed(trade: Scene) -> None:
    drop_order(trade, write_order("P-1"))
    trade.drop(write_invoice("INV-1", 700))
    trade.run()

    balance = strike_balance(trade.store, trade.link, base_currency="USD")
    proof = prove_posted(trade.store, trade.finance, trade.link)

    assert balance.complete
    assert [(row.set_code, row.kind, row.came_in.amount) for row in balance.rows] == [
        ("810", "debit", Decimal(7)),
        ("850", "order", Decimal(20)),
    ]
    assert (proof.documents, proof.invoices.posted, proof.invoices.in_intacct, proof.differences) == (
        2,
        Decimal(7),
        Decimal(7),
        (),
    )
    trade.finance.purchasing.kept.clear()
    (said,) = prove_posted(trade.store, trade.finance, trade.link).differences
    assert f"{PO} with our mark is not in Intacct any more" in said


def test_an_order_without_a_route_is_filed_and_goes_when_it_is_opened_again(trade: Scene) -> None:
    trade.rules = RULES
    drop_order(trade, write_order("P-1"))

    trade.run()
    document, requests = trade.document("P-1"), list_written(trade)
    trade.rules = PURCHASING

    reopen(trade.store, [document.id], reason="there is a route")
    trade.run()

    assert (document.status, requests) == (Status.FILED, [])
    assert document.reason == 'no route says what becomes of set 850; add [[route]] set = "850"'
    assert trade.document("P-1").status is Status.POSTED


@pytest.mark.rule("Before anything else", 2)
@pytest.mark.parametrize("usage", ["T", "P"])
def test_a_test_order_on_a_live_link_and_a_frame_are_filed(trade: Scene, usage: str) -> None:
    drop_order(trade, write_order("P-1", beg="" if usage == "T" else "BK*P-1*"), usage=usage)

    trade.run()

    (document,) = trade.documents()
    assert (document.status, list_orders(trade)) == (Status.FILED, {})


@pytest.mark.rule("850 order", 11)
def test_the_same_order_again_is_a_duplicate_and_another_under_its_number_is_held(trade: Scene) -> None:
    drop_order(trade, write_order("P-1"))
    trade.run()
    drop_order(trade, write_order("P-1"), write_order("P-1", "41*EA*0.5**BP*BOLT-8"), name="again.edi")

    trade.run()

    _, same, other = trade.documents()
    assert (same.status, other.status) == (Status.DUPLICATE, Status.HELD)
    assert "the same as document #1" in same.reason
    assert "came before with another content" in other.reason
    assert list(list_orders(trade)) == [PO]


@pytest.mark.rule("850 order", 11)
def test_with_the_store_lost_an_order_is_found_by_our_mark_and_one_of_a_person_is_never_doubled(
    trade: Scene,
) -> None:
    drop_order(trade, write_order("P-1"))
    trade.run()
    ((sent,),) = list_written(trade)
    trade.finance.purchasing.create(replace(sent, reference="P-2", message="typed in"), "E1")
    trade.lose_store()
    drop_order(trade, write_order("P-1"), write_order("P-2"), name="again.edi")

    trade.run()

    ours, theirs = trade.document("P-1"), trade.document("P-2")
    assert (ours.status, theirs.status) == (Status.DUPLICATE, Status.HELD)
    assert ours.reason == f"the same as {PO} in Intacct (20.00 of 2031-03-10, posted by this connector)"
    assert [str(need) for need in trade.needs("P-2")] == ["duplicate:V1/P-2"]
    declined = {
        id_: replace(each, document=replace(each.document, state="Declined"))
        for id_, each in trade.finance.purchasing.kept.items()
    }
    trade.finance.purchasing.kept.update(declined)
    trade.run()
    assert trade.document("P-2").status is Status.POSTED


@pytest.mark.parametrize(
    ("line", "before", "after", "need"),
    [
        ("BP*WASHER", (), (make_item("WASHER"),), "item:Alnwick Bolts/BP/WASHER"),
        ("VN*B-8", (), (make_alias("B-8"),), "item:Alnwick Bolts/VN/B-8"),
        ("VN*B-8", (make_alias("B-8", vendor="V2"),), (make_alias("B-8"),), "item:Alnwick Bolts/VN/B-8"),
        (
            "VN*B-8",
            (make_alias("B-8"), make_alias("B-8", item="NUT-8")),
            (make_alias("B-8"),),
            "item:Alnwick Bolts/VN/B-8",
        ),
        (
            "VN*W-8",
            (make_alias("W-8", item="WASHER"), make_item("WASHER", status="inactive")),
            (make_alias("W-8", item="WASHER"), make_item("WASHER")),
            "item:WASHER",
        ),
        (
            "VN*G-8",
            (make_alias("G-8", item="GAS"), replace(make_item("GAS"), has_lots=True, has_serials=True)),
            (make_alias("G-8", item="GAS"), make_item("GAS")),
            "item_details:GAS/P-1",
        ),
    ],
)
def test_what_is_put_right_in_intacct_frees_an_order_by_itself(
    trade: Scene, line: str, before: tuple[Record, ...], after: tuple[Record, ...], need: str
) -> None:
    trade.finance.books = replace(BOOKS, others=(*TRADE, *before))
    drop_order(trade, write_order("P-1", f"40*EA*0.5**{line}"))
    trade.run()
    waiting, needs = trade.document("P-1").status, trade.needs("P-1")
    trade.finance.books = replace(BOOKS, others=(*TRADE, *after))
    trade.wait(hours=2)

    trade.run()

    assert (waiting, [str(each) for each in needs]) == (Status.HELD, [need])
    assert "(20.00 USD waits); " in needs[0].reason
    assert trade.document("P-1").status is Status.POSTED


def test_a_unit_or_a_subtotal_that_is_added_in_intacct_frees_an_order_by_itself(trade: Scene) -> None:
    trade.rules = (
        f'{PURCHASING}[[charge]]\nname = "freight"\nsubtotal = "Freight"\nwhen = {{ code = "D240" }}\n'
    )
    trade.finance.setup.subtotals = ()
    (head, *rest) = write_order("P-1", "40*KT*0.5**BP*BOLT-8")
    drop_order(trade, (head, *rest[:3], "SAC*C*D240***500*******06", *rest[3:]))
    trade.run()
    needs = [str(each) for each in trade.needs("P-1")]

    kit = Unit(record_no=3, group_no=1, unit="Kit", abbreviation="kt", factor=Decimal(3), is_base=False)
    trade.finance.books = replace(BOOKS, others=(*TRADE, kit))
    trade.wait(hours=2)
    trade.run()
    left = [str(each) for each in trade.needs("P-1")]
    trade.finance.setup.subtotals = (FREIGHT,)
    trade.wait(hours=23)
    trade.run()

    assert needs == ["unit:Alnwick Bolts/BOLT-8/KT", "charge:Purchase Order/Freight"]
    assert left == needs[1:]
    assert trade.document("P-1").status is Status.POSTED


@pytest.mark.parametrize(
    ("line", "need", "answer"),
    [
        ("40*EA*0.5**VN*B-8", "item:Alnwick Bolts/VN/B-8", "BOLT-8"),
        ("40*KT*0.5**BP*BOLT-8", "unit:Alnwick Bolts/BOLT-8/KT", "Case"),
    ],
)
def test_what_a_person_answers_frees_the_order(trade: Scene, line: str, need: str, answer: str) -> None:
    drop_order(trade, write_order("P-1", line))
    trade.run()
    held = [str(each) for each in trade.needs("P-1")]
    question = ask_for(need, ["Alnwick Bolts"])
    assert question is not None
    with trade.store.begin() as work:
        (prepared,) = work.xref.prepare(trade.link, [question.answer(answer)], by="ana", origin=need)
        work.xref.approve(trade.link, [prepared.id], by="mira")

    trade.run()

    assert held == [need]
    assert trade.document("P-1").status is Status.POSTED


def test_an_order_of_nobody_we_know_or_for_an_unknown_vendor_is_held(trade: Scene) -> None:
    drop_order(
        trade, tuple(each.replace("92*77", "92*99").replace("Alnwick", "No") for each in write_order("P-1"))
    )
    trade.mailbox.drop("other.edi", write_file(write_order("P-2"), code="850", sender="STRANGER"))

    trade.run()

    assert [need.kind for need in trade.needs("P-1")] == ["vendor"]
    assert [str(need) for need in trade.needs("P-2")] == ["partner:ZZ/STRANGER"]


@pytest.mark.parametrize("commits", [AT_ONCE, None])
def test_after_an_unclear_answer_an_order_is_found_by_our_mark_or_sent_once_more(
    trade: Scene, commits: timedelta | None
) -> None:
    drop_order(trade, write_order("P-1"))
    trade.finance.order(Fault(lost=True, commits=commits))
    trade.run()
    doubtful = trade.document("P-1").status

    trade.wait(minutes=16)
    trade.run()
    trade.run()

    (first, *more) = list_written(trade)
    assert doubtful is (Status.POSTED if commits == AT_ONCE else Status.IN_DOUBT)
    assert trade.document("P-1").status is Status.POSTED
    assert list(list_orders(trade)) == [PO]
    assert more == ([] if commits == AT_ONCE else [first])


def test_an_order_that_was_changed_before_it_was_found_is_for_a_person(trade: Scene) -> None:
    drop_order(trade, write_order("P-1"))
    trade.finance.order(Fault(lost=True, commits=timedelta(minutes=3)))
    trade.run()
    trade.wait(minutes=4)
    trade.finance.is_idle()
    kept = trade.finance.purchasing.kept[PO]
    trade.finance.purchasing.kept[PO] = replace(kept, document=replace(kept.document, total=Decimal(99)))

    trade.wait(minutes=16)
    for _ in range(4):
        trade.run()

    (need,) = trade.needs("P-1")
    assert (str(need), len(list_written(trade))) == (f"duplicate:{PO}", 1)
    assert f"{PO} (99 of 2031-03-10) was found with our mark" in need.reason


@pytest.mark.rule("850 order", 11)
@pytest.mark.parametrize("stored", [True, False])
def test_killed_between_sending_and_the_answer_an_order_is_there_once(trade: Scene, *, stored: bool) -> None:
    drop_order(trade, write_order("P-1"))
    trade.do(refresh, receive, read, plan)
    trade.finance.order(Fault(error=Killed(), commits=AT_ONCE if stored else None))
    with pytest.raises(Killed):
        trade.run()
    trade.restart()

    for _ in range(12):
        trade.run()
        trade.wait(minutes=6)

    assert trade.document("P-1").status is Status.POSTED
    assert list(list_orders(trade)) == [PO]


@pytest.mark.rule("Before anything else", 11)
def test_a_refused_order_is_held_in_intacct_s_words_and_goes_under_the_next_control_id(trade: Scene) -> None:
    drop_order(trade, write_order("P-1"))
    trade.finance.order(Fault(says="refused", errors=(ErrorDetail(errorno="X", description2="No."),)))
    trade.run()

    (need,) = trade.needs("P-1")
    assert need.kind == "refused"
    assert "Purchase Order P-1 was not accepted" in need.reason


@pytest.mark.rule("Before anything else", 1)
def test_on_a_link_in_test_mode_an_order_is_a_draft(trade: Scene) -> None:
    trade.mode = "test"
    drop_order(trade, write_order("P-1"))

    trade.run()

    assert list_orders(trade) == {PO: ("P-1", "Draft", Decimal("20.00"))}


def test_a_charge_becomes_a_subtotal_of_the_definition(trade: Scene) -> None:
    trade.rules = (
        f'{PURCHASING}[[charge]]\nname = "freight"\nsubtotal = "Freight"\nwhen = {{ code = "D240" }}\n'
    )
    drop_order(trade, (*write_order("P-1")[:4], "SAC*C*D240***500*******06", *write_order("P-1")[4:]))

    trade.run()

    assert trade.finance.purchasing.kept[PO].subtotals == {"Freight": Decimal("5.00")}


def test_orders_filed_before_orders_were_read_are_known_by_their_numbers_once_they_are_reopened(
    trade: Scene,
) -> None:
    drop_order(trade, write_order("P-1"), write_order("P-2"))
    trade.do(refresh, receive, read)
    ids, as_read = [each.id for each in trade.documents()], [each.document for each in trade.documents()]
    run_sql(
        trade.url,
        "UPDATE documents SET status = 'filed', number = '', kind = '', document_key = 'mlc-850-OLD', "
        "date = NULL, amount = NULL",
    )

    reopen(trade.store, ids, reason="can be processed now")

    reopened = [replace(each.document, reason="") for each in trade.documents()]
    assert reopened == as_read
    assert trade.actions("P-1") == ["read", "reopened", "described"]
    assert trade.audit(f"document:{ids[0]}")[-1].detail["document_key"] == as_read[0].document_key
    trade.run()
    assert trade.statuses() == {"P-1": Status.POSTED, "P-2": Status.POSTED}
    assert sorted(reference for reference, *_ in list_orders(trade).values()) == ["P-1", "P-2"]


def test_what_was_ever_planned_or_cannot_be_read_keeps_its_name_when_it_is_reopened(trade: Scene) -> None:
    drop_order(trade, write_order("P-1"), write_order("P-2"))
    trade.do(refresh, receive, read)
    ids = [each.id for each in trade.documents()]
    trade.do(plan)
    run_sql(trade.url, "UPDATE documents SET status = 'rejected', document_key = 'mlc-850-OLD'")
    run_sql(trade.url, "DELETE FROM postings WHERE document_id = 2")
    run_sql(trade.url, 'UPDATE documents SET "offset" = 0 WHERE id = 2')

    reopen(trade.store, ids, reason="after all")

    assert {each.document.document_key for each in trade.documents()} == {"mlc-850-OLD"}
    assert {each.status for each in trade.documents()} == {Status.READ}
