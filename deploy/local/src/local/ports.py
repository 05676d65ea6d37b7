"""Ports on the loopback: which are free, and who is to blame if one is not."""

import contextlib
import errno
import secrets
import socket

LOOPBACK = "127.0.0.1"
# Below the range from which Linux (32768 on) and macOS (49152 on) serve outgoing connections: one
# of those could take a port between its choice and its use.
_LOWEST, _HIGHEST = 15_000, 32_000


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


def free_port() -> int:
    """Choose a port that nobody listens on, from those that outgoing connections never take."""
    while True:
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if is_free(port):
            return port


def answers(port: int, timeout: float = 0.5) -> bool:
    """Tell whether anybody accepts connections on the port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout):
            return True
    except OSError:
        return False
