"""Every module can be imported by the Python that runs this, and says nothing on the way."""

import importlib
import pkgutil

import pytest

PACKAGES = (
    "contracts", "chassis", "history", "cli", "local",
    "ideas", "feedback", "metrics", "notifications", "portal",
)  # fmt: skip
# What is for a process of its own: its beginning, and what alembic runs.
APART = ("__main__", "migrations", "alembic")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_of_a_package_is_imported(
    package: str, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = importlib.import_module(package).__path__
    names = [found.name for found in pkgutil.walk_packages(folder, f"{package}.")]
    chosen = [name for name in names if not set(APART) & set(name.split("."))]
    assert len(chosen) > 5
    for name in chosen:
        importlib.import_module(name)
    assert capfd.readouterr().err == ""
