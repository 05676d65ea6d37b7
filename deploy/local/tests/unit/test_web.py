"""What browsers get from npm is brought; where npm cannot be reached, that is said and no more."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

WEB = Path(__file__).parents[4] / "services/portal/web"
NOWHERE = "http://127.0.0.1:1/"

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on this machine")


def bring(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Bring it to a folder from a registry that nobody answers for."""
    web = folder / "portal/web"
    web.mkdir(parents=True)
    for name in ("bring", "package.json", "package-lock.json"):
        shutil.copy(WEB / name, web / name)
    environment = {
        **os.environ, "npm_config_registry": NOWHERE, "npm_config_cache": str(folder / "cache"),
        "npm_config_fetch_retries": "0", **more,
    }  # fmt: skip
    environment.pop("KIEM_REQUIRE_WEB", None) if "KIEM_REQUIRE_WEB" not in more else None
    return subprocess.run(
        [str(web / "bring")], env=environment, capture_output=True, text=True, check=False,
        timeout=50,
    )  # fmt: skip


def test_an_npm_out_of_reach_is_named_and_stops_nothing(tmp_path: Path) -> None:
    done = bring(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "could not be fetched from the npm registry: pages work without it" in done.stderr
    for told in ("HTTPS_PROXY", "npm_config_registry", "the next make tries again"):
        assert told in done.stderr
    log = tmp_path / "portal/web/npm.log"
    assert str(log) in done.stderr
    assert "ECONNREFUSED" in log.read_text()


def test_where_pages_are_tested_an_npm_out_of_reach_ends_it_with_what_npm_said(
    tmp_path: Path,
) -> None:
    done = bring(tmp_path, KIEM_REQUIRE_WEB="1")
    assert done.returncode == 1
    assert "ECONNREFUSED" in done.stderr
