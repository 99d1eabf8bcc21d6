"""Who may let how much money go by an answer, and how much takes an approver in any case."""

import re
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from ml_connector.config.fields import Count, Switch
from ml_connector.mapping.rules.toml_reading import Model


def _read_limit(value: object) -> object:
    if value == "any":
        return None
    if isinstance(value, dict) and all(_is_most(code, most) for code, most in value.items()):
        return value
    raise ValueError('write "any", or the most in each currency, such as { USD = 10000, EUR = 8000 }')


def _is_most(code: str, most: object) -> bool:
    return re.fullmatch(r"[A-Z]{3}", code) is not None and type(most) is int and most >= 0


def _fold_names(limits: Mapping[str, object]) -> Mapping[str, object]:
    folded = {fold_name(name): limit for name, limit in limits.items()}
    if len(folded) == len(limits):
        return folded
    raise ValueError("two names that differ only in capitals or blanks are one person; leave one")


def fold_name(name: str) -> str:
    """A person's name as it is compared."""
    return name.strip().casefold()


Limit = Annotated[Mapping[str, int] | None, BeforeValidator(_read_limit)]
"""The most in each currency; None for any amount."""
Limits = Annotated[Mapping[str, Limit], AfterValidator(_fold_names)]


class ControlsSettings(Model):
    """By person the limits of those who answer and of those who approve; without a table there are none."""

    large_approval: Switch = True  #: an answer that frees much takes an approver, with four_eyes off as well
    large_documents: Count = 100  #: more than so many are much
    large_amount: Count = 100_000  #: and so is more than this, in any one currency
    prepare: Limits = Field(default={})
    approve: Limits = Field(default={})


USUAL: Final = ControlsSettings()
