"""A small disk of memory that a test can fill, where it may mount one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Disk:
    """A file system of its own, as large as it is told to be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resize(self, size: int | str) -> None:
        """Make it as large as so many bytes; what lies on it stays."""
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.folder)], check=True)

    def fill(self) -> None:
        """Leave no room for anything more."""
        # Whoever still writes may be quicker: then it no longer fits, and is tried again.
        for _ in range(50):
            try:
                self.resize(shutil.disk_usage(self.folder).used)
            except subprocess.CalledProcessError:
                continue
            return
        raise AssertionError(f"{self.folder} could not be filled")


@contextmanager
def mounted(size: str) -> Iterator[Disk | str]:
    """Give a disk that everybody can reach, or say why there is none."""
    if os.geteuid() != 0:
        yield "mounting a disk needs root"
        return
    folder = Path(tempfile.mkdtemp(prefix="kiem-disk-"))
    how = ["-t", "tmpfs", "-o", f"size={size},mode=711", "tmpfs", str(folder)]
    made = subprocess.run(["mount", *how], capture_output=True, text=True, check=False)
    try:
        yield Disk(folder) if made.returncode == 0 else f"no disk can be mounted: {made.stderr}"
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()
