"""What a status means, what an error's body says, and where a base URL may lead."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.cleo.fakes import (
    ARCHIVE,
    CREDENTIALS,
    FILE,
    FakeClock,
    FakeTransport,
    Reply,
    as_json,
    in_turn,
    make_client,
    page,
    token,
)

from ml_connector import cleo
from ml_connector.cleo import (
    Answer,
    AnswerUnreadable,
    CleoError,
    Client,
    Conflict,
    Forbidden,
    ForeignLink,
    Incomplete,
    Misconfigured,
    Rejected,
    Request,
    Throttled,
    Unavailable,
    Unsupported,
    errors,
)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (204, AnswerUnreadable),
        (302, Misconfigured),
        (400, Rejected),
        (403, Forbidden),
        (404, Rejected),
        (405, Rejected),
        (408, Unavailable),
        (409, Conflict),
        (415, Rejected),
        (425, Unavailable),
        (429, Throttled),
        (500, Unavailable),
        (501, Rejected),
        (503, Unavailable),
        (599, Unavailable),
    ],
)
def test_a_status_is_classed_by_what_to_do_next(status: int, expected: type[CleoError]) -> None:
    client = make_client(in_turn(token(), Reply(status=status)))

    with pytest.raises(CleoError, match=rf"^GET /api/folders answered {status}; \w+") as caught:
        client.check()

    assert type(caught.value) is expected


def test_a_request_cleo_does_not_know_names_the_key_of_its_address() -> None:
    client = make_client(in_turn(token(), Reply(status=404)))

    with pytest.raises(Rejected, match=r"its key folders\.list decides this address"):
        client.check()


def test_each_way_in_which_the_profile_may_not_fit_has_a_cure_of_its_own() -> None:
    kinds = (Rejected, Unsupported, AnswerUnreadable, ForeignLink)

    assert all(kind.cure for kind in kinds)
    assert len({kind.cure for kind in kinds}) == len(kinds)


def test_a_call_that_is_not_offered_names_the_key_of_its_address() -> None:
    client = make_client(in_turn(token(), Reply(status=405)))

    with pytest.raises(
        Unsupported, match=r"name this tenant's own call in the profile.*its key files\.move\.path"
    ):
        client.move(FILE, ARCHIVE)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (as_json({"message": "No right\x1b[0m", "errorCode": 403}, status=403), ": No right[0m;"),
        (as_json({"error": "denied", "error_description": "Not yours"}, status=403), ": Not yours;"),
        (as_json({"message": "x" * 5000}, status=403), ": " + "x" * 300 + ";"),
        (as_json({"message": 17}, status=403), "answered 403;"),
        (as_json(["message"], status=403), "answered 403;"),
        (Reply(status=403, pieces=(b"<html>Denied</html>",)), "answered 403;"),
        (Reply(status=403), "answered 403;"),
        (Reply(status=403, pieces=(b'{"mess',), breaks=Incomplete("broke off")), "answered 403;"),
    ],
    ids=["message", "description", "long", "number", "list", "page", "empty", "broken"],
)
def test_the_body_of_an_error_is_quoted_when_it_can_be_read(error: Reply, said: str) -> None:
    client = make_client(in_turn(token(), error))

    with pytest.raises(Forbidden) as caught:
        client.check()

    assert said in str(caught.value)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("17", timedelta(seconds=17)),
        ("999999999", timedelta(days=1)),
        ("Mon, 02 Mar 2026 12:01:30 GMT", timedelta(seconds=90)),
        ("Mon, 02 Mar 2026 12:01:30 -0000", timedelta(seconds=90)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("Mon, 02 Mar 2099 12:00:00 GMT", timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_the_wait_that_cleo_asks_for_is_told(status: int, header: str, wait: timedelta | None) -> None:
    client = make_client(in_turn(token(), Reply(status=status, headers={"retry-after": header})))

    with pytest.raises(Unavailable) as caught:
        client.check()

    assert caught.value.retry_after == wait


def test_errors_survive_being_stored() -> None:
    error = Throttled("GET /api/folders answered 429", retry_after=timedelta(seconds=9))

    restored = pickle.loads(pickle.dumps(error))

    assert (str(restored), restored.retry_after) == (str(error), timedelta(seconds=9))


@pytest.mark.parametrize(
    ("base_url", "asked"),
    [
        ("https://birch.example", "https://birch.example"),
        ("https://birch.example/", "https://birch.example"),
        ("https://Birch.example:6080/api", "https://birch.example:6080"),
        ("https://birch.example/api/", "https://birch.example"),
        ("http://127.0.0.1:8089/api", "http://127.0.0.1:8089"),
        ("http://localhost:8089", "http://localhost:8089"),
        ("http://[::1]:8089", "http://[::1]:8089"),
    ],
)
def test_a_base_url_may_end_with_api_or_not(base_url: str, asked: str) -> None:
    transport = in_turn(token(), page())
    client = Client(base_url=base_url, credentials=CREDENTIALS, transport=transport, clock=FakeClock())

    client.check()

    assert [request.url.split("?")[0] for request in transport.sent] == [
        f"{asked}/api/authentication",
        f"{asked}/api/folders",
    ]


@pytest.mark.parametrize(
    "base_url",
    [
        "http://birch.example",
        "http://10.0.0.1/api",
        "http://[fe80::1]",
        "ftp://birch.example",
        "birch.example",
        "",
        "https://",
        "https://[::1",
        "https://birch.example:99999",
        "https://birch.example:0",
        "https://birch.example/cleo/api",
        "https://birch.example/api?key=hunter2",
        "https://birch.example/#hunter2",
        "https://edi:hunter2@birch.example",
        " https://birch.example",
        "https://birch .example",
        "https://birch.example\n",
    ],
)
def test_a_base_url_that_cannot_be_right_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(Misconfigured, match=r"write it as https://TENANT\.cleointegration\.com") as caught:
        Client(base_url=base_url, credentials=CREDENTIALS, transport=in_turn(), clock=FakeClock())

    assert "hunter2" not in str(caught.value)


def test_every_error_says_what_to_do_and_belongs_to_the_tree() -> None:
    tree = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)]

    assert {each.__name__ for each in tree} <= set(cleo.__all__)
    assert [each for each in tree if not issubclass(each, CleoError)] == []
    assert [each for each in tree if issubclass(each, CleoError) and not each.cure] == [CleoError]
    assert [
        each.__name__ for each in tree if f" {each.__name__} " not in f"{errors.__doc__} ".replace("\n", " ")
    ] == []


def test_everything_public_is_described() -> None:
    described = [name for name in cleo.__all__ if not (vars(cleo)[name].__doc__ or "").strip()]

    assert described == []


@pytest.mark.parametrize("module", ["cleo", "cleo.errors", "cleo.objects", "cleo.profile", "cleo.client"])
def test_the_package_stands_alone_and_loads_no_http_library(module: str) -> None:
    script = (
        f"import sys, ml_connector.{module}\n"
        "ours = {name for name in sys.modules if name.startswith('ml_connector.')}\n"
        "print(sorted(name for name in ours if not name.startswith('ml_connector.cleo')), 'httpx2' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[] False"


@pytest.mark.parametrize(
    "asked", ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 +2300"]
)
def test_a_wait_until_a_moment_that_is_none_is_no_wait(asked: str) -> None:
    client = make_client(in_turn(token(), Reply(status=429, headers={"retry-after": asked})))

    with pytest.raises(Throttled) as caught:
        client.find_folder("/edi/inbound")

    assert caught.value.retry_after in {None, timedelta(0)}


def test_an_answer_that_trickles_in_is_given_up() -> None:
    clock = FakeClock()

    def trickle() -> Iterator[bytes]:
        for _ in range(1000):
            clock.advance(1)
            yield b" "

    class Trickling(FakeTransport):
        @contextmanager
        def open(self, request: Request) -> Iterator[Answer]:
            with super().open(request) as answer:
                yield answer if request.method == "POST" else replace(answer, pieces=trickle())

    client = make_client(Trickling(lambda _request: token()), clock=clock)

    with pytest.raises(Incomplete, match="not whole after 120 seconds"):
        client.check()
