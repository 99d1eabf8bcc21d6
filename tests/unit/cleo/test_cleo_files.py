"""Downloads, whole or not, and moves."""

import json
from dataclasses import replace

import pytest
from tests.unit.cleo.fakes import (
    ARCHIVE,
    FILE,
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
    AnswerUnreadable,
    CleoError,
    Client,
    Conflict,
    FileGone,
    Forbidden,
    ForeignLink,
    Incomplete,
    Purpose,
    Rejected,
    RemoteFile,
    Unavailable,
)

UNLINKED = replace(FILE, move_href=None, delete_href=None, content_href=None)
OF_UNKNOWN_LENGTH = replace(FILE, length=None)


def fetch(client: Client, file: RemoteFile = FILE) -> bytes:
    with client.download(file) as pieces:
        return b"".join(pieces)


def test_a_file_comes_in_the_pieces_the_wire_gives() -> None:
    transport = in_turn(token(), Reply(pieces=(b"ISA*00", b"*..~\x85"), headers={"content-length": "11"}))
    client = make_client(transport)

    with client.download(FILE) as pieces:
        first = next(pieces)
        still_open = transport.open_answers
        rest = list(pieces)

    assert (first, rest) == (b"ISA*00", [b"*..~\x85"])
    assert (still_open, transport.open_answers) == (1, 0)
    assert transport.calls[1] == "GET /api/folders/In-1/files/-F1/content"


def test_without_a_link_the_content_is_at_the_path_of_the_profile() -> None:
    transport = in_turn(token(), Reply(pieces=(b"elevenbytes",)))
    profile = CIC_FOLDERS.override({"files.content": "/api/d/{folder_id}/{file_id}"})

    assert fetch(make_client(transport, profile=profile), UNLINKED) == b"elevenbytes"

    assert transport.calls[1] == "GET /api/d/In-1/-F1"


def test_a_link_of_a_file_to_another_host_is_refused_before_anything_is_sent() -> None:
    transport = in_turn()
    stray = replace(FILE, content_href="https://other.example/-F1", move_href="https://other.example/-F1")
    client = make_client(transport)

    with pytest.raises(ForeignLink, match=r"other\.example"):
        fetch(client, stray)
    with pytest.raises(ForeignLink, match=r"other\.example"):
        client.move(stray, ARCHIVE)

    assert transport.sent == []


@pytest.mark.parametrize(
    ("file", "headers", "pieces"),
    [
        (FILE, {}, (b"tenbytes..",)),
        (FILE, {}, ()),
        (FILE, {"content-length": "10"}, (b"tenbytes..",)),
        (FILE, {"content-length": "10"}, (b"elevenbytes",)),
        (OF_UNKNOWN_LENGTH, {"content-length": "12"}, (b"elevenbytes",)),
    ],
    ids=["short", "empty", "shorter than listed", "longer than announced", "shorter than announced"],
)
def test_a_file_of_another_length_than_promised_is_incomplete(
    file: RemoteFile, headers: dict[str, str], pieces: tuple[bytes, ...]
) -> None:
    client = make_client(in_turn(token(), Reply(pieces=pieces, headers=headers)))

    with pytest.raises(Incomplete, match=r"gave \d+ bytes where .* promised; fetch it again"):
        fetch(client, file)


def test_a_file_that_does_not_end_is_given_up_at_the_promised_length() -> None:
    client = make_client(in_turn(token(), Reply(pieces=(b"elevenbytes",) * 1000)))
    taken: list[bytes] = []

    with pytest.raises(Incomplete, match="gave 22 bytes where 11"), client.download(FILE) as pieces:
        taken.extend(pieces)

    assert taken == [b"elevenbytes"]


def test_a_file_nobody_knows_the_length_of_is_taken_as_it_comes() -> None:
    client = make_client(in_turn(token(), Reply(pieces=(b"any", b"thing"))))

    assert fetch(client, OF_UNKNOWN_LENGTH) == b"anything"


def test_a_compressed_answer_is_measured_by_the_listed_length_only() -> None:
    headers = {"content-encoding": "gzip", "content-length": "7"}
    client = make_client(in_turn(token(), Reply(pieces=(b"elevenbytes",), headers=headers)))

    assert fetch(client) == b"elevenbytes"


def test_a_file_whose_bytes_break_off_is_incomplete() -> None:
    client = make_client(in_turn(token(), Reply(pieces=(b"eleven",), breaks=Incomplete("broke off"))))

    with pytest.raises(Incomplete, match="broke off"):
        fetch(client)


def test_a_web_page_in_place_of_a_file_is_not_taken_for_one() -> None:
    page = Reply(pieces=(b"<html>Sign in</html>",), headers={"content-type": "text/html; charset=utf-8"})
    client = make_client(in_turn(token(), page, page))

    with pytest.raises(AnswerUnreadable, match=r"an HTML page, not the listed file; see key files\.content"):
        fetch(client)
    with pytest.raises(AnswerUnreadable, match="HTML page"):
        fetch(client, OF_UNKNOWN_LENGTH)


def test_a_file_that_is_a_web_page_can_be_had() -> None:
    headers = {"content-type": "text/html", "content-length": "11"}
    client = make_client(in_turn(token(), Reply(pieces=(b"<p>Hello!\r\n",), headers=headers)))

    assert fetch(client) == b"<p>Hello!\r\n"


@pytest.mark.parametrize("status", [404, 410])
def test_a_listed_file_that_is_gone_is_told_apart(status: int) -> None:
    gone = Reply(status=status)
    client = make_client(in_turn(token(), gone, page(), gone, page()))

    with pytest.raises(FileGone, match=r"GET .*/-F1/content answered \d+; another reader may have taken it"):
        fetch(client)
    with pytest.raises(FileGone, match=r"PATCH .*/-F1 answered"):
        client.move(FILE, ARCHIVE)


def test_a_file_that_is_not_found_though_it_is_listed_has_a_wrong_address() -> None:
    client = make_client(in_turn(token(), Reply(status=404), page(file_entry("-F1"))))

    with pytest.raises(
        AnswerUnreadable, match=r"is 404, though the folder lists the file; see key files\.content"
    ):
        fetch(client)


def test_a_download_whose_token_ran_out_is_repeated_with_a_new_one() -> None:
    whole = Reply(pieces=(b"elevenbytes",))
    transport = in_turn(token(), Reply(status=401, pieces=(b"{}",)), token("tok-2"), whole)

    assert fetch(make_client(transport)) == b"elevenbytes"

    assert bearer(transport.sent[-1]) == "Bearer tok-2"
    assert transport.open_answers == 0


def test_an_error_of_the_caller_ends_the_download_and_nothing_is_repeated() -> None:
    transport = in_turn(token(), Reply(pieces=(b"elevenbytes",)))
    client = make_client(transport)

    def write(_piece: bytes) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), client.download(FILE) as pieces:
        write(next(pieces))

    assert len(transport.sent) == 2
    assert transport.open_answers == 0


@pytest.mark.parametrize("answer", [as_json({"id": "-F1"}), Reply(status=204)], ids=["200", "204"])
def test_a_move_tells_the_file_its_new_folder(answer: Reply) -> None:
    transport = in_turn(token(), answer)

    make_client(transport).move(FILE, ARCHIVE)

    move = transport.sent[1]
    assert transport.calls[1] == "PATCH /api/folders/In-1/files/-F1"
    assert move.purpose is Purpose.MOVE
    assert dict(move.headers)["content-type"] == "application/json"
    assert json.loads(move.body) == {"folder": {"href": "/api/folders/Ar-1"}}


def test_a_move_is_shaped_by_the_profile() -> None:
    transport = in_turn(token(), Reply(status=202))
    profile = CIC_FOLDERS.override(
        {
            "files.move": {
                "method": "PUT",
                "path": "/api/move/{file_id}",
                "field": "parent",
                "value": "/{target_id}",
                "ok": [202],
            }
        }
    )

    make_client(transport, profile=profile).move(UNLINKED, ARCHIVE)

    assert transport.calls[1] == "PUT /api/move/-F1"
    assert json.loads(transport.sent[1].body) == {"parent": "/Ar-1"}


def test_a_move_that_cleo_confirmed_is_done_even_if_the_rest_of_the_answer_breaks_off() -> None:
    client = make_client(in_turn(token(), Reply(pieces=(b"{",), breaks=Incomplete("broke off"))))

    client.move(FILE, ARCHIVE)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (403, Forbidden),
        (405, Rejected),
        (409, Conflict),
        (501, Rejected),
        (502, Unavailable),
        (202, AnswerUnreadable),
    ],
)
def test_a_move_that_is_not_confirmed_is_an_error(status: int, expected: type[CleoError]) -> None:
    client = make_client(in_turn(token(), Reply(status=status)))

    with pytest.raises(expected, match=rf"PATCH /api/folders/In-1/files/-F1 answered {status}"):
        client.move(FILE, ARCHIVE)
