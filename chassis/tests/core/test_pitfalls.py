"""Each known pitfall has a test: the table in README.md, held to what is really there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CODES = [
    *(f"P{number}" for number in range(1, 13)),
    *(f"K{number}" for number in range(1, 25)),
    *(f"C{number}" for number in range(1, 15)),
]
ROW = re.compile(r"^\| ([PKC]\d+) \| (.+?) \| (.+) \|$", re.MULTILINE)
TABLE = {code: tests for code, _, tests in ROW.findall((HERE / "README.md").read_text("utf-8"))}


@cache
def every_test() -> dict[str, str]:
    """Return every test of the chassis with its docstring."""
    return {
        node.name: ast.get_docstring(node) or ""
        for file in HERE.parent.rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def codes_of(docstring: str) -> set[str]:
    return set(re.findall(r"\b[PKC]\d+\b", docstring.partition(":")[0]))


@pytest.mark.parametrize("code", CODES)
def test_each_pitfall_is_held_by_tests_that_exist_and_name_it(code: str) -> None:
    named = re.findall(r"`(test_\w+)`", TABLE[code])
    known = every_test()
    assert named, f"{code} has no test"
    for name in named:
        assert name in known, f"{code}: there is no {name}"
        assert code in codes_of(known[name]), f"{name} does not say that it holds {code}"


def test_no_test_names_a_pitfall_that_is_not_in_the_table() -> None:
    assert set(TABLE) == set(CODES)
    assert {code for docstring in every_test().values() for code in codes_of(docstring)} <= set(
        CODES
    )


def test_no_test_of_the_chassis_uses_a_broker_in_memory() -> None:
    """K24: what it would prove is not true of Kafka."""
    for file in HERE.parent.rglob("*.py"):
        names = {
            alias.name
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert not names & {"TestKafkaBroker", "TestBroker"}, file
