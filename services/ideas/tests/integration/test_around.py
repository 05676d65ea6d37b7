"""What people can ask around ideas, on a real PostgreSQL: talk, barriers, tools, challenges."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.feedback import ReviewCompleted
from contracts.outside import PersonErased, PersonLeft
from contracts.vocabulary import IdeaId, PersonId
from services.ideas.tests.house import House
from services.ideas.tests.integration.around import BO, CAS, DESK, LEAD, led, made, seen

pytestmark = pytest.mark.integration


STRANGER = "somebody-else"
NAMING: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", "/ideas", {"title": "T", "body": "B", "co_authors": [STRANGER]}, "cas:employee"),
    ("POST", "/ideas", {"title": "T", "body": "B", "on_behalf_of": STRANGER}, "cas:employee"),
    ("PUT", "/ideas/{idea}/co-authors", {"co_authors": [STRANGER]}, "anna:employee"),
    ("POST", "/ideas/{idea}/comments", {"words": "Kijk", "mentions": [STRANGER]}, "cas:employee"),
    ("POST", "/thanks", {"to": [STRANGER], "words": "Dank"}, "cas:employee"),
    ("POST", "/barriers", {"kind": "time", "words": "W", "owner": STRANGER}, "cas:employee"),
    ("POST", "/ideas/{idea}/reopening",
     {"to": "submitted", "reason": "R", "accountable": STRANGER}, "eva:desk"),
    ("POST", "/ideas/{idea}/hand-over", {"to": STRANGER, "reason": "R"}, "eva:desk"),
    ("POST", "/experiments", {"hypothesis": "H", "ends_on": "2099-01-01", "team": [STRANGER]},
     "cas:employee"),
]  # fmt: skip


@pytest.mark.parametrize("asked", NAMING)
@pytest.mark.parametrize("gone", [False, True], ids=["never there", "left"])
async def test_nothing_is_entrusted_to_somebody_who_is_not_in_the_directory(
    house: House, asked: tuple[str, str, dict[str, Any], str], gone: bool
) -> None:
    (method, path, body, who), idea = asked, await house.submitted()
    await led(house, "cas", "lia")
    if gone:
        now = house.parts.clock.now()
        await led(house, STRANGER, "lia")
        await house.hear(PersonLeft(person=PersonId(STRANGER), at=now + timedelta(seconds=1)))
    ask = house.post if method == "POST" else house.put
    answer = await ask(path.format(idea=idea), *((body, who) if method == "POST" else (who, body)))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kiem:NobodyOfThatName")
    assert STRANGER in answer.json()["detail"]


async def test_where_there_is_no_directory_names_are_taken_as_they_are_given(house: House) -> None:
    body = {"title": "T", "body": "B", "co_authors": [STRANGER]}
    assert (await house.post("/ideas", body, "anna:employee")).status_code == 201


async def test_colleagues_support_an_idea_once_each_and_take_it_back(house: House) -> None:
    idea = await house.submitted()
    for who in (CAS, CAS, DESK):
        assert (await house.put(f"/ideas/{idea}/support", who)).status_code == 200
    told = (await house.delete(f"/ideas/{idea}/support", CAS)).json()
    assert (told["supporters"], told["you_support"]) == (1, False)


async def test_a_hundred_may_support_an_idea_at_the_same_time(house: House) -> None:
    idea = await house.submitted()
    answers = await asyncio.gather(
        *(house.put(f"/ideas/{idea}/support", f"p{n}:employee") for n in range(20))
    )
    late = [a for a in answers if a.status_code == 503]
    assert {a.status_code for a in answers} <= {200, 503}
    told = (await house.get(f"/ideas/{idea}/talk", BO)).json()
    assert told["supporters"] == len(answers) - len(late)


async def test_nobody_supports_an_idea_of_their_own(house: House) -> None:
    idea = await house.submitted()
    for author in ("anna:employee", BO):
        refused = await house.put(f"/ideas/{idea}/support", author)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:kiem:ItIsYourOwnIdea")


async def test_a_conversation_has_replies_and_mentions_and_can_be_cleaned(house: House) -> None:
    idea = await house.submitted()
    path = f"/ideas/{idea}/comments"
    first = (await house.post(path, {"words": "Ook bij ons."}, CAS)).json()["comment"]
    answer = {"words": "Kom kijken!", "reply_to": first, "mentions": ["cas", "cas"]}
    second = (await house.post(path, answer)).json()["comment"]
    told = (await house.get(f"/ideas/{idea}/talk")).json()["comments"]
    assert [(c["comment"], c["reply_to"], c["words"]) for c in told] == [
        (first, None, "Ook bij ons."), (second, first, "Kom kijken!"),
    ]  # fmt: skip
    assert told[1]["mentions"] == ["cas"]
    silent = await house.post(f"{path}/{first}/removal", {}, DESK)
    assert (silent.status_code, silent.json()["type"]) == (409, "urn:kiem:TheDeskSaysWhy")
    assert (await house.post(f"{path}/{first}/removal", {}, CAS)).status_code == 204
    left = (await house.get(f"/ideas/{idea}/talk")).json()["comments"]
    assert [c["comment"] for c in left] == [second]


async def test_a_comment_that_is_sent_twice_is_said_once(house: House) -> None:
    idea, key = await house.submitted(), str(uuid4())
    path, words = f"/ideas/{idea}/comments", {"words": "Ook bij ons."}
    one, other = [await house.post(path, words, CAS, key=key) for _ in range(2)]
    assert one.json() == other.json()
    assert len((await house.get(f"/ideas/{idea}/talk")).json()["comments"]) == 1


async def test_only_who_may_read_a_confidential_idea_talks_about_it_and_reads_the_talk(
    house: House,
) -> None:
    told = {"title": "T", "body": "B"}
    idea = (await house.post("/ideas/confidential", told, "anna:employee")).json()["idea"]
    path = f"/ideas/{idea}/comments"
    refused = await house.post(path, {"words": "Van wie is dit?"}, CAS)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:kiem:TheTalkIsOfAFew")
    assert (await house.post(path, {"words": "We kijken ernaar."}, DESK)).status_code == 201
    assert len((await house.get(f"/ideas/{idea}/talk", DESK)).json()["comments"]) == 1
    assert (await house.get(f"/ideas/{idea}/talk", CAS)).json()["comments"] == []


async def test_the_words_of_an_erased_colleague_are_gone_and_their_comment_is_not(
    house: House,
) -> None:
    idea, who = await house.submitted(), f"dik-{uuid4()}"
    await house.post(f"/ideas/{idea}/comments", {"words": "MERKWOORD"}, f"{who}:employee")
    await house.hear(PersonErased(person=PersonId(who), at=house.parts.clock.now()))
    (comment,) = (await house.get(f"/ideas/{idea}/talk")).json()["comments"]
    assert (comment["by"], comment["words"]) == (who, None)


async def test_a_challenge_with_phases_shows_them(house: House) -> None:
    today = house.parts.calendar.local_date(house.parts.clock.now())
    day = {"name": "de dag", "first": f"{today}", "last": f"{today}"}
    launch = {
        "question": "Hoe minder dubbel registreren?", "why": "tijd voor zorg",
        "first": f"{today}", "last": f"{today + timedelta(days=21)}",
        "criteria": ["nut"], "phases": [day],
    }  # fmt: skip
    challenge = await made(house, "/challenges", launch, LEAD)
    told = await house.get(f"/challenges/{challenge}", "n:employee")
    assert told.status_code == 200, told.text
    assert told.json()["steps"][0]["more"]["phases"] == [day]


async def test_a_challenge_shows_jury_and_crowd_side_by_side(house: House) -> None:
    today = house.parts.calendar.local_date(house.parts.clock.now())
    launch = {
        "question": "Hoe minder dubbel registreren?", "why": "tijd voor zorg",
        "first": f"{today}", "last": f"{today + timedelta(days=21)}",
        "criteria": ["nut", "moeite"], "jury": ["lia", "cas"], "jury_weight": 0.5,
    }  # fmt: skip
    challenge = await made(house, "/challenges", launch, LEAD)
    liked, judged = [await house.submitted(challenge=challenge) for _ in range(2)]
    for idea in (liked, judged):
        await house.follow(idea)
    await house.put(f"/ideas/{liked}/support", DESK)
    await seen(house, f"talk-{liked}")
    for idea, points in ((liked, 4), (judged, 10)):
        given = {"points": {"nut": points, "moeite": points}}
        answer = await house.put(f"/challenges/{challenge}/judgements/{idea}", CAS, given)
        assert answer.status_code == 200, answer.text
    told = (await house.get(f"/challenges/{challenge}/standing")).json()
    assert [(a["idea"], a["jury"], a["crowd"], a["together"]) for a in told["answers"]] == [
        (liked, 0.4, 1.0, 0.7), (judged, 1.0, 0.0, 0.5),
    ]  # fmt: skip
    closing = {"report": "Dank aan allen.", "chosen": [liked]}
    assert (await house.post(f"/challenges/{challenge}/closing", closing, LEAD)).status_code == 200
    refused = await house.submit(challenge=challenge)
    assert refused.json()["type"] == "urn:kiem:TheChallengeIsClosed"


async def test_learnings_and_thanks_are_for_everybody_to_read(house: House) -> None:
    learning = await made(house, "/learnings", {"words": "rust helpt"}, LEAD)
    thanks = await made(house, "/thanks", {"to": ["bo"], "words": "dank!"})
    for stream in (f"learning-{learning}", f"thanks-{thanks}"):
        await seen(house, stream)
    told = (await house.get("/learnings", CAS)).json()["items"][0]
    assert (told["matter"], told["author"], told["words"]) == (
        learning, "lia", {"words": "rust helpt"},
    )  # fmt: skip
    told = (await house.get("/thanks", CAS)).json()["items"][0]
    assert (told["matter"], told["more"]["to"]) == (thanks, ["bo"])
    own = await house.post("/thanks", {"to": ["anna"], "words": "goed van mij"})
    assert own.json()["type"] == "urn:kiem:NobodyThanksThemselves"


async def piloted(house: House, learning: str, outcome: str = "scaled", **told: Any) -> str:
    """Return an idea whose pilot ended with a learning."""
    idea = await house.submitted(**told)
    now = house.parts.clock.now()
    yes = ReviewCompleted(
        at=now, idea=IdeaId(UUID(idea)), author=PersonId("anna"), reviewer=PersonId("rik"),
        outcome="accepted", accountable=PersonId("lia"), due=now + timedelta(days=20),
    )  # fmt: skip
    await house.hear(yes)
    plan = {
        "hypothesis": "Het scheelt tijd.", "measure": "Minuten.", "stop_rule": "Na een week niets.",
        "team": ["bo"], "super_users": ["bo"], "baseline": 30, "target": 20,
        "ends_on": f"{(now + timedelta(days=30)).date()}",
    }  # fmt: skip
    started = await house.post(f"/ideas/{idea}/pilots", plan, LEAD)
    assert started.status_code == 201, started.text
    end = {"outcome": outcome, "learning": learning}
    path = f"/ideas/{idea}/pilots/{started.json()['pilot']}/conclusion"
    ended = await house.post(path, end, LEAD)
    assert ended.status_code in {200, 201}, ended.text
    await house.follow(idea)
    return idea


async def test_what_a_pilot_taught_is_found_among_the_learnings_and_beside_similar_ideas(
    house: House,
) -> None:
    word = f"wond{uuid4().hex[:8]}"
    scaled = await piloted(house, "De tablet is sneller.", title=f"De {word} op de foto")
    stopped = await piloted(house, "De bril besloeg.", "stopped", title="Een bril met camera")
    shared = await made(house, "/learnings", {"words": "rust helpt", "idea": scaled}, LEAD)
    await seen(house, f"learning-{shared}")

    first = (await house.get("/learnings", CAS, limit=2)).json()
    assert [(i["matter"], i["words"]) for i in first["items"][:1]] == [
        (shared, {"words": "rust helpt"})
    ]
    rest = (await house.get("/learnings", CAS, after=first["next"], limit=1)).json()
    told = [(i["idea"], i["words"]["words"], i["more"]) for i in first["items"][1:] + rest["items"]]
    assert [(idea, words, more["outcome"]) for idea, words, more in told] == [
        (stopped, "De bril besloeg.", "stopped"), (scaled, "De tablet is sneller.", "scaled"),
    ]  # fmt: skip
    of_one = (await house.get("/learnings", CAS, idea=stopped)).json()["items"]
    assert [i["author"] for i in of_one] == ["lia"]

    alike = (await house.get("/ideas/similar", CAS, title=f"Foto van de {word}")).json()["items"]
    taught = {a["idea"]: a["learnings"] for a in alike}
    assert taught[scaled] == ["rust helpt", "De tablet is sneller."]
