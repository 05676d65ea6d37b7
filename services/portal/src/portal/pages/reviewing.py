"""Reviewing: one review on one screen."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from portal.asking import Away, Gone, Refused, all_of, nothing
from portal.giving import another_key, given, refusal, text
from portal.naming import with_codes
from portal.pages.home import items, note_away
from portal.pages.queue import REVIEWERS
from portal.visit import Somebody, Visit

router = APIRouter(prefix="/reviews")
OUTCOMES = ("accepted", "parked", "declined")
DONE = ("question", "opinion", "promise", "note")
MARKS = ("met", "partly", "not_met", "unknown")
# What feedback refuses as saying nothing; said here before it is sent, beside the field.
FEWEST = FEWEST_WORDS, FEWEST_LETTERS = 3, 10
_WORD = re.compile(r"\w+")
_END_OF_WORK = time(17, 0)

Errors = dict[str, str]


@router.get("/{idea}")
async def review(visit: Somebody, idea: UUID, done: str = "", who: str = "") -> Response:
    visit.require(*REVIEWERS)
    notice = f"review.done.{done}" if done in DONE else ""
    return await _page(visit, idea, {}, {}, notice, who=bool(who))


@router.post("/{idea}")
async def answer(visit: Somebody, idea: UUID) -> Response:
    visit.require(*REVIEWERS)
    form = await with_codes(visit, one=("accountable",))
    filled = {name: str(value).strip() for name, value in form.items()}
    try:
        return await _answered(visit, idea, filled)
    except Away as away:
        return await _not_now(visit, idea, filled, away)


async def _answered(visit: Visit, idea: UUID, filled: dict[str, str]) -> Response:
    told = await visit.services.get("feedback", f"/v1/reviews/{idea}")
    shown = await visit.services.get("ideas", f"/v1/ideas/{idea}")
    errors = lacking(filled, told["criteria"])
    if shown["way"] == "sealed" and not filled.get("apart"):
        errors["apart"] = "apart"
    if errors:
        said = {field: visit.words(f"review.missing.{what}") for field, what in errors.items()}
        return await _page(visit, idea, filled, said)
    body = answer_in(visit, filled, told["criteria"])
    try:
        path = f"/v1/reviews/{idea}/decision"
        await visit.services.tell("feedback", path, body, once=filled.get("once", ""))
    except Refused as no:
        return await _page(visit, idea, another_key(filled, no), {"": refusal(visit, no)})
    return visit.go(f"/ideas/{idea}?went=answered")


async def _not_now(visit: Visit, idea: UUID, filled: Mapping[str, str], away: Away) -> Response:
    """Show the form again with all that was written, though nobody tells what it is about."""
    visit.away.add(away.service)
    names = [name.removeprefix("sentence.") for name in filled if name.startswith("sentence.")]
    path = f"/v1/reviews/{idea}/rubric"
    found = await all_of(rubric=visit.services.get("feedback", path))
    return visit.page(
        "review_again.html", 503, idea={"idea": idea, "way": "sealed" if "apart" in filled else ""},
        given=filled, errors={"": visit.words("again.away")},
        outcomes=OUTCOMES, marks=MARKS, fewest=FEWEST,
        asked=questions_of({"criteria": names}, found["rubric"], visit.words.language),
    )  # fmt: skip


@router.post("/{idea}/{step}")
async def hand_on(visit: Somebody, idea: UUID, step: str) -> Response:
    """Ask the author or somebody else, move the promise, note something, or hand on."""
    visit.require(*REVIEWERS)
    form = await with_codes(visit, one=("reviewer", "asked"))
    here, path = f"/reviews/{idea}?done={step}", f"/v1/reviews/{idea}"
    words = {"words": text(form, "words")}
    view = words | {"asked": text(form, "asked"), "touches_team": bool(form.get("touches_team"))}
    moved = {"until": text(form, "until") or None, "reason": text(form, "reason")}
    steps: dict[str, tuple[str, str, dict[str, Any], str]] = {
        "question": ("feedback", f"{path}/questions", words, here),
        "opinion": ("feedback", f"{path}/opinions", view, here),
        "promise": ("ideas", f"/v1/ideas/{idea}/promise", moved, here),
        "note": ("feedback", f"{path}/note", words, here),
        "recusal": ("feedback", f"{path}/recusal", {"reason": text(form, "reason")}, "/reviews"),
        "hand-over": (
            "feedback", f"{path}/reviewer", {"reviewer": text(form, "reviewer")}, "/reviews",
        ),
    }  # fmt: skip
    if step not in steps:
        return visit.page("error.html", 404, what="error.404", why="error.404")
    service, where, told, then = steps[step]
    method = "PUT" if step == "note" else "POST"
    no = await given(visit, form, (service, where), told, method=method)
    return await _page(visit, idea, {}, {"": no}) if no else visit.go(then)


def says_nothing(text: str) -> bool:
    words = _WORD.findall(text)
    return len(words) < FEWEST_WORDS or sum(map(len, words)) < FEWEST_LETTERS


def lacking(given: Mapping[str, str], criteria: list[str]) -> Errors:
    """Return what an answer lacks: by field, the name of the sentence that says so."""
    found: Errors = {}
    if given.get("outcome") not in OUTCOMES:
        found["outcome"] = "outcome"
    sentences = [given.get(f"sentence.{name}", "") for name in criteria]
    for name, sentence in zip(criteria, sentences, strict=True):
        if given.get(f"mark.{name}") not in MARKS:
            found[f"mark.{name}"] = "mark"
        if says_nothing(sentence):
            found[f"sentence.{name}"] = "sentence"
    if len(sentences) > 1 and not found and len({_plain(s) for s in sentences}) == 1:
        found[f"sentence.{criteria[0]}"] = "same"
    if says_nothing(given.get("reason", "")):
        found["reason"] = "reason"
    if says_nothing(given.get("next_step", "")):
        found["next_step"] = "next"
    promised = given.get("accountable") and _day(given.get("due", ""))
    if given.get("outcome") in {"accepted", "parked"} and not promised:
        found["accountable"] = "who"
    return found


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def answer_in(visit: Visit, given: Mapping[str, str], criteria: list[str]) -> dict[str, Any]:
    """Return an answer as feedback takes it."""
    body: dict[str, Any] = {
        "outcome": given["outcome"],
        "marks": {name: given[f"mark.{name}"] for name in criteria},
        "sentences": {name: given[f"sentence.{name}"] for name in criteria},
        "reason": given["reason"], "next_step": given["next_step"],
        "apart": bool(given.get("apart")),
    }  # fmt: skip
    due = _day(given.get("due", ""))
    if given["outcome"] != "declined" and due is not None:
        zone = ZoneInfo(str(visit.house.settings.zone))
        until = datetime.combine(due, _END_OF_WORK, zone).astimezone(UTC)
        body |= {"accountable": given["accountable"], "due": until.isoformat()}
    if given["outcome"] == "parked" and _day(given.get("wake_on", "")):
        body["wake_on"] = given["wake_on"]
    return body


async def _page(
    visit: Visit, idea: UUID, given: Mapping[str, str], errors: Errors, notice: str = "",
    *, who: bool = False,
) -> Response:  # fmt: skip
    ask = visit.services.get
    shown, told = await ask("ideas", f"/v1/ideas/{idea}"), None
    found = await all_of(
        review=ask("feedback", f"/v1/reviews/{idea}"),
        questions=ask("feedback", f"/v1/reviews/{idea}/questions"),
        rubric=ask("feedback", f"/v1/reviews/{idea}/rubric"),
        whose=ask("ideas", f"/v1/ideas/{idea}/author") if who else nothing(),
        note=ask("feedback", f"/v1/reviews/{idea}/note"),
        views=ask("feedback", f"/v1/reviews/{idea}/opinions"),
        similar=ask("ideas", "/v1/ideas/similar", title=(shown["title"] or "-")[:200].ljust(3),
                    but=idea),
    )  # fmt: skip
    note_away(visit, found)
    told = found["review"]
    if isinstance(told, Gone) and told.away:
        return visit.page("error.html", 503, what="error.away", why="error.away",
                          service=visit.words(f"service.{told.service}"))  # fmt: skip
    if isinstance(told, Gone):
        return visit.page("error.html", 404, what="error.404", why="error.404")
    await visit.name([visit.me.person, *people_of(shown, found)])
    return visit.page(
        "review.html", 422 if errors else 200, idea=shown, given=given, errors=errors,
        notice=notice, asked=questions_of(told, found["rubric"], visit.words.language),
        outcomes=OUTCOMES, marks=MARKS, fewest=FEWEST, **found,
    )  # fmt: skip


def people_of(shown: Any, found: Mapping[str, Any]) -> Iterator[str | None]:
    """Return whom the page of a review calls by their names."""
    yield from (shown["author"], *shown["co_authors"], shown["accountable"])
    if isinstance(found["whose"], dict):
        yield found["whose"]["author"]
    told = found["review"]
    yield from (told["answered_by"], *(each["by"] for each in told.get("recusals") or ()))
    for said in (told.get("appeal"), told.get("rating")):
        yield said["by"] if said else None
    yield from (view["asked"] for view in items(found["views"]))
    yield from (question["asked_by"] for question in items(found["questions"]))


def questions_of(told: Any, rubric: Any, language: str) -> list[tuple[str, str]]:
    """Return the criteria of this review, each as the question that it is."""
    known = {} if isinstance(rubric, Gone) else {c["name"]: c[language] for c in rubric["criteria"]}
    return [(name, known.get(name, name)) for name in told["criteria"]]
