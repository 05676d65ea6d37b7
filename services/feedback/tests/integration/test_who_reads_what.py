"""What was missed, how an answer was found, why somebody stood aside: who reads it, and who not."""

from typing import Any
from uuid import uuid4

import pytest

from contracts.outside import PersonErased
from contracts.vocabulary import IdeaId, PersonId
from services.feedback.tests.house import IN_A_MONTH, House, person, reviewer, submitted

pytestmark = pytest.mark.integration

MARKS = ("value", "feasibility", "fit")
NOBODY, EVA = "zoe:employee", "eva:desk"


def answer(outcome: str, reason: str) -> dict[str, Any]:
    return {
        "outcome": outcome, "reason": f"{reason} ({uuid4()})",
        "next_step": "Met een tweede kar erbij kijken we er in mei weer naar.",
        "marks": dict.fromkeys(MARKS, "met"),
        "sentences": {name: f"Over {name} is met het team gesproken." for name in MARKS},
    }  # fmt: skip


async def say(house: House, idea: IdeaId, what: str, body: Any, who: str) -> None:
    done = await house.tell(f"/v1/reviews/{idea}/{what}", body, who)
    assert done.status_code in {200, 201}, done.text
    await house.follow()


async def read(house: House, idea: IdeaId, who: str, **more: str) -> Any:
    found = await house.ask(f"/v1/reviews/{idea}", who, **more)
    assert found.status_code == 200, found.text
    return found.json()


async def appealed(house: House) -> tuple[IdeaId, str, str, str]:
    """Return an idea that rik declined, with its author and co-author, whose second look is sam's.

    The persons are new ones each time, as some of them are erased.
    """
    anna, bea, rik = (f"{name}-{uuid4().hex[:8]}" for name in ("anna", "bea", "rik"))
    idea = submitted(author=PersonId(anna), co_authors=(PersonId(bea),))
    await house.hear(reviewer(rik), person("sam"), idea)
    assert await house.reviewer(idea.idea) == rik
    no = answer("declined", "Er is dit jaar geen geld voor.")
    await say(house, idea.idea, "decision", no, f"{rik}:reviewer")
    rating = {"useful": 2, "respectful": 5, "words": "helder, maar kort"}
    await say(house, idea.idea, "rating", rating, f"{anna}:employee")
    await say(house, idea.idea, "appeal", {"words": "De cijfers zijn oud."}, f"{bea}:employee")
    await say(house, idea.idea, "reviewer", {"reviewer": "sam"}, EVA)
    return idea.idea, anna, bea, rik


async def test_what_was_missed_is_read_by_those_whom_it_concerns(house: House) -> None:
    idea, anna, bea, rik = await appealed(house)
    for who in (f"{anna}:employee", f"{bea}:employee", f"{rik}:reviewer", "sam:reviewer", EVA):
        appeal = (await read(house, idea, who))["appeal"]
        assert (appeal["words"], appeal["by"]) == ("De cijfers zijn oud.", bea), who
        assert (appeal["against"], appeal["granted"]) == (rik, None)
    for who in (NOBODY, "tess:reviewer", "lou:lead,director", "notifications:service"):
        shown = await read(house, idea, who)
        assert (shown["appeal"], shown["rating"], shown["recusals"]) == (None, None, None), who
        assert "cijfers" not in str(shown), who


async def test_the_second_reviewer_reads_the_first_answer_and_gives_another(house: House) -> None:
    idea, anna, _, rik = await appealed(house)
    shown = await read(house, idea, "sam:reviewer")
    assert (shown["reviewer"], shown["answered_by"], shown["outcome"]) == ("sam", rik, "declined")
    assert shown["reason"].startswith("Er is dit jaar geen geld voor.")
    assert set(shown["sentences"]) == set(MARKS)
    questions = await house.ask(f"/v1/reviews/{idea}/questions", "sam:reviewer")
    assert questions.status_code == 200, questions.text
    assert (await read(house, idea, "tess:reviewer"))["reason"] is None
    goes_on = {"accountable": "sam", "due": f"{IN_A_MONTH}T16:00:00Z"}
    yes = answer("accepted", "De cijfers zijn nagerekend.") | goes_on
    await say(house, idea, "decision", yes, "sam:reviewer")
    for who in (f"{anna}:employee", f"{rik}:reviewer", "sam:reviewer", EVA):
        appeal = (await read(house, idea, who))["appeal"]
        assert (appeal["granted"], appeal["words"]) == (True, "De cijfers zijn oud."), who
        assert appeal["decided_at"], who
    assert (await read(house, idea, NOBODY))["appeal"] is None
    assert (await read(house, idea, f"{rik}:reviewer"))["reason"] is None


async def test_a_rating_is_read_by_whom_it_is_about(house: House) -> None:
    idea, anna, bea, rik = await appealed(house)
    for who in (f"{anna}:employee", f"{bea}:employee", f"{rik}:reviewer", EVA):
        rating = (await read(house, idea, who))["rating"]
        assert (rating["useful"], rating["respectful"]) == (2, 5), who
        assert rating["words"] == "helder, maar kort", who
    for who in ("sam:reviewer", "tess:reviewer", NOBODY):
        assert (await read(house, idea, who))["rating"] is None, who


async def test_why_somebody_stood_aside_is_read_at_the_desk_alone(house: House) -> None:
    await house.hear(reviewer("rik"), idea := submitted(author=PersonId("anna"), co_authors=()))
    await say(house, idea.idea, "recusal", {"reason": "mijn zus"}, "rik:reviewer")
    shown = await read(house, idea.idea, EVA)
    assert [(each["by"], each["reason"]) for each in shown["recusals"]] == [("rik", "mijn zus")]
    assert shown["reviewer"] is None
    others = ("rik:reviewer", "anna:employee", "anna:desk", "tess:reviewer,lead,director", NOBODY)
    for who in others:
        shown = await read(house, idea.idea, who)
        assert shown["recusals"] is None, who
        assert "mijn zus" not in str(shown), who


async def test_a_service_passes_on_what_its_recipient_may_read(house: House) -> None:
    idea, _, _, rik = await appealed(house)
    await house.hear(person("eva", ("desk",)))
    service = "notifications:service"
    for recipient, appeal, rating, recusals in (
        ("sam", True, False, False), (rik, True, True, False), ("eva", True, True, True),
        ("zoe", False, False, False),
    ):  # fmt: skip
        shown = await read(house, idea, service, **{"for": recipient})
        seen = tuple(shown[name] is not None for name in ("appeal", "rating", "recusals"))
        assert seen == (appeal, rating, recusals), recipient


async def test_the_words_of_the_erased_are_left_out(house: House) -> None:
    idea, anna, bea, rik = await appealed(house)
    await say(house, idea, "recusal", {"reason": "mijn zus"}, "sam:reviewer")
    await house.hear(PersonErased(person=PersonId(bea), at=house.parts.clock.now()))
    shown = await read(house, idea, EVA)
    assert shown["appeal"]["words"] is None, "a co-author's words lie under the author's key"
    assert shown["rating"]["words"] == "helder, maar kort"
    await house.hear(PersonErased(person=PersonId(anna), at=house.parts.clock.now()))
    shown = await read(house, idea, f"{rik}:reviewer")
    assert (shown["appeal"]["words"], shown["rating"]["words"]) == (None, None)
    assert (shown["rating"]["useful"], shown["reason"]) == (2, None)
    (aside,) = (await read(house, idea, EVA))["recusals"]
    assert aside["reason"] == "mijn zus"
