"""Each mutant of the mechanism is caught by a test that was written before it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import chassis

from .mutants import MUTANTS, Mutant

ROOT = Path(__file__).parents[3]
SOURCE = Path(chassis.__path__[0])
FAILED = 1  # pytest's code for tests that failed; another one would be an accident


def run(tests: tuple[str, ...], source: Path) -> tuple[int, str]:
    """Run tests on a copy of the chassis."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:xdist", *tests],
        env=os.environ | {"PYTHONPATH": str(source)}, cwd=ROOT, text=True, check=False,
        capture_output=True, timeout=280,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def mutated(mutant: Mutant, folder: Path) -> Path:
    """Make a copy with the mutant in it; return what goes on the path."""
    shutil.copytree(SOURCE, folder / "chassis", ignore=shutil.ignore_patterns("__pycache__"))
    module = folder / "chassis" / mutant.module
    text = module.read_text("utf-8")
    for old, new in mutant.changes:
        assert text.count(old) == 1, f"{mutant.name}: its text is not in {mutant.module} any more"
        text = text.replace(old, new)
    module.write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_can_be_made_and_names_tests_that_exist(
    mutant: Mutant, tmp_path: Path
) -> None:
    mutated(mutant, tmp_path)
    for test in mutant.tests:
        file, _, name = test.partition("::")
        text = (ROOT / file).read_text("utf-8")
        assert re.search(rf"def {name.partition('[')[0]}\(", text), f"{test} is gone"


@pytest.mark.mutants
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_is_caught(mutant: Mutant, tmp_path: Path, postgres: Any, kafka: Any) -> None:
    """The servers of this run are shared with the runs within."""
    code, said = run(mutant.tests, mutated(mutant, tmp_path))
    assert code == FAILED, f"{mutant.name} survives {mutant.tests}:\n{said[-3000:]}"
    assert " failed" in said
    assert " error" not in said.splitlines()[-1]


@pytest.mark.mutants
@pytest.mark.timeout(300)
def test_an_untouched_copy_passes_what_the_mutants_fail(
    tmp_path: Path, postgres: Any, kafka: Any
) -> None:
    shutil.copytree(SOURCE, tmp_path / "chassis")
    tests = tuple(dict.fromkeys(test for mutant in MUTANTS for test in mutant.tests))
    code, said = run(tests, tmp_path)
    assert code == 0, said[-3000:]
