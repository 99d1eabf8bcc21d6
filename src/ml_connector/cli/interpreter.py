"""How the interpreter runs a command: it handles many small records, and a second thread that waits for Intacct."""

import gc
from typing import Final

_NEW_OBJECTS: Final = 20_000
"""A slice of documents makes some hundred thousand objects, none of them in circles: looking for those every 700, as is
usual, takes a tenth of the time."""


def tune() -> None:
    """To be called once, before anything else is done."""
    gc.set_threshold(_NEW_OBJECTS, 20, 20)
