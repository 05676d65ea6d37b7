"""Ports on the loopback: which are free, and who is to blame if one is not."""

import atexit
import contextlib
import errno
import secrets
import socket
from collections.abc import Iterator

from local.trouble import Trouble

LOOPBACK = "127.0.0.1"
# Below the ports that systems give to outgoing connections (gVisor from 16000 on, Linux 32768,
# macOS 49152): one of those could take a port between its choice and its use.
_HUNDREDS = range(10_000, 15_900, 100)
_MARK = 99  # the port of a hundred that says whose it is


def is_free(port: int) -> bool:
    """Tell whether a server of ours could listen there now."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError as refused:
            if refused.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True


def claim_hundred() -> int:
    """Return the first of a hundred ports that are this process's own until it ends.

    A system takes half a minute to come up: what it will listen on must not be chosen meanwhile by
    another that starts beside it.
    """
    for base in secrets.SystemRandom().sample(_HUNDREDS, len(_HUNDREDS)):
        mark = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        with contextlib.suppress(OSError):
            mark.bind((LOOPBACK, base + _MARK))
            if all(is_free(base + offset) for offset in range(_MARK)):
                atexit.register(mark.close)
                return base
        mark.close()
    raise Trouble("No hundred ports are free on this machine.", "Stop some of what listens.")


def _ports() -> Iterator[int]:
    while True:
        base = claim_hundred()
        yield from (port for port in range(base, base + _MARK) if is_free(port))


_own = _ports()


def free_port() -> int:
    """Return a port that nobody listens on, another one every time."""
    return next(_own)


def answers(port: int, timeout: float = 0.5) -> bool:
    """Tell whether anybody accepts connections on the port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout):
            return True
    except OSError:
        return False
