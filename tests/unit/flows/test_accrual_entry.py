"""The entry of what is to be accrued: balanced, agreed to, and there once whatever breaks."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import pytest
from tests.fake_journals import Journal
from tests.fakes import AT_ONCE, REPEATED, Fault
from tests.unit.flows.scene import BOOKS, RULES, Scene
from tests.unit.flows.test_journal_line import make_account

from ml_connector.flows.accruing.entering import AccrualEntry, Standing, enter_accruals
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.intacct import ErrorDetail, NotSent, PermissionDenied, RequestRejected
from ml_connector.intacct.writing.parts import Dimensions
from ml_connector.mapping.routes.accruals_to_journal import Owed, read_total
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.mapping.rules.toml_reading import Refused
from ml_connector.records.xref import CrossReference

END: Final = date(2031, 3, 31)
RULE: Final = """
[[journal]]
set = "accruals"
journal = "GJ"
offset = "2150"
account = "6100"
location = "10"
"""
COSTS: Final = Owed(account="6000", amount=Decimal("120.50"), dimensions=Dimensions(location_id="E2"))
GOODS: Final = Owed(account="", amount=Decimal("30.00"), dimensions=Dimensions(), memo="goods")
CREDIT: Final = Owed(account="6000", amount=Decimal("-20.50"), dimensions=Dimensions(location_id="10"))
LOST: Final = Fault(lost=True, commits=AT_ONCE)
REFUSED: Final = Fault(
    says="refused", errors=(ErrorDetail(errorno="BL03000018", description2="not in this journal"),)
)
proves = pytest.mark.rule("The books must agree", 8)


@pytest.fixture
def ledger(sqlite_scene: Scene) -> Scene:
    """A company with a journal, and nobody has to agree."""
    sqlite_scene.rules = RULES + RULE
    sqlite_scene.four_eyes = False
    accounts = (*BOOKS.accounts[:2], make_account("6100"), make_account("2150"))
    gj = Journal(record_no=1, symbol="GJ")
    sqlite_scene.finance.books = replace(BOOKS, accounts=accounts, others=(gj,))
    sqlite_scene.do(refresh)
    return sqlite_scene


def enter(scene: Scene, *owed: Owed) -> AccrualEntry:
    return enter_accruals(scene.make_run(), owed or (COSTS,), END, by="Ana")


def list_lines(scene: Scene) -> list[list[tuple[str, str, Decimal | None, str]]]:
    journals = scene.finance.ledger.journals
    return [
        [(each.side, each.account_no, each.amount, each.location_id) for each in journals.lines[n]]
        for n in (entry.record_no for entry in journals.entries)
    ]


def list_steps(scene: Scene) -> list[str]:
    return [entry.action.removeprefix("accruals ") for entry in scene.audit("accruals:main/2031-03-31")]


@proves
def test_it_balances_at_each_location_and_the_next_day_takes_it_back(ledger: Scene) -> None:
    made = enter(ledger, COSTS, GOODS, CREDIT)

    (entry,) = ledger.finance.ledger.journals.entries
    assert (made.standing, made.total, made.record_no) == (Standing.ENTERED, Decimal("150.50"), "1")
    assert made.entry is not None
    assert (made.entry.reverse_date, entry.state, entry.date) == (date(2031, 4, 1), "Draft", END)
    assert entry.reference == made.mark
    assert list_lines(ledger) == [
        [
            ("1", "6000", Decimal("120.50"), "E2"),
            ("1", "6100", Decimal("30.00"), "10"),
            ("-1", "6000", Decimal("20.50"), "10"),
            ("-1", "2150", Decimal("120.50"), "E2"),
            ("-1", "2150", Decimal("9.50"), "10"),
        ]
    ]


@proves
def test_it_waits_for_an_approver_of_just_these_figures(ledger: Scene) -> None:
    ledger.four_eyes = True

    first, other = enter(ledger), enter(ledger, COSTS, GOODS)
    (need,) = first.needs
    agreed = CrossReference(kind="journal", partner="", code=need.subject[1:], target="agreed")
    with ledger.store.begin() as work:
        (waiting,) = work.xref.prepare("main", [agreed], by="Ana", origin="x")
        work.xref.approve("main", [waiting.id], by="Mira")
    still, entered = enter(ledger, COSTS, GOODS), enter(ledger)

    assert [each.standing for each in (first, other, still)] == [Standing.WAITING] * 3
    assert entered.standing is Standing.ENTERED
    assert first.entry is not None
    assert (first.total, len(first.entry.lines)) == (Decimal("120.50"), 2)
    assert len(list_lines(ledger)) == 1
    assert read_total(agreed) == Decimal("120.50")


@proves
def test_though_the_answer_is_lost_it_is_there_once(ledger: Scene) -> None:
    ledger.finance.order(LOST)

    lost, again, more = enter(ledger), enter(ledger), enter(ledger)

    assert [each.standing for each in (lost, again, more)] == [
        Standing.IN_DOUBT,
        Standing.ENTERED,
        Standing.ENTERED,
    ]
    assert (again.record_no, again.state, again.total) == ("1", "Draft", Decimal("120.50"))
    assert list_steps(ledger) == ["sending", "in doubt", "entered"]
    assert len(list_lines(ledger)) == 1


@proves
def test_what_never_arrived_is_sent_again_under_the_same_control_id_once_it_was_looked_for_long_enough(
    ledger: Scene,
) -> None:
    ledger.finance.order(Fault(silent=True))

    enter(ledger)
    early = enter(ledger)
    ledger.wait(minutes=17)
    late = enter(ledger)

    ids = [call.control_id for request in ledger.finance.requests for call in request]
    assert (early.standing, late.standing) == (Standing.IN_DOUBT, Standing.ENTERED)
    assert early.look_until is not None
    assert len(ids) == 2
    assert len(set(ids)) == 1


@proves
def test_what_is_still_executing_when_it_is_asked_for_again_is_not_sent_a_second_time(ledger: Scene) -> None:
    ledger.finance.order(Fault(lost=True, commits=timedelta(minutes=14)))

    enter(ledger)
    ledger.wait(minutes=5)
    early = enter(ledger)
    ledger.wait(minutes=12)
    late = enter(ledger)

    assert (early.standing, late.standing) == (Standing.IN_DOUBT, Standing.ENTERED)
    assert len(ledger.finance.requests) == 1


@proves
def test_what_people_delete_is_entered_anew_under_the_next_control_id(ledger: Scene) -> None:
    enter(ledger)
    ledger.finance.ledger.journals.entries.clear()

    early = enter(ledger)
    ledger.wait(hours=1)
    late = enter(ledger)

    ids = [call.control_id for request in ledger.finance.requests for call in request]
    assert (early.record_no, late.standing) == ("1", Standing.ENTERED)
    assert "counts as deleted" in early.said
    assert list_steps(ledger) == ["sending", "entered", "gone", "sending", "entered"]
    assert len(set(ids)) == 2


@proves
def test_though_people_change_its_reference_it_is_there(ledger: Scene) -> None:
    enter(ledger)
    journals = ledger.finance.ledger.journals
    journals.entries[0] = replace(journals.entries[0], reference="March")
    ledger.wait(hours=1)

    assert enter(ledger).state == "Draft"
    assert len(journals.entries) == 1


@proves
def test_a_refusal_ends_it_and_the_next_one_has_another_control_id(ledger: Scene) -> None:
    ledger.finance.order(REFUSED, Fault(error=RequestRejected("not even read")))

    refused, rejected, entered = enter(ledger), enter(ledger), enter(ledger)

    ids = [call.control_id for request in ledger.finance.requests for call in request]
    assert (refused.standing, rejected.standing) == (Standing.REFUSED, Standing.REFUSED)
    assert "not in this journal" in refused.said
    assert entered.standing is Standing.ENTERED
    assert len(set(ids)) == 3


@proves
@pytest.mark.parametrize(
    "second",
    [Fault(says="refused", errors=(REPEATED,)), Fault(error=RequestRejected("not even read"))],
    ids=["repeated", "rejected"],
)
def test_a_refusal_of_what_was_sent_before_counts_once_it_was_looked_for_in_vain(
    ledger: Scene, second: Fault
) -> None:
    ledger.finance.order(Fault(silent=True), second)
    enter(ledger)
    ledger.wait(minutes=17)

    refused = enter(ledger)
    ledger.wait(minutes=17)
    anew = enter(ledger)

    assert refused.standing is Standing.IN_DOUBT
    assert anew.standing is Standing.ENTERED
    assert list_steps(ledger) == [
        *("sending", "in doubt", "sending", "in doubt"),
        *("refused", "sending", "entered"),
    ]


@proves
@pytest.mark.parametrize(
    "fault",
    [
        Fault(error=NotSent("no connection")),
        Fault(error=PermissionDenied("no right to create GLBATCH")),
        Fault(
            says="refused", errors=(ErrorDetail(errorno="GW-0010", description2="API rate limit exceeded"),)
        ),
    ],
    ids=["not sent", "not allowed", "too busy"],
)
def test_what_surely_did_nothing_is_tried_again_whenever_somebody_asks(ledger: Scene, fault: Fault) -> None:
    ledger.finance.order(fault)

    first, second = enter(ledger), enter(ledger)

    assert (first.standing, second.standing) == (Standing.NOT_SENT, Standing.ENTERED)
    assert list_steps(ledger) == ["sending", "not sent", "sending", "entered"]


@proves
def test_an_answer_without_a_key_is_looked_for(ledger: Scene) -> None:
    ledger.finance.order(Fault(says="created", commits=AT_ONCE))

    assert [enter(ledger).standing for _ in range(2)] == [Standing.IN_DOUBT, Standing.ENTERED]


@proves
@pytest.mark.parametrize("block", range(1, 14))
def test_of_two_who_ask_at_once_one_sends_it(ledger: Scene, block: int) -> None:
    ledger.store.let_in(block, lambda: enter(ledger))

    made = enter(ledger)

    assert len(ledger.finance.requests) == len(list_lines(ledger)) == 1
    assert made.standing in {Standing.IN_DOUBT, Standing.ENTERED}


@proves
def test_what_could_leave_only_when_it_counts_as_in_doubt_is_not_sent(ledger: Scene) -> None:
    for block in range(1, 20):
        ledger.store.let_in(block, lambda: ledger.wait(minutes=6))

    assert enter(ledger).standing is Standing.NOT_SENT
    assert ledger.finance.requests == []


@proves
@pytest.mark.parametrize(
    ("left_out", "kind"),
    [
        (RULE, "setting"),
        ('account = "6100"\n', "account"),
        ('location = "10"\n', "location"),
    ],
)
def test_what_no_rule_says_is_asked_for(ledger: Scene, left_out: str, kind: str) -> None:
    ledger.rules = RULES + RULE.replace(left_out, "")

    made = enter(ledger, GOODS)

    assert made.standing is Standing.HELD
    assert [need.kind for need in made.needs] == [kind]
    assert ledger.finance.requests == []


@proves
@pytest.mark.parametrize(
    ("account", "kind"), [("6001", "account"), ("2000", "account"), ("6200", "dimension")]
)
def test_what_intacct_would_refuse_is_held_before(ledger: Scene, account: str, kind: str) -> None:
    wants = replace(make_account("6200"), requires=frozenset({"project"}))
    more = (make_account("2000", "Payables account"), wants)
    books = ledger.finance.books
    ledger.finance.books = replace(books, accounts=(*books.accounts, *more))
    ledger.wait(days=1)
    ledger.do(refresh)

    alone = enter(ledger, replace(COSTS, account=account))
    ledger.four_eyes = True
    asked = enter(ledger, replace(COSTS, account=account))

    for made in (alone, asked):  # nobody is asked to approve it
        assert (made.standing, [need.kind for need in made.needs]) == (Standing.HELD, [kind])


@proves
def test_nothing_is_entered_where_nothing_is_owed_or_nothing_is_known_or_the_limit_is_reached(
    ledger: Scene, sqlite_scene: Scene
) -> None:
    nothing = enter_accruals(ledger.make_run(), (), END, by="Ana")
    ledger.hard_limit = 0
    beyond = enter(ledger)
    sqlite_scene.hard_limit = None
    sqlite_scene.lose_store()
    unknown = enter(sqlite_scene)

    assert nothing.standing is Standing.NOTHING
    assert (beyond.standing, "hard limit" in beyond.said) == (Standing.NOT_SENT, True)
    assert [need.kind for need in unknown.needs] == ["setting"]


@proves
@pytest.mark.parametrize(
    "code",
    ["810/INV-1/100.00/SEAL", "accruals/2031-03-31/1/much/SEAL", "accruals/2031-03-31/1/2.00/SEAL/more"],
)
def test_only_the_approval_of_accruals_has_their_total(code: str) -> None:
    answer = CrossReference(kind="journal", partner="", code=code, target="agreed")
    good = replace(answer, code="accruals/2031-03-31/1/2.00/SEAL")

    assert read_total(answer) is None
    assert read_total(good) == Decimal("2.00")
    assert read_total(replace(good, partner="Hub")) is read_total(replace(good, kind="payment")) is None


@proves
@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (RULE + 'partner = "Alnwick Bolts"\n', "accruals are those of all partners"),
        (RULE.replace('"accruals"', '"810"'), "location: for accruals only"),
    ],
)
def test_a_rule_on_accruals_is_for_all_partners_and_it_alone_has_a_location(rule: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        parse_rules({"rules.toml": RULES + rule})
