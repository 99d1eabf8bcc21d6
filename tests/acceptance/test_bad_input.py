"""Whatever lies in the inbound folder ends in a state a person can see, and only what is right is booked.

All of it is dropped on one day and taken in one run; each test looks at its own part of the outcome, in what
the run says and in the books of Intacct.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

import pytest
from tests.acceptance.trade import HUB, RULES, STEEL, Invoice, Item, write_interchange
from tests.databases import Stores
from tests.processes import ARCHIVE, INBOUND, Line, run_line

FAST: Final = ("VN*Amberfield Fasteners*92*AF-FAST",)
TWICE: Final = write_interchange(Invoice(number="TWICE-1"), Invoice(number="TWICE-2"), control=20)
#: Longer than any code or name is, and with nothing in it that a database could make shorter.
ENDLESS: Final = "".join(sha256(bytes([n])).hexdigest() for n in range(150)).upper()
LONG: Final = Invoice(
    number="LONG-1",
    items=tuple(Item(quantity=n % 9 + 1, price=Decimal(n) / 100, code=f"P-{n}") for n in range(5000)),
)
FILES: Final = {
    "empty.edi": b"",
    "letter.txt": b"Dear Sirs, please find our invoice 4711 attached.\r\n",
    "truncated.edi": write_interchange(Invoice(number="CUT-1"), Invoice(number="CUT-2"))[:-110],
    "one-broken.edi": write_interchange(
        Invoice(number="GOOD-1"), Invoice(number="BROKEN-1"), Invoice(number="GOOD-2")
    ).replace(b"*BROKEN-1", b""),
    "twice.edi": TWICE,
    "twice (1).edi": TWICE,
    "early.edi": write_interchange(Invoice(number="BOTH-1"), control=30),
    "late.edi": write_interchange(Invoice(number="BOTH-1"), Invoice(number="ALONE-1"), control=31),
    "first.edi": write_interchange(Invoice(number="CORR-1"), control=40),
    "second.edi": write_interchange(Invoice(number="CORR-1", items=(Item(quantity=11),)), control=41),
    "test.edi": write_interchange(Invoice(number="TEST-1"), usage="T"),
    "stranger.edi": write_interchange(Invoice(number="WHO-1"), sender="ZZ/NOBODYKNOWN"),
    "purposes.edi": write_interchange(
        Invoice(number="CANCEL-1", purpose="01"),
        Invoice(number="REPLACE-1", purpose="05"),
        Invoice(number="COPY-1", purpose="07"),
    ),
    "wrong-total.edi": write_interchange(Invoice(number="SUM-1", total=Decimal("42.60"))),
    "unknown-vendor.edi": write_interchange(
        Invoice(number="VEND-1", sellers=("VN*Ironvale Stele Supply*92*7781",)), sender=HUB
    ),
    "two-vendors.edi": write_interchange(
        Invoice(number="VEND-2", sellers=(*FAST, "SE*Amberfield Packaging*92*AF-PACK")), sender=HUB
    ),
    "other-vendor.edi": write_interchange(
        Invoice(number="VEND-3", sellers=("VN*Ironvale Steel Supply*92*0042",)), sender=HUB
    ),
    "zero.edi": write_interchange(Invoice(number="ZERO-1", items=(Item(price=Decimal(0)),))),
    "credit.edi": write_interchange(
        Invoice(number="CREDIT-1", type_code="CR"),
        Invoice(number="CREDIT-2", items=(Item(quantity=-2),)),
    ),
    "long.edi": write_interchange(LONG),
    "characters.edi": write_interchange(
        Invoice(
            number="R&D<7>",
            sellers=('VN*Ironvale & \x01Söhne <"Stahl">\x0b*92*0042',),
            items=(Item(text='Nuts & <bolts>\x07 \x1f5\x7f "M8"]]>'),),
        )
    ),
    "endless-code.edi": write_interchange(Invoice(number="SET-1")).replace(
        b"ST*810*", f"ST*{ENDLESS}*".encode()
    ),
    "endless-sender.edi": write_interchange(
        Invoice(number="FAR-1", sellers=(f"VN*Nobody*92*{ENDLESS}",), order=ENDLESS)
    ).replace(b"GS*IN*IRONVALE*", f"GS*IN*{ENDLESS}*".encode()),
    "vanishing.edi": write_interchange(Invoice(number="GONE-1")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What the one run over all the files has left."""

    line: Line
    status: int
    result: dict[str, Any]
    bills: list[dict[str, Any]]

    def find(self, number: str) -> dict[str, Any]:
        """The one document of a number."""
        (found,) = self.find_all(number)
        return found

    def find_all(self, number: str) -> list[dict[str, Any]]:
        return [document for document in self.result["documents"] if document["number"] == number]

    def find_file(self, name: str) -> dict[str, Any]:
        """What the run says about a file that is odd."""
        (found,) = (file for file in self.result["files"] if file["name"] == name)
        return dict(found)

    def list_needs(self, number: str) -> list[str]:
        return [need["key"] for need in self.find(number)["needs"]]

    def count_bills(self, *numbers: str) -> int:
        return sum(bill["RECORDID"] in numbers for bill in self.bills)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, stores: Stores) -> Iterator[Day]:
    with stores.make() as url, run_line(tmp_path_factory.mktemp("day"), RULES, store_url=url) as line:
        for name, content in FILES.items():
            line.cleo.drop(name, content)
        line.cleo.set_faults({"match": {"call": "download", "file": "vanishing.edi"}, "action": "vanish"})
        status, result = line.connector.once()
        yield Day(line=line, status=status, result=result, bills=line.intacct.bills())


def test_the_run_ends_well_and_its_balance_holds(day: Day) -> None:
    assert day.status == 0
    assert day.result["troubles"] == []
    assert day.result["balance"]["holds"] is True
    assert day.line.connector.run("balance", "--json").status == 0


def test_every_file_but_the_one_that_vanished_lies_in_the_archive(day: Day) -> None:
    assert day.line.cleo.names(INBOUND) == []
    assert day.line.cleo.names(ARCHIVE) == sorted(FILES.keys() - {"vanishing.edi"})


def test_only_what_is_right_is_booked_and_each_of_it_once(day: Day) -> None:
    booked = sorted(bill["RECORDID"] for bill in day.bills)

    assert booked == sorted(
        ["CUT-1", "GOOD-1", "GOOD-2", "TWICE-1", "TWICE-2", "BOTH-1", "ALONE-1", "CORR-1", "LONG-1", "R&D<7>"]
    )
    posted = {d["number"]: d["intacct_key"] for d in day.result["documents"] if d["status"] == "posted"}
    assert posted == {bill["RECORDID"]: str(bill["RECORDNO"]) for bill in day.bills}


def test_an_empty_file_is_shown_as_unreadable(day: Day) -> None:
    file = day.find_file("empty.edi")

    assert (file["status"], file["reason"]) == ("unreadable", "EMPTY_INPUT: The input is empty.")


def test_a_file_that_is_no_edi_is_shown_as_unreadable(day: Day) -> None:
    file = day.find_file("letter.txt")

    assert file["status"] == "unreadable"
    assert file["reason"].startswith("NOT_X12: ")


def test_of_a_truncated_interchange_the_whole_invoice_is_booked_and_the_cut_one_rejected(day: Day) -> None:
    states = [d["status"] for d in day.result["documents"] if d["file"] == "truncated.edi"]

    assert states == ["posted", "rejected"]
    assert "IEA_MISSING" in day.find_file("truncated.edi")["reason"]
    (cut,) = (d for d in day.result["documents"] if (d["file"], d["status"]) == ("truncated.edi", "rejected"))
    assert cut["reason"].startswith("SE_MISSING: ")
    assert day.count_bills("CUT-2") == 0


def test_a_broken_invoice_does_not_keep_its_neighbours(day: Day) -> None:
    found = [(d["status"], d["number"]) for d in day.result["documents"] if d["file"] == "one-broken.edi"]

    assert found == [("posted", "GOOD-1"), ("rejected", ""), ("posted", "GOOD-2")]
    (broken,) = (
        d for d in day.result["documents"] if (d["file"], d["status"]) == ("one-broken.edi", "rejected")
    )
    assert "BIG02" in broken["reason"]


def test_the_same_file_twice_is_booked_once(day: Day) -> None:
    for number in ("TWICE-1", "TWICE-2"):
        posted, again = day.find_all(number)
        assert (posted["status"], again["status"]) == ("posted", "duplicate")
        assert posted["document_key"] in again["reason"]
        assert day.count_bills(number) == 1


def test_the_same_invoice_in_two_files_is_booked_once(day: Day) -> None:
    assert [d["status"] for d in day.find_all("BOTH-1")] == ["posted", "duplicate"]
    assert day.count_bills("BOTH-1") == 1
    assert day.count_bills("ALONE-1") == 1


def test_the_same_number_with_another_amount_is_held_for_a_person(day: Day) -> None:
    posted, held = day.find_all("CORR-1")

    assert (posted["status"], held["status"]) == ("posted", "held")
    assert [need["key"] for need in held["needs"]] == ["duplicate:V-1008/CORR-1"]
    assert [bill["TOTALENTERED"] for bill in day.bills if bill["RECORDID"] == "CORR-1"] == [posted["amount"]]


@pytest.mark.rule("Before anything else", 2)
def test_test_traffic_on_a_live_link_is_filed(day: Day) -> None:
    filed = day.find("TEST-1")

    assert (filed["status"], filed["reason"]) == ("filed", "test interchange (ISA15 T) on a live link")


@pytest.mark.rule("Before anything else", 3)
def test_an_unknown_sender_is_held_and_named(day: Day) -> None:
    assert day.find("WHO-1")["status"] == "held"
    assert day.list_needs("WHO-1") == ["partner:ZZ/NOBODYKNOWN"]


@pytest.mark.rule("Before anything else", 5, 6)
@pytest.mark.parametrize(("number", "code"), [("CANCEL-1", "01"), ("REPLACE-1", "05"), ("COPY-1", "07")])
def test_a_cancel_a_replace_and_a_copy_are_held_with_their_purpose(day: Day, number: str, code: str) -> None:
    assert day.find(number)["status"] == "held"
    assert day.list_needs(number) == [f"purpose:{code}/{number}"]


@pytest.mark.rule("810 invoice", 17)
def test_a_total_that_does_not_add_up_is_held_and_not_corrected(day: Day) -> None:
    held = day.find("SUM-1")

    assert (held["status"], held["amount"]) == ("held", "42.60")
    assert day.list_needs("SUM-1") == ["arithmetic:SUM-1"]
    assert "42.60" in held["reason"]
    assert "42.50" in held["reason"]


def test_an_unknown_vendor_is_held_with_three_likely_ones(day: Day) -> None:
    held = day.find("VEND-1")

    assert held["status"] == "held"
    (need,) = held["needs"]
    assert need["key"] == "vendor:Amberfield Hub/VN/92/7781"
    assert len(need["suggestions"]) == 3
    assert need["suggestions"][0]["vendor_id"] == "V-1008"


@pytest.mark.rule("Who is the vendor, who is paid", 3)
def test_two_keys_that_lead_to_two_vendors_are_held(day: Day) -> None:
    assert day.find("VEND-2")["status"] == "held"
    assert day.list_needs("VEND-2") == ["vendor_conflict:Amberfield Hub/V-1075+V-1120"]


@pytest.mark.rule("Who is the vendor, who is paid", 6)
def test_a_partner_that_bills_for_a_vendor_not_its_own_is_held(day: Day) -> None:
    assert day.find("VEND-3")["status"] == "held"
    assert day.list_needs("VEND-3") == ["partner_vendor:Amberfield Hub/V-1008"]


def test_a_total_of_zero_is_filed(day: Day) -> None:
    filed = day.find("ZERO-1")

    assert (filed["status"], filed["reason"], filed["amount"]) == ("filed", "zero total", "0.00")


@pytest.mark.rule("Credits", 2)
@pytest.mark.parametrize("number", ["CREDIT-1", "CREDIT-2"])
def test_a_credit_is_held_with_a_reason_a_person_can_act_on(day: Day, number: str) -> None:
    held = day.find(number)

    assert (held["status"], held["kind"]) == ("held", "credit")
    assert day.list_needs(number) == ["setting:negative_debit_memos"]
    assert "then set company.negative_debit_memos of the link" in held["reason"]


def test_five_thousand_lines_are_booked_to_the_cent(day: Day) -> None:
    (bill,) = (bill for bill in day.bills if bill["RECORDID"] == "LONG-1")

    assert Decimal(bill["TOTALENTERED"]) == sum(item.quantity * item.price for item in LONG.items)
    assert sum(Decimal(line["TRX_AMOUNT"]) for line in bill["APBILLITEMS"]) == Decimal(bill["TOTALENTERED"])
    assert [line["ENTRYDESCRIPTION"] for line in bill["APBILLITEMS"]] == ["4999 lines"]


def test_markup_and_control_characters_arrive_as_text(day: Day) -> None:
    (bill,) = (bill for bill in day.bills if bill["RECORDID"] == "R&D<7>")
    (item,) = bill["APBILLITEMS"]

    assert bill["VENDORID"] == "V-1008"
    assert item["ENTRYDESCRIPTION"] == 'BAR-10 Nuts & <bolts> 5 "M8"]]>, 10 EA at 4.25'
    assert day.line.connector.run("documents", "show", "R&D<7>").stdout.count("R&D<7>") >= 1


def test_names_without_end_are_held_with_their_invoice_and_in_nobodys_way(day: Day) -> None:
    assert day.find("FAR-1")["status"] in {"held", "rejected"}
    (other,) = (document for document in day.result["documents"] if document["file"] == "endless-code.edi")
    assert other["status"] in {"filed", "rejected"}
    assert day.count_bills("FAR-1", "SET-1") == 0


def test_a_file_that_vanishes_between_list_and_download_disturbs_nothing_and_is_noted(day: Day) -> None:
    entries = day.line.connector.run("audit", "show", "link:main", "--json").json()["entries"]

    ours = [(e["action"], e["detail"]) for e in entries if e["action"] != "cleo event"]
    assert ours == [("file vanished", {"name": "vanishing.edi"})]
    assert day.find_all("GONE-1") == []


@pytest.mark.rule("810 invoice", 22)
def test_a_correction_sent_the_next_day_is_held_against_the_bill_of_the_day_before(day: Day) -> None:
    before = len(day.bills)
    changed = replace(Invoice(number="GOOD-1"), items=(Item(quantity=12),))
    day.line.cleo.drop("next-day.edi", write_interchange(changed, sender=STEEL, control=90))

    status, result = day.line.connector.once()

    (held,) = result["documents"]
    assert (status, held["status"]) == (0, "held")
    assert [need["key"] for need in held["needs"]] == ["duplicate:V-1008/GOOD-1"]
    assert len(day.line.intacct.bills()) == before
