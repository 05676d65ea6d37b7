"""Ports on the loopback: which are free, and who is to blame if one is not."""

import contextlib
import errno
import socket

LOOPBACK = "127.0.0.1"


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
    """Let the system choose a port that nobody listens on."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def answers(port: int, timeout: float = 0.5) -> bool:
    """Tell whether anybody accepts connections on the port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout):
            return True
    except OSError:
        return False
