"""What browsers load beside pages: our own few files, and htmx where it was brought along."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
HTMX = "vendor/htmx.min.js"


@cache
def asset(name: str) -> str:
    """Return the address of a file, another one for other contents: it may be kept for ever.

    Of what is not there the address is empty: pages work without it.
    """
    file = FOLDER / name
    if not file.is_file():
        return ""
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{mark}"
