"""Single keys of the profile, changed by the user or refused with a word on what is meant."""

import tomllib
from dataclasses import FrozenInstanceError

import pytest

from ml_connector.cleo import CIC_FOLDERS, ProfileError


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
        ("paging.items", 7, "write a text"),
        ("folders.list", ["/a"], "write a text"),
        ("error.message", "detail", "write a list of texts"),
        ("error.message", [], "write a list of texts"),
        ("files.move.ok", ["200"], "write a list of numbers"),
        ("files.move.ok", [200, True], "write a list of numbers"),
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


def test_a_profile_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        CIC_FOLDERS.paging.page_size = 5  # type: ignore[misc]
