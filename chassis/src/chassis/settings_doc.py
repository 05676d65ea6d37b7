"""Writes docs/settings.md: `python -m chassis.settings_doc SERVICE… > docs/settings.md`."""

import sys
from importlib import import_module

from chassis.settings import Settings, described


def page(services: list[str]) -> str:
    """Return the page about these services, each with its settings in `<service>.settings`."""
    return described({name: _settings(f"{name}.settings") for name in services})


def _settings(module: str) -> type[Settings]:
    found = [
        kind
        for kind in vars(import_module(module)).values()
        if isinstance(kind, type) and issubclass(kind, Settings) and kind.__module__ == module
    ]
    if len(found) != 1:
        raise LookupError(f"{module} must define exactly one subclass of Settings")
    return found[0]


if __name__ == "__main__":
    sys.stdout.write(page(sys.argv[1:]))
