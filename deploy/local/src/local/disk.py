"""A full disk, told as one: by what is left on it, or by what the system says of a write."""

import errno
import shutil
from pathlib import Path

from local.trouble import Trouble

# PostgreSQL writes its log of changes in files of 16 MB. With less left nothing can go on, and
# often not even a log can say why.
_SCARCE = 16 * 1024 * 1024


def is_full(folder: Path) -> bool:
    """Tell whether so little is left on the disk that holds a folder that nothing can go on."""
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(nearest).free < _SCARCE


def out_of_space(error: Exception) -> bool:
    """Tell whether a write failed for want of space."""
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def full_disk(folder: Path) -> Trouble:
    """Return what to say of it."""
    return Trouble(
        f"The disk that holds {folder} is full.",
        "Free some space (600 MB are comfortable), or choose another disk: KIEM_HOME=/…",
    )
