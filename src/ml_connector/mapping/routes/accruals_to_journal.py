"""What is to be accrued as of a day → one entry in a journal that is taken back on the next day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from ml_connector.intacct.writing.journal import NewJournalEntry
from ml_connector.intacct.writing.parts import CustomField, Dimensions
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.reference.slice import ACCOUNT, Asked, Slice
from ml_connector.mapping.routes.journal_entries import Amount, JournalSubject, make_entry
from ml_connector.mapping.rules.journal import ACCRUALS, JournalRule
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.records.needs import Need
from ml_connector.records.xref import CrossReference

APPROVAL: Final = "journal"  #: the kind of need that a second person meets
_PARTS: Final = 5  # of the name that people agree to: accruals, day, revision, total, seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An amount that is to be accrued, in the currency of the books, where it would be booked; negative for credits."""

    account: str  #: empty where nothing names one
    amount: Decimal
    dimensions: Dimensions
    own: tuple[CustomField, ...] = ()  #: dimensions of the company's own
    memo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualSubject:
    """What the entry rests on besides the amounts."""

    as_of: date
    revision: int  #: of the entry: the next one after Intacct has refused or lost the one before
    mark: str
    rules: Rules
    rule: JournalRule
    setting: Setting
    known: Slice


def find_rule(rules: Rules) -> JournalRule | Need:
    """How accruals are booked, or what must be set up before any can be."""
    rule = rules.journals.find(ACCRUALS, "")
    if rule is not None:
        return rule
    reason = (
        f'no rule says how accruals are booked; add [[journal]] set = "{ACCRUALS}" with journal and offset'
    )
    return Need(kind="setting", subject=f"journal.{ACCRUALS}", reason=reason)


def ask_accounts(rule: JournalRule, owed: Sequence[Owed]) -> set[Asked]:
    """What must be looked up to know that the entry can be booked."""
    named = {rule.offset, rule.account, *(each.account for each in owed)}
    return {(ACCOUNT, account) for account in named if account}


def make_accrual(subject: AccrualSubject, owed: Sequence[Owed]) -> NewJournalEntry | Held:
    """The entry, balanced at each location, or every need that keeps it; reversed on the next day where no rule says other."""
    unnamed = [each for each in owed if not (each.account or subject.rule.account)]
    if unnamed:
        return Held(needs=(_ask_account(subject, unnamed),))
    rule = subject.rule.model_copy(update={"reverse": subject.rule.reverse or "next_day"})
    entered = JournalSubject(
        set_code=ACCRUALS,
        number=f"{subject.as_of}/{subject.revision}",
        mark=subject.mark,
        partner="",
        location=rule.location,
        on=subject.as_of,
        rules=subject.rules,
        rule=rule,
        setting=subject.setting,
        known=subject.known,
    )
    return make_entry(entered, list(_list_amounts(rule, owed)))


def read_total(answer: CrossReference) -> Decimal | None:
    """What the entry of accruals comes to that an answer lets go; None for any other answer."""
    said = answer.code.split("/")
    if answer.kind != APPROVAL or answer.partner or len(said) != _PARTS or said[0] != ACCRUALS:
        return None
    try:
        return Decimal(said[3])
    except InvalidOperation:
        return None


def _list_amounts(rule: JournalRule, owed: Sequence[Owed]) -> Iterator[Amount]:
    for each in owed:
        yield Amount(
            account=each.account or rule.account or "",
            amount=each.amount,
            memo=each.memo,
            dimensions=each.dimensions,
            own=each.own,
        )


def _ask_account(subject: AccrualSubject, unnamed: Sequence[Owed]) -> Need:
    total = sum((each.amount for each in unnamed), start=Decimal(0))
    reason = (
        f"{total:,} {subject.setting.base_currency} of what is to be accrued has no account of its own (items, taxes, "
        f'what was never planned); give [[journal]] set = "{ACCRUALS}" an account for it'
    )
    return Need(kind="account", subject=f"none/{ACCRUALS}", reason=reason)
