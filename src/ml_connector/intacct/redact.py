"""Takes secrets out of requests and answers before anybody else sees them."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape

ANSWER_LIMIT = 64 * 1024

_HIDDEN = b"[redacted]"
_ANYWHERE = rb"password|accountnumber|bankaccountno|routingnumber|routingno|iban"  # at the end of a name
_NAMES = rb"[\w.-]*(?:" + _ANYWHERE + rb")|(?:[\w-]+\.)*(?:sessionid|taxid|ssn|cardnum|sortcode|bsbnumber)"

# Bytes, not parsed XML: what cannot be parsed must not leak either. Without an end tag all that follows
# is hidden. An empty element (`<taxid/>`) holds nothing.
_ELEMENT = re.compile(rb"(<(" + _NAMES + rb")(?:\s[^>]*)?(?<!/)>).*?(</\2\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_FILTER = re.compile(
    rb"(<field>\s*(?:" + _NAMES + rb")\s*</field>)(?:\s*<value>.*?(?:</value>|\Z))+",
    re.IGNORECASE | re.DOTALL,
)


def redact(document: bytes, *, secrets: Iterable[str] = ()) -> bytes:
    """The document without the contents of secret elements, and without these very secrets anywhere."""
    for form in _list_forms(secrets):
        document = document.replace(form.encode(errors="replace"), _HIDDEN)
    document = _FILTER.sub(rb"\1<value>" + _HIDDEN + rb"</value>", document)
    return _ELEMENT.sub(rb"\1" + _HIDDEN + rb"\3", document)


def hide_secrets(text: str, secrets: Iterable[str]) -> str:
    """The text without these very secrets."""
    for form in _list_forms(secrets):
        text = text.replace(form, _HIDDEN.decode())
    return text


def _list_forms(secrets: Iterable[str]) -> Iterator[str]:
    """Each as it is, escaped once or twice (an error quotes a request), and as it stands in an address."""
    for secret in filter(None, secrets):
        escaped = escape(secret)
        yield from {secret, escaped, escape(escaped), quote(secret, errors="replace")}


def bound(answer: bytes) -> bytes:
    """At most 64 KiB of an answer, saying how long it was."""
    if len(answer) <= ANSWER_LIMIT:
        return answer
    return answer[:ANSWER_LIMIT] + b"[cut here, %d bytes in all]" % len(answer)
