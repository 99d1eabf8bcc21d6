"""The page of what was proved about failures; programs write its marked parts."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "reliability.md"
_MARKED: Final = re.compile(r"(<!-- (?P<name>\w+: \w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def replace_parts(text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """The page with these parts as they are said now, each found by its mark `<!-- name -->`; any other stays."""

    def say(found: re.Match[str]) -> str:
        part = parts.get(found["name"])
        return found[0] if part is None else f"{found[1]}\n{part()}\n\n{found[3]}"

    return _MARKED.sub(say, text)
