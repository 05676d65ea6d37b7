"""Giving a command from a form, and saying in the reader's words why it was refused."""

import re
from math import isfinite
from typing import Any

from starlette.datastructures import FormData

from portal.asking import Refused
from portal.visit import Visit

# Refusals whose sentence says what would be the most: until which day, or how many.
_LIMITS = frozenset({"TheDateIsTooFar", "AnExperimentIsShort", "ARulePromisesTooLate"})
_LIMIT = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)|(?P<most>\d+)")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")  # as a service names a day in its sentence


async def given(
    visit: Visit, form: FormData, path: tuple[str, str], told: Any, *, method: str = "POST"
) -> str:
    """Give the command to the service and path; return the sentence of a no, else nothing."""
    service, where = path
    once = str(form.get("once", ""))
    try:
        await visit.services.tell(service, where, told, once=once, method=method)
    except Refused as no:
        return refusal(visit, no)
    return ""


def text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()


def hours_in(said: str) -> float | None:
    """Return hours as they were written, with a comma or a point; 0 where that is no number.

    No service takes 0 hours: it refuses them with a sentence.
    """
    try:
        hours = float(said.replace(",", ".")) if said else None
    except ValueError:
        return 0.0
    return hours if hours is None or isfinite(hours) else 0.0


def listed(form: FormData, name: str) -> list[str]:
    """Return what was written with commas, semicolons or on lines of its own."""
    return parted(text(form, name))


def parted(said: str) -> list[str]:
    said = said.replace(";", ",").replace("\n", ",")
    return [each.strip() for each in said.split(",") if each.strip()]


def refusal(visit: Visit, no: Refused) -> str:
    """Return a service's no in the reader's language, in ours where we know it."""
    key = f"no.{no.name}"
    if no.name in _LIMITS:
        limit = _LIMIT.search(no.detail)
        limits = limit and {name: found for name, found in limit.groupdict().items() if found}
        if limits:
            day = limits.get("day")
            return visit.words(key, **limits | ({"day": visit.days.day(day)} if day else {}))
    elif visit.words.knows(key):
        named = [visit.days.day(day) for day in _DAY.findall(no.detail)]
        return visit.words(key, days=named)
    return visit.words("no.other", detail=no.detail)


def another_key(given: dict[str, str], no: Refused) -> dict[str, str]:
    """Return what was filled in, without its key where that is another request's: it needs one."""
    return given | {"once": ""} if no.name == "CommandKnown" else given
