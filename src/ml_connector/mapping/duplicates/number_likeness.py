"""Numbers of invoices as people spell them: which may be one and the same, and what makes them alike."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_NOISE: Final = re.compile(r"[\W_]+")
_PREFIX: Final = re.compile(
    r"(?P<word>invoice|inv|bill)?[\W_]*(?P<no>number|num|no|nr)?[\W_]*(?=[0-9])", re.IGNORECASE
)
_SUFFIX: Final = re.compile(
    r"(?<=[0-9])[\W_]*(?P<word>(?:duplicate|dup|copy|revised|rev|corrected|corr)[\W_]*[0-9]?|[a-z])[\W_]*$",
    re.IGNORECASE,
)
_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")
_USUAL: Final = "INV"  # what people write before a number that has no word


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A number in its parts."""

    prefix: str  #: a word that says what it is, such as `inv`; in lower case
    suffix: str  #: a word or a letter that tells it from another of the same number, such as `copy`
    core: str  #: the rest, without punctuation
    keys: frozenset[str]  #: the core without leading zeros, of the whole and of each of its numbers


@lru_cache(maxsize=4096)  # every number is compared with many
def split_number(number: str) -> Spelling:
    """A number in its parts: `INV-00123-A` → `inv`, `00123`, `a`."""
    text = number.strip().casefold()
    prefix, suffix = _PREFIX.match(text), _SUFFIX.search(text)
    begin = prefix.end() if prefix is not None else 0
    rest = text[begin : suffix.start() if suffix is not None else len(text)]
    core = _squeeze(rest)
    return Spelling(
        prefix=_squeeze(prefix[0]) if prefix is not None else "",
        suffix=_squeeze(suffix["word"]) if suffix is not None else "",
        core=core,
        keys=frozenset({_ZEROS.sub("", core), _squeeze(_ZEROS.sub("", rest))}),
    )


def explain_likeness(one: str, other: str) -> tuple[str, ...]:
    """What two numbers differ in that may be one and the same; nothing where they cannot be.

    Case never counts. Two that end in different letters are told apart by them on purpose.
    """
    first, second = split_number(one), split_number(other)
    if not first.keys & second.keys or (first.suffix and second.suffix and first.suffix != second.suffix):
        return ()
    differences = [
        *_name("the word", first.prefix, second.prefix),
        *_name("the suffix", first.suffix, second.suffix),
        *(["leading zeros"] if first.core != second.core else []),
    ]
    return tuple(differences) or ("punctuation",)


def list_spellings(number: str) -> tuple[str, ...]:
    """How else people are likely to have entered a number, itself first: by these it can be asked for."""
    raw = number.strip()
    prefix, suffix = _PREFIX.match(raw), _SUFFIX.search(raw)
    begin, end = (
        prefix.end() if prefix is not None else 0,
        suffix.start() if suffix is not None else len(raw),
    )
    short = _ZEROS.sub("", raw[begin:end])
    ways = [raw, raw[begin:], raw[:end], raw[begin:end], short, _ZEROS.sub("", raw)]
    ways += [_squeeze(each) for each in ways]
    if short[:1].isdecimal():
        ways += [f"{_USUAL}{short}", f"{_USUAL}-{short}"]
    return tuple(each for each in dict.fromkeys(ways) if each == raw or explain_likeness(raw, each))


def _squeeze(text: str) -> str:
    return _NOISE.sub("", text)


def _name(what: str, one: str, other: str) -> list[str]:
    words = sorted({one, other} - {""}) if one != other else []
    return [f"{what} {' or '.join(words)}"] if words else []
