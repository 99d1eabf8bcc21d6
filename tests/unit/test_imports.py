"""The tree is the one of the design, and the three libraries stand alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ml_connector

TREE = Path(ml_connector.__file__).parent
LIST_LOADED = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*(name for name in sys.modules if name.startswith(("ml_connector.", "mlc_sim"))))
"""


@pytest.mark.parametrize("library", ["edi", "intacct", "cleo"])
def test_each_library_can_be_used_without_any_other_part_of_us(library: str) -> None:
    loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c", LIST_LOADED, f"ml_connector.{library}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert f"ml_connector.{library}" in loaded
    assert [name for name in loaded if name.split(".")[1] != library] == []


def test_the_tree_has_exactly_the_packages_of_the_design() -> None:
    packages = {path.parent.name for path in TREE.glob("*/__init__.py")}
    modules = {path.name for path in TREE.glob("*.py")}

    assert packages == {
        "cli",
        "app",
        "config",
        "flows",
        "engine",
        "mapping",
        "store",
        "records",
        "edi",
        "intacct",
        "cleo",
    }
    assert modules == {"__init__.py"}


def test_every_module_opens_with_its_purpose() -> None:
    silent = [
        str(path.relative_to(TREE))
        for path in TREE.rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []
