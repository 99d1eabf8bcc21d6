"""A case: one document on its way through the plan. What it becomes decides which kind of case it is."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Generic, Self, TypeVar

from ml_connector.edi import Finding, Remittance, Transaction
from ml_connector.flows.contents import Readable
from ml_connector.flows.planning.facts import Facts
from ml_connector.flows.planning.orders import OrderShelf, Seeker
from ml_connector.flows.planning.payables import Wanted
from ml_connector.flows.planning.told import Told
from ml_connector.intacct.objects import BillKey, Vendor
from ml_connector.mapping.decisions import Filed, Held
from ml_connector.mapping.duplicates.claims import Claim, Found
from ml_connector.mapping.payments.paid_bills import Payables
from ml_connector.mapping.reference.slice import Asked
from ml_connector.mapping.routes.journal_entries import ask_accounts
from ml_connector.mapping.rules.rulebook import Partner, Route
from ml_connector.mapping.vendors import vendor_clues, vendor_match
from ml_connector.mapping.vendors.vendor_match import Match
from ml_connector.records.documents import StoredDocument
from ml_connector.records.matches import Comparison
from ml_connector.records.needs import Need
from ml_connector.records.posting import Function
from ml_connector.records.provenance import Reason

_Draft = TypeVar("_Draft")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What is to be sent, in this order, and why each value is what it is."""

    functions: tuple[Function, ...]
    entity: str  #: the session to write in; empty for the top level
    date: dt.date | None
    due: dt.date | None  #: when it is to be paid; None for what is not
    provenance: tuple[Reason, ...]
    comparison: Comparison | None = None  #: with its orders


Decision = Ready | Held | Filed


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A document as it was parsed again, with its partner and route."""

    stored: StoredDocument
    transaction: Transaction
    document: Readable
    findings: tuple[Finding, ...]
    partner: Partner | None
    route: Route

    @property
    def mark(self) -> str:
        """The document key: what it is found by in Intacct."""
        return self.stored.document.document_key

    @property
    def purpose(self) -> str:
        """What the document asks of us; empty for what has no purpose."""
        return "" if isinstance(self.document, Remittance) else self.document.purpose

    @property
    def entity(self) -> str:
        """Where the route posts."""
        return self.route.entity if self.route.post_at == "entity" else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(ABC, Generic[_Draft]):
    """A document to be decided: asked for, then drafted once its vendor can be told, then decided."""

    opened: Opened
    asked: frozenset[Asked] = frozenset()  #: all that it rests on
    drafted: _Draft | Need | None = None  #: None while not even the partner is known
    seeker: Seeker | None = None  #: how it names orders; None where they are not to be read
    written: tuple[str, ...] = ()  #: Intacct's keys of what it has of the document, by our record

    @property
    def stored(self) -> StoredDocument:
        return self.opened.stored

    @property
    def vendor_id(self) -> str:
        vendor = self.find_vendor()
        return vendor.vendor_id if vendor is not None else ""

    def ask_vendor(self, facts: Facts) -> Self:
        """The case with what must be looked up to know the vendor."""
        partner = self.opened.partner
        if partner is None:
            return self
        clues = vendor_clues.list_clues(self.opened.document, partner, facts.rules)
        asked = self.asked | vendor_match.ask(clues, partner)
        if self.opened.route.target == "journal":
            asked |= ask_accounts(facts.rules, self.stored.document.set_code, partner.name)
        return replace(self, asked=asked)

    def fail(self, need: Need) -> Self:
        """The case that cannot be drafted, and why."""
        return replace(self, drafted=need, seeker=None)

    @abstractmethod
    def find_vendor(self) -> Vendor | None:
        """The vendor, once it is known."""

    @abstractmethod
    def draft(self, facts: Facts) -> Self:
        """The case with its vendor, as far as it is known, and with what must be looked up besides."""

    def take_orders(self, shelf: OrderShelf) -> Self:  # noqa: ARG002 (for what draws on orders)
        """The case with the orders that were read, and with what must be looked up to know their goods."""
        return self

    def ask_payables(self) -> Wanted | None:
        """What is to be read of the bills it pays; None where it pays none."""
        return None

    def take_payables(self, payables: Payables) -> Self:  # noqa: ARG002 (for what pays bills)
        """The case with what was read for it."""
        return self

    def ask_bill(self) -> BillKey | None:
        """Under what Intacct is asked for a bill like the one it becomes; None where it becomes none."""
        return None

    def ask_adjustment(self) -> BillKey | None:
        """Under what Intacct is asked for an adjustment that it may repeat or undo; None where it can do neither."""
        return None

    def list_undone(self) -> tuple[str, ...]:
        """The numbers of credits that it names, and so may undo."""
        return ()

    @abstractmethod
    def decide(self, facts: Facts) -> Decision:
        """What is to be sent, or every need that keeps it, or the reason it is only filed."""

    def claim(self, facts: Facts) -> Claim:  # noqa: ARG002 (for what is owed)
        """What is held against other records."""
        return self.begin_claim()

    def begin_claim(self) -> Claim:
        """What is held against other records of the very vendor."""
        family = frozenset({self.vendor_id} - {""})
        return Claim(document=self.stored, vendor_id=self.vendor_id, family=family, mark=self.opened.mark)

    @abstractmethod
    def judge_seen(self, claim: Claim, told: Told) -> Iterable[Found]:
        """Against what Intacct has under its number: the reason it is a duplicate, and what is to be decided about it."""

    def find_due(self, facts: Facts) -> dt.date | None:  # noqa: ARG002 (for what is to be paid)
        """The day a held document is to be paid, as far as that can be told."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedCase(Case[Match]):
    """A document of which nothing is looked up to draft it but its vendor."""

    def find_vendor(self) -> Vendor | None:
        return self.drafted.vendor if isinstance(self.drafted, Match) else None

    def draft(self, facts: Facts) -> Self:
        partner = self.opened.partner
        if partner is None:
            return self
        match = vendor_match.match_vendor(self.opened.document, partner, facts.rules, facts.reference)
        return replace(self, drafted=match)


AnyCase = Case[Any]
