"""Orders for a batch of plans: what is on its way counts once, and prices are those that were approved first."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Final

import pytest
from tests.unit.flows.scene import BOOKS, Scene, write_invoice
from tests.unit.mapping.purchase import SETTING, make_definition, make_item
from tests.unit.store.rows import POSTING, add_file, move, number_document
from tests.unit.store.test_store_orders import COMPARISON

from ml_connector.flows import edi_to_intacct, intacct_to_cleo
from ml_connector.flows.planning.asking import look_up
from ml_connector.flows.planning.noting import Grounds, note
from ml_connector.flows.planning.opening import open_cases
from ml_connector.flows.planning.orders import OrderShelf, Seeker, read_orders
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.planning.storing import store_outcome
from ml_connector.flows.receiving import receive
from ml_connector.intacct import (
    Call,
    NewPurchasing,
    NewPurchasingLine,
    PurchasingChange,
    PurchasingLineChange,
    Subtotal,
)
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.orders.order_match import OrderClue
from ml_connector.mapping.orders.purchasing_case import PurchasingCase
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.records.documents import Move
from ml_connector.records.keys import Target
from ml_connector.records.needs import Need
from ml_connector.records.posting import Function
from ml_connector.records.status import Status

DAY: Final = date(2031, 3, 10)
MARK: Final = "mlc-856-AAAAAAAAAAAA"
CALLS: Final = count(1)
NUMBERS: Final = count(0)


def furnish(scene: Scene) -> None:
    """A company that buys bolts in pieces, Each."""
    item = replace(make_item("BOLT", kind="Non-Inventory").item, unit_group="")
    names = ("Purchase Order", "PO Receiver", "Vendor Invoice")
    definitions = (
        replace(make_definition(name, sequence=name[:2]), record_no=n, conversion="Leave Transaction Open")
        for n, name in enumerate(names)
    )
    scene.finance.books = replace(BOOKS, others=(item, *definitions))


def order(*quantities: str, **header: object) -> NewPurchasing:
    lines = tuple(
        NewPurchasingLine(item_id="BOLT", quantity=Decimal(q), price=Decimal("0.5")) for q in quantities
    )
    return make(lines, **{"definition": "Purchase Order", **header})


def make(lines: tuple[NewPurchasingLine, ...], **header: object) -> NewPurchasing:
    usual = {"vendor_id": "V1", "date": DAY, "due_date": DAY}
    return NewPurchasing(lines=lines, **(usual | header))  # type: ignore[arg-type]


def convert(order_id: str, key: int, quantity: str, **header: object) -> NewPurchasing:
    """So many of an order's line, received, in our name."""
    line = NewPurchasingLine(
        item_id="BOLT", quantity=Decimal(quantity), price=Decimal("0.5"), source_line=key
    )
    usual = {"definition": "PO Receiver", "created_from": order_id, "message": f"EDI 856 {MARK}"}
    return make((line,), **(usual | header))


def write(scene: Scene, body: Function) -> str:
    (result,) = scene.finance.writing.write([Call(control_id=f"c:{next(CALLS)}", body=body)])
    assert result.key, result
    return result.key


def read(scene: Scene, *order_ids: str) -> OrderShelf:
    rules = parse_rules({"rules.toml": scene.rules})
    vendor = next(each for each in BOOKS.vendors if each.vendor_id == "V1")
    case = PurchasingCase(
        set_code="810",
        number="INV-7",
        mark="mlc-810-ABCDEFGHIJKL",
        partner=rules.partners[0],
        vendor=vendor,
        rules=rules,
        setting=SETTING,
        worth="100.00 USD",
    )
    clues = (OrderClue(place="BIG04", number=id_.rpartition("-")[2]) for id_ in order_ids)
    return read_orders(scene.make_run(), [Seeker(case=case, clues=tuple(clues))])


def find_key(scene: Scene, order_id: str) -> int:
    return read(scene, order_id).files[order_id].order.lines[0].line.record_no


def plan(scene: Scene, *functions: Function, set_code: str = "856", company: str = "BIRCH") -> int:
    """A document of ours with these functions, ready to be sent."""
    found = number_document(next(NUMBERS), set_code=set_code)
    file_id = add_file(scene.store, content=found.document_key.encode())
    with scene.store.begin() as work:
        work.documents.add(file_id, [replace(found, document_key=MARK)])
        (stored,) = work.documents.list_of_file(file_id)
        posting = replace(
            POSTING,
            control_id=f"mlc:po:{stored.id}",
            mark=MARK,
            functions=functions,
            target=Target(company=company, entity=""),
        )
        work.postings.add([(stored.id, posting)])
    move(scene.store, [stored.id], Status.READY)
    return stored.id


def list_made(shelf: OrderShelf, order_id: str) -> list[str]:
    return [f"{each.document.number} {each.lines[0].line.quantity}" for each in shelf.files[order_id].made]


def test_what_draws_on_an_order_that_was_not_read_counts_against_none(sqlite_scene: Scene) -> None:
    furnish(sqlite_scene)
    order_id = write(sqlite_scene, order("400"))
    shelf = read(sqlite_scene, order_id)

    shelf.expect([convert("Purchase Order-PO0999", 999_999, "5")], mark=MARK)

    assert list_made(shelf, order_id) == []


@pytest.mark.rule("810 invoice", 7)
def test_what_is_on_its_way_counts_and_once_it_is_there_it_counts_no_more(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    furnish(scene)
    freight = Subtotal(description="Freight", total=Decimal(12))
    order_id, other_id = write(scene, order("400", subtotals=(freight,))), write(scene, order("7"))
    coming = convert(order_id, find_key(scene, order_id), "150")
    plan(scene, coming)

    before = read(scene, order_id, other_id)
    write(scene, coming)
    after = read(scene, order_id, other_id, "X-9")

    assert list_made(before, order_id) == [f"~{MARK}-1 150"]
    assert list_made(after, order_id) == ["PO0003 150"]
    assert list_made(before, other_id) == list_made(after, other_id) == []
    assert after.files.keys() == {order_id, other_id}
    assert after.files[order_id].order.subtotals == (("Freight", Decimal(12)),)


def test_only_what_is_not_confirmed_is_on_its_way_and_only_in_this_company(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    furnish(scene)
    order_id = write(scene, order("400"))
    key = find_key(scene, order_id)
    posted = plan(scene, convert(order_id, key, "1"))
    for expect, to in ((Status.READY, Status.SENDING), (Status.SENDING, Status.POSTED)):
        with scene.store.begin() as work:
            moves = [Move(id=posted, action=str(to))]
            work.documents.move(moves, expect=expect, to=to, until=scene.clock())
    plan(scene, convert(order_id, key, "2"), company="OTHER")

    assert list_made(read(scene, order_id), order_id) == []


@pytest.mark.rule("810 invoice", 7)
def test_two_plans_of_one_batch_do_not_use_the_same_goods(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    furnish(scene)
    order_id, other_id = write(scene, order("400")), write(scene, order("7"))
    key = find_key(scene, order_id)
    shelf = read(scene, order_id, other_id)
    change = PurchasingChange(
        document_id=order_id, lines=(PurchasingLineChange(line_no=0, quantity=Decimal(1)),)
    )

    shelf.expect([change, convert(order_id, key, "100")], mark=MARK)
    shelf.expect([convert("", key, "30", created_from=None)], mark="mlc-856-BBBBBBBBBBBB")

    assert list_made(shelf, order_id) == [f"~{MARK}-2 100", "~mlc-856-BBBBBBBBBBBB-1 30"]
    keys = [each.document.record_no for each in shelf.files[order_id].made]
    assert len({*keys}) == 2
    assert max(keys) < 0
    assert list_made(shelf, other_id) == []


def test_an_invoice_of_two_orders_is_read_with_both(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    furnish(scene)
    first, second = write(scene, order("400")), write(scene, order("7"))
    receiver = write(scene, convert(first, find_key(scene, first), "40"))
    received = read(scene, first).files[first].made[0].lines[0].line.record_no
    sources = ((receiver, received), (second, find_key(scene, second)))
    lines = tuple(
        NewPurchasingLine(
            item_id="BOLT", quantity=Decimal(5), source_document=source, source_document_line=key
        )
        for source, key in sources
    )
    invoice = write(scene, make(lines, definition="Vendor Invoice"))

    shelf = read(scene, first, second)

    assert [each.document.document_id for each in shelf.files[first].made] == [receiver, invoice]
    assert [each.document.document_id for each in shelf.files[second].made] == [invoice]


@pytest.mark.rule("855 confirmation", 6)
def test_a_price_counts_as_it_was_when_the_order_was_approved(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    furnish(scene)
    order_id = write(scene, order("400", state="Draft"))

    draft = read(scene, order_id).files[order_id]
    raise_price(scene, order_id, "0.6", state="Pending")
    approved = read(scene, order_id).files[order_id]
    raise_price(scene, order_id, "0.9")
    raised = read(scene, order_id).files[order_id]

    key = draft.order.lines[0].line.record_no
    assert draft.approved == {}
    assert approved.approved == raised.approved == {key: Decimal("0.6")}
    assert raised.order.lines[0].line.price == Decimal("0.9")


def raise_price(scene: Scene, order_id: str, price: str, state: str | None = None) -> None:
    line = PurchasingLineChange(line_no=0, price=Decimal(price))
    write(scene, PurchasingChange(document_id=order_id, state=state, lines=(line,)))  # type: ignore[arg-type]


@pytest.mark.rule("810 invoice", 2)
def test_a_receipt_that_a_notice_posted_at_once_is_told_from_one_that_people_posted(
    sqlite_scene: Scene,
) -> None:
    scene = sqlite_scene
    furnish(scene)
    order_id = write(scene, order("400"))
    key = find_key(scene, order_id)
    at_once = convert(order_id, key, "10")
    by_person = convert(order_id, key, "20", message="EDI 856 mlc-856-CCCCCCCCCCCC")
    plan(scene, at_once)
    posted, drafted = write(scene, at_once), write(scene, by_person)

    file = read(scene, order_id).files[order_id]

    assert {each.document.document_id for each in file.made} == {posted, drafted}
    assert file.by_notice == {posted}


@pytest.mark.rule("810 invoice", 7)
def test_many_orders_cost_no_more_questions_than_one(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    furnish(scene)
    ids = [write(scene, order("400")) for _ in range(5)]
    for id_ in ids:
        write(scene, convert(id_, find_key(scene, id_), "40"))

    before = scene.finance.reads
    read(scene, ids[0])
    alone = scene.finance.reads - before
    read(scene, *ids)

    assert scene.finance.reads - before - alone == alone <= 12


def test_what_was_compared_is_kept_with_its_document_also_while_it_is_held(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    scene.drop(write_invoice("INV-1"), write_invoice("INV-2"))
    scene.do(intacct_to_cleo.refresh, receive, edi_to_intacct.read)
    basis, documents = scene.make_run().basis, scene.documents()
    outcome = Outcome(documents={document.id: document for document in documents})
    (first, second), facts = look_up(basis, list(open_cases(basis, documents, outcome, 1)), 1, pause=iter)
    grounds = Grounds(company="BIRCH", pins=POSTING.pins, facts=facts, before=None, stopped=frozenset())
    need = Need(kind="receipt", subject="PO-1/2", reason="not there yet")
    outcome.comparisons[second.stored.id + 1] = COMPARISON  # of a document that is none of these

    note(outcome, first, Held(needs=(need,), comparison=COMPARISON), grounds)
    note(outcome, second, Held(needs=(need,)), grounds)
    store_outcome(basis, outcome, version=1)

    with scene.store.begin() as work:
        kept = work.matches.get(range(10))
        found = work.references.find("main", ["PR1"], most=9)
    assert (kept, found) == ({first.stored.id: COMPARISON}, (first.stored.id,))


def test_a_document_is_found_by_the_numbers_it_names_from_the_moment_it_is_read(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    order, *rest = write_invoice("INV-1")
    scene.drop((f"{order}**PO-0213", *rest), write_invoice("INV-2"))

    scene.do(receive, edi_to_intacct.read)

    named = scene.document("INV-1").id
    with scene.store.begin() as work:
        assert work.references.find("main", ["po0213"], most=9) == (named,)
        assert len(work.references.find("main", ["42"], most=9)) == 2
