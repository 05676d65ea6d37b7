"""What Java loads and links to start Kafka, kept for all later starts: they take half as long.

Java 25 writes it into a file when a first run ends (an AOT cache, JEP 483 and 514); `local.warming`
is that run. It is a help and no more: without it, or where Java finds that it is for another Java
or other jars, Kafka starts as ever.
"""

from hashlib import blake2b
from pathlib import Path

from local.jars import KAFKA_VERSION, cache_folder, expected_sums
from local.java import java, version_of

OLDEST = 25
# What it has to say of a file that does not fit in each detail is nobody's concern.
_QUIET = ("-Xlog:disable", "-Xlog:all=error:stderr")


def options() -> tuple[str, ...]:
    """Return what makes Java use the file; nothing where there is none."""
    found = kept()
    there = found is not None and found.exists() and found.stat().st_size > 0
    return (f"-XX:AOTCache={found}", *_QUIET) if there else ()


def is_ready() -> bool:
    """Tell whether nothing is left to make; it is empty where that was tried in vain."""
    found = kept()
    return found is None or found.exists()


def kept() -> Path | None:
    """Return where the file of this Java and these jars lies; None where Java is too old for one.

    Fetched anew, jars have another time, and Java would refuse the file: so it has another name.
    All checkouts share one, as it does not matter where Java lies.
    """
    home = java().parent.parent
    if version_of(home) < OLDEST:
        return None
    folder = cache_folder() / f"kafka-{KAFKA_VERSION}"
    times = [(folder / name).stat().st_mtime_ns for name in expected_sums()]
    told = f"{(home / 'release').read_text()}{times}"
    mark = blake2b(told.encode(), digest_size=6).hexdigest()
    return folder.with_name(f"{folder.name}-{mark}.aot")
