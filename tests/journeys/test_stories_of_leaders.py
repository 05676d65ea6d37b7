"""Stories that leaders are in: a challenge, two pilots, and a barrier that many run into."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.answers import whole_answer
from tests.journeys.house import Cast, House, until
from tests.journeys.people import are_listed, joins

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

LEADER, REVIEWER = "employee lead director", "employee reviewer"
ANSWERS, TEAMS = 61, 9


class Challenge:
    """ "Register less twice": three weeks, a hackathon, a jury and a crowd."""

    def __init__(self, house: House, cast: Cast) -> None:
        self.house, self.cast = house, cast
        self.id = ""
        self.answers: list[str] = []
        self.jury = [f"jury{n}-{cast.department}" for n in range(3)]

    def author(self, number: int) -> str:
        return f"inzender{number}-{self.cast.department}"

    async def launch(self) -> None:
        today = await self.house.today()
        body = {
            "question": "Minder dubbel registreren", "criteria": ["effect", "haalbaarheid"],
            "why": "Wie twee keer hetzelfde typt, zit niet bij de cliënt.",
            "first": str(today), "last": str(today + timedelta(weeks=3)),
            "phases": [{"name": "inzenden", "first": str(today),
                        "last": str(today + timedelta(days=13))},
                       {"name": "hackathon", "first": str(today + timedelta(days=14)),
                        "last": str(today + timedelta(days=14))}],
            "jury": self.jury, "jury_weight": 0.6, "hackathon": True,
        }  # fmt: skip
        who = (self.cast.director, LEADER)
        self.id = (await self.house.done("ideas", "/v1/challenges", body, *who))["matter"]

    async def collect(self) -> None:
        """Some at a time, as people do."""
        for start in range(0, ANSWERS, 10):
            some = range(start, min(start + 10, ANSWERS))
            self.answers += await asyncio.gather(*(self._answer(number) for number in some))

    async def _answer(self, number: int) -> str:
        body = {
            "title": f"Eén keer invoeren, plek {number}", "body": "De rest volgt vanzelf.",
            "challenge": self.id,
        }  # fmt: skip
        done = await self.house.done("ideas", "/v1/ideas", body, self.author(number))
        return str(done["idea"])

    async def hack(self) -> None:
        for number in range(TEAMS):
            team = {
                "name": f"Ploeg {number}", "idea": self.answers[number],
                "members": [self.author(number), self.author(number + TEAMS)],
            }  # fmt: skip
            path = f"/v1/challenges/{self.id}/teams"
            await self.house.done("ideas", path, team, self.author(number))

    async def judge(self) -> None:
        """The jury prefers the first answer, the crowd the second."""
        for juror in self.jury:
            for place, idea in enumerate(self.answers[:3]):
                points = {"points": {"effect": 9 - 3 * place, "haalbaarheid": 8 - 3 * place}}
                path = f"/v1/challenges/{self.id}/judgements/{idea}"
                await self.house.done("ideas", path, points, juror, method="PUT")
        for number in range(8):
            path = f"/v1/ideas/{self.answers[1]}/support"
            await self.house.done("ideas", path, None, self.author(20 + number), method="PUT")


async def test_a_challenge_says_why_weighs_jury_and_crowd_openly_and_reports_to_all(
    house: House,
) -> None:
    cast = await house.cast()
    challenge = Challenge(house, cast)
    teams = [challenge.author(number) for number in range(2 * TEAMS)]
    await are_listed(house, cast, [*challenge.jury, *teams])
    await challenge.launch()
    await challenge.collect()
    await challenge.hack()
    await challenge.judge()

    reader = challenge.author(60)
    path = f"/v1/challenges/{challenge.id}"
    launched = (await house.get("ideas", path, reader))["steps"][0]
    assert launched["words"]["why"].startswith("Wie twee keer hetzelfde typt")
    assert launched["more"]["criteria"] == ["effect", "haalbaarheid"]
    await everybody_sees_both_views(challenge, reader)
    await nobody_judges_out_of_turn(challenge)

    report = {"report": "61 antwoorden, 9 ploegen. Plek 0 gaat door.",
              "chosen": [challenge.answers[0]]}  # fmt: skip
    refused = await house.tell("ideas", f"{path}/closing", report, cast.lead, LEADER)
    assert refused.json()["type"] == "urn:kiem:OnlyItsLeaderClosesIt"
    await house.done("ideas", f"{path}/closing", report, cast.director, LEADER)
    for number in (0, TEAMS, ANSWERS - 1):
        last = (await house.get("ideas", path, challenge.author(number)))["steps"][-1]
        assert last["words"]["report"] == report["report"]
        assert (last["more"]["answers"], last["more"]["chosen"]) == (ANSWERS, report["chosen"])
    late = {"title": "Nog een", "body": "Te laat.", "challenge": challenge.id}
    closed = await house.tell("ideas", "/v1/ideas", late, reader)
    assert closed.json()["type"] == "urn:kiem:TheChallengeIsClosed"


async def everybody_sees_both_views(challenge: Challenge, reader: str) -> None:
    path = f"/v1/challenges/{challenge.id}/standing"

    async def look() -> Any:
        told = await challenge.house.get("ideas", path, reader)
        counted = {one["idea"]: one["supports"] for one in told["answers"]}
        all_in = len(counted) == ANSWERS and counted[challenge.answers[1]] == 8
        return told if all_in else None

    told = await until("every answer and every support is counted", look)
    first, second, third = told["answers"][:3]
    assert told["jury_weight"] == 0.6
    assert {first["idea"], second["idea"]} == set(challenge.answers[:2])
    assert third["idea"] == challenge.answers[2]
    for one in (first, second, third):
        assert one["judged_by"] == len(challenge.jury)
        assert one["together"] == pytest.approx(0.6 * one["jury"] + 0.4 * one["crowd"])
    assert first["idea"] == challenge.answers[1], "the crowd's weight made the difference"
    assert second["jury"] > first["jury"]
    assert all(one["together"] is None for one in told["answers"][3:])


async def nobody_judges_out_of_turn(challenge: Challenge) -> None:
    path = f"/v1/challenges/{challenge.id}/judgements/{challenge.answers[0]}"
    points = {"points": {"effect": 10, "haalbaarheid": 10}}
    stranger = challenge.author(5)
    refused = await challenge.house.tell("ideas", path, points, stranger, method="PUT")
    assert refused.json()["type"] == "urn:kiem:OnlyTheJuryJudges"


async def accepted(house: House, cast: Cast, title: str, body: str) -> str:
    told = {"title": title, "body": body}
    idea = str((await house.done("ideas", "/v1/ideas", told, cast.author))["idea"])
    rob = (await house.in_state(idea, "under_review"))["reviewer"]
    path = f"/v1/reviews/{idea}/decision"
    answer = whole_answer(by=cast.lead, day=await house.today())
    await house.done("feedback", path, answer, rob, REVIEWER)
    await house.in_state(idea, "accepted")
    return idea


async def piloted(house: House, cast: Cast, idea: str, stop_rule: str) -> str:
    plan = {
        "hypothesis": "Met een wekker gaat niemand meer te laat.", "measure": "te laat per week",
        "stop_rule": stop_rule, "baseline": 12, "target": 4, "team": [cast.author],
        "super_users": [cast.reviewer],
        "ends_on": str(await house.today() + timedelta(days=28)),
    }  # fmt: skip
    path = f"/v1/ideas/{idea}/pilots"
    return str((await house.done("ideas", path, plan, cast.lead, LEADER))["pilot"])


async def test_of_two_pilots_one_scales_and_one_stops_by_its_own_rule_and_is_a_learning(
    house: House,
) -> None:
    cast = await house.cast()
    good = await accepted(house, cast, "Een wekker bij de overdracht", "Dan begint ze op tijd.")
    bad = await accepted(house, cast, "Een bel in elke gang", "Dan hoort iedereen het.")
    rule = "Na twee weken nog boven de tien: dan stoppen we."
    pilots = {idea: await piloted(house, cast, idea, rule) for idea in (good, bad)}
    for idea, values in ((good, (9, 5, 3)), (bad, (14, 13))):
        for value in values:
            path = f"/v1/ideas/{idea}/pilots/{pilots[idea]}/measurements"
            await house.done("ideas", path, {"value": value}, cast.lead, LEADER)

    # Without a learning no pilot ends.
    path = f"/v1/ideas/{bad}/pilots/{pilots[bad]}/conclusion"
    empty = await house.tell("ideas", path, {"outcome": "stopped", "learning": ""}, cast.lead)
    assert empty.status_code == 422
    learned = "Een bel stoort de bewoners meer dan hij ons helpt."
    stop = {"outcome": "stopped", "learning": learned}
    await house.done("ideas", path, stop, cast.lead, LEADER)
    await house.in_state(bad, "stopped")
    path = f"/v1/ideas/{good}/pilots/{pilots[good]}/conclusion"
    scale = {"outcome": "scaled", "learning": "Elke afdeling zet hem zelf."}
    await house.done("ideas", path, scale, cast.lead, LEADER)
    await house.in_state(good, "in_pilot")
    await house.done("ideas", f"/v1/ideas/{good}/realisation", {"remark": ""}, cast.lead, LEADER)
    await house.in_state(good, "realised")

    # The timeline holds the rule against what was measured, for anybody to read.
    steps = (await house.get("ideas", f"/v1/ideas/{bad}/timeline", "vreemde"))["steps"]
    words = {step["type"]: step["words"] for step in steps}
    assert words["PilotStarted"]["stop_rule"] == rule
    assert words["PilotConcluded"]["learning"] == learned
    measured = [s["more"]["value"] for s in steps if s["type"] == "PilotMeasured"]
    assert measured == [14, 13]
    await the_author_is_told(house, cast, bad, "stopped")


async def the_author_is_told(house: House, cast: Cast, idea: str, outcome: str) -> None:
    async def look() -> Any:
        mine = await house.notices(cast.author)
        return [n for n in mine if n["kind"] == "pilot_concluded" and n["idea"] == idea]

    (told,) = await until("the author is told how the pilot ended", look)
    assert (told["outcome"], told["owed"]) == (outcome, True)


async def test_a_barrier_raised_four_times_shows_where_it_hurts_and_how_long_it_took(
    house: House,
) -> None:
    cast = await house.cast()
    today = await house.today()
    period = {"from": str(today), "to": str(today + timedelta(days=2))}
    asked = {**period, "by": "department"}
    raised = []
    for number in range(4):
        who = await joins(house, cast, f"Tester{number}")
        body = {"kind": "access", "words": "Er is geen testomgeving.", "owner": cast.director}
        raised.append((await house.done("ideas", "/v1/barriers", body, who))["matter"])
    told = await counted(house, cast, asked, 4)
    assert told["beside"]["open"] == 4

    # The leader sees what is owed, has the date, and clears the way.
    mine = await house.get("ideas", "/v1/barriers", cast.director, LEADER, owed_by_me=True)
    assert {item["matter"] for item in mine["items"]} == set(raised)
    assert all(item["due"] for item in mine["items"])
    why = {"reason": "Vanaf vandaag staat er een testomgeving klaar."}
    stranger = await house.tell("ideas", f"/v1/barriers/{raised[0]}/removal", why, cast.lead)
    assert stranger.json()["type"] == "urn:kiem:OnlyItsOwnerAnswersIt"
    for barrier in raised:
        path = f"/v1/barriers/{barrier}/removal"
        await house.done("ideas", path, why, cast.director, LEADER)
    told = await counted(house, cast, asked, 4, removed=4)
    assert told["value"] is not None
    assert 0 <= told["value"] < 1  # days

    tester = f"tester0-{cast.department.partition('-')[2]}"

    async def look() -> Any:
        kinds = {n["kind"]: n for n in await house.notices(tester)}
        return kinds.get("decision")

    answer = await until("whoever raised it is told", look)
    assert answer["outcome"] == "removed"


async def counted(
    house: House, cast: Cast, asked: dict[str, str], n: int, removed: int = 0
) -> dict[str, Any]:
    """Return the heat of this department: how many barriers, and the time until they are gone."""

    async def look() -> Any:
        told = await house.get("metrics", "/v1/kpis/barrier_resolution", "somebody", **asked)
        here = next((g for g in told["cells"] if g["key"] == cast.department), None)
        done = here and here["n"] == n and here["beside"]["removed"] == removed
        return here if done else None

    return await until(f"metrics counts {n} barriers, {removed} of them removed", look)
