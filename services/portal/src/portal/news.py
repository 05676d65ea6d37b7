"""What a notice says, and where it leads: a sentence and a page for each matter and kind.

Notices name facts, never words. Whoever gets one may not be allowed to answer, and some matters
have no page for everybody, so there is a link only where it opens something.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.asking import Gone
from portal.telling import in_turn
from portal.visit import Visit
from portal.words import Words

# What is told to whoever owes an answer; all else is told to whoever asked.
_OWES = frozenset({"entrusted", "escalated", "reminder"})


def sentence(words: Words, notice: Mapping[str, Any]) -> str:
    """Return what a notice says.

    Of an idea its kind says enough. Of all else the sentence names what it is about, and what
    became of it where that has a sentence of its own.
    """
    matter, kind = notice["matter"], notice["kind"]
    if matter == "idea":
        key = f"notice.{kind}"
        return words(key if words.knows(key) else "notice.other")
    became = f"notice.{matter}.{notice.get('outcome')}"
    if kind == "decision" and words.knows(became):
        return words(became)
    key = f"notice.around.{kind}"
    if not (words.knows(key) and words.knows(f"notice.yours.{matter}")):
        return words("notice.around.other")
    yours, theirs = words(f"notice.yours.{matter}"), words(f"notice.theirs.{matter}")
    return words(key, yours=yours, theirs=theirs)


def task(words: Words, told: Mapping[str, Any]) -> str:
    """Return what a colleague is to be told."""
    key = f"notice.task.{told['kind']}"
    said = words(key if words.knows(key) else "notice.task.other")
    about = f"notice.theirs.{told['matter']}"
    known = told["matter"] != "idea" and words.knows(about)
    return words("notice.task.about", said=said, about=words(about)) if known else said


def page(notice: Mapping[str, Any], *, leads: bool) -> str | None:
    """Return the page of what a notice is about, None where there is none for this reader.

    `leads`: the reader has the room in which barriers and requests for time are answered.
    """
    if notice["matter"] == "help":
        return f"/help/{notice['subject']}"
    if notice["matter"] in {"barrier", "time"} and notice["kind"] in _OWES and leads:
        return "/leading"
    return f"/ideas/{notice['idea']}" if notice["idea"] else None


def shown(
    words: Words, notice: Mapping[str, Any], titles: Mapping[str, str | None], *, leads: bool
) -> dict[str, Any]:
    """Return a notice with its sentence, its page, and how what it is about is called.

    `titles`: of ideas and of other subjects; one that is there without a title was erased.
    """
    key = notice["subject"] if notice["matter"] == "help" else notice["idea"]
    about = (titles.get(key) or words("idea.erased")) if key in titles else ""
    return {
        **notice, "said": sentence(words, notice), "page": page(notice, leads=leads),
        "about": about,
    }  # fmt: skip


async def questions_of(visit: Visit, notices: Iterable[Any]) -> dict[str, str | None]:
    """Return the words of the questions for help that these are about; None where erased."""
    wanted = list(dict.fromkeys(n["subject"] for n in notices if n["matter"] == "help"))
    found = await in_turn([visit.services.get("ideas", f"/v1/help/{which}") for which in wanted])
    visit.away |= {each.service for each in found if isinstance(each, Gone) and each.away}
    return {
        which: each["steps"][0]["words"].get("words")
        for which, each in zip(wanted, found, strict=True)
        if not isinstance(each, Gone)
    }
