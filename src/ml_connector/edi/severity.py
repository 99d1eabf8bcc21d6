"""What a finding asks for."""

from enum import StrEnum


class Severity(StrEnum):
    """What a finding asks for."""

    ERROR = "error"  #: the document (or the input) must not be used
    HOLD = "hold"  #: a person must look before it is used
    NOTE = "note"  #: worth knowing, changes nothing
