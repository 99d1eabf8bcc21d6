"""What a file that `edi split` writes holds."""

from enum import StrEnum


class Unit(StrEnum):
    """One of these, with everything in it."""

    SET = "set"
    GROUP = "group"
    INTERCHANGE = "interchange"
