"""Who the vendor of an invoice is, and whether he may be paid where it says."""

from dataclasses import replace
from typing import Any, Final

import pytest
from tests.unit.mapping.trade import (
    BOOKS,
    RULES,
    SELLER,
    Trade,
    list_needs,
    make_trade,
    make_vendor,
    plan_bill,
)

from ml_connector.mapping.payables.invoice_draft import Draft, ask_vendor, draft_invoice, find_vendor
from ml_connector.mapping.reference.slice import Known, Slice
from ml_connector.mapping.routes.invoice_to_bill import Planned, ask_lines
from ml_connector.mapping.vendors.vendor_clues import list_aliases, normalise_name
from ml_connector.records.xref import CrossReference

NO_XREF: Final = RULES.partition("[[vendor]]")[0]
BOTH: Final = NO_XREF.replace('["V-10"]', '["V-10", "V-20"]')
LOCKBOX: Final = '\n[[remit_to]]\npartner = "Corvid Metals"\ncode = "{}"\ncontact = "{}"\n'


def _make(seller: str, *references: str, rules: str = NO_XREF, **other: Any) -> Trade:
    return make_trade(*references, "IT1*1*1*EA*5**VN*A", total="500", seller=seller, rules=rules, **other)


def _with_tax_id(tax_id: str) -> tuple[Known, ...]:
    return (make_vendor(tax_id=tax_id), *BOOKS[1:])


@pytest.mark.rule("Who is the vendor, who is paid", 1)
@pytest.mark.parametrize("role", ["SE", "SU", "VN"])
@pytest.mark.parametrize("code", ["92/0042", "ROLE/92/0042"])
def test_the_seller_is_found_by_a_cross_reference_of_its_code(role: str, code: str) -> None:
    xref = (
        f'\n[[vendor]]\ncode = "{code.replace("ROLE", role)}"\nvendor = "V-20"\npartner = "Corvid Metals"\n'
    )

    bill = plan_bill(_make(f"N1*{role}*Some Name*92*0042", rules=NO_XREF + xref))

    assert bill.vendor_id == "V-20"


@pytest.mark.rule("Who is the vendor, who is paid", 1)
def test_a_cross_reference_of_a_reference_number_names_the_vendor() -> None:
    xref = '\n[[vendor]]\ncode = "REF/VR/77"\nvendor = "V-10"\n'

    assert plan_bill(_make("", "REF*VR*77", rules=NO_XREF + xref)).vendor_id == "V-10"


@pytest.mark.rule("Who is the vendor, who is paid", 1)
def test_a_duns_number_with_four_more_digits_is_known_by_its_duns_number() -> None:
    xref = '\n[[vendor]]\ncode = "1/123456789"\nvendor = "V-10"\n'

    assert plan_bill(_make("N1*SE**9*1234567890001", rules=NO_XREF + xref)).vendor_id == "V-10"


def test_a_cross_reference_of_another_partner_does_not_count() -> None:
    other = '\n[[partner]]\nname = "Other"\nsenders = ["ZZ/OTHER"]\n'
    xref = '\n[[vendor]]\ncode = "92/0042"\nvendor = "V-10"\npartner = "Other"\n'

    assert list(list_needs(_make("N1*SE**92*0042", rules=NO_XREF + other + xref))) == [
        "vendor:Corvid Metals/SE/92/0042"
    ]


@pytest.mark.rule("Who is the vendor, who is paid", 1)
@pytest.mark.parametrize(
    ("seller", "references"),
    [("", ("REF*IA*V-10",)), ("N1*SE*Any Name~REF*IA*V-10", ()), ("N1*SE*Any Name*92*V-10", ())],
    ids=["of the invoice", "of the seller", "92"],
)
def test_the_number_we_gave_the_vendor_is_tried_as_its_id(seller: str, references: tuple[str, ...]) -> None:
    assert plan_bill(_make(seller, *references)).vendor_id == "V-10"


@pytest.mark.parametrize("number", ["name:corvid metals", "account:A-1"])
def test_a_number_in_the_form_of_another_name_of_a_vendor_finds_none(number: str) -> None:
    known = (make_vendor(account_no_at_vendor="A-1"), *BOOKS[1:])

    needs = list_needs(_make("", f"REF*IA*{number}", known=known))

    assert list(needs) == [f"vendor:Corvid Metals/REF/IA/{number}"]


@pytest.mark.rule("Who is the vendor, who is paid", 1)
@pytest.mark.parametrize("qualifier", ["FI", "24"])
def test_the_seller_is_found_by_its_tax_id_however_it_is_spelled(qualifier: str) -> None:
    trade = _make(f"N1*SE*Any Name*{qualifier}*12-3456789", known=_with_tax_id("123456789"))

    planned = trade.plan()

    assert isinstance(planned, Planned)
    [why] = [reason for reason in planned.provenance if reason.path == "VENDORID"]
    assert (why.value, why.rule, why.inputs) == ("V-10", "tax id", (("N1*SE", "…6789"),))


@pytest.mark.rule("Who is the vendor, who is paid", 1)
def test_the_vendor_is_found_by_our_account_number_there() -> None:
    known = (make_vendor(account_no_at_vendor="HW-881"), *BOOKS[1:])

    assert plan_bill(_make("N1*BY*Halden Works*91*HW-881", known=known)).vendor_id == "V-10"


@pytest.mark.rule("Who is the vendor, who is paid", 1)
def test_the_name_decides_at_last_and_the_trail_says_what_was_asked_before() -> None:
    planned = _make("N1*SE*CORVID METALS, Inc.*92*9999").plan()

    assert isinstance(planned, Planned)
    why = planned.provenance[0]
    assert (why.value, why.rule) == ("V-10", "vendor name")
    assert why.losers == ("our vendor number (N1*SE 92/9999)", "EDI id (N1*SE 92/9999)")


@pytest.mark.rule("Who is the vendor, who is paid", 1)
def test_a_name_does_not_count_beside_a_number_that_leads_somewhere() -> None:
    assert plan_bill(_make("N1*SE*Brightwater Freight*92*V-10", rules=BOTH)).vendor_id == "V-10"


@pytest.mark.rule("Who is the vendor, who is paid", 1)
@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("The Bolt Co., Inc.", "the bolt"),
        ("Smith & Sons LLC", "smith and sons"),
        ("GmbH", "gmbh"),
        ("  CORVID   metals ", "corvid metals"),
        ("***", ""),
    ],
)
def test_a_name_is_compared_without_case_punctuation_and_legal_form(name: str, plain: str) -> None:
    assert normalise_name(name) == plain


def test_names_that_say_nothing_never_meet() -> None:
    known = (make_vendor(name="***"), *BOOKS[1:])

    assert list_aliases(make_vendor(name="***")) == ()
    assert list(list_needs(_make("N1*SE*???", known=known))) == ["vendor:Corvid Metals/none"]


@pytest.mark.rule("Who is the vendor, who is paid", 3)
@pytest.mark.parametrize(
    ("seller", "reference"),
    [("N1*SE**92*V-10", "REF*IA*V-20"), ("N1*SE**92*V-10~N1*VN**92*V-20", "")],
    ids=["a number and a party", "two parties"],
)
def test_two_keys_that_lead_to_two_vendors_are_held_and_name_both(seller: str, reference: str) -> None:
    needs = list_needs(_make(seller, *filter(None, [reference]), rules=BOTH))

    [(key, reason)] = needs.items()
    assert key == "vendor_conflict:Corvid Metals/V-10+V-20"
    assert "leads to V-10 Corvid Metals" in reason
    assert "leads to V-20 Brightwater Freight LLC" in reason


@pytest.mark.rule("Who is the vendor, who is paid", 3)
def test_two_vendors_of_one_name_are_held() -> None:
    known = (*BOOKS, make_vendor("V-11", "Corvid Metals Ltd"))

    assert list(list_needs(_make("N1*SE*Corvid Metals", known=known))) == [
        "vendor_conflict:Corvid Metals/SE/Corvid Metals"
    ]


def _answer(code: str, vendor: str, *, number: int = 3, partner: str = "Corvid Metals") -> CrossReference:
    return CrossReference(kind="vendor", partner=partner, code=code, target=vendor, number=number)


@pytest.mark.rule("Who is the vendor, who is paid", 4)
@pytest.mark.parametrize(
    ("seller", "code", "over"),
    [
        ("N1*SE**92*0042", "92/0042", "vendor cross-reference 92/0042 of the rules"),
        ("N1*SE**92*V-10", "SE/92/V-10", "our vendor number"),
        ("N1*SE~REF*IA*V-10", "REF/IA/V-10", "our vendor number"),
        ("N1*SE**FI*12-3456789", "FI/12-3456789", "tax id"),
        ("N1*SE*Corvid Metals", "SE/Corvid Metals", "vendor name"),
    ],
)
def test_what_a_person_has_answered_counts_before_all_else_of_that_code_and_the_trail_says_over_what(
    seller: str, code: str, over: str
) -> None:
    rules = BOTH + '\n[[vendor]]\ncode = "92/0042"\nvendor = "V-10"\n'

    planned = _make(
        seller, rules=rules, known=_with_tax_id("123456789"), answers=(_answer(code, "V-20"),)
    ).plan()

    assert isinstance(planned, Planned)
    why = planned.provenance[0]
    assert why.value == "V-20"
    assert why.rule == f"vendor cross-reference {code} (xref 3) over {over}, which leads to V-10"


@pytest.mark.rule("Who is the vendor, who is paid", 4)
def test_an_answer_settles_nothing_of_another_code() -> None:
    needs = list_needs(
        _make("N1*SE**92*0042", "REF*IA*V-10", rules=BOTH, answers=(_answer("92/0042", "V-20"),))
    )

    [(key, reason)] = needs.items()
    assert key == "vendor_conflict:Corvid Metals/V-10+V-20"
    assert "N1*SE 92/0042 (vendor cross-reference 92/0042 (xref 3)) leads to V-20" in reason


@pytest.mark.rule("Who is the vendor, who is paid", 4)
def test_of_two_answers_the_one_for_the_narrowest_case_counts() -> None:
    answers = (_answer("92/0042", "V-10", partner=""), _answer("92/0042", "V-20", number=4))
    narrower = (*answers, _answer("SE/92/0042", "V-10", number=5))

    wide, narrow = (_make("N1*SE**92*0042", rules=BOTH, answers=each) for each in (answers, narrower))

    assert plan_bill(wide).vendor_id == "V-20"
    assert plan_bill(narrow).vendor_id == "V-10"


@pytest.mark.rule("Who is the vendor, who is paid", 4)
@pytest.mark.parametrize("seller", ["N1*SE*Corvid Metals*92*V-10", "N1*SE*Corvid Metals"])
def test_an_answer_whose_vendor_is_gone_is_held_and_nothing_else_takes_its_place(seller: str) -> None:
    code = "92/V-10" if "92" in seller else "SE/Corvid Metals"

    [(key, reason)] = list_needs(_make(seller, answers=(_answer(code, "V-99"),))).items()

    assert key == "vendor:V-99"
    assert f"by vendor cross-reference {code} (xref 3), is not in Intacct" in reason


def test_a_name_answered_for_does_not_count_beside_a_number_that_leads_somewhere() -> None:
    trade = _make("N1*SE*Brightwater Freight*92*V-10", answers=(_answer("SE/Brightwater Freight", "V-99"),))

    planned = trade.plan()

    assert isinstance(planned, Planned)
    why = planned.provenance[0]
    assert (why.value, why.rule) == ("V-10", "our vendor number")


@pytest.mark.rule("Who is the vendor, who is paid", 8)
def test_a_remit_to_party_that_a_person_says_is_somebody_else_is_held() -> None:
    rules = BOTH + '\n[[vendor]]\ncode = "92/0042"\nvendor = "V-10"\n'
    trade = _make("N1*SE**92*V-10~N1*RI**92*0042", rules=rules)

    assert plan_bill(trade).vendor_id == "V-10"
    assert list(list_needs(replace(trade, answers=(_answer("92/0042", "V-20"),)))) == [
        "remit_to:Corvid Metals/V-10/RI/92/0042"
    ]


def test_an_unknown_vendor_and_a_wrong_total_are_asked_for_at_once() -> None:
    trade = make_trade("IT1*1*7*EA*1.00**VN*A", total="900", seller="N1*SE*Nobody*92*9999")

    assert list(list_needs(trade)) == ["vendor:Corvid Metals/SE/92/9999", "arithmetic:INV-7"]


@pytest.mark.rule("Who is the vendor, who is paid", 5)
def test_a_bill_for_an_unknown_vendor_is_held_and_names_what_was_tried() -> None:
    needs = list_needs(_make("N1*SE*Nobody Ltd*92*9999"))

    assert needs == {
        "vendor:Corvid Metals/SE/92/9999": "no vendor in Intacct answers to N1*SE 92/9999; N1*SE Nobody Ltd; "
        "add a cross-reference, or the vendor"
    }


@pytest.mark.rule("Who is the vendor, who is paid", 5)
def test_an_inactive_vendor_is_held() -> None:
    known = (make_vendor(status="inactive"), *BOOKS[1:])

    assert list_needs(make_trade("IT1*1*1*EA*5**VN*A", total="500", known=known)) == {
        "vendor:V-10": "vendor V-10 Corvid Metals is inactive in Intacct; activate it, or correct the cross-reference"
    }


@pytest.mark.rule("Who is the vendor, who is paid", 6)
def test_a_partner_bills_only_for_the_vendors_bound_to_it() -> None:
    assert list(list_needs(_make("N1*SE**92*V-20"))) == ["partner_vendor:Corvid Metals/V-20"]


@pytest.mark.rule("Who is the vendor, who is paid", 5)
def test_the_default_vendor_counts_only_when_the_invoice_names_none_at_all() -> None:
    rules = NO_XREF.replace('vendors = ["V-10"]', 'default_vendor = "V-10"')

    assert plan_bill(_make("", rules=rules)).vendor_id == "V-10"
    assert list(list_needs(_make("N1*SE**92*9999", rules=rules))) == ["vendor:Corvid Metals/SE/92/9999"]


@pytest.mark.rule("Who is the vendor, who is paid", 5)
def test_a_default_vendor_that_is_not_in_intacct_is_held_and_named() -> None:
    rules = NO_XREF.replace('vendors = ["V-10"]', 'default_vendor = "V-99"')

    assert list_needs(_make("", rules=rules)) == {
        "vendor:V-99": "vendor V-99, the default_vendor of Corvid Metals, is not in Intacct; create it, or correct the partner"
    }


@pytest.mark.rule("Who is the vendor, who is paid", 5)
def test_an_invoice_that_names_no_vendor_is_held() -> None:
    needs = list_needs(_make(""))

    assert needs["vendor:Corvid Metals/none"].startswith("the document names no vendor")


@pytest.mark.rule("Who is the vendor, who is paid", 2)
@pytest.mark.parametrize("role", ["RI", "RE"])
@pytest.mark.parametrize(
    "party", ["Corvid Metals", "Corvid Metals*92*CM-1", "Paid to*FI*123456789", "*92*V-10"]
)
def test_the_remit_to_party_names_the_vendor_where_no_seller_is_named(role: str, party: str) -> None:
    bill = plan_bill(_make(f"N1*{role}*{party}", known=_with_tax_id("123456789")))

    assert (bill.vendor_id, bill.pay_to_contact) == ("V-10", None)


@pytest.mark.rule("Who is the vendor, who is paid", 2)
def test_the_remit_to_party_does_not_name_the_vendor_beside_a_seller() -> None:
    needs = list_needs(_make("N1*SE*Nobody Ltd~N1*RI*Corvid Metals"))

    assert list(needs) == ["vendor:Corvid Metals/SE/Nobody Ltd"]


@pytest.mark.rule("Who is the vendor, who is paid", 7)
@pytest.mark.parametrize(
    "party",
    [
        "Corvid Metals",  # the vendor's name
        "Corvid Works",  # the seller's name
        "Whoever*92*V-10",  # the vendor's number
        "Whoever*1*123456789",  # the seller's own id
        "Whoever*92*0042",  # a cross-reference of the vendor
    ],
)
def test_a_remit_to_party_that_is_the_vendor_changes_nothing(party: str) -> None:
    seller = "N1*SE*Corvid Works*1*123456789"
    xref = RULES + '\n[[vendor]]\ncode = "1/123456789"\nvendor = "V-10"\n'

    assert plan_bill(_make(f"{seller}~N1*RI*{party}", rules=xref)).pay_to_contact is None


@pytest.mark.rule("Who is the vendor, who is paid", 8)
@pytest.mark.parametrize(
    "parties",
    [
        f"{SELLER}~N1*RI*Quick Cash Factors",
        f"{SELLER}~N1*RI*Corvid Metals*92*9999",
        f"{SELLER}~N1*RE**92*9999",
        "N1*SE**92*0042~N1*RI",
        "N1*RI*Quick Cash Factors*92*9999~REF*IA*V-10",
        "N1*RI*Corvid Metals~N1*RE*Quick Cash Factors",
    ],
    ids=["name", "id", "RE", "nothing said", "our number beside it", "a second one"],
)
def test_an_unknown_remit_to_party_is_held_for_a_second_person(parties: str) -> None:
    [(key, reason)] = list_needs(_make(parties, rules=RULES)).items()

    assert key.startswith("remit_to:Corvid Metals/V-10/R")
    assert "verify with the vendor by another way" in reason


@pytest.mark.rule("Who is the vendor, who is paid", 7)
def test_a_known_remit_to_party_gives_the_pay_to_contact_and_says_why() -> None:
    rules = RULES + LOCKBOX.format("RI/92/0099", "Corvid Lockbox")

    planned = _make(f"{SELLER}~N1*RI*Corvid Lockbox*92*0099", rules=rules).plan()

    assert isinstance(planned, Planned)
    assert planned.bill.pay_to_contact == "Corvid Lockbox"
    assert planned.provenance[1].path == "BILLTOPAYTOCONTACTNAME"


@pytest.mark.rule("Who is the vendor, who is paid", 8)
def test_an_unknown_remit_to_party_is_held_even_beside_a_known_one() -> None:
    rules = RULES + LOCKBOX.format("92/0099", "Corvid Lockbox")

    needs = list_needs(_make(f"{SELLER}~N1*RI**92*0099~N1*RE*Quick Cash Factors*92*9999", rules=rules))

    assert list(needs) == ["remit_to:Corvid Metals/V-10/RE/92/9999"]


@pytest.mark.rule("Who is the vendor, who is paid", 8)
def test_two_known_places_to_pay_are_held() -> None:
    rules = RULES + LOCKBOX.format("92/0098", "Corvid East") + LOCKBOX.format("92/0099", "Corvid West")

    needs = list_needs(_make(f"{SELLER}~N1*RI**92*0098~N1*RE**92*0099", rules=rules))

    assert list(needs) == ["remit_to:Corvid Metals/Corvid East+Corvid West"]


@pytest.mark.rule("Who is the vendor, who is paid", 8)
def test_another_vendor_s_remit_to_party_is_held() -> None:
    rules = BOTH + LOCKBOX.format("92/0099", "Brightwater Lockbox") + 'vendor = "V-20"\n'

    needs = list_needs(_make("N1*SE**92*V-10~N1*RI**92*0099", rules=rules))

    assert list(needs) == ["remit_to:Corvid Metals/V-10/RI/92/0099"]


def test_nothing_is_asked_and_nobody_found_for_an_unknown_partner() -> None:
    trade = _make("N1*SE**92*V-10", sender="NOBODY")
    rules = trade.read_rules()
    subject = trade.make_subject(rules)

    assert ask_vendor(subject, rules) == set()
    assert find_vendor(subject, rules, Slice(version=1)) is None


def test_only_what_decides_is_asked_of_the_reference() -> None:
    trade = _make(
        "N1*SE*Corvid Metals*92*V-10", rules=NO_XREF.replace("vendors =", 'default_vendor = "V-9"\nvendors =')
    )
    rules = trade.read_rules()
    subject = trade.make_subject(rules)

    known = Slice(version=1, found={("vendor", "V-10"): [make_vendor()]})
    match = find_vendor(subject, rules, known)

    assert ask_vendor(subject, rules) == {
        ("vendor", "V-10"),
        ("vendor", "edi:92/V-10"),
        ("vendor", "edi:V-10"),
        ("vendor", "name:corvid metals"),
        ("vendor", "V-9"),
    }
    draft = draft_invoice(subject, rules, match)
    assert isinstance(draft, Draft)
    assert ask_lines(draft) == {("term", "N30"), ("account", "5000")}
