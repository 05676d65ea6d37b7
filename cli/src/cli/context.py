"""What every command has at hand: the settings, and the services when they are needed."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from cli.services import Services
from cli.settings import read_settings

# What runs on one's own machine is not asked for through a proxy.
_OWN_MACHINE = dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]"))
_TIMEOUT = httpx2.Timeout(60.0, connect=3.0)


@contextmanager
def services() -> Iterator[Services]:
    """Open connections for the length of a command."""
    certificates = ssl.create_default_context()  # the system's, so also a company's own
    with httpx2.Client(timeout=_TIMEOUT, mounts=_OWN_MACHINE, verify=certificates) as client:
        yield Services(read_settings(), client)
