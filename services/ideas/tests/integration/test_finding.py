"""Finding ideas on a real PostgreSQL: similar ones, by words, by what they are; and merging."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.outside import PersonErased
from contracts.vocabulary import PersonId
from services.ideas.tests.acts import answered
from services.ideas.tests.house import House

pytestmark = pytest.mark.integration


async def told(
    house: House, title: str, body: str, who: str = "anna:employee", **more: object
) -> str:
    idea = await house.submitted(who, title=title, body=body, **more)
    await house.follow(idea)
    return idea


async def similar(house: House, title: str, **more: str) -> list[str]:
    found = await house.get("/ideas/similar", title=title, **more)
    assert found.status_code == 200, found.text
    return [item["idea"] for item in found.json()["items"]]


async def test_a_title_that_is_nearly_the_same_is_found_while_typing(house: House) -> None:
    mark = uuid4().hex[:10]
    idea = await told(house, f"Fietsenstalling {mark} overdekken", "Het regent vaak.")
    assert (await similar(house, f"fietsestaling {mark} overdekt"))[0] == idea
    assert idea not in await similar(house, f"Fietsenstalling {mark}", but=idea)


async def test_a_word_with_a_typing_error_is_found_by_its_beginning(house: House) -> None:
    idea = await told(house, "Quarantaineprotocollen inkorten", "Het duurt lang.")
    assert idea in await similar(house, "Quarantaineprotocolen verkorten")
    assert idea in await similar(house, "Quarantaineprotocollen inkorten, zoals O'Neill \\ zei")


async def test_words_are_found_in_both_languages_and_in_other_forms(house: House) -> None:
    dutch = await told(house, "Minder papier", "Wij printen roosters die niemand leest.")
    english = await told(house, "Fewer walks", "Nurses are walking to the printer.", language="en")
    assert dutch in await found(house, q="rooster")
    assert english in await found(house, q="nurse walked")
    assert await found(house, q="zqxzqx") == []


async def found(house: House, **asked: str) -> list[str]:
    page = await house.get("/ideas", limit=100, **asked)
    assert page.status_code == 200, page.text
    return [item["idea"] for item in page.json()["items"]]


@pytest.mark.parametrize("words", ["' OR 1=1 --", "%", "_", "\\", "a & | !", '"'])
async def test_no_search_is_too_strange(house: House, words: str) -> None:
    await found(house, q=words)
    await similar(house, words * 3)


async def test_ideas_are_found_by_what_they_are(house: House) -> None:
    category, who = f"c-{uuid4()}", f"kim-{uuid4()}"
    one = await told(house, "Een", "Een.", f"{who}:employee", category=category, tags=["Nacht"])
    two = await told(house, "Twee", "Twee.", category=category, co_authors=[who])
    assert await found(house, category=category) == [two, one]
    assert await found(house, category=category, tag="nacht") == [one]
    mine = await house.get("/ideas", f"{who}:employee", mine="true")
    assert [item["idea"] for item in mine.json()["items"]] == [two, one]


async def test_open_ideas_are_those_that_are_not_finished(house: House) -> None:
    category = f"c-{uuid4()}"
    open_, gone = [await told(house, "Een", "x", category=category) for _ in range(2)]
    assert (await house.post(f"/ideas/{gone}/withdrawal", {})).is_success
    await house.follow(gone)
    assert await found(house, category=category, open="true") == [open_]
    assert await found(house, category=category) == [gone, open_]


async def test_pages_stay_the_same_while_new_ideas_come(house: House) -> None:
    category = f"c-{uuid4()}"
    ids = [await told(house, f"Idee {n}", "x", category=category) for n in range(3)]
    first = (await house.get("/ideas", category=category, limit=2)).json()
    await told(house, "Nog een", "x", category=category)
    rest = (await house.get("/ideas", category=category, limit=2, after=first["next"])).json()
    assert [i["idea"] for i in first["items"] + rest["items"]] == ids[::-1]


async def test_a_revised_title_is_found_and_the_old_one_is_not(house: House) -> None:
    mark, other = uuid4().hex[:12], uuid4().hex[:12]
    idea = await told(house, mark, "x")
    await house.post(f"/ideas/{idea}/revision", {"title": other, "tags": ["beter"]})
    await house.follow(idea)
    assert await found(house, q=other) == [idea]
    assert await found(house, q=mark) == []
    assert (await house.get(f"/ideas/{idea}")).json()["tags"] == ["beter"]


async def test_the_words_of_an_erased_author_are_in_no_index(house: House) -> None:
    mark, who = uuid4().hex[:12], f"dik-{uuid4()}"
    idea = await told(house, mark, f"{mark} in de tekst", f"{who}:employee")
    await house.hear(PersonErased(person=PersonId(who), at=house.parts.clock.now()))
    assert await found(house, q=mark) == []
    assert await similar(house, mark) == []
    rows = await house.rows("SELECT * FROM idea_words_v1 WHERE idea = $1", idea)
    assert rows == []
    await house.follow(idea)  # a rebuild finds no words, and so brings none back
    assert await found(house, q=mark) == []
    listed = (await house.get(f"/ideas/{idea}")).json()
    assert (listed["title"], listed["body"]) == (None, None)


async def test_a_merged_idea_goes_on_in_the_other_and_can_be_separated(house: House) -> None:
    one = await house.submitted("cas:employee", co_authors=[])
    other = await house.submitted("dirk:employee", co_authors=[])
    asked = {"into": other, "reason": "zegt hetzelfde"}
    assert (await house.post(f"/ideas/{one}/merger", asked)).status_code == 403
    done = await house.post(f"/ideas/{one}/merger", asked, "eva:desk")
    assert (done.status_code, done.json()["state"]) == (200, "merged")
    assert (await house.get(f"/ideas/{other}")).json()["absorbed"] == [one]
    undone = await house.post(f"/ideas/{one}/merger/undo", {"reason": "toch niet"}, "eva:desk")
    assert (undone.json()["state"], undone.json()["accountable"]) == ("submitted", "desk")
    assert (await house.get(f"/ideas/{other}")).json()["absorbed"] == []


async def test_a_mail_to_either_side_may_say_why_two_became_one_and_why_no_longer(
    house: House,
) -> None:
    async def why(idea: str, reader: str, **asked: str) -> str | None:
        path, who = f"/ideas/{idea}/words", "notifications:service"
        found = (await house.get(path, who, **{"for": reader}, **asked)).json()
        reason: str | None = found["reason"]
        return reason

    one = await house.submitted("cas:employee", co_authors=[])
    other = await house.submitted("dirk:employee", co_authors=[])
    assert await why(one, "cas", merged_with=other) is None
    asked = {"into": other, "reason": "zegt hetzelfde"}
    await house.post(f"/ideas/{one}/merger", asked, "eva:desk")
    assert await why(other, "cas", merged_with=one) == "zegt hetzelfde"
    assert await why(one, "dirk", merged_with=other) == "zegt hetzelfde"
    assert await why(one, "dirk", separated_from=other) is None
    await house.post(f"/ideas/{one}/merger/undo", {"reason": "toch niet"}, "eva:desk")
    assert await why(other, "cas", separated_from=one) == "toch niet"
    assert await why(one, "dirk", separated_from=other) == "toch niet"
    assert await why(one, "dirk", merged_with=other) == "zegt hetzelfde"
    assert await why(one, "dirk") is None


async def test_a_merger_into_a_finished_idea_changes_neither(house: House) -> None:
    one, other = [await house.submitted() for _ in range(2)]
    await house.post(f"/ideas/{other}/withdrawal", {})
    refused = await house.post(
        f"/ideas/{one}/merger", {"into": other, "reason": "dubbel"}, "eva:desk"
    )
    assert refused.json()["type"] == "urn:kiem:TheIdeaIsFinished"
    assert (await house.get(f"/ideas/{one}")).json()["state"] == "submitted"


async def test_a_promise_moves_once_and_the_reason_is_the_authors(house: House) -> None:
    idea = await house.submitted()
    await answered(house, idea)
    today = house.parts.calendar.local_date(house.parts.clock.now())
    last, far = today + timedelta(days=90), today + timedelta(days=91)
    asked = {"until": f"{last}", "reason": "de offerte komt later"}
    assert (await house.post(f"/ideas/{idea}/promise", asked, "cas:employee")).status_code == 403
    late = await house.post(f"/ideas/{idea}/promise", asked | {"until": f"{far}"}, "rik:reviewer")
    assert late.json()["type"] == "urn:kiem:TheDateIsTooFar"
    assert f"The latest possible is {last}." in late.json()["detail"]
    done = await house.post(f"/ideas/{idea}/promise", asked, "rik:reviewer")
    assert done.status_code == 200, done.text
    again = await house.post(f"/ideas/{idea}/promise", asked | {"until": f"{far}"}, "rik:reviewer")
    assert again.json()["type"] == "urn:kiem:APromiseMovesOnce"


async def test_somebody_may_type_an_idea_for_a_colleague(house: House) -> None:
    idea = await house.submitted("cas:employee", on_behalf_of="nachtdienst", co_authors=["cas"])
    shown = (await house.get(f"/ideas/{idea}")).json()
    assert (shown["author"], shown["told_by"], shown["co_authors"]) == (
        "nachtdienst",
        "cas",
        ["cas"],
    )
