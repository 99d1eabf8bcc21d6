"""Rules written in TOML: what may stand there, and refusals that name key, place and cure."""

from decimal import Decimal

import pytest
from pydantic import Field

from ml_connector.mapping.rules.fields import matches
from ml_connector.mapping.rules.rulebook import Meaning, parse_rules
from ml_connector.mapping.rules.toml_reading import Model, Refused, build_model, describe_problem

PARTNER = '[[partner]]\nname = "Corvid"\nsenders = ["ZZ/CORVID"]\n'
REMIT_TO = '[[remit_to]]\npartner = "Corvid"\ncode = "92/1"\ncontact = "C"\n'
LIMITED = 'submit_below needs action = "submit" and one of the targets ap_adjustment, ap_bill, vendor_invoice'


def _refuse(**files: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        parse_rules({f"{name}.toml": text for name, text in files.items()})
    assert str(refused.value) == "\n".join(refused.value.problems)
    return refused.value.problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("partner = ", 'a.toml: Invalid value (at end of document). Write TOML, such as: name = "value"'),
        ('colour = "red"', "a.toml: colour: unknown key; known here: attachments, bank, change, charge, coding, confirmation, duplicate, item, journal, match, new_vendors, notice, order, partner, payment, purchasing, purposes, remit_to, route, tax, unit, us, vendor, warehouse"),
        ('[[partner]]\nnam = "C"\nname = "C"\nsenders = []', "a.toml: partner[1].nam: unknown key; did you mean 'name'?"),
        ('[[coding]]\nname = "x"\naccount = "1"\nwhen = { vender = "V" }', "a.toml: coding[1].when.vender: unknown key; did you mean 'vendor'?"),
        ('[us]\nreceiver = ["ZZ/A"]\nreceivers = []', "a.toml: us.receiver: unknown key; did you mean 'receivers'?"),
        ('[[partner]]\nname = "C"', "a.toml: partner[1].senders: missing; add senders = …"),
        (f"{PARTNER}tolerance = 0.05", 'a.toml: partner[1].tolerance: write an amount in quotes, such as "0.05"'),
        (f'{PARTNER}tolerance = "-1"', 'a.toml: partner[1].tolerance: write an amount in quotes, such as "0.05"'),
        ('[purposes]\n"15" = "orignal"', "a.toml: purposes.15: input should be 'original', 'compare', 'cancel', 'change' or 'replace'"),
        ('[[route]]\nset = 810\ntarget = "ap_bill"', "a.toml: route[1].set: input should be a valid string"),
        ('[[route]]\nset = "810"\ntarget = "ap_bill"\noldest_days = 36501', "a.toml: route[1].oldest_days: input should be less than or equal to 36500"),
        ('[[route]]\nset = "810"\ntarget = "ap_bill"\nsubmit_below = "5"', "a.toml: route[1]: " + LIMITED),
        ('[[route]]\nset = "850"\ntarget = "purchase_order"\naction = "submit"\nsubmit_below = "5"', "a.toml: route[1]: " + LIMITED),
        ('[[route]]\nset = "810"\ntarget = "journal"\npost_on_hold = ["order"]', "a.toml: route[1]: post_on_hold is for the targets ap_bill and vendor_invoice"),
        ('[[route]]\nset = "810"\ntarget = "ap_bill"\npost_on_hold = ["duplicate"]', "a.toml: route[1].post_on_hold[1]: input should be 'match', 'order' or 'receipt'"),
        ('[[coding]]\nname = "x"', "a.toml: coding[1]: give the rule an account, also for each share of a split, or spread = true (charges, allowances and taxes only)"),
        ('[[coding]]\nname = "x"\non = "tax"\nspread = true\naccount = "1"', "a.toml: coding[1]: a rule with spread = true has neither an account nor a split"),
        ('[[coding]]\nname = "x"\nspread = true', "a.toml: coding[1]: a rule on lines needs an account; only charges, allowances and taxes can be spread"),
        (f'{PARTNER}{PARTNER.replace("ZZ/CORVID", "ZZ/C")}', "partner 'Corvid' is there twice; give one of them another name"),
        (f'{PARTNER}{PARTNER.replace("Corvid", "Other")}', "sender 'ZZ/CORVID' belongs to two partners; leave it with one"),
        ('[[coding]]\nname = "x"\naccount = "1"\n' * 2, "coding rule 'x' is there twice; give one another name"),
        ('[[vendor]]\ncode = "92/1"\nvendor = "V-1"\n' * 2, "vendor code 'any partner: 92/1' is there twice; keep one vendor for it"),
        ('[[route]]\nset = "810"\ntarget = "ap_bill"\n' * 2, "route '810 of any partner' is there twice; keep one of them"),
        (PARTNER + REMIT_TO * 2, "remit-to code 'Corvid, any vendor: 92/1' is there twice; keep one contact for it"),
        (f'{PARTNER}vendors = ["V-1", "V-2"]\n{REMIT_TO}', "remit-to code '92/1': Corvid bills for several vendors; add vendor = …"),
        ('[[route]]\nset = "810"\ntarget = "ap_bill"\npartner = "Corvd"', "partner 'Corvd' is named in a rule but not described; add [[partner]] name = 'Corvd', or mend the name"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_key_place_and_cure(text: str, problem: str) -> None:
    assert _refuse(a=text) == [problem]


def test_every_problem_of_every_file_is_named_at_once() -> None:
    problems = _refuse(
        b='colour = "red"', a="x = ", c='[[vendor]]\npartner = "Corvd"\ncode = "1"\nvendor = "V"'
    )

    assert [problem.partition(":")[0] for problem in problems[:2]] == ["a.toml", "b.toml"]
    assert problems[2].startswith("partner 'Corvd' is named in a rule")


def test_tables_may_stand_in_any_file_and_are_asked_in_the_order_of_the_names() -> None:
    rules = parse_rules(
        {
            "2.toml": '[us]\nreceivers = ["ZZ/B"]\n[[coding]]\nname = "second"\naccount = "2"\n',
            "1.toml": '[us]\nreceivers = ["ZZ/A"]\n[[coding]]\nname = "first"\naccount = "1"\n[purposes]\n"18" = "original"\n',
        }
    )

    assert rules.receivers == ("ZZ/A", "ZZ/B")
    assert [rule.name for rule in rules.coding] == ["first", "second"]
    assert (rules.purposes["18"], rules.purposes["01"]) == (Meaning.ORIGINAL, Meaning.CANCEL)


def test_an_amount_in_quotes_is_read_exactly() -> None:
    [partner] = parse_rules({"a": f'{PARTNER}tolerance = "0.05"'}).partners

    assert partner.tolerance == Decimal("0.05")


@pytest.mark.rule("810 invoice", 18)
def test_a_tolerance_is_nothing_unless_it_is_given() -> None:
    [partner] = parse_rules({"a": PARTNER}).partners

    assert partner.tolerance == 0


@pytest.mark.rule("Before anything else", 12)
def test_a_partner_s_own_route_comes_before_the_general_one() -> None:
    rules = parse_rules(
        {
            "a": f'{PARTNER}[[route]]\nset = "810"\ntarget = "ap_bill"\n[[route]]\nset = "810"\ntarget = "ap_bill"\npartner = "Corvid"\nentity = "E1"\n'
        }
    )
    own, general = (rules.find_route(set_code="810", partner=name) for name in ("Corvid", "Other"))

    assert own is not None
    assert general is not None
    assert (own.entity, general.entity) == ("E1", "")
    assert rules.find_route(set_code="850", partner="Corvid") is None


def test_a_group_s_sender_comes_before_the_hub_it_is_behind() -> None:
    rules = parse_rules({"a": f'{PARTNER}[[partner]]\nname = "Behind"\nsenders = ["ZZ/CORVID/BEHIND"]\n'})
    behind = rules.find_partner(sender="ZZ/CORVID", group_sender="BEHIND")
    itself = rules.find_partner(sender="ZZ/CORVID", group_sender="CORVID")

    assert behind is not None
    assert itself is not None
    assert (behind.name, itself.name) == ("Behind", "Corvid")
    assert rules.find_partner(sender="ZZ/NOBODY", group_sender="BEHIND") is None
    assert rules.find_partner(sender="ZZ/NOBODY", group_sender="") is None


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("BOLT-*", "bolt-m8", True),
        ("BOLT-M?", "BOLT-M8", True),
        ("BOLT-M?", "BOLT-M10", False),
        ("*", "", True),
        ("[AB]1", "A1", False),
        ("[AB]1", "[ab]1", True),
    ],
)
def test_patterns_know_two_wildcards_and_no_case(pattern: str, value: str, *, fits: bool) -> None:
    assert matches(pattern, value) is fits


class _Part(Model):
    limit: int = 1


class _Whole(Model):
    limit: int = 1
    parts: dict[str, _Part] = Field(default_factory=dict)


def test_an_unknown_key_is_compared_with_those_of_its_own_table() -> None:
    with pytest.raises(Refused) as refused:
        build_model(_Whole, {"parts": {"left": {"limits": 1}}}, origin="x.toml")

    assert refused.value.problems == ["x.toml: parts.left.limits: unknown key; did you mean 'limit'?"]


def test_a_problem_of_the_whole_text_names_its_origin() -> None:
    with pytest.raises(Refused) as refused:
        build_model(_Whole, {"limit": "many"}, origin="x.toml")

    assert refused.value.problems == ["x.toml: limit: input should be a valid integer"]
    missing = describe_problem(_Whole, {"type": "missing", "loc": (), "msg": "", "input": None}, "x.toml")
    assert missing == "x.toml: : missing; add x.toml = …"


def test_a_route_leads_only_to_what_can_be_made_of_its_set() -> None:
    text = '[[route]]\nset = "850"\ntarget = "ap_bill"\n'

    with pytest.raises(Refused) as refused:
        parse_rules({"routes.toml": text})

    (problem,) = refused.value.problems
    assert "target ap_bill is made of set 810, not of 850" in problem
