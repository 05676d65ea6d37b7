"""This folder is all that another team needs: it builds, installs and works without the rest."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from contracts.catalog import DECLARED

HOME = Path(__file__).parents[1]
EXAMPLE = (HOME / "README.md").read_text().partition("```python\n")[2].partition("```")[0]
ALONE = """
import sys
from importlib.util import find_spec
from pathlib import Path
import contracts
assert Path(contracts.__file__).is_relative_to(sys.prefix), contracts.__file__
strangers = [name for name in ("chassis", "ideas", "aiokafka", "cloudevents") if find_spec(name)]
assert not strangers, strangers
"""

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def uv() -> str:
    found = os.environ.get("UV") or shutil.which("uv")
    if not found:
        pytest.skip("uv is not on the PATH: it builds the wheel and makes the environment")
    return found


@pytest.fixture(scope="module")
def wheel(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of this folder that has no neighbours."""
    copy = tmp_path_factory.mktemp("elsewhere") / "contracts"
    shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    _run([uv, "build", "--quiet", "--wheel", "--out-dir", str(copy / "out")], copy)
    (built,) = (copy / "out").glob("*.whl")
    return built


def _run(command: list[str], folder: Path) -> str:
    kept = {n: v for n, v in os.environ.items() if n not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 0, f"{command[:3]}: {done.stderr[-2000:]}"
    return done.stdout


def test_the_wheel_brings_the_schemas_along(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for type_ in DECLARED:
        assert f"contracts/schemas/{type_}.schema.json" in names
        assert any(name.startswith(f"contracts/schemas/published/{type_}/1-") for name in names)
    assert "contracts/py.typed" in names


def test_it_publishes_and_reads_with_nothing_else_installed(
    uv: str, wheel: Path, tmp_path: Path
) -> None:
    place = tmp_path / "venv"
    _run([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(place)], tmp_path)
    python = str(place / "bin" / "python")
    _run([uv, "pip", "install", "--quiet", "--python", python, str(wheel)], tmp_path)
    told = _run([python, "-I", "-c", ALONE + EXAMPLE], tmp_path)
    assert told == "kiem.usage.ToolUsageRecorded.v1 p-1042 crm\n"
