"""The rules a link works by: who our partners are, who their vendors are, where lines go.

They are written in TOML, in any number of files of one folder; the tables may stand in any of them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from pydantic import Field

from ml_connector.mapping.rules.attachments import Attach, AttachmentRules, merge_attachments
from ml_connector.mapping.rules.coding import CodingRule
from ml_connector.mapping.rules.duplicates import DuplicateRules, merge_duplicates
from ml_connector.mapping.rules.journal import JournalRules, merge_journals
from ml_connector.mapping.rules.payment import PaymentRules, merge_payments
from ml_connector.mapping.rules.purchasing import (
    AGREED,
    PurchasingRules,
    find_doubles,
    list_named,
    merge_purchasing,
)
from ml_connector.mapping.rules.rows import (
    Meaning,
    Partner,
    RemitToXref,
    Route,
    RuleFile,
    Us,
    VendorXref,
)
from ml_connector.mapping.rules.tax import TaxRule
from ml_connector.mapping.rules.toml_reading import Model, Refused, build_model, parse_toml
from ml_connector.mapping.rules.vendors import NewVendorRules, Policy
from ml_connector.records.xref import CrossReference

__all__ = [
    "CODED",
    "PURPOSES",
    "WHOLE",
    "AnsweredVendor",
    "CodingRule",
    "Meaning",
    "Partner",
    "RemitToXref",
    "Route",
    "RuleFile",
    "Rules",
    "Us",
    "VendorXref",
    "parse_rules",
    "split_remit_to",
]

PURPOSES: Final = (
    dict.fromkeys(("", "00", "11", "14", "53", "54"), Meaning.ORIGINAL)
    | dict.fromkeys(("06", "07", "22"), Meaning.COMPARE)
    | {"01": Meaning.CANCEL, "04": Meaning.CHANGE, "05": Meaning.REPLACE}
)
"""X12 element 353, as it is used by default; a link may say otherwise in `[purposes]`."""
WHOLE: Final = frozenset({Meaning.ORIGINAL, Meaning.CHANGE, Meaning.REPLACE})
"""What says all that an original says."""

CODED: Final = ("coding", "charge", "tax")
"""Kinds of needs that an account meets."""


class AnsweredVendor(VendorXref):
    """A vendor cross-reference that a person has answered: for its code it counts before the files and Intacct."""

    number: int | None = None  #: of the answer; None while it is only tried out


class Rules(Model):
    """All rules of a link, in the order they are asked."""

    receivers: tuple[str, ...]
    partners: tuple[Partner, ...]
    vendors: tuple[VendorXref, ...]
    remit_to: tuple[RemitToXref, ...]
    routes: tuple[Route, ...]
    coding: tuple[CodingRule, ...]
    purposes: dict[str, Meaning]
    purchasing: PurchasingRules = PurchasingRules()
    new_vendors: NewVendorRules = NewVendorRules()
    payments: PaymentRules = PaymentRules()
    journals: JournalRules = JournalRules()
    duplicates: DuplicateRules = DuplicateRules()
    taxes: tuple[TaxRule, ...] = ()
    attachments: AttachmentRules = AttachmentRules()
    reopened: frozenset[tuple[str, str]] = frozenset()
    """By people: what may be booked again after it was undone in Intacct, by partner and name."""
    cancelled: frozenset[tuple[str, str]] = frozenset()
    """By people: what may be deleted in Intacct because it was cancelled, by partner and name."""
    accounts: dict[tuple[str, str, str], str] = Field(default_factory=dict)
    """Answered by people, for what no rule covers: the account by kind of need, partner and name."""

    @cached_property
    def _vendors_by_code(self) -> dict[str, list[VendorXref]]:
        found: dict[str, list[VendorXref]] = {}
        for xref in self.vendors:
            found.setdefault(xref.code, []).append(xref)
        return found

    @cached_property
    def _vendors_by_partner(self) -> dict[str | None, set[str]]:
        found: dict[str | None, set[str]] = {}
        for xref in self.vendors:
            found.setdefault(xref.partner, set()).add(xref.vendor)
        return found

    @cached_property
    def _partners_by_sender(self) -> dict[str, Partner]:
        return {sender: partner for partner in self.partners for sender in partner.senders}

    def add_answers(self, answers: Iterable[CrossReference]) -> "Rules":
        """The rules with what people have answered besides."""
        by_kind: dict[str, list[CrossReference]] = {}
        for answer in answers:
            by_kind.setdefault(answer.kind, []).append(answer)
        vendors = [
            AnsweredVendor(code=a.code, vendor=a.target, partner=a.partner or None, number=a.number)
            for a in by_kind.get("vendor", ())
        ]
        remit_to = [
            RemitToXref(partner=a.partner, vendor=vendor, code=code, contact=a.target)
            for a in by_kind.get("remit_to", ())
            for vendor, code in [split_remit_to(a.code)]
        ]
        reopened, cancelled = (
            {(a.partner, a.code) for a in by_kind.get(kind, ()) if a.target == AGREED}
            for kind in ("reopening", "cancellation")
        )
        accounts = {(a.kind, a.partner, a.code): a.target for kind in CODED for a in by_kind.get(kind, ())}
        return Rules(
            receivers=self.receivers,
            partners=self.partners,
            vendors=(*self.vendors, *vendors),
            remit_to=(*self.remit_to, *remit_to),
            routes=self.routes,
            coding=self.coding,
            purposes=self.purposes,
            purchasing=self.purchasing.add_answers(by_kind),
            new_vendors=self.new_vendors,
            payments=self.payments.add_answers(by_kind),
            journals=self.journals.add_answers(by_kind),
            duplicates=self.duplicates,
            taxes=self.taxes,
            attachments=self.attachments,
            reopened=self.reopened | reopened,
            cancelled=self.cancelled | cancelled,
            accounts=self.accounts | accounts,
        )

    def find_partner(self, *, sender: str, group_sender: str) -> Partner | None:
        """The partner that sends under `ISA05/ISA06`, or behind a hub under `ISA05/ISA06/GS02`.

        A GS02 counts only together with the hub's own id: anybody can write it.
        """
        senders = self._partners_by_sender
        return senders.get(f"{sender}/{group_sender}") or senders.get(sender)

    def find_vendor_codes(self, code: str, partner: Partner) -> Sequence[VendorXref]:
        """The cross-references of a code that count for a partner, its own before those for any partner."""
        found = self._vendors_by_code.get(code, ())
        own = [xref for xref in found if xref.partner == partner.name]
        return own + [xref for xref in found if xref.partner is None]

    def list_bound(self, partner: Partner) -> set[str]:
        """The ids of the vendors a partner may bill for."""
        bound = {*partner.vendors, *self._vendors_by_partner.get(partner.name, ())}
        return bound | ({partner.default_vendor} if partner.default_vendor is not None else set())

    def choose_policy(self, partner: Partner) -> Policy:
        """What becomes of a seller of the partner's that nobody knows."""
        return partner.new_vendors or self.new_vendors.policy

    def find_route(self, *, set_code: str, partner: str) -> Route | None:
        """The route of a set: the partner's own before the general one."""
        routes = [route for route in self.routes if route.set_code == set_code]
        own = [route for route in routes if route.partner == partner]
        general = [route for route in routes if route.partner is None]
        return next(iter(own + general), None)

    @cached_property
    def attaches(self) -> bool:
        """Whether anything is ever attached."""
        asked = {self.attachments.attach, *(route.attach for route in self.routes)}
        return not asked <= {None, "none"}

    def choose_attach(self, route: Route) -> Attach:
        """What is attached to what a route makes."""
        return route.attach or self.attachments.attach


def split_remit_to(code: str) -> tuple[str, str]:
    """The vendor and the party of a remit-to answer: `V-1008/RI/92/0099` is for `V-1008` and `RI/92/0099`."""
    found = re.fullmatch(r"(.+?)/(R[IE]/.*)", code, re.DOTALL)
    return (found[1], found[2]) if found is not None else ("", code)


def parse_rules(files: Mapping[str, str]) -> Rules:
    """The rules written in these files (name → text). Raises Refused with every problem found."""
    problems: list[str] = []
    read: list[RuleFile] = []
    for name, text in sorted(files.items()):
        try:
            read.append(build_model(RuleFile, parse_toml(text, origin=name), origin=name))
        except Refused as refused:
            problems += refused.problems
    for name in ("purchasing", "new_vendors", "attachments"):
        if sum(getattr(file, name) is not None for file in read) > 1:
            problems.append(f"[{name}] stands in several files; keep it in one")
    rules = _merge(read)
    problems += _find_contradictions(rules)
    if problems:
        raise Refused(problems)
    return rules


def _merge(read: list[RuleFile]) -> Rules:
    purposes = dict(PURPOSES)
    for file in read:
        purposes |= file.purposes
    return Rules(
        receivers=tuple(id_ for file in read if file.us for id_ in file.us.receivers),
        partners=tuple(partner for file in read for partner in file.partner),
        vendors=tuple(xref for file in read for xref in file.vendor),
        remit_to=tuple(xref for file in read for xref in file.remit_to),
        routes=tuple(route for file in read for route in file.route),
        coding=tuple(rule for file in read for rule in file.coding),
        purposes=purposes,
        purchasing=merge_purchasing(read),
        new_vendors=next((file.new_vendors for file in read if file.new_vendors), NewVendorRules()),
        payments=merge_payments(read),
        journals=merge_journals(read),
        duplicates=merge_duplicates(read),
        taxes=tuple(rule for file in read for rule in file.tax),
        attachments=merge_attachments(read),
    )


def _find_contradictions(rules: Rules) -> Iterator[str]:
    once = {
        "partner {!r} is there twice; give one of them another name": [p.name for p in rules.partners],
        "sender {!r} belongs to two partners; leave it with one": [
            sender for partner in rules.partners for sender in partner.senders
        ],
        "coding rule {!r} is there twice; give one another name": [rule.name for rule in rules.coding],
        "tax rule {!r} is there twice; give one another name": [rule.name for rule in rules.taxes],
        "vendor code {!r} is there twice; keep one vendor for it": [
            f"{xref.partner or 'any partner'}: {xref.code}" for xref in rules.vendors
        ],
        "remit-to code {!r} is there twice; keep one contact for it": [
            f"{xref.partner}, {xref.vendor or 'any vendor'}: {xref.code}" for xref in rules.remit_to
        ],
        "route {!r} is there twice; keep one of them": [
            f"{route.set_code} of {route.partner or 'any partner'}" for route in rules.routes
        ],
    }
    for message, names in once.items():
        yield from map(message.format, _list_doubles(names))
    yield from find_doubles(rules.purchasing)
    yield from rules.payments.find_doubles()
    yield from rules.journals.find_doubles()
    yield from rules.duplicates.find_doubles()
    partners = {partner.name: partner for partner in rules.partners}
    named = {xref.partner for xref in rules.vendors} | {xref.partner for xref in rules.remit_to}
    named |= {route.partner for route in rules.routes} | list_named(rules.purchasing)
    named |= rules.payments.list_named() | rules.journals.list_named()
    named |= rules.duplicates.list_named()
    for name in sorted(name for name in named if name is not None and name not in partners):
        yield f"partner {name!r} is named in a rule but not described; add [[partner]] name = {name!r}, or mend the name"
    if rules.attaches and not rules.attachments.folder:
        yield "attachments have no folder; add [attachments] folder = …, one that exists in Intacct"
    for xref in rules.remit_to:
        partner = partners.get(xref.partner)
        if xref.vendor is None and partner is not None and len(rules.list_bound(partner)) > 1:
            yield f"remit-to code {xref.code!r}: {xref.partner} bills for several vendors; add vendor = …"


def _list_doubles(values: list[str]) -> list[str]:
    return sorted(value for value, count in Counter(values).items() if count > 1)
