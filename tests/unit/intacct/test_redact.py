"""Secrets do not survive redaction, in good XML and in bad."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_connector.intacct import DisplayContact, NewVendor
from ml_connector.intacct.redact import ANSWER_LIMIT, bound, hide_secrets, redact

CANARY = b"canary-7719"


@pytest.mark.parametrize(
    "document",
    [
        b"<password>%s</password>",
        b"<PASSWORD>%s</PASSWORD>",
        b"<password a='b'>%s</password>",
        b"<password>a<b%s</password>",
        b"<password><![CDATA[%s]]></password>",
        b"<sessionid>%s</sessionid>",
        b"<SessionId>%s</sessionID >",
        b"<VENDOR><TAXID>%s</TAXID></VENDOR>",
        b"<ssn>%s</ssn>",
        b"<ACHACCOUNTNUMBER>%s</ACHACCOUNTNUMBER>",
        b"<BANKFILE.BANKACCOUNTNUMBER>%s</BANKFILE.BANKACCOUNTNUMBER>",
        b"<achbankroutingnumber>%s</achbankroutingnumber>",
        b"<VENDOR.TAXID>%s</VENDOR.TAXID>",
        b"<PAYTO.CONTACT.TAXID>%s</PAYTO.CONTACT.TAXID>",
        b"<BANKACCOUNTNO>%s</BANKACCOUNTNO>",
        b"<BANKFILE.ROUTINGNO>%s</BANKFILE.ROUTINGNO>",
        b"<IBAN>%s</IBAN>",
        b"<login><password>%s",
        b"<login><password>%s</login>",
        b"<password/><x/><password>%s</password>",
        b"<equalto><field>TAXID</field><value>%s</value></equalto>",
        b"<in><field>TAXID</field><value>1</value> <value>%s</value></in>",
        b"<in><field>taxid</field><value>%s",
        b"<description2>you sent &lt;TAXID a=&quot;1&quot;&gt;%s&lt;/TAXID&gt;</description2>",
        b"<description2>you sent &amp;lt;taxid&amp;gt;%s&amp;lt;/taxid&amp;gt;</description2>",
        b"<correction>&lt;field&gt;taxid&lt;/field&gt;&lt;value&gt;%s</correction>",
        b"no XML: &lt;iban&gt;%s",
    ],
)
def test_the_content_of_a_secret_element_is_hidden(document: bytes) -> None:
    hidden = redact(document % CANARY)

    assert CANARY not in hidden
    assert b"[redacted]" in hidden


def test_everything_else_stays_as_it_is() -> None:
    document = (
        b"<select><field>TAXID</field><field>NAME</field></select><taxid/><taxid />"
        b"<VENDORACCOUNTNO>K-100</VENDORACCOUNTNO><ACCOUNTNO>6220</ACCOUNTNO><passwordhint>x</passwordhint>"
    )

    assert redact(document) == document


def test_what_surrounds_a_secret_stays_readable() -> None:
    document = b"<a><password>x</password><b>1</b><taxid>y</taxid></a>"

    assert redact(document) == b"<a><password>[redacted]</password><b>1</b><taxid>[redacted]</taxid></a>"


def test_what_surrounds_a_quoted_secret_stays_as_it_is() -> None:
    document = b"<a>&quot;&lt;taxid&gt;x&lt;/taxid&gt; &amp;amp; &lt;b/&gt;</a><c>1 &lt; 2</c>"

    assert redact(document) == document.replace(b"&gt;x&lt;", b"&gt;[redacted]&lt;")
    assert (
        hide_secrets("sent <taxid>x</taxid> \ud800", ["s"])
        == "[redacted]ent <taxid>[redacted]</taxid> \ud800"
    )


def test_a_secret_that_begins_with_another_and_one_that_is_sent_cut_leave_nothing() -> None:
    hidden = redact(b"<a>pass-word-7719 and ab</a>", secrets=["pass", "pass-word-7719", "a\x00b"])

    assert hidden == b"<a>[redacted] and [redacted]</a>"


def test_known_secrets_are_hidden_wherever_they_turn_up_escaped_or_not() -> None:
    document = b"<p>login s3&amp;cret failed, s3&cret, gr\xc3\xbcn</p>"

    assert redact(document, secrets=("s3&cret", "", "grün")) == (
        b"<p>login [redacted] failed, [redacted], [redacted]</p>"
    )


@settings(deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_a_password_is_hidden_whatever_surrounds_it(before: bytes, after: bytes) -> None:
    assert CANARY not in redact(before + b"<password>" + CANARY + after)


@pytest.mark.parametrize("tag", [b"<password ", b"<password <", b"&lt;password ", b"&amp;lt;password "])
@pytest.mark.parametrize("end", [b"", b"/>", b"/><taxid>%s</taxid>" % CANARY])
def test_a_hostile_answer_of_tags_that_never_end_is_looked_at_once(tag: bytes, end: bytes) -> None:
    """It would take minutes if each tag were followed to the end."""
    answer = b"<a>" + tag * 100_000 + end

    assert redact(answer) == answer.replace(CANARY, b"[redacted]")


def test_no_message_and_no_repr_tells_a_tax_id() -> None:
    vendor = NewVendor(name="Lindqvist", contact=DisplayContact(print_as="L"), tax_id="12-canary-7719")

    with pytest.raises(ValueError, match=r"^NewVendor: tax_id has 24 characters, at most 20$"):
        replace(vendor, tax_id="12-canary-7719-and-more.")
    assert "canary" not in repr(vendor)


def test_a_long_answer_is_cut_and_says_how_long_it_was() -> None:
    assert bound(b"x" * ANSWER_LIMIT) == b"x" * ANSWER_LIMIT
    assert bound(b"x" * (ANSWER_LIMIT + 1)) == b"x" * ANSWER_LIMIT + b"[cut here, 65537 bytes in all]"
