"""What is copied of Intacct's reference data, and how often."""

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

from ml_connector.config.fields import Duration
from ml_connector.mapping.rules.toml_reading import Model


def _read_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_read_tuple)]


class ReferenceSettings(Model):
    """Our copy of Intacct's vendors, accounts, dimensions and the like."""

    kinds: Texts = ()  #: kinds to copy besides those that plans need
    every: dict[str, Duration] = Field(default_factory=dict)  #: how often single kinds are read
    full_every: Duration = timedelta(days=1)  #: how often everything is compared, not only what changed
    count_every: Duration = timedelta(hours=1)  #: how often Intacct is asked how many records there are
    overlap: Duration = timedelta(minutes=10)  #: how late a record may become visible after its time stamp
    without: dict[str, Texts] = Field(default_factory=dict)  #: fields of kinds that the company cannot query
    edi_fields: Texts = ()  #: custom fields of vendors that hold their EDI ids
