"""Apache Kafka's jars: resolved once, checked against committed sums, kept in the user's cache."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from local.trouble import Trouble

KAFKA_VERSION = "4.3.1"
# Kafka logs through slf4j and brings no binding of the version that it uses: without one, no log.
COORDINATES = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.slf4j:slf4j-simple:1.7.36"
_NETWORK_PATIENCE = 300


def cache_folder() -> Path:
    """Return the folder of this user for what any checkout may use again."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "kiem"


def expected_sums() -> dict[str, str]:
    """Return file name -> SHA-256, as committed."""
    lines = (resources.files("local") / "kafka-jars.sha256").read_text().splitlines()
    return {name: value for value, name in (line.split() for line in lines)}


def progress() -> str:
    """Say how far a fetch has come."""
    fetched = [path.suffix for path in cache_folder().glob("fetching-*/m2/**/*.*")]
    have = fetched.count(".jar")
    # First the resolver reads what depends on what; the files themselves come after that.
    return (
        f"{have} of {len(expected_sums())} files"
        if have
        else (f"{fetched.count('.pom')} descriptions read")
    )


def kafka_jars() -> list[Path]:
    """Return the verified jars, from the cache or, the first time, from the network."""
    kept = cache_folder() / f"kafka-{KAFKA_VERSION}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with alone(kept.with_suffix(".lock")):
        if wrong_jars(kept):
            _fetch_into(kept)
            _refuse(kept, wrong_jars(kept))
    return sorted(kept / name for name in expected_sums())


def are_cached() -> bool:
    """Tell whether a start needs no network for Kafka."""
    return not wrong_jars(cache_folder() / f"kafka-{KAFKA_VERSION}")


def wrong_jars(folder: Path) -> list[str]:
    """Return the names of jars that are missing or are not what was committed."""
    return [name for name, value in expected_sums().items() if sum_of(folder / name) != value]


def sum_of(jar: Path) -> str | None:
    if not jar.exists():
        return None
    with jar.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Let one process at a time fill the cache."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _fetch_into(kept: Path) -> None:
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix="fetching-") as work:
        environment = {**os.environ, "M2_REPO": f"{work}/m2"}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "local.jars", work], env=environment, check=False,
                capture_output=True, text=True, timeout=_NETWORK_PATIENCE,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise _unreachable("no answer within five minutes") from None
        if done.returncode != 0:
            raise _unreachable(next(reversed(done.stderr.strip().splitlines()), "no reason given"))
        shutil.rmtree(kept, ignore_errors=True)
        Path(work, "jars").replace(kept)


def _unreachable(reason: str) -> Trouble:
    return Trouble(
        f"Apache Kafka {KAFKA_VERSION} could not be fetched from the Maven registry: {reason}",
        "Check the network, HTTPS_PROXY and SSL_CERT_FILE (the proxy's certificate), and try "
        "again; or use a Kafka of yours: KIEM_KAFKA_BOOTSTRAP=host:9092",
    )


def _refuse(kept: Path, wrong: list[str]) -> None:
    if wrong:
        shutil.rmtree(kept, ignore_errors=True)
        raise Trouble(
            f"What the Maven registry sent is not what was reviewed: {', '.join(wrong[:3])}.",
            "Nothing of it was started or kept. Check the registry or proxy that you use.",
        )


def resolve(work: Path) -> None:
    """Let jgo resolve and download everything; a process of its own keeps its settings apart."""
    import jgo  # noqa: PLC0415 - slow, and only needed the first time
    import truststore  # noqa: PLC0415

    truststore.inject_into_ssl()  # the system's certificates: a proxy may inspect TLS
    found = jgo.build(COORDINATES, cache_dir=work / "environments")
    target = work / "jars"
    target.mkdir()
    for jar in found.all_jars:
        shutil.copyfile(jar, target / jar.name)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if len(sys.argv) > 1:
        resolve(Path(sys.argv[1]))
    else:
        try:
            if not are_cached():
                print(f"  Fetching Apache Kafka {KAFKA_VERSION} (once) …", flush=True)
            kafka_jars()
        except Trouble as trouble:
            raise SystemExit(f"{trouble.what}\n{trouble.remedy}") from None
