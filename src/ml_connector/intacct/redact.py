"""Takes secrets out of requests and answers before anybody else sees them."""

import re
from collections.abc import Iterable
from functools import partial
from urllib.parse import quote
from xml.sax.saxutils import escape

from ml_connector.intacct.markup import strip_forbidden

ANSWER_LIMIT = 64 * 1024

_HIDDEN = b"[redacted]"
_ANYWHERE = (
    "password",
    "accountnumber",
    "bankaccountno",
    "routingnumber",
    "routingno",
    "iban",
)  # ends a name
_WHOLE = ("sessionid", "taxid", "ssn", "cardnum", "sortcode", "bsbnumber")  # is one, perhaps behind a dot
# A name is taken at one go and its end looked at, which is quick; the looking back wants endings of fixed lengths.
_NAME = r"([\w.-]++)(?:{})".format(
    "|".join([f"(?<={end})" for end in _ANYWHERE] + [f"(?<=[<>.\\s]{name})" for name in _WHOLE])
)

# Bytes, not parsed XML: what cannot be parsed must not leak either. Without an end tag all that follows
# is hidden. An empty element (`<taxid/>`) holds nothing, nor does a tag that never ends; they are matched all the same,
# so that none of their bytes is looked at once more for each tag that seems to begin in them.
_ELEMENT = re.compile(
    rf"<{_NAME}(?:\s[^>]*+)?(?:(?<=/)>|/>|\Z|>(?P<content>.*?)(?:</\1\s*>|\Z))".encode(),
    re.IGNORECASE | re.DOTALL,
)
_FILTER = re.compile(
    rf"(<field>\s*{_NAME}\s*</field>)(?:\s*<value>.*?(?:</value>|\Z))+".encode(),
    re.IGNORECASE | re.DOTALL,
)


# An error quotes a request: what is an element in there is escaped, once or twice, within one text.
_QUOTED = (
    (b"&lt;", b"&gt;", re.compile(rb"(?:(?<=>)|\A)[^<>]*&lt;[^<>]*")),
    (b"&amp;lt;", b"&amp;gt;", re.compile(rb"(?:(?<=>)|\A)[^<>]*&amp;lt;[^<>]*")),
)


def redact(document: bytes, *, secrets: Iterable[str] = ()) -> bytes:
    """The document without the contents of secret elements, quoted ones too, and without these very secrets anywhere."""
    for form in _list_forms(secrets):
        document = document.replace(form.encode(errors="replace"), _HIDDEN)
    for less, more, texts in _QUOTED:
        document = texts.sub(partial(_hide_quoted, less=less, more=more), document)
    return _hide_elements(document)


def hide_secrets(text: str, secrets: Iterable[str]) -> str:
    """The same of a text."""
    return redact(text.encode(errors="surrogatepass"), secrets=secrets).decode(errors="surrogatepass")


def _hide_quoted(text: re.Match[bytes], *, less: bytes, more: bytes) -> bytes:
    hidden = _hide_elements(text[0].replace(less, b"<").replace(more, b">"))
    return hidden.replace(b"<", less).replace(b">", more)


def _hide_elements(document: bytes) -> bytes:
    document = _FILTER.sub(rb"\1<value>" + _HIDDEN + rb"</value>", document)
    return _ELEMENT.sub(_hide_content, document)


def _hide_content(element: re.Match[bytes]) -> bytes:
    """The element with its content hidden; what is empty stays as it is."""
    if element["content"] is None:
        return element[0]
    before = element.string[element.start() : element.start("content")]
    return before + _HIDDEN + element.string[element.end("content") : element.end()]


def _list_forms(secrets: Iterable[str]) -> list[str]:
    """Each as it is and as it is sent (without what no request can carry), each of these also escaped once or twice
    (an error quotes a request) and as it stands in an address. The longest first: one may begin with another.
    """
    known = {form for secret in secrets for form in (secret, strip_forbidden(secret)) if form}
    return sorted({form for secret in known for form in _list_spellings(secret)}, key=len, reverse=True)


def _list_spellings(secret: str) -> tuple[str, ...]:
    escaped = escape(secret)
    return secret, escaped, escape(escaped), quote(secret, errors="replace")


def bound(answer: bytes) -> bytes:
    """At most 64 KiB of an answer, saying how long it was."""
    if len(answer) <= ANSWER_LIMIT:
        return answer
    return answer[:ANSWER_LIMIT] + b"[cut here, %d bytes in all]" % len(answer)
