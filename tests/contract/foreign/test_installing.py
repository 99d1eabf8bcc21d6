"""Fetching other people's clients: pinned, without an index's address, by a Node of our own where there is none."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from tests.contract.foreign.installing import HERE, NotInstalledError, install_javascript, install_python


def test_the_lock_pins_every_package_and_names_no_index() -> None:
    packages = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    fetched = [package for path, package in packages.items() if path]
    assert len(fetched) > 40
    assert all(package["integrity"] and package["version"] for package in fetched)
    assert not [package for package in fetched if "resolved" in package]


def test_the_requirements_pin_every_package() -> None:
    lines = (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines()

    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines if not line.startswith("#"))


def test_a_machine_without_node_gets_one(tmp_path: Path) -> None:
    node, _ = install_javascript(tmp_path, path=str(tmp_path))

    answered = subprocess.run((node.node, "--version"), capture_output=True, text=True, check=True)
    assert answered.stdout.startswith("v24.")


def test_without_an_index_the_test_fails_and_says_so_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    for _ in range(2):
        with pytest.raises(NotInstalledError, match=r"install sageintacctsdk\. .* is one reachable"):
            install_python(tmp_path)
