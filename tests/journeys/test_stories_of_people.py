"""Stories that people click through: a nurse without mail, and a no that must be an answer."""

import uuid
from typing import Any

import pytest

from tests.journeys.answers import whole_answer
from tests.journeys.codes import Holder
from tests.journeys.house import CRITERIA, Cast, House, until
from tests.journeys.people import joins

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


async def submitted(house: House, who: str, title: str, body: str, **more: Any) -> str:
    told = {"title": title, "body": body, **more}
    return str((await house.done("ideas", "/v1/ideas", told, who))["idea"])


async def test_a_nurse_without_mail_types_an_idea_joins_one_like_it_and_gets_a_code(
    house: House,
) -> None:
    cast = await house.cast()
    noor = await joins(house, cast, "Noor", mail=False)
    tablets = await submitted(
        house, cast.author, "Wondfoto's maken met de tablet", "Nu tekenen we de wond na."
    )
    camera = await submitted(
        house, cast.lead, "Wondfoto's maken met een camera", "De tablet is te groot."
    )

    # She types, and sees that two colleagues think of the same.
    title = "Wondfoto's maken met de telefoon"
    await similar_to(house, noor, title, {tablets, camera})  # among those of other stories

    # One of them she joins: it counts her, and she follows it.
    for join in ("support", "following"):
        path = f"/v1/ideas/{tablets}/{join}"
        talk = await house.done("ideas", path, None, noor, method="PUT")
    assert (talk["supporters"], talk["you_support"], talk["you_follow"]) == (1, True, True)

    # What she has to say beside it is an idea of hers, and she gets a code for it.
    mine = await submitted(house, noor, title, "Die heeft iedereen bij zich.")
    code = (await house.done("ideas", f"/v1/ideas/{mine}/code", None, noor))["code"]
    await with_the_code_alone(Holder(house, mine, code), noor)


async def similar_to(house: House, who: str, title: str, wanted: set[str]) -> None:
    async def look() -> bool:
        told = await house.get("ideas", "/v1/ideas/similar", who, title=title)
        return wanted <= {alike["idea"] for alike in told["items"]}

    await until("both ideas are found as similar", look)


async def with_the_code_alone(noor: Holder, person: str) -> None:
    """At a kiosk, without account and mail: status, who answers by when, question, answer."""
    house, path = noor.house, f"/v1/reviews/{noor.idea}"
    shown = await house.in_state(noor.idea, "under_review")
    rob = shown["reviewer"]
    receipt = await noor.told_of("acknowledgement")
    assert receipt["owed"]
    assert receipt["accountable"]
    assert receipt["due"]
    at_the_kiosk = await noor.get("ideas", f"/v1/ideas/{noor.idea}")
    assert (at_the_kiosk["state"], at_the_kiosk["accountable"]) == ("under_review", rob)
    assert at_the_kiosk["title"] == "Wondfoto's maken met de telefoon"

    ask = {"words": "Welke telefoon bedoel je?"}
    question = (await house.done("feedback", f"{path}/questions", ask, rob, "reviewer"))["id"]
    await noor.told_of("question_asked")
    answer = {"words": "Die van de afdeling."}
    await noor.tell("feedback", f"{path}/questions/{question}/answer", answer)
    (seen,) = (await house.get("feedback", f"{path}/questions", rob, "reviewer"))["items"]
    assert seen["answer"] == answer["words"]

    # Nothing was mailed to somebody who has no mail, and nothing is lost by it.
    sql = "SELECT kind, mail FROM notice WHERE person = $1 AND idea = $2"

    async def look() -> bool:
        rows = await house.rows("notifications", sql, person, uuid.UUID(noor.idea))
        return bool(rows) and all(row["mail"] != "waiting" for row in rows)

    await until("no mail waits for who has no address", look)
    assert {row["mail"] for row in await house.rows(
        "notifications", sql, person, uuid.UUID(noor.idea))} == {"none"}  # fmt: skip


async def test_a_reviewer_cannot_decline_with_no_and_the_author_appeals_once(house: House) -> None:
    cast, other = await house.cast(), await house.cast()
    idea = await submitted(house, cast.author, "Eén sleutel voor alle kasten", "Nu hebben we er 9.")
    rob = (await house.in_state(idea, "under_review"))["reviewer"]
    assert rob == cast.reviewer

    await nothing_less_is_taken(house, idea, rob)
    no = {
        "outcome": "declined", "marks": {"value": "met", "feasibility": "not_met", "fit": "partly"},
        "sentences": {
            "value": "Iedere dienst zoekt nu tien minuten naar sleutels.",
            "feasibility": "De kasten hebben drie merken sloten die niet samengaan.",
            "fit": "Het past bij veilig werken, niet bij wie waar in mag.",
        },
        "reason": "Met deze sloten opent één sleutel ook de medicijnkast, en dat mag niet.",
        "next_step": "Bij nieuwe kasten in maart kan het wel: vraag Facilitair om één merk.",
    }  # fmt: skip
    path = f"/v1/reviews/{idea}"
    await house.done("feedback", f"{path}/decision", no, rob, "employee reviewer")
    await house.in_state(idea, "declined")
    await the_author_reads_it_whole(house, idea, cast, no)

    rating = {"useful": 4, "respectful": 5, "words": "Nu snap ik het."}
    await house.done("feedback", f"{path}/rating", rating, cast.author)
    again = await house.tell("feedback", f"{path}/rating", rating, cast.author)
    assert again.json()["type"] == "urn:kiem:TheAnswerIsRated"
    await an_appeal_succeeds(house, idea, cast, rob)
    del other  # there must be somebody else who can judge


async def nothing_less_is_taken(house: House, idea: str, rob: str) -> None:
    """Each refusal is a sentence that says what to do, and the idea stays as it is."""
    whole = whole_answer("declined", "Dit past niet bij de sloten die we hebben.")
    tries: list[tuple[dict[str, Any], str]] = [
        ({"outcome": "declined", "reason": "nee"}, "EveryCriterionNeedsAnOutcome"),
        ({**whole, "sentences": dict.fromkeys(CRITERIA, "nee")}, "TheseSentencesSayNothing"),
        ({**whole, "sentences": dict.fromkeys(CRITERIA, "Dat kan hier zo niet.")},
         "TheSentencesAreAllTheSame"),
        ({**whole, "reason": "nee"}, "TheReasonSaysNothing"),
        ({**whole, "next_step": ""}, "TheNextStepIsMissing"),
        ({**whole, "next_step": "geen"}, "TheNextStepSaysNothing"),
    ]  # fmt: skip
    for answer, refusal in tries:
        path = f"/v1/reviews/{idea}/decision"
        refused = await house.tell("feedback", path, answer, rob, "employee reviewer")
        assert refused.status_code == 409
        assert refused.json()["type"] == f"urn:kiem:{refusal}"
        assert refused.json()["detail"].endswith(".")
    shown = await house.get("ideas", f"/v1/ideas/{idea}", rob)
    assert (shown["state"], shown["accountable"]) == ("under_review", rob)


async def the_author_reads_it_whole(
    house: House, idea: str, cast: Cast, no: dict[str, Any]
) -> None:
    review = await house.get("feedback", f"/v1/reviews/{idea}", cast.author)
    for part in ("outcome", "marks", "sentences", "reason", "next_step"):
        assert review[part] == no[part], part

    async def look() -> Any:
        return next((n for n in await house.notices(cast.author) if n["kind"] == "decision"), None)

    told = await until("the author has the decision", look)
    assert (told["outcome"], told["owed"]) == ("declined", True)


async def an_appeal_succeeds(house: House, idea: str, cast: Cast, rob: str) -> None:
    path = f"/v1/reviews/{idea}"
    why = {"words": "De nieuwe kasten komen in januari al."}
    lodged = await house.done("feedback", f"{path}/appeal", why, cast.author)
    assert lodged["accountable"]
    assert lodged["due"]

    async def look() -> Any:
        shown = await house.get("ideas", f"/v1/ideas/{idea}", cast.author)
        named = shown["state"] == "under_review" and shown["reviewer"]
        return named if named and named != rob else None

    somebody_else: str = await until("somebody else looks at it", look)
    words = "Met de kasten van januari is het bezwaar van de sloten weg."
    yes = whole_answer(words=words, by=somebody_else, day=await house.today())
    refused = await house.tell("feedback", f"{path}/decision", yes, rob, "employee reviewer")
    assert refused.json()["type"] == "urn:kiem:SomebodyElseLooks"
    who = (somebody_else, "employee reviewer")
    await house.done("feedback", f"{path}/decision", yes, *who)
    await house.in_state(idea, "accepted")
    decided = [e for e in await house.events("feedback") if e["stream"] == f"review-{idea}"]
    (appeal,) = [e for e in decided if "AppealDecided" in e["type"]]
    assert appeal["data"]["granted"] is True
    twice = await house.tell("feedback", f"{path}/appeal", why, cast.author)
    assert twice.status_code == 409
