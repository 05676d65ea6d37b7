"""Wherever the source lets a process die, a test has it die there."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("ideas", "feedback", "metrics", "notifications")


def steps(folder: Path) -> list[str]:
    """Return the names that `reach` is called with, in the modules below a folder."""
    return [
        ast.literal_eval(node.args[0])
        for file in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "reach"
    ]


def words(folder: Path) -> set[str]:
    """Return every string that stands in the tests below a folder."""
    return {
        node.value
        for file in folder.rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_a_crash_test_for_each_of_its_own_steps(service: str) -> None:
    tried = words(ROOT / "services" / service / "tests")
    untried = set(steps(ROOT / "services" / service / "src")) - tried
    assert not untried, f"write a test of {service} that kills the process at {untried}"


def test_no_two_steps_have_one_name() -> None:
    found = steps(ROOT / "chassis/src")
    for service in SERVICES:
        found += steps(ROOT / "services" / service / "src")
    assert len(found) == len(set(found))
    # Those of the chassis are tried by its own tests, which read their names from the source too.
    assert len(found) > len(steps(ROOT / "chassis/src")) > 0
