"""The rules of the house that import contracts cannot see. Each message says what to do instead."""

import ast
import importlib.util
import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from contracts.catalog import TOPICS

ROOT = Path(__file__).parents[2]
SERVICES = ("ideas", "feedback", "metrics", "notifications")
PACKAGES = {
    "contracts": ROOT / "contracts/src/contracts",
    "chassis": ROOT / "chassis/src/chassis",
    "history": ROOT / "history/src/history",
    "cli": ROOT / "cli/src/cli",
    "local": ROOT / "deploy/local/src/local",
    **{name: ROOT / f"services/{name}/src/{name}" for name in (*SERVICES, "portal")},
}
# The chassis is to come down to 2,500 (docs/decisions/0013): until then it may only shrink. Whom it
# believes, and who stays unknown to it, came later and is every service's (0023).
MODULE, FUNCTION, CHASSIS = 300, 50, 2988
ROOMS = {"__init__", "__main__", "main", "api", "consumers", "projections", "domain", "settings"}
OWN_ROOMS = {"ideas": {"importing"}, "metrics": {"recount"}, "notifications": {"delivery"}}
TEST_HELPERS = {"failpoints.py"}
OURS = ("contracts", "chassis", "services", "history", "cli", "deploy", "docs", "tests", "examples")
IMPURE = {"now", "today", "utcnow", "uuid4", "uuid7", "open", "print", "monotonic", "random"}


def modules(folder: Path) -> Iterator[Path]:
    yield from (f for f in sorted(folder.rglob("*.py")) if "migrations" not in f.parts)


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def code_lines(file: Path) -> int:
    """Lines that are neither blank, nor a comment, nor a docstring, nor a statement of SQL."""
    tree = parsed(file)
    docs: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.Assign) and _is_text(node):
            docs.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = file.read_text("utf-8").splitlines()
    return sum(
        bool(text.strip()) and not text.strip().startswith("#") and number not in docs
        for number, text in enumerate(lines, start=1)
    )


def _is_text(node: ast.Expr | ast.Assign) -> bool:
    """Tell whether it is a docstring, or a statement of SQL that stands by itself."""
    if isinstance(node.value, ast.Constant):
        return isinstance(node.value.value, str)
    constant = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).isupper()
    return constant and isinstance(node.value, ast.JoinedStr)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_outgrows_its_room(package: str) -> None:
    long = [
        f"{file.relative_to(ROOT)}: {count}"
        for file in modules(PACKAGES[package])
        if (count := len(file.read_text("utf-8").splitlines())) > MODULE
    ]
    assert not long, f"split these into a folder of the same name (limit {MODULE}): {long}"


def test_no_module_of_tests_outgrows_its_subject() -> None:
    long = [
        f"{file.relative_to(ROOT)}: {count}"
        for folder in OURS
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "tests" in file.relative_to(ROOT).parts and "node_modules" not in file.parts
        if (count := len(file.read_text("utf-8").splitlines())) > MODULE
    ]
    assert not long, f"split these by what they test (limit {MODULE}): {long}"


@pytest.mark.parametrize("service", [*SERVICES, "portal"])
def test_a_services_tests_know_nothing_of_the_other_services(service: str) -> None:
    """What two of them must agree on is tested here, or in a journey."""
    others = {*SERVICES, "portal"} - {service}
    folder = ROOT / "services" / service / "tests"
    known = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in sorted(folder.rglob("*.py"))
        for name in _imported(parsed(file))
        if (parts := name.split("."))[0] in others
        or (parts[0] == "services" and len(parts) > 1 and parts[1] in others)
    ]
    assert list(folder.rglob("test_*.py"))
    assert not known, f"move what two services agree on to tests/architecture: {known}"


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_is_longer_than_a_screen(package: str) -> None:
    long = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in modules(PACKAGES[package])
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION
    ]
    assert not long, f"split these (limit {FUNCTION} lines): {long}"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_lives_in_it(package: str) -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in modules(PACKAGES[package])
        if file.read_text("utf-8").strip() and not ast.get_docstring(parsed(file))
    ]
    assert not silent, f"begin these with one sentence that says what lives there: {silent}"


def test_the_chassis_stays_small() -> None:
    counted = (file for file in modules(PACKAGES["chassis"]) if file.name not in TEST_HELPERS)
    total = sum(code_lines(file) for file in counted)
    assert total <= CHASSIS, f"{total} lines of code: move what one service needs into that service"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_rooms_of_a_service(service: str) -> None:
    found = {
        entry.stem for entry in PACKAGES[service].iterdir()
        if (entry.suffix == ".py" or (entry.is_dir() and any(entry.glob("*.py"))))
    } - {"migrations"}  # fmt: skip
    strange = found - ROOMS - OWN_ROOMS.get(service, set())
    missing = {"main", "__main__", "api", "consumers", "projections", "domain", "settings"} - found
    assert not strange, f"{service}: no such room as {strange}; put it where a stranger would look"
    assert not missing, f"{service}: these rooms are missing: {missing}"
    assert (PACKAGES[service] / "migrations/versions").is_dir()
    for file in ("README.md", "Dockerfile", "pyproject.toml"):
        assert (ROOT / "services" / service / file).exists(), f"{service} has no {file}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_neither_waits_nor_asks_the_world(service: str) -> None:
    room = PACKAGES[service] / "domain"
    files = list(modules(room)) if room.is_dir() else [room.with_suffix(".py")]
    for file in files:
        for node in ast.walk(parsed(file)):
            where = f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            assert not isinstance(node, ast.Await | ast.AsyncFunctionDef), f"{where} waits"
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                assert name not in IMPURE, f"{where} calls {name}(): let it come in by the command"


def test_our_packages_are_the_ones_that_are_imported() -> None:
    for name, folder in PACKAGES.items():
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert Path(spec.origin or "").parent == folder, f"{name} is somebody else's"


def test_the_local_system_makes_the_topics_of_the_contracts() -> None:
    made = json.loads((ROOT / "deploy/topics.json").read_text("utf-8"))
    assert sorted(made) == sorted(TOPICS), "write deploy/topics.json after contracts.catalog"


def test_no_path_or_secret_of_a_machine_is_in_the_project() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    wrong = []
    for name in listed:
        file = ROOT / name
        if not file.is_file() or file.suffix in {".lock", ".gz", ".png"}:
            continue
        text = file.read_text("utf-8", errors="ignore")
        wrong += [f"{name}: {word}" for word in ("/" + "work/", "/" + "root/") if word in text]
    assert not wrong, f"these name a place that only one machine has: {wrong}"
