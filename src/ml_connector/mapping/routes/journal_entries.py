"""A document's amounts → an entry in a journal: each on its account, and the other side at the same location.

So every location balances by itself, and with it every entity.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from ml_connector.intacct.objects import Account
from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.intacct.writing.journal import NewJournalEntry, NewJournalLine
from ml_connector.intacct.writing.parts import CustomField, Dimensions
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.decisions import Held
from ml_connector.mapping.identity import derive_seal
from ml_connector.mapping.reference.slice import ACCOUNT, Asked, Slice
from ml_connector.mapping.rules.journal import JournalRule
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.mapping.texts import DESCRIPTION_LIMIT, MEMO_LIMIT, cut
from ml_connector.records.needs import Need
from ml_connector.records.provenance import Reason

_PAYABLES: Final = "payables account"  #: what Intacct calls a control account of payables
_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """What is booked on an account; positive is a debit."""

    account: str
    amount: Decimal
    memo: str
    dimensions: Dimensions
    own: tuple[CustomField, ...] = ()  #: dimensions of the company's own


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSubject:
    """A document whose amounts are known, or all that is to be accrued."""

    set_code: str
    number: str
    mark: str
    partner: str  #: empty for accruals
    location: str | None  #: the route's, for amounts that have none
    on: date
    rules: Rules
    rule: JournalRule
    setting: Setting
    known: Slice


def ask_accounts(rules: Rules, set_code: str, partner: str) -> set[Asked]:
    """What must be looked up to know that the accounts a rule names can be booked on."""
    rule = rules.journals.find(set_code, partner)
    named = (rule.offset, rule.account) if rule is not None else ()
    return {(ACCOUNT, account) for account in named if account is not None}


def ask_rule(set_code: str, partner: str) -> Need:
    """What must be set up before a document becomes an entry."""
    reason = f'no rule says how set {set_code} of {partner} is booked; add [[journal]] set = "{set_code}" with journal and offset'
    return Need(kind="setting", subject=f"{partner}/journal.{set_code}", reason=reason)


def find_payables_only(function: ApBill | NewAdjustment, number: str) -> Need | None:
    """What only payables can book, so that an entry of it would be another amount or another account."""
    if any(line.taxes for line in function.lines):
        what = "its taxes are claimed back"
    elif any(line.account_no is None for line in function.lines):
        what = "its lines have account labels"
    elif function.is_converted:
        what = "it is not in the currency of the books"
    else:
        return None
    reason = f"{number} cannot be booked in a journal, as {what}; route it to payables, or enter it by hand and reject it here"
    return Need(kind="coding", subject=f"journal/{number}", reason=reason)


def list_amounts(function: ApBill | NewAdjustment, setting: Setting) -> list[Amount]:
    """The amounts of what would be booked in payables, and can be in a journal: what raises a debt is a debit."""
    if isinstance(function, ApBill):
        return [
            Amount(
                account=line.account_no or "",
                amount=line.amount,
                memo=line.memo,
                dimensions=Dimensions(
                    location_id=line.location_id,
                    department_id=line.department_id,
                    class_id=line.class_id,
                    project_id=line.project_id,
                    vendor_id=line.vendor_id,
                ),
                own=line.user_dimensions,
            )
            for line in function.lines
        ]
    return [
        Amount(
            account=line.account_no or "",
            amount=setting.sign(line.amount),
            memo=line.memo or "",
            dimensions=line.dimensions,
            own=line.custom,
        )
        for line in function.lines
    ]


def make_entry(subject: JournalSubject, amounts: Sequence[Amount]) -> NewJournalEntry | Held:
    """The entry of a document, or every need that keeps it."""
    booked = [_place(subject, each) for each in amounts if each.amount]
    needs = [*_check_locations(subject, booked), *_check_accounts(subject, booked)]
    lines = [*(_make_line(each) for each in booked), *_balance(subject, booked)]
    if len(lines) < 2:
        reason = f"{subject.number} has no amounts to be booked; reject it"
        needs.append(Need(kind="arithmetic", subject=subject.number, reason=reason))
    if needs:
        return Held(needs=tuple({str(need): need for need in needs}.values()))
    entry = _assemble(subject, lines)
    waits = _ask_approver(subject, entry)
    return entry if waits is None else Held(needs=(waits,))


def _assemble(subject: JournalSubject, lines: Sequence[NewJournalLine]) -> NewJournalEntry:
    final = subject.setting.mode == "live" and subject.rule.state == "post"
    return NewJournalEntry(
        journal=subject.rule.journal,
        date=subject.on,
        title=cut(" ".join(filter(None, _name(subject))), DESCRIPTION_LIMIT),
        reverse_date=_find_reversal(subject),
        reference=subject.mark,
        state="Posted" if final else "Draft",
        lines=tuple(lines),
    )


def _name(subject: JournalSubject) -> tuple[str, ...]:
    return "EDI", subject.set_code, subject.partner, subject.number


def explain_entry(subject: JournalSubject, made: NewJournalEntry) -> Iterator[Reason]:
    """Why its header and its other side are what they are."""
    rule = f"[[journal]] of set {subject.set_code}"
    yield Reason(path="JOURNAL", value=made.journal, rule=rule)
    yield Reason(
        path="STATE", value=made.state, rule=f"state {subject.rule.state}, link mode {subject.setting.mode}"
    )
    yield Reason(path="REFERENCENO", value=subject.mark, rule="our mark")
    if made.reverse_date is not None:
        reverse = f"reverse {subject.rule.reverse}"
        yield Reason(path="REVERSEDATE", value=made.reverse_date.isoformat(), rule=reverse)
    for number, line in enumerate(made.lines, 1):
        if line.account_no == subject.rule.offset:
            yield Reason(path=f"lines[{number}].account", value=line.account_no, rule="offset of the rule")


def _place(subject: JournalSubject, amount: Amount) -> Amount:
    place = amount.dimensions.location_id or subject.location
    return replace(amount, dimensions=replace(amount.dimensions, location_id=place))


def _check_locations(subject: JournalSubject, booked: Sequence[Amount]) -> Iterator[Need]:
    if any(not each.dimensions.location_id for each in booked):
        reason = f"{subject.number} has a line without a location, and each line of a journal names one; give the route or its coding rule a location"
        yield Need(kind="location", subject=f"none/{subject.number}", reason=reason)


def _check_accounts(subject: JournalSubject, booked: Sequence[Amount]) -> Iterator[Need]:
    """Payables are booked in their own ledger alone: an entry on their control account would part the two."""
    for number in sorted({subject.rule.offset, *(each.account for each in booked)}):
        account = subject.known.get(Account, number)
        if account is None or account.status != "active":
            there = "is not in Intacct" if account is None else f"is {account.status} in Intacct"
            reason = f"account {number} {there}; correct the rule that names it"
            yield Need(kind="account", subject=f"{number}/{subject.number}", reason=reason)
        elif _is_of_payables(subject, account):
            reason = f"account {number} {account.title} is a control account of payables, which no journal may touch; name another in the rule"
            yield Need(kind="account", subject=f"{number}/{subject.number}", reason=reason)


def _is_of_payables(subject: JournalSubject, account: Account) -> bool:
    """Whether Intacct calls it so, has what it owes to anybody booked on it, or our new vendors' are to be."""
    known = {*subject.known.payables, subject.rules.new_vendors.payables_account}
    return account.alternative.casefold() == _PAYABLES or account.account_no in known


def _make_line(amount: Amount) -> NewJournalLine:
    return NewJournalLine(
        side="debit" if amount.amount > 0 else "credit",
        account_no=amount.account,
        amount=abs(amount.amount),
        memo=cut(amount.memo, MEMO_LIMIT) or None,
        dimensions=amount.dimensions,
        custom=amount.own,
    )


def _balance(subject: JournalSubject, booked: Sequence[Amount]) -> Iterator[NewJournalLine]:
    """The other side, location by location."""
    sums: dict[str | None, Decimal] = {}
    for each in booked:
        place = each.dimensions.location_id
        sums[place] = sums.get(place, _NOTHING) + each.amount
    for place, total in sums.items():
        if total:
            yield _make_line(
                Amount(
                    account=subject.rule.offset,
                    amount=-total,
                    memo="",
                    dimensions=Dimensions(location_id=place),
                )
            )


def _find_reversal(subject: JournalSubject) -> date | None:
    match subject.rule.reverse:
        case "next_day":
            return subject.on + timedelta(days=1)
        case "next_month":
            return (subject.on.replace(day=1) + timedelta(days=32)).replace(day=1)
        case _:
            return None


def _ask_approver(subject: JournalSubject, entry: NewJournalEntry) -> Need | None:
    """What a second person must agree to, unless the link's four eyes are switched off: to just this entry."""
    total = sum((line.amount for line in entry.lines if line.side == "debit"), start=_NOTHING)
    name = f"{subject.set_code}/{subject.number}/{total}/{derive_seal([entry.render()])}"
    if not subject.setting.four_eyes or (subject.partner, name) in subject.rules.journals.agreed:
        return None
    reason = (
        f"the entry of {subject.number} over {total:,} {subject.setting.base_currency} in journal {subject.rule.journal} "
        "is complete and waits for an approver; answer agreed, or reject it"
    )
    return Need(kind="journal", subject=f"{subject.partner}/{name}", reason=reason)
