"""The door of the library: everything behind it is documented, and it stands alone."""

import subprocess
import sys

import pytest

from ml_connector import edi
from ml_connector.edi import Code, Severity


@pytest.mark.parametrize("name", [name for name in edi.__all__ if name != "Item"])
def test_everything_public_says_what_it_promises(name: str) -> None:
    documentation = getattr(edi, name).__doc__ or ""

    assert documentation
    assert not documentation.startswith(f"{name}(")


def test_codes_are_stable_names_with_a_severity_and_a_meaning() -> None:
    for code in Code:
        assert code == code.name == code.value
        assert Code(str(code)) is code
        assert code.severity in Severity
        assert code.meaning.endswith(".")


def test_the_library_brings_nothing_else_of_the_product_with_it() -> None:
    script = "import sys, ml_connector.edi; print(*(name for name in sys.modules if name.startswith('ml_connector.')))"

    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "ml_connector.edi" in loaded
    assert [name for name in loaded if not f"{name}.".startswith("ml_connector.edi.")] == []
