"""Importing histories over HTTP: each line once, nothing dropped, and no mail's worth of past."""

import asyncio
import json
from datetime import date, datetime, timedelta
from importlib import import_module
from uuid import uuid4

import pytest

from contracts.imported import imported_idea
from contracts.outside import AbsencePlanned, DeputyNamed, PersonErased, PersonListed
from contracts.vocabulary import PersonId
from ideas.projections.directory import find_answering
from services.ideas.tests.house import House
from services.ideas.tests.integration.boxes import (
    BEGAN,
    CUTOVER,
    OPERATOR,
    Box,
    history,
    step,
)

pytestmark = pytest.mark.integration


def due(house: House, days: int) -> datetime:
    return house.parts.calendar.add_working_days(CUTOVER, days)


async def test_a_history_keeps_its_dates_and_is_marked(box: Box) -> None:
    assert await box.take(*history("submitted", "accepted", "realised")) == ["recorded"] * 3
    recorded = await box.house.parts.store.load(f"idea-{imported_idea(box.source, '1')}")
    assert [event.occurred_at for event in recorded] == [
        BEGAN + timedelta(days=day) for day in (1, 2, 3)
    ]
    assert {event.data.origin for event in recorded} == {"imported"}  # type: ignore[attr-defined]
    assert {event.actor for event in recorded} == {"olga"}
    assert len({event.command for event in recorded}) == 1


async def test_it_can_be_read_like_any_other_idea(box: Box) -> None:
    await box.take(*history("submitted", "under_review"))
    idea = imported_idea(box.source, "1")
    shown = (await box.house.get(f"/ideas/{idea}")).json()
    assert (shown["state"], shown["origin"], shown["title"]) == (
        "under_review", "imported", "Fietsen",
    )  # fmt: skip
    steps = (await box.house.get(f"/ideas/{idea}/timeline")).json()["steps"]
    assert [entry["origin"] for entry in steps] == ["imported", "imported"]


async def test_running_it_twice_changes_nothing(box: Box) -> None:
    told = history("submitted", "accepted", "accepted")
    assert await box.take(*told) == ["recorded", "recorded", "repeated"]
    assert await box.take(*told) == ["known"] * 3
    assert await box.happened() == ["IdeaSubmitted", "IdeaAccepted"]


async def test_two_who_import_at_once_import_once(box: Box) -> None:
    told = {str(n): history("submitted", "accepted", first=1 + 2 * n) for n in range(5)}
    first, second = await asyncio.gather(box.send(told), box.send(told))
    assert {first.status_code, second.status_code} <= {200, 503}
    assert (await box.send(told)).json()["items"][0]["result"] == "known"
    for key in told:
        assert await box.happened(key) == ["IdeaSubmitted", "IdeaAccepted"]


async def test_a_line_may_be_a_birth_and_a_state_at_once(box: Box) -> None:
    told = [step(1, "submitted"), step(1, "under_review"), step(2, "accepted")]
    assert await box.take(*told) == ["recorded"] * 3
    assert await box.happened() == ["IdeaSubmitted", "IdeaTakenUnderReview", "IdeaAccepted"]


async def test_a_line_that_is_sent_twice_in_one_request_counts_once(box: Box) -> None:
    told = [step(1, "submitted"), step(2, "measured"), step(2, "measured")]
    assert await box.take(*told) == ["recorded", "recorded", "known"]
    assert await box.happened() == ["IdeaSubmitted", "PilotMeasured"]


async def test_a_better_mapping_adds_only_what_was_unplaced(box: Box) -> None:
    await box.take(step(1, "submitted"), step(9, "realised"))
    await box.keep((5, "the word 'ja' is not in the mapping", '{"status": "ja"}'))
    better = [step(1, "submitted"), step(5, "accepted"), step(9, "realised")]
    assert await box.take(*better) == ["known", "recorded", "known"]
    assert await box.happened() == ["IdeaSubmitted", "IdeaRealised", "IdeaAccepted"]
    shown = await box.house.get(f"/ideas/{imported_idea(box.source, '1')}")
    assert shown.json()["state"] == "realised"
    assert await box.unplaced() == []


async def test_what_contradicts_itself_is_refused_with_a_sentence(box: Box) -> None:
    answer = await box.send(
        {
            "1": [step(1, "submitted"), step(2, "submitted")],
            "2": [step(3, "accepted")],
            "3": [step(4, "submitted", authors=[])],
        }
    )
    said = {item["line"]: (item["result"], item["reason"]) for item in answer.json()["items"]}
    assert said[1] == ("recorded", None)
    assert [said[line][0] for line in (2, 3, 4)] == ["refused"] * 3
    assert "twice" in said[2][1]
    assert "before its birth" in said[3][1]
    assert "nobody who submitted" in said[4][1]
    assert await box.happened("2") == []


async def test_what_is_still_to_come_is_refused_until_it_is_past(box: Box) -> None:
    tomorrow = (box.house.parts.clock.now() + timedelta(days=1)).isoformat()
    answer = await box.send({"1": [step(1, "submitted"), step(2, "accepted") | {"at": tomorrow}]})
    done, refused = answer.json()["items"]
    assert (done["result"], refused["result"]) == ("recorded", "refused")
    assert "in the future" in refused["reason"]
    assert await box.take(step(1, "submitted"), step(2, "accepted")) == ["known", "recorded"]


async def test_words_that_nobody_is_named_for_are_kept_with_the_authors_key(box: Box) -> None:
    who = f"anna-{uuid4()}"
    said = {kind: f"woorden bij {kind}" for kind in (
        "under_review", "accepted", "pilot_started", "measured", "realised", "withdrawn",
    )}  # fmt: skip
    steps = [step(n, kind, reason=why) for n, (kind, why) in enumerate(said.items(), start=2)]
    end = step(8, "pilot_concluded", at=5, outcome="scaled", reason="geleerd")
    await box.take(step(1, "submitted", authors=[who]), *steps, end)
    idea = imported_idea(box.source, "1")

    async def words() -> set[str]:
        found = (await box.house.get(f"/ideas/{idea}/timeline")).json()["steps"]
        return {text for one in found for text in one["words"].values()}

    assert await words() == {"Fietsen", "geleerd", *said.values()}
    await box.house.hear(PersonErased(person=PersonId(who), at=box.house.parts.clock.now()))
    assert await words() == set()


async def test_an_idea_that_is_parked_until_a_day_is_promised_for_that_day(box: Box) -> None:
    wakes = box.house.parts.clock.now().date() + timedelta(days=400)
    await box.take(step(1, "submitted"), step(2, "parked", wake_on=wakes.isoformat()))
    assert (await box.promises())[-1] == ("desk", box.house.parts.calendar.end_of(wakes))
    over = (CUTOVER + timedelta(days=1)).date().isoformat()
    await box.take(step(3, "submitted"), step(4, "parked", wake_on=over), key="2")
    assert (await box.promises("2"))[-1] == ("desk", due(box.house, 20))


async def test_what_was_refused_is_tried_again(box: Box) -> None:
    assert await box.take(step(2, "accepted")) == ["refused"]
    assert await box.take(step(1, "submitted"), step(2, "accepted")) == ["recorded"] * 2


async def test_a_line_that_was_another_ideas_before_is_refused_not_dropped(box: Box) -> None:
    await box.take(*history("submitted", "accepted"))
    answer = await box.send({"2": [step(1, "submitted"), step(3, "accepted")]})
    first, second = answer.json()["items"]
    assert (first["result"], second["result"]) == ("refused", "refused")
    assert "another idea" in first["reason"]
    assert await box.happened("2") == []
    assert await box.take(*history("submitted", "accepted")) == ["known", "known"]


async def test_a_refused_line_stays_on_the_list_of_what_waits(box: Box) -> None:
    await box.keep((2, "a fact before its birth", "{}"))
    await box.take(step(2, "accepted"))
    assert [line for line, _, _ in await box.unplaced()] == [2]


async def test_only_the_last_event_of_an_open_idea_is_promised_and_what_it_waits_by(
    box: Box,
) -> None:
    await box.take(*history("submitted", "under_review", "measured"))
    assert await box.promises() == [(None, None), *[("desk", due(box.house, 20))] * 2]
    await box.take(*history("submitted", "realised", first=4), key="2")
    assert await box.promises("2") == [(None, None), (None, None)]


async def test_without_a_cut_over_ideas_are_promised_from_now_on_in_domain_time(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = box.house.parts
    later = parts.clock.now() + timedelta(days=400)
    monkeypatch.setattr(parts.clock, "now", lambda: later)
    ideas = [{"key": "1", "steps": history("submitted")}]
    answer = await box.house.post(
        "/imports/history", {"source": box.source, "ideas": ideas}, OPERATOR
    )
    assert answer.status_code == 200, answer.text
    assert (await box.promises())[-1] == ("desk", parts.calendar.add_working_days(later, 5))


async def test_the_authors_lead_is_accountable_where_the_directory_knows_one(box: Box) -> None:
    at = box.house.parts.clock.now()
    who, lead, gone = (PersonId(f"{name}-{uuid4()}") for name in ("anna", "lead", "gone"))
    people = [
        PersonListed(person=who, lead=lead, at=at), PersonListed(person=lead, at=at),
    ]  # fmt: skip
    await box.house.hear(*people)
    await box.take(step(1, "submitted", authors=[who]))
    assert await box.promises() == [(lead, due(box.house, 5))]
    await box.take(step(2, "submitted", authors=[who]), step(3, "parked"), key="2")
    assert (await box.promises("2"))[-1] == ("desk", due(box.house, 20))
    await box.house.hear(PersonListed(person=who, lead=gone, at=at + timedelta(seconds=1)))
    await box.take(step(4, "submitted", authors=[who]), key="3")
    assert await box.promises("3") == [("desk", due(box.house, 5))]


async def test_a_lead_who_is_away_is_not_made_accountable_but_the_deputy_or_the_desk(
    box: Box,
) -> None:
    house, at = box.house, box.house.parts.clock.now()
    today, day = house.parts.calendar.local_date(at), timedelta(days=1)
    who, lead, dora, chosen = (
        PersonId(f"{name}-{uuid4()}") for name in ("anna", "lead", "dora", "chosen")
    )
    await house.hear(
        PersonListed(person=who, lead=lead, at=at),
        PersonListed(person=lead, deputy=dora, at=at),
        PersonListed(person=dora, at=at),
        PersonListed(person=chosen, at=at),
        AbsencePlanned(person=lead, first=today - 9 * day, last=today - day, at=at),
        AbsencePlanned(person=lead, first=today + day, last=today + 9 * day, at=at),
    )

    async def owner(line: int, *authors: str) -> str:
        await box.take(step(line, "submitted", authors=[who, *authors]), key=str(line))
        ((found, date),) = await box.promises(str(line))
        assert date == due(house, 5)
        return str(found)

    assert await owner(1) == lead
    await house.hear(AbsencePlanned(person=lead, first=today, last=today, at=at))
    assert await owner(2) == dora
    assert await owner(3, dora) == "desk"
    await house.hear(DeputyNamed(person=lead, deputy=chosen, at=at))
    assert await owner(4) == chosen
    await house.hear(AbsencePlanned(person=chosen, first=today, last=today + day, at=at))
    assert await owner(5) == "desk"


async def test_what_was_heard_of_absences_before_they_were_kept_counts(house: House) -> None:
    at, pool = house.parts.clock.now(), house.parts.db.pool
    who, lead, dora, gone = (str(uuid4()) for _ in range(4))
    told = [
        ("PersonListed", {"person": who, "lead": lead}),
        ("PersonListed", {"person": lead, "deputy": dora}),
        ("PersonListed", {"person": dora}),
        ("AbsencePlanned", {"person": lead, "first": "2026-03-02", "last": "2026-03-06"}),
        ("DeputyNamed", {"person": gone, "deputy": dora}),
        ("AbsencePlanned", {"person": gone, "first": "2026-03-02", "last": "2026-03-06"}),
        ("PersonErased", {"person": gone}),
    ]
    await pool.executemany(
        "INSERT INTO person_v1 (person, lead, listed_at) VALUES ($1, $2, $3)",
        [(who, lead, at), (lead, None, at), (dora, None, at)],
    )
    await pool.executemany(
        "INSERT INTO journal (cluster_id, topic, part, off, id, source, type, key, version, "
        "occurred_at, recorded_at, data) "
        "VALUES ('before', $1, 0, $2, $3, 'hr', $4, $1, NULL, $5, $5, $6)",
        [
            (who, n, str(uuid4()), f"kiem.people.{name}.v1", at, json.dumps(data))
            for n, (name, data) in enumerate(told)
        ],
    )
    migration = import_module("ideas.migrations.versions.0011_absences")
    await pool.execute(migration.HEARD + migration.GONE)
    monday = date(2026, 3, 2)
    assert await find_answering(pool, PersonId(who), monday) == dora
    assert await find_answering(pool, PersonId(who), monday + timedelta(days=9)) == lead
    kept = "SELECT count(*) FROM absence_v1 WHERE person = $1"
    assert await pool.fetchval(kept, gone) == 0
    assert await pool.fetchval("SELECT chosen FROM person_v1 WHERE person = $1", gone) is None


async def test_more_of_a_history_moves_the_promise_to_its_new_end(box: Box) -> None:
    await box.take(*history("submitted", "accepted"))
    await box.take(step(3, "pilot_started"))
    assert (await box.promises())[-1] == ("desk", due(box.house, 20))
    shown = (await box.house.get(f"/ideas/{imported_idea(box.source, '1')}")).json()
    assert (shown["state"], shown["accountable"]) == ("in_pilot", "desk")


async def test_nothing_is_imported_without_a_desk(house_without_desk: House) -> None:
    answer = await Box(house_without_desk).send({"1": history("submitted")})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:kiem:NobodyIsAtTheDesk")


async def test_the_list_shows_the_present_whatever_is_imported_late(box: Box) -> None:
    await box.take(step(1, "submitted"), step(9, "accepted"))
    await box.take(step(5, "declined"))
    idea = imported_idea(box.source, "1")
    await box.house.follow(idea)
    (row,) = await box.house.rows("SELECT * FROM idea_v2 WHERE idea = $1", idea)
    assert (row["state"], row["accountable"], row["due"]) == (
        "accepted", "desk", due(box.house, 20),
    )  # fmt: skip
    assert row["state_since"] == BEGAN + timedelta(days=9)
