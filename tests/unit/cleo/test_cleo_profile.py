"""Single keys of the profile, changed by the user or refused with a word on what is meant."""

import tomllib
from dataclasses import FrozenInstanceError

import pytest

from ml_connector.cleo import CIC_FOLDERS, ProfileError, get_profile


def test_a_key_is_changed_by_its_dotted_name_or_nested_and_the_rest_stays() -> None:
    settings = tomllib.loads("""
        "paging.start_base" = 1
        folders.list = "/v2/folders"
        [files.move]
        ok = [200, 202]
        [error]
        message = ["detail"]
    """)

    profile = CIC_FOLDERS.override(settings)

    assert profile.paging.start_base == 1
    assert profile.folders.list == "/v2/folders"
    assert profile.files.move.ok == (200, 202)
    assert profile.error.message == ("detail",)
    assert profile.paging.page_size == CIC_FOLDERS.paging.page_size
    assert profile.override({}) == profile
    assert CIC_FOLDERS.paging.start_base == 0


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("folders.lst", "folders.list"),
        ("paging.page_sise", "paging.page_size"),
        ("start_base", "paging.start_base"),
        ("auth.response.acces_token", "auth.response.access_token"),
        ("folders.list.path", "folders.list"),
    ],
)
def test_an_unknown_key_is_answered_with_those_near_it(key: str, near: str) -> None:
    with pytest.raises(ProfileError, match=rf"no key '{key}'; known keys near it: .*{near}"):
        CIC_FOLDERS.override({key: "x"})


def test_a_key_like_no_other_is_answered_with_all_of_them() -> None:
    with pytest.raises(ProfileError, match=r"auth\.token_path, .*files\.move\.ok"):
        CIC_FOLDERS.override({"zzz": 1})


def test_a_group_is_no_key() -> None:
    with pytest.raises(ProfileError, match="no key 'paging'"):
        CIC_FOLDERS.override({"paging": 1})


@pytest.mark.parametrize(
    ("key", "value", "cure"),
    [
        ("paging.start_base", "1", "write a whole number"),
        ("paging.start_base", True, "write a whole number"),
        ("paging.start_base", -1, "write 0 or more"),
        ("paging.page_size", 0, "write 1 or more"),
        ("auth.default_ttl_s", 9.5, "write a whole number"),
        ("paging.count_param", 7, "write a text"),
        ("paging.items", 7, "write a name or a list of names"),
        ("error.message", ["detail", 7], "write a name or a list of names"),
        ("folders.list", ["/a"], "write a path from the host's root"),
        ("files.upload.style", "soap", "write raw or multipart"),
        ("files.upload.disposition", "yes", "write true or false"),
        ("files.move.ok", [], "write a list of numbers"),
        ("files.move.ok", ["200"], "write a list of numbers"),
        ("files.move.ok", [200, True], "write a list of numbers"),
        ("folders.list", "", "write a path from the host's root"),
        ("folders.list", "/api/\n", "write a path from the host's root"),
        ("files.delete.path", "/api/{folder_id}", r"write a path with {file_id} in the place of the id"),
        ("folders.files", "/api/files", r"write a path with {folder_id} in the place of the id"),
        ("folders.id", "", "write a name"),
        ("files.upload.multipart_field", "dätei", "write printable ASCII"),
        ("files.upload.content_type", 'a"', "write printable ASCII"),
        ("files.move.method", "PAT CH", "write a method"),
        ("auth.refresh_margin_s", 10**30, "write 0 or more, up to 86400"),
        ("folders.list", "api/folders", "write a path from the host's root"),
        ("folders.list", "https://other.example/api", "write a path from the host's root"),
        ("folders.list", "//other.example/api", "write a path from the host's root"),
        (
            "folders.list",
            "/api/{folder_id}",
            r"write a path without {folder_id} \(places it may have: none\)",
        ),
        (
            "folders.files",
            "/api/{folderId}",
            r"write a path without {folderId} \(places it may have: {folder_id}\)",
        ),
    ],
)
def test_a_value_of_the_wrong_kind_names_key_value_and_cure(key: str, value: object, cure: str) -> None:
    with pytest.raises(ProfileError, match=rf"the key {key} of the Cleo profile is .*; {cure}"):
        CIC_FOLDERS.override({key: value})


def test_of_several_names_of_a_member_each_may_be_written_alone() -> None:
    profile = CIC_FOLDERS.override(
        {"folders.key": "name", "folders.id": ["uid", "id"], "files.move.link": ""}
    )

    assert profile.folders.key == ("name",)
    assert profile.folders.id == ("uid", "id")
    assert profile.files.move.link == ()


def test_a_layout_of_connections_ships_beside_that_of_folders() -> None:
    harmony = get_profile("harmony-connection")

    assert get_profile("cic-folders") is CIC_FOLDERS
    assert harmony.folders.list == "/api/connections"
    assert harmony.files.after_read == "ledger"
    assert harmony.paging == CIC_FOLDERS.paging


def test_a_layout_there_is_none_of_is_answered_with_those_there_are() -> None:
    with pytest.raises(
        ProfileError, match=r"no Cleo profile 'cic'; there are: cic-folders, harmony-connection"
    ):
        get_profile("cic")


def test_a_profile_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        CIC_FOLDERS.paging.page_size = 5  # type: ignore[misc]
