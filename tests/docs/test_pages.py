"""What the pages show can be done: commands exist, configurations load, links lead somewhere."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.docs.pages import PAGES, ROOT, list_blocks, list_headings, list_spans, name_page, read_page, slug
from typer.core import TyperArgument, TyperOption

from docs import generate
from ml_connector.cleo import CIC_FOLDERS
from ml_connector.cli.starter import read_part
from ml_connector.config import Tables
from ml_connector.edi.policy import ACTIONS, parse_policy
from ml_connector.edi.schema_loading import SETS, load_schema
from ml_connector.edi.tightening import tighten
from ml_connector.mapping.rules.purchasing import list_named, merge_purchasing
from ml_connector.mapping.rules.rulebook import RuleFile, parse_rules
from ml_connector.mapping.rules.toml_reading import build_model

COMMANDS = dict(generate.list_commands())
SHELL = re.compile(r"[|;&]+|>>?|2>&1")

each_page = pytest.mark.parametrize("page", PAGES, ids=name_page)


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in map(slug, list_headings(file.read_text(encoding="utf-8"))), target


@each_page
def test_commands_and_their_options_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shown = [
        line
        for block in list_blocks(text)
        if block.language in {"sh", "ini", "text"}
        for line in block.body.splitlines()
    ]
    calls = [call for line in (*shown, *list_spans(text)) for call in _find_calls(line)]

    for call in calls:
        _check_call(call)


@each_page
def test_make_targets_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = [
        line.strip()
        for block in list_blocks(text)
        if block.language == "sh"
        for line in block.body.splitlines()
    ]

    for line in (*shown, *list_spans(text)):
        if line.startswith("make "):
            assert line.split()[1] in targets, line


@each_page
def test_toml_on_a_page_loads(page: Path) -> None:
    for block in list_blocks(page.read_text(encoding="utf-8")):
        if block.language == "toml":
            tables = tomllib.loads(block.body)
            if tables.keys() <= Tables.model_fields.keys():
                _check_configuration(tables)
            elif tables.keys() <= ACTIONS.keys():
                parse_policy(tables)
            elif tables.keys() <= set(SETS):
                _check_overlays(tables)
            else:
                _check_rules(block.body, tables)


@each_page
def test_no_page_names_a_place_of_this_machine_or_a_package_index(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert str(ROOT) not in text
    assert str(Path.home()) + "/" not in text
    assert not re.search(r"(?<![\w.])/(home|root|work|Users)/", text)
    assert not re.search(r"\b(pypi|pythonhosted|registry)\.\w+", text)


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached = {ROOT / "README.md"}
    waiting = list(reached)
    while waiting:
        page = waiting.pop()
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            file = (page.parent / target).resolve()
            file = file / "README.md" if file.is_dir() else file
            if file in PAGES and file not in reached:
                reached.add(file)
                waiting.append(file)

    assert set(PAGES) == reached


def test_the_readme_says_what_people_must_know() -> None:
    text = read_page("README.md")

    for said in (
        "make demo",
        "make test",
        "Python 3.11",
        "test mode",
        "Apache License 2.0",
        "not affiliated with",
    ):
        assert said in text


def test_the_licence_is_the_whole_apache_licence() -> None:
    text = read_page("LICENSE")

    assert "Version 2.0, January 2004" in text
    assert all(f"\n   {number}. " in text for number in range(1, 10))
    assert "Copyright 2026 the ml-connector authors" in text


def _find_calls(line: str) -> list[list[str]]:
    """The arguments of each `ml-connector` in a line; nothing for its folders, files and package."""
    calls = []
    for part in SHELL.split(line.split(" #", maxsplit=1)[0]):
        try:
            words = shlex.split(part)
        except ValueError:  # prose with an apostrophe
            continue
        places = [
            n for n, word in enumerate(words) if re.fullmatch(r"(.*=)?([\w./-]*bin/)?ml-connector", word)
        ]
        calls += [words[place + 1 :] for place in places if words[place + 1 :]]
    return [call for call in calls if call[0].islower() and not call[0].startswith(".")]


def _check_call(call: list[str]) -> None:
    name = next(
        (
            name
            for name in sorted(COMMANDS, key=len, reverse=True)
            if call[: len(name.split())] == name.split()
        ),
        None,
    )
    if name is None:
        assert call == ["COMMAND", "--help"] or any(known.startswith(f"{call[0]} ") for known in COMMANDS), (
            call
        )
        return
    params = COMMANDS[name].params
    options = {opt: option for option in params if isinstance(option, TyperOption) for opt in option.opts}
    rest = call[len(name.split()) :]
    arguments = 0
    while rest:
        word = rest.pop(0)
        if word == "[OPTIONS]":
            continue
        if word.startswith("-"):
            assert word in {*options, "--help"}, call
            if word in options and not options[word].is_flag:
                assert rest, call
                rest.pop(0)
        else:
            arguments += 1
    assert arguments <= sum(isinstance(param, TyperArgument) for param in params), call


def _check_configuration(tables: dict[str, Any]) -> None:
    """A whole configuration, or a part of one that fits into the one `init` writes."""
    whole = tomllib.loads(read_part("ml-connector.toml"))
    _merge(whole, tables)
    built = build_model(Tables, whole, origin="page")
    for link in built.link.values():
        CIC_FOLDERS.override(link.cleo.profile)


def _check_overlays(tables: dict[str, Any]) -> None:
    for set_code, overlay in tables.items():
        schema = load_schema(set_code, "004010")
        assert schema
        tighten(schema, overlay)


def _merge(tables: dict[str, Any], others: dict[str, Any]) -> None:
    for key, value in others.items():
        if isinstance(value, dict) and isinstance(tables.get(key), dict):
            _merge(tables[key], value)
        else:
            tables[key] = value


def _check_rules(text: str, tables: dict[str, Any]) -> None:
    """The rules load, beside partners that other blocks describe."""
    file = build_model(RuleFile, tables, origin="page")
    described = {partner.name for partner in file.partner}
    named = {*(xref.partner for xref in file.vendor), *(xref.partner for xref in file.remit_to)}
    named |= {route.partner for route in file.route}
    named |= list_named(merge_purchasing([file]))
    missing = sorted(name for name in named - described if name is not None)
    others = "\n".join(
        f'[[partner]]\nname = "{name}"\nsenders = ["ZZ/{n}"]' for n, name in enumerate(missing)
    )
    parse_rules({"page.toml": text, "others.toml": others})
