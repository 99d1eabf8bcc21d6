"""XML on its way out: every text loses the characters XML 1.0 forbids first, and is escaped second."""

import datetime as dt
import re
from xml.sax.saxutils import escape

# Everything but the Char production of XML 1.0, section 2.2: C0 controls, lone surrogates, U+FFFE, U+FFFF.
# One such character makes the gateway refuse the whole request (XL03000003), even written as &#1;.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What most texts consist of: nothing of it is forbidden or means anything in XML.
_PLAIN = re.compile("[ !#-%'-;=?-~]*")


def strip_forbidden(text: str) -> str:
    """The text without the characters that no XML 1.0 document can carry."""
    return _FORBIDDEN.sub("", text)


def leaf(name: str, text: str) -> str:
    """An element with text. A carriage return is kept as a reference; parsers would make it a line feed."""
    if _PLAIN.fullmatch(text):
        return f"<{name}>{text}</{name}>"
    return f"<{name}>{escape(strip_forbidden(text), {chr(13): '&#13;'})}</{name}>"


def optional(name: str, text: str | None) -> str:
    """An element with text, or nothing when there is none to send."""
    return "" if text is None else leaf(name, text)


def branch(name: str, *children: str) -> str:
    """An element around finished markup."""
    return f"<{name}>{''.join(children)}</{name}>"


def format_date(day: dt.date) -> str:
    """MM/DD/YYYY (Intacct documentation, 'Parameter formats'); ISO dates are refused."""
    return f"{day.month:02}/{day.day:02}/{day.year:04}"
