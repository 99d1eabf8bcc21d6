"""Uploads: one request each, whose unclear outcome is told as unclear."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes

import pytest
from tests.unit.cleo.fakes import (
    ARCHIVE,
    INBOUND,
    FakeTransport,
    Reply,
    as_json,
    bearer,
    file_entry,
    in_turn,
    make_client,
    page,
    token,
)

from ml_connector.cleo import (
    CIC_FOLDERS,
    Ambiguous,
    CleoError,
    Client,
    Conflict,
    CredentialsRefused,
    FolderMissing,
    Forbidden,
    Incomplete,
    NotSent,
    Purpose,
    Rejected,
    RemoteFile,
    Throttled,
    Unavailable,
    Unsupported,
)

CONTENT = b"erp_key,name\r\nV1,Alnwick Bolts\r\n"
NAME = "INTACCT_Vendors_20260302.csv"
STORED = as_json({"id": "-U1", "name": NAME, "length": len(CONTENT)}, status=201)


def give() -> Iterator[bytes]:
    yield CONTENT[:10]
    yield CONTENT[10:]


def upload(client: Client, name: str = NAME) -> RemoteFile:
    return client.upload(INBOUND, name=name, pieces=give, length=len(CONTENT))


def test_a_file_goes_up_whole_under_its_name() -> None:
    transport = in_turn(token(), STORED)

    file = upload(make_client(transport))

    sent = transport.sent[1]
    headers = dict(sent.headers)
    assert transport.calls[1] == f"POST /api/folders/In-1/files?name={NAME}"
    assert (sent.purpose, transport.bodies) == (Purpose.UPLOAD, [CONTENT])
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"] == f'attachment; filename="{NAME}"'
    assert (file.id, file.name, file.length, file.folder) == ("-U1", NAME, len(CONTENT), INBOUND)


def test_a_form_carries_the_file_where_the_profile_wants_one() -> None:
    transport = in_turn(token(), STORED)
    profile = CIC_FOLDERS.override(
        {
            "files.upload": {
                "style": "multipart",
                "multipart_field": "document",
                "name_param": "",
                "disposition": False,
            }
        }
    )

    upload(make_client(transport, profile=profile))

    sent = transport.sent[1]
    headers = dict(sent.headers)
    form = message_from_bytes(
        f"Content-Type: {headers['content-type']}\r\n\r\n".encode() + transport.bodies[0]
    )
    _, part = form.walk()
    assert sent.stream is not None
    assert sent.stream.length == len(transport.bodies[0])
    assert transport.calls[1] == "POST /api/folders/In-1/files"
    assert "content-disposition" not in headers
    assert part.get_param("name", header="content-disposition") == "document"
    assert (part.get_filename(), part.get_payload(decode=True)) == (NAME, CONTENT)


def test_a_204_is_enough_though_it_has_no_word_of_the_file() -> None:
    file = upload(make_client(in_turn(token(), Reply(status=204))))

    assert (file.id, file.name, file.length) == ("", NAME, None)


def test_a_token_that_ran_out_lets_the_bytes_go_up_once_more() -> None:
    transport = in_turn(token(), Reply(status=401), token("tok-2"), STORED)

    upload(make_client(transport))

    assert transport.bodies == [CONTENT, CONTENT]
    assert bearer(transport.sent[-1]) == "Bearer tok-2"


def test_a_file_that_is_there_already_is_found_and_not_sent_again() -> None:
    there = file_entry("F7", name=NAME, length=len(CONTENT))
    transport = in_turn(token(), Reply(status=409), page(there))

    file = upload(make_client(transport))

    assert file.id == "F7"
    assert "filter=name+eq+%22INTACCT_Vendors_20260302.csv%22" in transport.calls[2]


@pytest.mark.parametrize("there", [[file_entry("F7", name=NAME, length=3)], []], ids=["other length", "none"])
def test_another_file_of_the_name_is_in_the_way(there: list[dict[str, object]]) -> None:
    lists = [page(*there)] if there else [page(), page()]
    client = make_client(in_turn(token(), Reply(status=409), *lists))

    with pytest.raises(Conflict, match=r"POST /api/folders/In-1/files answered 409"):
        upload(client)


@pytest.mark.parametrize(
    "answer",
    [
        Unavailable("POST /api/folders/In-1/files got no answer: ReadTimeout; try again later"),
        Reply(status=500),
        Reply(status=502),
        Reply(status=503),
        Reply(pieces=(b"<html>Sign in</html>",), headers={"content-type": "text/html"}),
        Reply(status=201, pieces=(b'{"id": "',), breaks=Incomplete("broke off")),
        Reply(status=202),
        Reply(status=200),
        Reply(status=201, pieces=(b"[]",)),
    ],
    ids=["no answer", "500", "502", "503", "a page", "cut short", "202", "200, empty", "201, a list"],
)
def test_without_a_whole_answer_it_is_unclear_whether_the_file_is_there(answer: Reply | CleoError) -> None:
    transport = in_turn(token(), answer)

    with pytest.raises(Ambiguous, match="look whether it was done before doing it again") as caught:
        upload(make_client(transport))

    assert "try again later" not in str(caught.value)
    assert len(transport.bodies) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (NotSent("no connection"), NotSent),
        (Reply(status=429), Throttled),
        (Reply(status=400), Rejected),
        (Reply(status=403), Forbidden),
        (Reply(status=404), FolderMissing),
        (Reply(status=405), Unsupported),
        (Reply(status=413), Rejected),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_was_surely_not_stored_is_told_as_that(
    answer: Reply | CleoError, expected: type[CleoError]
) -> None:
    with pytest.raises(expected) as caught:
        upload(make_client(in_turn(token(), answer)))

    assert type(caught.value) is expected


def test_no_token_no_upload() -> None:
    transport = in_turn(Reply(status=503))

    with pytest.raises(NotSent, match="POST /api/authentication answered 503"):
        upload(make_client(transport))

    assert transport.bodies == []


def test_a_second_401_is_no_doubt() -> None:
    transport = in_turn(token(), Reply(status=401), token("tok-2"), Reply(status=401))

    with pytest.raises(CredentialsRefused):
        upload(make_client(transport))


def test_a_file_that_cleo_cut_short_is_told_so() -> None:
    short = as_json({"id": "-U1", "name": NAME, "length": 5}, status=201)

    with pytest.raises(Incomplete, match=rf"Cleo keeps 5 of {len(CONTENT)} bytes; send it again"):
        upload(make_client(in_turn(token(), short)))


@pytest.mark.parametrize("length", [3, 5000])
def test_pieces_of_another_length_than_announced_are_never_sent_whole(length: int) -> None:
    client = make_client(in_turn(token(), STORED))

    with pytest.raises(ValueError, match=rf"announced were {length}"):
        client.upload(INBOUND, name=NAME, pieces=give, length=length)


@pytest.mark.parametrize(
    "name", ["", "../up.csv", "a/b.csv", "two words.csv", 'x".csv', ".hidden", "x" * 101]
)
def test_an_unsafe_name_is_refused_before_anything_is_sent(name: str) -> None:
    transport = in_turn()

    with pytest.raises(ValueError, match="no safe name"):
        upload(make_client(transport), name)

    assert transport.sent == []


def test_a_profile_without_a_path_for_uploads_says_so() -> None:
    client = make_client(in_turn(), profile=CIC_FOLDERS.override({"files.upload.path": ""}))

    with pytest.raises(Unsupported, match=r"files\.upload\.path"):
        upload(client)


def test_a_file_is_found_by_its_name_with_a_filter() -> None:
    transport = in_turn(token(), page(file_entry("F1", name="other.csv"), file_entry("F2", name=NAME)))

    file = make_client(transport).find_file(INBOUND, NAME)

    assert file is not None
    assert file.id == "F2"
    assert len(transport.sent) == 2


def test_that_a_filter_shows_nothing_is_believed_only_when_the_whole_list_has_nothing() -> None:
    transport = in_turn(token(), page(), page(file_entry("F2", name=NAME)))

    file = make_client(transport).find_file(INBOUND, NAME)

    assert file is not None
    assert ["filter=" in call for call in transport.calls[1:]] == [True, False]


def test_uploaded_files_may_be_listed_elsewhere() -> None:
    transport = in_turn(token(), page(file_entry("F2", name=NAME)))
    profile = CIC_FOLDERS.override({"files.upload.list": "/api/sent/{folder_id}", "filter.param": ""})

    assert make_client(transport, profile=profile).find_file(ARCHIVE, NAME) is not None

    assert transport.calls[1] == "GET /api/sent/Ar-1?startIndex=0&count=100"


def test_a_name_that_no_filter_can_hold_is_looked_for_in_the_whole_list() -> None:
    odd = 'say "hi".csv'
    transport = in_turn(token(), page(file_entry("F2", name=odd)))

    assert make_client(transport).find_file(INBOUND, odd) is not None

    assert "filter" not in transport.calls[1]


def test_a_folder_without_links_takes_uploads_at_the_path_of_the_profile() -> None:
    transport: FakeTransport = in_turn(token(), STORED)
    folder = replace(INBOUND, files_href=None, id="-a/b")

    make_client(transport).upload(folder, name=NAME, pieces=give, length=len(CONTENT))

    assert transport.calls[1].startswith("POST /api/folders/-a%2Fb/files?")
