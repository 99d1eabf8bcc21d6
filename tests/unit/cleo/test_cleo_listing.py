"""Folders and files as the client lists them: links, paths, pages and odd entries."""

from datetime import UTC, datetime

import pytest
from tests.unit.cleo.fakes import (
    ARCHIVE,
    INBOUND,
    FakeTransport,
    Reply,
    as_json,
    file_entry,
    folder_entry,
    in_turn,
    make_client,
    page,
    token,
)

from ml_connector.cleo import (
    CIC_FOLDERS,
    AnswerUnreadable,
    Client,
    FolderMissing,
    ForeignLink,
    Incomplete,
    RemoteFile,
    Request,
)


def list_ids(client: Client) -> list[str]:
    return [file.id for file in client.list_files(INBOUND)]


def read_one(entry: dict[str, object]) -> RemoteFile:
    (file,) = make_client(in_turn(token(), page(entry))).list_files(INBOUND)
    return file


def serve(ids: list[str], *, cap: int = 1000, total: bool = True) -> FakeTransport:
    """A folder that obeys startIndex and gives at most `cap` files at a time."""

    def handle(request: Request) -> Reply:
        if request.method == "POST":
            return token()
        start = int(request.url.split("startIndex=")[1].split("&")[0])
        entries = [file_entry(each) for each in ids[start : start + cap]]
        return page(*entries, total=len(ids)) if total else as_json({"resources": entries})

    return FakeTransport(handle)


def test_a_folder_is_found_by_its_path() -> None:
    client = make_client(in_turn(token(), page(folder_entry(ARCHIVE), folder_entry(INBOUND))))

    folder = client.find_folder("/edi/inbound")

    assert folder == INBOUND


def test_a_missing_folder_is_answered_with_the_folders_there_are() -> None:
    client = make_client(in_turn(token(), page(folder_entry(INBOUND), folder_entry(ARCHIVE))))

    with pytest.raises(FolderMissing, match=r"'/edi/in'.*it sees: /edi/archive, /edi/inbound;"):
        client.find_folder("/edi/in")


def test_an_account_without_folders_is_told_so() -> None:
    client = make_client(in_turn(token(), as_json({"totalResults": 0})))

    with pytest.raises(FolderMissing, match="it sees: none"):
        client.find_folder("/edi/inbound")


def test_check_tells_lifetime_and_folders() -> None:
    client = make_client(in_turn(token(expires_in=3600), page(folder_entry(INBOUND))))

    access = client.check()

    assert access.folders == (INBOUND,)
    assert access.token_lifetime is not None
    assert access.token_lifetime.total_seconds() == 3600


def test_the_link_to_the_files_is_followed_even_if_it_has_a_query_of_its_own() -> None:
    transport = in_turn(token(), page(file_entry("F1")))
    linked = CIC_FOLDERS.override({"folders.files": "/elsewhere/{folder_id}"})
    client = make_client(transport, profile=linked)
    folder = type(INBOUND)(id="In-1", path="/edi/inbound", files_href="/api/x?view=full")

    files = list(client.list_files(folder))

    assert transport.calls[1] == "GET /api/x?view=full&startIndex=0&count=100"
    assert files[0].folder == folder


def test_without_a_link_the_path_of_the_profile_serves_with_the_id_encoded() -> None:
    transport = in_turn(token(), page())
    folder = type(INBOUND)(id="-a/b?{folder_id}", path="/edi/inbound", files_href=None)

    assert list(make_client(transport).list_files(folder)) == []

    assert transport.calls[1] == ("GET /api/folders/-a%2Fb%3F%7Bfolder_id%7D/files?startIndex=0&count=100")


def test_a_link_may_be_one_of_several_or_spell_out_our_own_host() -> None:
    entry = {
        **folder_entry(INBOUND),
        "_links": {"files": [{"href": "https://Birch.example/api/f?x=1"}, {"href": "/2"}]},
    }
    transport = in_turn(token(), page(entry), page())
    client = make_client(transport)

    list(client.list_files(client.find_folder("/edi/inbound")))

    assert transport.calls[2] == "GET /api/f?x=1&startIndex=0&count=100"


@pytest.mark.parametrize(
    "href",
    [
        "https://other.example/api/folders",
        "//other.example/api",
        "http://birch.example/api",
        "https://birch.example:8443/api",
        "https://birch.example@other.example/api",
        "https://birch.example\\@other.example/api",
        "https://[oops/api",
        "/api/\n/files",
        "api/folders",
    ],
)
def test_a_link_to_anywhere_else_is_refused_before_anything_is_sent(href: str) -> None:
    transport = in_turn()
    folder = type(INBOUND)(id="In-1", path="/edi/inbound", files_href=href)

    with pytest.raises(ForeignLink, match=r"instead of https://birch\.example: not followed"):
        make_client(transport).list_files(folder)

    assert transport.sent == []


def test_a_server_that_gives_less_than_we_ask_for_is_read_to_the_end() -> None:
    transport = serve([f"F{n}" for n in range(120)], cap=50)

    ids = list_ids(make_client(transport))

    assert ids == [f"F{n}" for n in range(120)]
    assert [call.rpartition("?")[2] for call in transport.calls[1:]] == [
        "startIndex=0&count=100",
        "startIndex=50&count=100",
        "startIndex=100&count=100",
    ]


def test_a_list_without_a_total_ends_with_an_empty_page() -> None:
    transport = serve(["F1", "F2", "F3"], cap=2, total=False)

    assert list_ids(make_client(transport)) == ["F1", "F2", "F3"]
    assert len(transport.sent) == 4


def test_a_list_that_ends_before_its_total_is_no_list() -> None:
    transport = in_turn(token(), page(file_entry("F1"), total=5), as_json({"totalResults": 5}))

    with pytest.raises(AnswerUnreadable, match=r"ended after 1 of the 5 .* paging\.start_param"):
        list_ids(make_client(transport))


def test_a_total_smaller_than_what_came_is_none() -> None:
    transport = in_turn(token(), page(file_entry("F1"), total=0), page(file_entry("F2"), total=0), page())

    assert list_ids(make_client(transport)) == ["F1", "F2"]


def test_one_entry_that_cannot_be_read_is_told_of_and_keeps_no_other_back() -> None:
    listed = page(file_entry("F1"), {"name": "odd.edi"}, file_entry("F2"))
    told: list[AnswerUnreadable] = []
    client = make_client(in_turn(token(), listed))

    assert [file.id for file in client.list_files(INBOUND, on_odd=told.append)] == ["F1", "F2"]
    assert ["files.fields.id" in str(error) for error in told] == [True]
    with pytest.raises(AnswerUnreadable):
        list(make_client(in_turn(token(), listed)).list_files(INBOUND))


def test_a_message_names_few_of_many_members_and_nothing_unprintable() -> None:
    many = as_json({f"k{number}\x1b[2J": 1 for number in range(1000)})

    with pytest.raises(AnswerUnreadable, match="and 980 more") as caught:
        list_ids(make_client(in_turn(token(), many)))

    assert len(str(caught.value)) < 500
    assert str(caught.value).isprintable()


def test_a_page_that_shifted_repeats_no_file() -> None:
    transport = in_turn(
        token(),
        page(file_entry("F1"), file_entry("F2"), total=4),
        page(file_entry("F2"), file_entry("F3"), total=4),
    )

    assert list_ids(make_client(transport)) == ["F1", "F2", "F3"]


def test_a_server_that_always_gives_the_same_page_does_not_keep_us() -> None:
    same = page(file_entry("F1"), file_entry("F2"), total=500)
    transport = in_turn(token(), same, same)

    with pytest.raises(AnswerUnreadable, match="ended after 2 of the 500"):
        list_ids(make_client(transport))


def test_a_list_without_end_is_an_error() -> None:
    def handle(request: Request) -> Reply:
        return (
            token()
            if request.method == "POST"
            else as_json({"resources": [file_entry(f"F{len(transport.sent)}")]})
        )

    transport = FakeTransport(handle)

    with pytest.raises(AnswerUnreadable, match="no end after 10000 pages"):
        make_client(transport).list_files(INBOUND)


def test_the_whole_list_is_read_before_the_first_file_is_given() -> None:
    transport = serve(["F1", "F2", "F3"], cap=2)

    next(make_client(transport).list_files(INBOUND))

    assert len(transport.sent) == 3


def test_another_layout_needs_the_profile_only() -> None:
    profile = CIC_FOLDERS.override(
        {
            "paging": {"start_param": "offset", "start_base": 1, "count_param": "limit", "page_size": 2},
            "paging.total": "page.total",
            "paging.items": "data",
            "folders": {"list": "/v2/dirs", "key": "name", "id": "key"},
            "files.fields": {"id": "key", "name": "label", "length": "size.bytes", "modified": "changed"},
            "files.content_link": "",
        }
    )
    folders = as_json({"page": {"total": 1}, "data": [{"key": 7, "name": "inbox"}]})
    entry = {
        "key": 8,
        "label": "a.edi",
        "size": {"bytes": "12"},
        "changed": "2026-03-01T10:00:00+02:00",
        "_links": {},
    }
    transport = in_turn(token(), folders, as_json({"page": {"total": 1}, "data": [entry]}))
    client = make_client(transport, profile=profile)

    (file,) = client.list_files(client.find_folder("inbox"))

    assert (file.id, file.name, file.length) == ("8", "a.edi", 12)
    assert file.modified == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert file.content_href is None
    assert transport.calls[1:] == [
        "GET /v2/dirs?offset=1&limit=2",
        "GET /api/folders/7/files?offset=1&limit=2",
    ]


def test_a_file_is_read_with_its_links_and_its_time() -> None:
    file = read_one(
        file_entry(
            "F1",
            length=0,
            unknown={"ignored": [1]},
            meta={"lastModified": "2026-01-06T20:31:24Z"},
            _links={"self": {"href": "/api/s"}, "content": [{"href": "/api/c"}]},
        )
    )

    assert (file.length, file.move_href, file.delete_href, file.content_href) == (
        0,
        "/api/s",
        "/api/s",
        "/api/c",
    )
    assert file.modified == datetime(2026, 1, 6, 20, 31, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("modified", "expected"),
    [
        ("2026-01-06T20:31:24", datetime(2026, 1, 6, 20, 31, 24, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (1767731484, None),
    ],
)
def test_a_time_is_utc_or_unknown(modified: object, expected: datetime | None) -> None:
    file = read_one(file_entry("F1", meta={"lastModified": modified}))

    assert file.modified == expected


@pytest.mark.parametrize("length", [None, -1, 1.5, True, "many", "1" * 40])
def test_a_length_that_is_no_number_is_unknown(length: object) -> None:
    assert read_one(file_entry("F1", length=length)).length is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\x1b[31m\r\nb\u202egpj.edi\ud800", "a[31mbgpj.edi"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("x" * 400, "x" * 255),
        ("\x00\x07", "F1"),
        (None, "F1"),
    ],
)
def test_a_name_from_a_partner_is_safe_to_display(name: object, shown: str) -> None:
    assert read_one(file_entry("F1", name=name)).name == shown


@pytest.mark.parametrize("file_id", [None, "", ".", "..", "a\nb", "\ud800", True, 1.5, ["F1"]])
def test_an_entry_without_a_usable_id_names_the_key(file_id: object) -> None:
    with pytest.raises(AnswerUnreadable, match=r"files\.fields\.id"):
        read_one(file_entry("F1", id=file_id))


def test_an_entry_that_is_no_object_names_the_key() -> None:
    client = make_client(in_turn(token(), page("F1")))

    with pytest.raises(AnswerUnreadable, match=r"files\.fields\.id"):
        client.list_files(INBOUND)


def test_a_folder_without_a_path_names_the_key() -> None:
    client = make_client(in_turn(token(), page({"id": "In-1", "name": "/edi/inbound"})))

    with pytest.raises(AnswerUnreadable, match=r"a folder without 'path'.*folders\.key"):
        client.find_folder("/edi/inbound")


@pytest.mark.parametrize(
    ("document", "members"),
    [
        ({"totalResults": 2}, "totalResults"),
        ({"total": 2, "items": []}, "items, total"),
        ({"totalResults": 0, "resources": {"id": 1}}, "resources, totalResults"),
        ({}, "no members"),
    ],
)
def test_a_page_of_another_shape_names_the_key_and_what_is_there(document: object, members: str) -> None:
    client = make_client(in_turn(token(), as_json(document)))

    with pytest.raises(
        AnswerUnreadable, match=rf"no list 'resources' \(it has {members}\); see key paging\.items"
    ):
        client.list_files(INBOUND)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "empty"),
        (b"  ", "empty"),
        (b"<!DOCTYPE html><title>Sign in</title>", "an HTML page"),
        (b"[]", "2 bytes of something else"),
        (b'{"resources": [', "15 bytes of something else"),
        (b"\xff\xfe", "2 bytes of something else"),
        (b"[" * 100_000, "100000 bytes of something else"),
    ],
    ids=["empty", "blank", "page", "list", "cut", "bytes", "deep"],
)
def test_an_answer_that_is_no_json_object_says_what_it_is(body: bytes, found: str) -> None:
    client = make_client(in_turn(token(), Reply(pieces=(body,))))

    with pytest.raises(
        AnswerUnreadable, match=rf"GET /api/folders is {found}, not a JSON object; see key folders\.list"
    ):
        client.check()


def test_an_answer_too_long_for_a_list_is_not_read_to_its_end() -> None:
    endless = Reply(pieces=(b'{"totalResults": 0', b" " * (16 * 1024 * 1024), b"}"))
    client = make_client(in_turn(token(), endless))

    with pytest.raises(AnswerUnreadable, match="16777234 bytes of something else"):
        client.check()


def test_a_byte_order_mark_before_the_json_does_not_matter() -> None:
    client = make_client(in_turn(token(), Reply(pieces=(b"\xef\xbb\xbf{", b'"totalResults":0}'))))

    assert client.check().folders == ()


def test_a_list_that_breaks_off_is_incomplete() -> None:
    client = make_client(in_turn(token(), Reply(pieces=(b"{",), breaks=Incomplete("broke off"))))

    with pytest.raises(Incomplete):
        client.list_files(INBOUND)


def test_a_folder_that_is_gone_is_missing() -> None:
    client = make_client(in_turn(token(), Reply(status=404)))

    with pytest.raises(FolderMissing, match=r"GET /api/folders/In-1/files answered 404"):
        client.list_files(INBOUND)
