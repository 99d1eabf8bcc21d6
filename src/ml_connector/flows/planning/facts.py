"""What cases are decided from: our rules, and what is known of Intacct."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from ml_connector.flows.run import Basis
from ml_connector.intacct.objects import DefinedSubtotal, PurchasingDefinition
from ml_connector.mapping.admission import Setting
from ml_connector.mapping.orders.purchasing_case import Catalogue, PurchasingSetting
from ml_connector.mapping.reference.slice import Slice
from ml_connector.mapping.rules.rulebook import Rules

_EARLIEST_ZONE: Final = timedelta(hours=14)  # a date is in the future when it has begun nowhere on earth


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """What is known of purchasing: read for links that have a use for it."""

    definitions: tuple[PurchasingDefinition, ...] = ()
    subtotals: tuple[DefinedSubtotal, ...] = ()
    catalogue: Catalogue = field(default_factory=Catalogue)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The same for every case of a slice."""

    rules: Rules
    setting: Setting
    reference: Slice
    trade: Trade = field(default_factory=Trade)
    families: Mapping[str, frozenset[str]] = field(default_factory=dict)  #: of vendors, by their ids
    multi_source: bool | None = None  #: the company converts from several transactions; None: nobody has said
    base_unit_lines: bool | None = None  #: purchasing lines are told in base units; None: nobody has said

    @property
    def purchasing(self) -> PurchasingSetting:
        """The setting of purchasing documents."""
        return PurchasingSetting(
            mode=self.setting.mode,
            today=self.setting.today,
            base_currency=self.setting.base_currency,
            definitions=self.trade.definitions,
            subtotals=self.trade.subtotals,
            multi_source=self.multi_source,
            base_unit_lines=self.base_unit_lines,
        )


def begin_facts(basis: Basis, version: int) -> Facts:
    """What is known before anything is asked."""
    setting = Setting(
        mode=basis.link.mode,
        base_currency=basis.link.base_currency,
        today=(basis.clock() + _EARLIEST_ZONE).date(),
        negative_debit_memos=basis.link.negative_debit_memos,
        bills=basis.link.bills,
        four_eyes=basis.link.four_eyes,
    )
    return Facts(
        rules=basis.link.rules,
        setting=setting,
        reference=Slice(version=version),
        multi_source=basis.link.multi_source,
        base_unit_lines=basis.link.base_unit_lines,
    )
