"""Ends what a test session started in the background, also when the session itself was killed.

`python -m tests.leash FOLDER COMMAND…` waits until nobody holds a lock on FOLDER/users, which the
kernel releases however they end; then it runs the command, unless the folder is gone by then as
the session cleaned up itself.
"""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.guardian import wait_until_alone

USERS = "users"


@contextmanager
def held(folder: Path, command: Sequence[str], environment: Mapping[str, str]) -> Iterator[None]:
    """Run the command in that environment should this process end before the block does."""
    users = (folder / USERS).open("a")
    fcntl.flock(users, fcntl.LOCK_SH)
    leash = subprocess.Popen(
        [sys.executable, "-m", "tests.leash", str(folder), *command], env=environment,
        cwd=Path(__file__).parents[1], start_new_session=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
    finally:
        users.close()
        leash.wait()


def main(folder: Path, command: Sequence[str]) -> None:
    """Wait, clean up, and leave nothing behind."""
    try:
        users = (folder / USERS).open("r")
    except FileNotFoundError:
        return  # so quick was the session
    with users:
        wait_until_alone(users)
    if folder.exists():
        subprocess.run(command, check=False)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
