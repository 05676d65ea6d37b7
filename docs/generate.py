"""Writes docs/settings.md: `python docs/generate.py > docs/settings.md`."""

import sys
from importlib import import_module
from types import NoneType
from typing import Any, get_args

from pydantic import SecretStr

from chassis.settings import PREFIX, Basics, Settings

SERVICES = ("ideas", "feedback", "metrics", "notifications", "portal")


def described(kinds: dict[str, type[Basics]]) -> str:
    """Return a Markdown page with every setting of every service."""
    base = Settings.model_fields
    parts = ["# Settings\n\nGenerated; read once from the environment when a service starts.\n"]
    parts += ["## Every service\n", _table(base)]
    for service, kind in kinds.items():
        own = {
            name: field
            for name, field in kind.model_fields.items()
            if name not in base or repr(field) != repr(base[name])
        }
        spared = [f"`{PREFIX}{n.upper()}`" for n in base if n not in kind.model_fields]
        parts += [f"## {service}\n", _table(own) if own else "Nothing more.\n"]
        parts += [f"It does without {', '.join(spared)}.\n"] if spared else []
    return "\n".join(parts)


def _table(fields: dict[str, Any]) -> str:
    lines = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in fields.items():
        secret = SecretStr in (field.annotation, *get_args(field.annotation))
        shown = (
            "**required**" if field.is_required()
            else "-" if field.default is None
            else f"`{field.default}`"
        )  # fmt: skip
        optional = NoneType in get_args(field.annotation)
        kind = " (secret)" if secret else " (optional)" if optional else ""
        lines.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description or ''}{kind} |")
    return "\n".join(lines) + "\n"


def page() -> str:
    """Return the page about our services, each with its settings in `<service>.settings`."""
    return described({name: settings_of(f"{name}.settings") for name in SERVICES})


def settings_of(module: str) -> type[Basics]:
    found = [
        kind
        for kind in vars(import_module(module)).values()
        if isinstance(kind, type) and issubclass(kind, Basics) and kind.__module__ == module
    ]
    if len(found) != 1:
        raise LookupError(f"{module} must define exactly one subclass of Basics")
    return found[0]


if __name__ == "__main__":
    sys.stdout.write(page())
