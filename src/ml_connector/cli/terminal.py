"""The console results are printed on: foreign text on it can be read, and can do nothing else."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

_COMMANDS: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but the line feed, and those that turn the direction of writing."""


class Terminal(Console):
    """Prints no markup but its own, and no control character.

    Names and messages come from other companies: none of them may colour, move, hide or forge a line.
    """

    def __init__(self) -> None:
        super().__init__(highlight=False, markup=False, emoji=False)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=_COMMANDS.sub("", segment.text))

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 (rich's own options)
        return super().render_str(text.replace("\n", " "), **options)

    def print_parts(self, parts: Iterable[RenderableType]) -> None:
        """Print each part, a blank line between them."""
        for n, part in enumerate(parts):
            if n:
                self.print()
            self.print(part)
