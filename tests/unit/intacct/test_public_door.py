"""What the library offers, and that describing costs no network library."""

import inspect
import subprocess
import sys

import pytest

import ml_connector.intacct as door
from ml_connector.intacct import errors


def test_everything_offered_exists() -> None:
    assert [name for name in door.__all__ if not hasattr(door, name)] == []


def test_everything_offered_is_listed_in_order_once() -> None:
    assert door.__all__ == sorted(set(door.__all__))


def test_a_name_that_is_not_offered_is_an_attribute_error() -> None:
    misspelt = "Klient"

    with pytest.raises(AttributeError, match="no attribute 'Klient'"):
        getattr(door, misspelt)


def test_describing_loads_neither_the_http_library_nor_the_rest_of_the_product() -> None:
    script = (
        "import sys, ml_connector.intacct, ml_connector.intacct.writing.bill, ml_connector.intacct.objects\n"
        "assert 'httpx2' not in sys.modules\n"
        "from ml_connector.intacct import Client, HttpTransport\n"
        "assert 'httpx2' in sys.modules\n"
        "ours = {name for name in sys.modules if name.startswith('ml_connector.')}\n"
        "assert all(name.startswith('ml_connector.intacct') for name in ours), ours\n"
    )

    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


def test_every_error_is_drawn_in_the_tree() -> None:
    kinds = [
        name for name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)
    ]

    assert errors.__doc__ is not None
    assert [name for name in kinds if f" {name} " not in errors.__doc__.replace("\n", " ")] == []
