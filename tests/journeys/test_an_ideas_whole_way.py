"""An idea from its submission to its realisation, as its author and others live through it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.answers import whole_answer
from tests.journeys.house import Cast, House, said, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

TITLE = "Een hok voor fietsen met een eigen dak"
PILOT = {
    "hypothesis": "Met een dak komen er tien fietsers bij.",
    "measure": "Fietsen om negen uur.",
    "stop_rule": "Na een maand nog geen vijf.", "baseline": 12, "target": 22,
}  # fmt: skip


class Way:
    """The way of one idea: its people, its id, its pilot."""

    def __init__(self, house: House, cast: Cast) -> None:
        self.house, self.cast = house, cast
        self.idea = self.pilot = ""

    async def submit(self) -> None:
        body = {"title": TITLE, "body": "Nu worden ze nat."}
        told = await self.house.done("ideas", "/v1/ideas", body, self.cast.author)
        assert (told["state"], told["accountable"]) == ("submitted", "desk")
        self.idea = told["idea"]

    async def get_a_reviewer(self) -> None:
        idea = await self.house.in_state(self.idea, "under_review")
        assert (idea["reviewer"], idea["accountable"]) == (self.cast.reviewer,) * 2

    async def refuse_half_an_answer(self) -> None:
        path = f"/v1/reviews/{self.idea}/decision"
        who = self.cast.reviewer, "employee reviewer"
        answer = whole_answer(by=self.cast.reviewer, day=await self.house.today())
        lacks = ("marks", "sentences", "reason", "next_step", "accountable", "due")
        for missing in lacks:
            half = {name: part for name, part in answer.items() if name != missing}
            refused = await self.house.tell("feedback", path, half, *who)
            assert refused.status_code == 409, missing
            assert refused.headers["content-type"] == "application/problem+json"
        stranger = await self.house.tell("feedback", path, answer, "stranger", "reviewer")
        assert stranger.status_code == 403

    async def accept(self) -> None:
        path = f"/v1/reviews/{self.idea}/decision"
        day, rob = await self.house.today(), self.cast.reviewer
        answer = whole_answer(words="Droog fietsen is beter.", by=rob, day=day)
        await self.house.done("feedback", path, answer, self.cast.reviewer, "employee reviewer")
        await self.house.in_state(self.idea, "accepted")

    async def try_out(self) -> None:
        ends_on = str(await self.house.today() + timedelta(days=60))
        path, rob = f"/v1/ideas/{self.idea}/pilots", self.cast.reviewer
        plan = {**PILOT, "ends_on": ends_on, "team": [rob], "super_users": [rob]}
        started = await self.house.done("ideas", path, plan, rob)
        self.pilot = started["pilot"]
        await self.house.done("ideas", f"{path}/{self.pilot}/measurements", {"value": 12}, rob)

    async def conclude_and_realise(self) -> None:
        path, rob = f"/v1/ideas/{self.idea}", self.cast.reviewer
        end = {"outcome": "scaled", "learning": "Elk gebouw krijgt er een."}
        await self.house.done("ideas", f"{path}/pilots/{self.pilot}/conclusion", end, rob)
        await self.house.done("ideas", f"{path}/realisation", {"remark": ""}, rob)
        await self.house.in_state(self.idea, "realised")


async def numbers(house: House) -> dict[str, Any]:
    """Return what counts live ideas."""
    names = (
        "ideas_submitted", "ideas_by_state", "realisation_a", "realisation_b",
        "lead_time_to_pilot", "throughput", "processing_time_a", "silent_ideas",
    )  # fmt: skip
    return {
        name: await house.get("metrics", f"/v1/kpis/{name}", "somebody", origin="live")
        for name in names
    }


@pytest.fixture(scope="module")
async def before(house: House) -> dict[str, Any]:
    """The numbers before the idea."""
    return await numbers(house)


@pytest.fixture(scope="module")
async def way(house: House, before: dict[str, Any]) -> Way:
    """An idea that went the whole way."""
    walked = Way(house, await house.cast())
    await walked.submit()
    await walked.get_a_reviewer()
    await walked.refuse_half_an_answer()
    await walked.accept()
    await walked.try_out()
    await walked.conclude_and_realise()
    return walked


async def test_the_timeline_says_who_did_what_when_and_why(way: Way) -> None:
    told = await way.house.get("ideas", f"/v1/ideas/{way.idea}/timeline", way.cast.author)
    rob = way.cast.reviewer
    steps = told["steps"]
    assert [(s["type"], s["by"], s["accountable"]) for s in steps] == [
        ("IdeaSubmitted", way.cast.author, "desk"),
        ("IdeaTakenUnderReview", rob, rob),
        ("IdeaAccepted", rob, rob),
        ("PilotStarted", rob, rob),
        ("PilotMeasured", rob, rob),
        ("PilotConcluded", rob, rob),
        ("IdeaRealised", rob, None),
    ]
    assert [s["version"] for s in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert [s["at"] for s in steps] == sorted(s["at"] for s in steps)
    assert all(s["due"] > s["at"] for s in steps if s["due"])
    assert steps[0]["words"]["title"] == TITLE
    assert steps[3]["words"]["hypothesis"] == PILOT["hypothesis"]
    assert steps[2]["why"]["reason"] == "Droog fietsen is beter."
    assert set(steps[2]["why"]["sentences"]) == {"value", "feasibility", "fit"}
    assert (told["state"], told["accountable"], told["due"]) == ("realised", None, None)


async def test_who_is_not_concerned_is_not_told_why(way: Way) -> None:
    told = await way.house.get("ideas", f"/v1/ideas/{way.idea}/timeline", "stranger")
    assert set(told["steps"][2]["why"]) == {"unavailable"}


async def test_an_earlier_version_is_still_to_be_seen(way: Way) -> None:
    path = f"/v1/ideas/{way.idea}/timeline"
    told = await way.house.get("ideas", path, way.cast.author, version=2)
    assert (told["state"], len(told["steps"])) == ("under_review", 2)


async def test_the_promise_was_made_and_kept(way: Way) -> None:
    path = f"/v1/loops/{way.idea}"

    async def look() -> Any:
        answer = await way.house.ask("notifications", path, way.cast.author)
        loop = answer.json() if answer.status_code == 200 else {}
        return loop if loop.get("state") == "finished" else None

    loop = await until("the loop is finished", look)
    assert (loop["accountable"], loop["due"], loop["broken"]) == (None, None, 0)
    told = [(s["event"], s["accountable"]) for s in loop["history"]]
    rob = way.cast.reviewer
    assert told[:2] == [("PromiseMade", "desk"), ("PromiseMade", rob)]
    assert told[-1] == ("PromiseKept", rob)
    assert loop["kept"] == sum(event == "PromiseKept" for event, _ in told)
    assert loop["kept"] >= 3


async def test_the_numbers_have_moved(way: Way, before: dict[str, Any]) -> None:
    async def look() -> Any:
        found = await numbers(way.house)
        here = found["ideas_by_state"]["beside"]["realised"]
        moved = here == before["ideas_by_state"]["beside"]["realised"] + 1
        return found if moved and found["silent_ideas"]["value"] == 0 else None

    after = await until("metrics has heard of the realisation, and nobody waits in silence", look)
    for name in ("ideas_submitted", "ideas_by_state"):
        assert after[name]["value"] == (before[name]["value"] or 0) + 1
    for name in ("first_pilots", "first_realisations"):
        earlier = before["throughput"]["beside"][name]
        assert after["throughput"]["beside"][name] == earlier + 1
    for name in ("realisation_a", "realisation_b"):
        assert after[name]["numerator"] == (before[name]["numerator"] or 0) + 1
    pilots = before["lead_time_to_pilot"]["beside"]["pilots"]
    assert after["lead_time_to_pilot"]["beside"]["pilots"] == pilots + 1
    assert after["processing_time_a"]["n"] == before["processing_time_a"]["n"] + 1


async def test_the_author_gets_mail_in_dutch(way: Way) -> None:
    address = way.cast.address(way.cast.author)
    for words in ("We hebben je idee", "proef"):
        mail = await way.house.mail_with(address, words)
        assert mail["Content-Language"] == "nl"
        assert TITLE in str(mail["Subject"]) + said(mail)
    text = said(await way.house.mail_with(address, "We hebben je idee"))
    assert "Hallo Anna Jansen" in text
    assert "Rob Jansen zorgt er nu voor" in text


async def test_the_reviewer_gets_mail_in_english(way: Way) -> None:
    address = way.cast.address(way.cast.reviewer)
    # Ideas of other journeys, which name no department, may be theirs to review as well.
    mail = await way.house.mail_with(address, f"Will you look at this idea? {TITLE}")
    assert mail["Content-Language"] == "en"
    assert "Hello Rob Jansen" in said(mail)
    assert f'"{TITLE}" by Anna Jansen' in said(mail)


async def test_every_mail_is_sent_once(way: Way) -> None:
    async def look() -> bool:
        sql = "SELECT mail FROM notice WHERE idea = $1"
        found = await way.house.rows("notifications", sql, uuid.UUID(way.idea))
        return bool(found) and all(row["mail"] == "delivered" for row in found)

    await until("every mail about the idea is delivered", look)
    for person in (way.cast.author, way.cast.reviewer):
        ids = [str(mail["Message-ID"]) for mail in way.house.mails(way.cast.address(person))]
        assert ids
        assert len(ids) == len(set(ids))


async def test_the_app_has_a_notice_of_each(way: Way) -> None:
    async def look() -> Any:
        found = await way.house.notices(way.cast.author)
        return found if any(n["kind"] == "realised" for n in found) else None

    told = await until("the author's notice of the realisation", look)
    kinds = {notice["kind"] for notice in told}
    assert kinds >= {"acknowledgement", "decision", "pilot_started", "pilot_concluded", "realised"}
    assert {notice["idea"] for notice in told} == {way.idea}
    mine = await way.house.notices(way.cast.reviewer)
    assert "review_assigned" in {notice["kind"] for notice in mine}
    assert await way.house.notices("stranger") == []
    seen = told[0]["notice"]
    await way.house.done("notifications", f"/v1/notices/{seen}/seen", None, way.cast.author)
    again = {n["notice"]: n for n in await way.house.notices(way.cast.author)}
    assert again[seen]["seen_at"] is not None


async def test_a_repeated_request_changes_nothing(house: House) -> None:
    key, body = str(uuid.uuid4()), {"title": "Twee keer hetzelfde", "body": "Eén keer genoeg."}
    first = await house.tell("ideas", "/v1/ideas", body, "twice", key=key)
    again = await house.tell("ideas", "/v1/ideas", body, "twice", key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    idea = first.json()["idea"]
    assert again.json()["idea"] == idea
    other = await house.tell("ideas", "/v1/ideas", {**body, "body": "Anders."}, "twice", key=key)
    assert other.status_code == 422
    assert other.headers["content-type"] == "application/problem+json"
    path, key = f"/v1/ideas/{idea}/withdrawal", str(uuid.uuid4())
    gone = [await house.tell("ideas", path, {"reason": ""}, "twice", key=key) for _ in range(2)]
    assert [(a.status_code, a.json()["state"]) for a in gone] == [(200, "withdrawn")] * 2
    assert gone[0].json()["version"] == gone[1].json()["version"]

    async def look() -> Any:
        mine = [e for e in await house.events("ideas") if e["data"].get("author") == "twice"]
        return mine if any("IdeaWithdrawn" in e["type"] for e in mine) else None

    told = await until("the withdrawal is published", look)
    types = [e["type"] for e in told if "IdeaTakenUnderReview" not in e["type"]]
    assert len({e["stream"] for e in told}) == 1
    assert len(types) == 2, types


async def test_the_guarantee_is_proved_from_the_logs(way: Way) -> None:
    code, told, trouble = way.house.kiem("verify", "guarantee")
    assert (code, told.splitlines()[-1]) == (0, "silent ideas: 0"), told + trouble


async def test_the_numbers_are_what_the_logs_come_to(way: Way) -> None:
    code, told, trouble = way.house.kiem("verify", "kpis", "--months", "2")
    assert code == 0, told + trouble
    assert "numbers of ideas recomputed: 0 differ" in told
