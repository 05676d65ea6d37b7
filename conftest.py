"""What every test of the project may ask for: real servers. And who begins.

Packages named like a folder of this tree are imported first, or pytest takes the folder for them.
"""

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
for package in ("contracts", "chassis", "history", "cli"):
    if find_spec(package):
        import_module(package)

pytest_plugins = ["tests.servers"]

# A machine that does much else says nothing about a law. CI draws the same cases each time, so that
# a change is judged and not its luck; everybody else draws others each time, and may find more.
settings.register_profile("explore", deadline=None)
settings.register_profile("judge", deadline=None, derandomize=True)
settings.load_profile("judge" if os.environ.get("KIEM_REQUIRE_INFRA") else "explore")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes long begin first; the rest stays in its order."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
