"""What a notice says, and where it leads: a sentence and a page for each matter and kind.

Notices name facts, never words. There is a link only where it opens something for its reader.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.asking import Gone
from portal.telling import in_turn
from portal.visit import Visit
from portal.words import Words

# What is told to whoever owes an answer; all else is told to whoever asked.
_OWES = frozenset({"entrusted", "escalated", "reminder"})
# Where everybody reads what a matter is about; mails lead there too.
_PAGES = {
    "help": "/help", "barrier": "/room/barriers", "time": "/room/time", "challenge": "/challenges",
    "experiment": "/experiments", "tool": "/tools",
}  # fmt: skip
# Where ideas tells what was asked.
_ASKED = {
    "help": "/v1/help", "barrier": "/v1/barriers", "time": "/v1/time-requests",
    "challenge": "/v1/challenges", "experiment": "/v1/experiments", "tool": "/v1/tools",
}  # fmt: skip
# By which of its words a matter is called.
_CALLED = ("words", "question", "hypothesis")


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
    own = f"notice.{matter}.{kind}"  # where what is owed is no answer, but a report
    key = own if words.knows(own) else f"notice.around.{kind}"
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
    """Return the page of what a notice is about, None where there is none.

    `leads`: the reader has the room in which barriers and requests for time are answered.
    """
    matter = notice["matter"]
    if matter in {"barrier", "time"} and notice["kind"] in _OWES and leads:
        return "/leading"
    if matter in _PAGES:
        return f"{_PAGES[matter]}/{notice['subject']}"
    return f"/ideas/{notice['idea']}" if notice["idea"] else None


def shown(
    words: Words, notice: Mapping[str, Any], titles: Mapping[str, str | None], *, leads: bool
) -> dict[str, Any]:
    """Return a notice with its sentence, its page, and how what it is about is called.

    `titles`: of ideas and of other subjects; one that is there without a title was erased.
    """
    key = notice["subject"] if notice["matter"] in _ASKED else notice["idea"]
    about = (titles.get(key) or words("idea.erased")) if key in titles else ""
    return {
        **notice, "said": sentence(words, notice), "page": page(notice, leads=leads),
        "about": about,
    }  # fmt: skip


async def asked_in(visit: Visit, notices: Iterable[Any]) -> dict[str, str | None]:
    """Return what was asked in what these are about, by its subject; None where it was erased.

    Of an idea there is a title, which is asked for with others.
    """
    wanted = {n["subject"]: _ASKED[n["matter"]] for n in notices if n["matter"] in _ASKED}
    found = await in_turn(
        [visit.services.get("ideas", f"{path}/{which}") for which, path in wanted.items()]
    )
    visit.away |= {each.service for each in found if isinstance(each, Gone) and each.away}
    return {
        which: _called(each["steps"][0])
        for which, each in zip(wanted, found, strict=True)
        if not isinstance(each, Gone)
    }


def _called(began: Mapping[str, Any]) -> str | None:
    """Return how a matter is called: a tool by its name, all else by what was said of it first."""
    said = [began["more"].get("name"), *(began["words"].get(name) for name in _CALLED)]
    return next((each for each in said if each), None)
