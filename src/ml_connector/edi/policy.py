"""Which findings reject, hold or are only noted, where a partner's habits ask for other than the usual."""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from msgspec import Struct

from ml_connector.edi.errors import PolicyInvalid
from ml_connector.edi.findings import Code
from ml_connector.edi.schema_codes import SchemaCode
from ml_connector.edi.severity import Severity

#: What a policy says a finding does, and the severity that stands for it.
ACTIONS: Mapping[str, Severity] = {
    "reject": Severity.ERROR,
    "hold": Severity.HOLD,
    "note": Severity.NOTE,
}
_CODES: Mapping[str, Code | SchemaCode] = {str(code): code for code in (*Code, *SchemaCode)}


class Policy(Struct, frozen=True, kw_only=True):
    """How grave each finding is; a code that is not named is as grave as it says itself."""

    severities: Mapping[str, Severity] = {}

    def judge(self, code: Code | SchemaCode) -> Severity:
        return self.severities.get(code, code.severity)


#: Every code as grave as it says itself.
USUAL = Policy()


def parse_policy(policy: str | Mapping[str, object]) -> Policy:
    """The policy in a TOML text, or in what TOML holds: up to three lists of finding codes.

        reject = ["CTT01_COUNT"]
        hold = ["ELEMENT_CODE_UNKNOWN"]
        note = ["SE01_COUNT"]

    Raises PolicyInvalid naming what is wrong and what may be meant.
    """
    severities: dict[str, Severity] = {}
    for action, code in _list_entries(_load(policy)):
        if severities.setdefault(code, ACTIONS[action]) is not ACTIONS[action]:
            raise PolicyInvalid(f"The policy names {code} in two lists; leave it in one of them.")
    return Policy(severities=severities)


def _load(policy: str | Mapping[str, object]) -> Mapping[str, object]:
    try:
        return tomllib.loads(policy) if isinstance(policy, str) else policy
    except tomllib.TOMLDecodeError as error:
        raise PolicyInvalid(f"The policy is not TOML: {error}") from error


def _list_entries(tables: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every code with what it is to do."""
    for action, codes in tables.items():
        if action not in ACTIONS:
            raise PolicyInvalid(f"The policy has no list {action!r}; there are: {', '.join(ACTIONS)}.")
        if not isinstance(codes, list):
            raise PolicyInvalid(f'The policy gives {action} no list; write {action} = ["CODE", …].')
        for code in codes:
            if not isinstance(code, str) or code not in _CODES:
                raise PolicyInvalid(f"There is no finding {code!r} ({action}){_suggest(str(code))}")
            yield action, code


def _suggest(word: str) -> str:
    close = get_close_matches(word.upper(), _CODES, n=1)
    return f"; is {close[0]} meant?" if close else "; see the list of findings."
