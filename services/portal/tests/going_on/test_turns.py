"""Going on with an answered idea: who gets which forms, what is sent, and how a no is said."""

import json
from typing import Any

import pytest

from portal import trying
from services.portal.tests.behind import Visitor
from services.portal.tests.going_on.answered import (
    FORMS,
    IDEA,
    ME,
    OTHER,
    PATHS,
    PILOT,
    REVIEW,
    SOON,
    Behind,
    shown,
    step,
)


def offered(page: str) -> set[str]:
    return {name for name in FORMS if f'action="/ideas/{IDEA}/turn/{name}"' in page}


@pytest.mark.parametrize(
    ("idea", "forms"),
    [
        ({}, {"pilot", "realisation", "promise", "hand-over"}),
        ({"state": "in_pilot", "pilot": PILOT}, {"realisation", "promise", "hand-over"}),
        ({"state": "in_pilot"}, {"pilot", "realisation", "promise", "hand-over"}),
        ({"state": "parked"}, {"revival", "promise", "hand-over"}),
        ({"state": "under_review"}, {"promise"}),
        ({"state": "realised", "accountable": None, "due": None}, set()),
        ({"due": "2020-01-02T16:00:00Z"}, {"pilot", "realisation", "hand-over"}),
        ({"accountable": OTHER}, set()),
    ],
)
async def test_whoever_is_to_act_gets_the_steps_that_the_state_allows(
    reader: Visitor, behind: Behind, idea: dict[str, Any], forms: set[str]
) -> None:
    behind.stands(shown(**idea))
    page = await reader.see(f"/ideas/{IDEA}")
    assert offered(page) == forms
    assert ("Your turn" in page) == bool(forms)


@pytest.mark.parametrize("reader", [("employee", "desk")], indirect=True)
async def test_the_desk_gets_them_too_but_moves_no_promise_of_another(
    reader: Visitor, behind: Behind
) -> None:
    behind.stands(shown(accountable=OTHER))
    assert offered(await reader.see(f"/ideas/{IDEA}")) == {"pilot", "realisation", "hand-over"}


@pytest.mark.parametrize("name", FORMS)
async def test_a_step_is_sent_once_with_what_was_written(
    reader: Visitor, behind: Behind, name: str
) -> None:
    done = await reader.send(f"/ideas/{IDEA}/turn/{name}", **FORMS[name])
    assert (done.status_code, done.headers["location"]) == (303, f"/ideas/{IDEA}?went={name}")
    (told,) = behind.told()
    assert told.url.path == f"/v1/ideas/{IDEA}/{PATHS.get(name, name)}"
    assert told.headers["idempotency-key"] == "once-1"
    assert told.headers["authorization"] == "Bearer the-token"
    wanted: dict[str, Any] = dict(FORMS[name])
    if name == "pilot":
        wanted |= {"baseline": 30.0, "target": 9.5, "team": ["p-3", "p-4"], "super_users": ["p-5"]}
    assert json.loads(told.content) == wanted
    assert 'role="status"' in await reader.see(f"/ideas/{IDEA}?went={name}")


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("The latest possible is 2027-02-28. Give that one.", "Choose 28 February 2027 or earlier"),
        ("It is too far away.", "That can&#39;t be done now: It is too far away."),
    ],
)
async def test_a_day_that_is_too_far_away_is_answered_with_the_last_one_that_is_not(
    reader: Visitor, behind: Behind, detail: str, said: str
) -> None:
    behind.stands(shown())
    behind.refuses("promise", "TheDateIsTooFar", detail=detail)
    answer = await reader.send(f"/ideas/{IDEA}/turn/promise", **FORMS["promise"])
    assert (answer.status_code, said in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("name", "no", "said"),
    [
        ("pilot", "OnlyAcceptedIdeasArePiloted", "Only an idea that got a yes can be piloted."),
        ("pilot", "APilotRuns", "A pilot runs already."),
        ("pilot", "APilotEndsLater", "That last day is over."),
        ("pilot", "NobodyOfThatName", "There is nobody of that name"),
        ("realisation", "OnlyAcceptedIdeasAreRealised", "Only an idea that got a yes can be rea"),
        ("realisation", "OnlyTheAccountableDoThis", "Only the accountable person, or the desk"),
        ("revival", "OnlyParkedIdeasWake", "The idea is not parked."),
        ("promise", "APromiseMovesOnce", "The promise was moved before."),
        ("promise", "APromiseMovesOn", "A promise moves to a later date."),
        ("promise", "ThePromiseIsBroken", "The date is over, and the promise with it."),
        ("promise", "NothingIsPromised", "The idea is finished, so no promise is left."),
        ("hand-over", "NobodyOfThatName", "There is nobody of that name"),
        ("hand-over", "OnlyTheAccountableHandsItOver", "Only the accountable person, or the desk"),
        ("hand-over", "AnotherReviewerIsNamed", "The idea waits for its answer."),
    ],
)
async def test_a_no_is_said_in_its_form_where_what_was_written_stays(
    reader: Visitor, behind: Behind, name: str, no: str, said: str
) -> None:
    behind.stands(shown(accountable=OTHER))  # whoever tried in vain sees the form all the same
    behind.refuses(PATHS.get(name, name), no)
    answer = await reader.send(f"/ideas/{IDEA}/turn/{name}", **FORMS[name])
    assert answer.status_code == 422
    form = answer.text.partition(f'action="/ideas/{IDEA}/turn/{name}"')[2].partition("</form>")[0]
    assert said in form
    for written in FORMS[name].values():
        assert written in form
    assert answer.text.count('role="alert"') == 1


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("pilot", {"stop_rule": " "}, "Fill in what you expect"),
        ("pilot", {"super_users": ""}, "who takes part and who helps"),
        ("pilot", {"baseline": ""}, "from where, to where"),
        ("pilot", {"target": "many"}, "The baseline and the target are numbers"),
        ("pilot", {"baseline": "inf"}, "The baseline and the target are numbers"),
        ("revival", {"reason": ""}, "Say what has come"),
        ("promise", {"until": ""}, "Fill in a new day, and why"),
        ("hand-over", {"to": ""}, "Say who goes on with it, and why"),
    ],
)
async def test_what_is_missing_is_said_before_it_is_sent(
    reader: Visitor, behind: Behind, name: str, wrong: dict[str, str], said: str
) -> None:
    answer = await reader.send(f"/ideas/{IDEA}/turn/{name}", **(FORMS[name] | wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert behind.told() == []


async def test_there_is_no_other_step(reader: Visitor, behind: Behind) -> None:
    assert (await reader.send(f"/ideas/{IDEA}/turn/erasure")).status_code == 404
    assert behind.told() == []


async def test_a_promise_that_was_moved_is_not_offered_to_be_moved_again(
    reader: Visitor, behind: Behind
) -> None:
    moved = step("PromiseMoved", due="2026-12-30T16:00:00Z", cause="longer")
    behind.stands(shown(), step("IdeaAccepted"), moved)
    assert offered(await reader.see(f"/ideas/{IDEA}")) == {"pilot", "realisation", "hand-over"}


def test_a_promise_moves_once_until_another_is_made() -> None:
    made, later = step("IdeaAccepted"), step("PromiseMoved", due="2027-01-02T16:00:00Z")
    outage = step("PromiseMoved", due="2027-01-02T16:00:00Z", cause="outage")
    again = step("PilotStarted", due="2027-02-02T16:00:00Z")
    beside = step("CoAuthorsChanged", due="2027-01-02T16:00:00Z")
    over = step("PilotConcluded", who=None)
    assert not trying.was_moved([])
    assert not trying.was_moved([made, outage])
    assert trying.was_moved([made, later])
    assert trying.was_moved([made, later, beside, over])
    assert not trying.was_moved([made, later, again])
    for kind, cause in (("IdeaHandedOver", None), ("IdeaHandedUp", "left")):
        given = step(kind, who=OTHER, due="2027-01-02T16:00:00Z", cause=cause)
        assert trying.was_moved([made, later, given]), "the promise is the same one"
    broken = step("IdeaHandedUp", who=OTHER, due="2027-01-09T16:00:00Z")
    assert not trying.was_moved([made, later, broken])


async def test_the_timeline_says_that_somebody_took_over_from_who_is_gone(
    reader: Visitor, behind: Behind
) -> None:
    behind.stands(shown(), step("IdeaAccepted"), step("IdeaHandedUp", who=OTHER, cause="left"))
    page = await reader.see(f"/ideas/{IDEA}")
    assert "Whoever was to act is gone" in page
    assert "The promise was broken" not in page


async def test_a_finished_idea_asks_for_no_room(reader: Visitor, behind: Behind) -> None:
    room = f'href="/room/time/new?idea={IDEA}"'
    behind.stands(shown())
    assert room in await reader.see(f"/ideas/{IDEA}")
    for state in ("realised", "declined", "withdrawn", "merged", "stopped"):
        behind.stands(shown(state=state))
        assert room not in await reader.see(f"/ideas/{IDEA}"), state


async def test_authors_read_the_words_of_their_own_appeal(reader: Visitor, behind: Behind) -> None:
    appeal = {"by": ME, "at": SOON, "against": OTHER, "words": "You missed the <stairs>.",
              "decided_at": None, "granted": None}  # fmt: skip
    answered = REVIEW | {
        "outcome": "declined", "answered_by": OTHER, "answered_at": SOON, "appealed_at": SOON,
        "appeal": appeal,
    }  # fmt: skip
    behind.answers["GET", f"/v1/reviews/{IDEA}"] = (200, answered)
    behind.stands(shown(author=ME, state="under_review", accountable=OTHER))
    page = await reader.see(f"/ideas/{IDEA}")
    assert "You missed the &lt;stairs&gt;." in page
    behind.stands(shown(author=OTHER, state="under_review", accountable=OTHER))
    assert "You missed the" not in await reader.see(f"/ideas/{IDEA}")


async def test_an_author_says_who_has_the_idea_too(reader: Visitor, behind: Behind) -> None:
    path = f"/ideas/{IDEA}/co-authors"
    behind.stands(shown(author=OTHER, state="submitted"))
    assert path not in await reader.see(f"/ideas/{IDEA}")
    behind.stands(shown(author=ME, state="submitted", co_authors=["p-3"]))
    page = await reader.see(f"/ideas/{IDEA}")
    assert f'action="{path}"' in page
    assert 'value="p-3"' in page
    behind.answers["PUT", f"/v1{path}"] = (200, {})
    sent = await reader.send(path, co_authors="p-3, p-4")
    assert sent.status_code == 303
    (told,) = [each for each in behind.asked if each.method == "PUT"]
    assert json.loads(told.content) == {"co_authors": ["p-3", "p-4"]}
