"""What we wrote is found again by our mark."""

from datetime import date

import pytest
from tests.unit.intacct.gateway_fakes import FakeTransport, data_answer, make_client, page

from ml_connector.intacct import AnswerUnreadable

MARK = "mlc-1"


@pytest.mark.parametrize(
    ("method", "object_", "field", "dated"),
    [
        ("find_bills_by_mark", "APBILL", "DESCRIPTION", "WHENCREATED"),
        ("find_adjustments", "APADJUSTMENT", "DESCRIPTION", "WHENCREATED"),
        ("find_payments", "APPYMT", "DESCRIPTION", "WHENCREATED"),
        ("find_journal_entries", "GLBATCH", "REFERENCENO", "BATCH_DATE"),
        ("find_purchasing", "PODOCUMENT", "MESSAGE", "WHENCREATED"),
    ],
)
def test_each_kind_is_found_by_the_field_that_has_its_mark(
    method: str, object_: str, field: str, dated: str
) -> None:
    ours = {"RECORDNO": "7", field: f"EDI {MARK}"}
    alike = {"RECORDNO": "8", field: "EDI mlcX1"}
    transport = FakeTransport(page(object_, ours, alike))

    found = getattr(make_client(transport).writing, method)([MARK, "mlc_1"], since=date(2030, 1, 9))

    assert [record.record_no for record in found] == [7]
    asked = transport.calls[0]
    assert asked.text(".//object") == object_
    assert [value.text for value in asked.root.iterfind(".//like/value")] == [f"%{MARK}%", "%mlc_1%"]
    assert {each.text for each in asked.root.iterfind(".//like/field")} == {field}
    assert asked.text(".//greaterthanorequalto/field") == dated


def test_vendors_are_found_by_their_comments() -> None:
    transport = FakeTransport(page("VENDOR", {"RECORDNO": "7", "VENDORID": "V-1", "COMMENTS": MARK}))

    (found,) = make_client(transport).writing.find_vendors([MARK])

    assert found.vendor_id == "V-1"


def test_250_marks_are_looked_for_in_three_queries_and_a_record_is_told_once() -> None:
    comments = ["mlc-1 mlc-200", "mlc-10001", "EDI-mlc-1", "EDI mlc-7."]
    rows = [{"RECORDNO": str(number), "COMMENTS": each} for number, each in enumerate(comments, 7)]
    transport = FakeTransport(page("VENDOR", *rows))

    found = make_client(transport).writing.find_vendors([f"mlc-{number}" for number in range(1, 251)])

    assert [vendor.comments for vendor in found] == ["mlc-1 mlc-200", "EDI mlc-7."]
    assert len(transport.calls) == 3


def test_a_mark_is_looked_for_as_it_was_written_without_what_no_request_can_carry() -> None:
    transport = FakeTransport(page("VENDOR", {"RECORDNO": "7", "COMMENTS": "by EDI mlc-1"}))

    assert len(make_client(transport).writing.find_vendors(["mlc\x00-1"])) == 1


@pytest.mark.parametrize("mark", ["", " "])
def test_an_empty_mark_is_refused_for_everything_has_it(mark: str) -> None:
    transport = FakeTransport(page("VENDOR"))

    with pytest.raises(ValueError, match="VENDOR: an empty mark marks nothing"):
        make_client(transport).writing.find_vendors(["mlc-1", mark])

    assert transport.sent == []


def test_no_mark_asks_nothing() -> None:
    transport = FakeTransport(page("VENDOR"))

    assert make_client(transport).writing.find_vendors([]) == ()
    assert transport.sent == []


def test_attachments_and_folders_are_listed_by_the_older_function() -> None:
    supdoc = data_answer(
        '<listtype start="0" end="0" total="1">supdoc</listtype><data><supdoc><recordno>3</recordno>'
        "<supdocid>mlc-att-1</supdocid><supdocname>INV</supdocname><folder>EDI</folder></supdoc></data>"
    )
    folder = data_answer("<data><supdocfolder><name>EDI</name></supdocfolder></data>")
    transport = FakeTransport(supdoc, folder)
    writing = make_client(transport).writing

    (attachment,) = writing.find_attachments(["mlc-att-1"])

    assert (attachment.attachment_id, attachment.name, attachment.folder) == ("mlc-att-1", "INV", "EDI")
    assert writing.find_folders(["EDI"]) == ("EDI",)
    listed = transport.calls[0].root.find(".//get_list")
    assert listed is not None
    assert listed.get("object") == "supdoc"
    assert [field.text for field in listed.iterfind("fields/field")] == ["supdocid", "supdocname", "folder"]
    assert [transport.calls[0].text(f".//expression/{name}") for name in ("field", "operator", "value")] == [
        "supdocid",
        "=",
        "mlc-att-1",
    ]


def test_a_list_that_is_not_whole_is_not_taken_for_the_whole() -> None:
    more = data_answer("<data><supdoc><supdocid>A</supdocid></supdoc></data>", listed=101)

    with pytest.raises(AnswerUnreadable, match="get_list supdoc: 100 more than the answer lists"):
        make_client(FakeTransport(more)).writing.find_attachments(["A"])
