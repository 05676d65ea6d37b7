"""No row of the benchmarks falls behind: each has its sizes, and a test that runs its smallest.

What a row measures needs real servers (`pytest -m bench`); that it is still there and can be
asked for is seen here, with every change.
"""

import inspect
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from benchmarks import rows
from benchmarks.__main__ import ONLY_BY_NAME, ROWS

LEVELS = {"full", "quick", "tiny"}
TRIED = (Path(__file__).parent / "integration/test_rows.py").read_text("utf-8")


def module(name: str) -> Any:
    return import_module(f"{rows.__name__}.{name}")


def test_every_module_that_measures_is_a_row() -> None:
    found = {info.name for info in iter_modules(rows.__path__)}
    assert {name for name in found if hasattr(module(name), "measure")} == ROWS.keys()


@pytest.mark.parametrize("name", ROWS)
def test_a_row_has_a_size_for_every_level_and_is_asked_as_all_are(name: str) -> None:
    found = module(name)
    sizes = getattr(found, "SIZES", None) or found.VIEWS
    assert sizes.keys() == LEVELS
    assert list(inspect.signature(ROWS[name]).parameters.values())[1].name == "level"


@pytest.mark.parametrize("name", sorted(ROWS.keys() - ONLY_BY_NAME))
def test_the_smallest_size_of_a_row_is_tried_on_real_servers(name: str) -> None:
    assert f'"{name}"' in TRIED
