"""The compose file, the Dockerfiles and the example of `.env`, as tests read them."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[2]
SERVICES = ("ideas", "feedback", "metrics", "notifications")
PORTAL = "portal"
OURS = (*SERVICES, PORTAL)
DOCKERFILES = {
    **{name: ROOT / "services" / name / "Dockerfile" for name in OURS},
    "identity": ROOT / "deploy/compose/identity/Dockerfile",
}


@cache
def composed() -> dict[str, Any]:
    """Return the compose file, its variables as they are written."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return read


def containers() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = composed()["services"]
    return found


def instructions(dockerfile: Path) -> list[str]:
    """Return a Dockerfile line by line, continued lines joined, comments left out."""
    whole = re.sub(r"\\\n\s*", "", dockerfile.read_text("utf-8"))
    return [line for line in whole.splitlines() if line and not line.startswith("#")]


def bases(dockerfile: Path) -> list[str]:
    """Return every image that a Dockerfile starts from or copies out of."""
    found = (re.match(r"(?:FROM|COPY --from=)\s*(\S+:\S+)", i) for i in instructions(dockerfile))
    return list(dict.fromkeys(match[1] for match in found if match))


def pulled() -> list[str]:
    """Return the images that come from elsewhere, of everything that always runs."""
    named = [
        c["image"] for c in containers().values() if "build" not in c and not c.get("profiles")
    ]
    return sorted({*named, *(base for file in DOCKERFILES.values() for base in bases(file))})
