"""Checks functions of the older kind against their content models; a breach refuses the whole request (documented)."""

import re
import threading
from io import StringIO
from typing import Final

from lxml import etree

from mlc_sim.intacct.legacy_models import LEGACY_FUNCTIONS, MODELS, OPTIONAL, REQUIRED
from mlc_sim.intacct.problems import SchemaError


def check_legacy(body: etree._Element) -> None:
    """Raises SchemaError that names the element whose children or attributes are wrong."""
    try:
        with _LOCK:
            _DTD.assertValid(body)
    except etree.DocumentInvalid as error:
        raise SchemaError(str(error)) from None


def _write_dtd() -> str:
    named = {name for model in MODELS.values() for name in re.findall(r"\w+", model)}
    leaves = sorted({*named, *LEGACY_FUNCTIONS} - MODELS.keys())
    return "\n".join(
        [
            *(f"<!ELEMENT {name} ({model})>" for name, model in MODELS.items()),
            *(f"<!ELEMENT {name} (#PCDATA)>" for name in leaves),
            *(f"<!ATTLIST {name} {attribute} CDATA #REQUIRED>" for name, attribute in REQUIRED.items()),
            *(f"<!ATTLIST {name} {each} CDATA #IMPLIED>" for name, many in OPTIONAL.items() for each in many),
        ]
    )


_LOCK: Final = threading.Lock()  # the log of errors belongs to the DTD, which all threads share
_DTD: Final = etree.DTD(StringIO(_write_dtd()))
