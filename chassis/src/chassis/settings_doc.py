"""Writes docs/settings.md: `python -m chassis.settings_doc SERVICE… > docs/settings.md`."""

import sys
from importlib import import_module

from chassis.settings import described


def page(services: list[str]) -> str:
    """Return the page about these services, each with its settings in `<service>.settings`."""
    return described({name: import_module(f"{name}.settings").Settings for name in services})


if __name__ == "__main__":
    sys.stdout.write(page(sys.argv[1:]))
