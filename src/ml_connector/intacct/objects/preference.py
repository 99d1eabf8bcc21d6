"""A preference of the company: how one of its applications is set up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Names and values are the company's and Intacct's own; which there are is not documented."""

    application: str
    name: str
    value: str
