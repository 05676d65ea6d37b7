"""Teams of a challenge: formed, joined, changed, and every no beside its form."""

import pytest

from portal.words import ALL
from services.portal.tests.behind import Visitor
from services.portal.tests.contests.challenge import (
    ME,
    ONE,
    PATH,
    TEAM,
    Behind,
    C,
    formed,
    launched,
    step,
)


async def test_a_team_is_formed_with_its_answer(reader: Visitor, behind: Behind) -> None:
    sent = await reader.send(
        f"/challenges/{C}/teams", name="De Kiemen", members="p-8, p-9", idea=ONE
    )
    assert (sent.status_code, sent.headers["location"]) == (
        303, f"/challenges/{C}?done=formed#teams",
    )  # fmt: skip
    told = {"name": "De Kiemen", "members": ["p-8", "p-9"], "idea": ONE}
    assert behind.told() == ("POST", f"{PATH}/teams", told)
    once = [each.headers.get("idempotency-key") for each in behind.asked if each.method == "POST"]
    assert once == ["once-1"]
    assert "The team is there." in await reader.see(f"/challenges/{C}?done=formed")


async def test_a_team_without_a_name_is_not_asked_for(reader: Visitor, behind: Behind) -> None:
    sent = await reader.send(f"/challenges/{C}/teams", name=" ", members="p-8")
    assert sent.status_code == 422
    assert "Give the team a name." in sent.text
    assert 'value="Joke de Jury (p-8)"' in sent.text
    assert all(each.method == "GET" for each in behind.asked)


@pytest.mark.parametrize(
    "no",
    ["TheChallengeIsClosed", "NobodyOfThatName", "ThereIsNoSuchTeam", "OnlyTheTeamChangesIt",
     "ATeamHasMembers", "TheTeamIsFull"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["teams", f"teams/{TEAM}", f"teams/{TEAM}/members"])
async def test_a_no_to_a_team_is_said_beside_the_form_that_keeps_what_was_written(
    reader: Visitor, behind: Behind, form: str, no: str
) -> None:
    own = ME if form == f"teams/{TEAM}" else "p-5"
    behind.steps.append(formed(own))
    behind.no = 409, {"type": f"urn:kiem:{no}", "detail": "x"}
    sent = await reader.send(f"/challenges/{C}/{form}", name="Nieuw team", members="p-nobody")
    assert sent.status_code == 422
    assert ALL[f"no.{no}"][1].replace("'", "&#39;") in sent.text
    assert sent.text.count('class="problems"') == 1
    if not form.endswith("members"):
        assert 'value="p-nobody"' in sent.text
        before, _, behind_it = sent.text.partition('class="problems"')
        assert f'action="/challenges/{C}/{form}"' in behind_it or "<details open>" in before


async def test_a_team_is_joined_and_only_its_members_change_it(
    reader: Visitor, behind: Behind
) -> None:
    behind.steps.append(formed("p-5", idea=ONE))
    page = await reader.see(f"/challenges/{C}")
    assert f'action="/challenges/{C}/teams/{TEAM}/members"' in page
    assert f'action="/challenges/{C}/teams/{TEAM}"' not in page
    sent = await reader.send(f"/challenges/{C}/teams/{TEAM}/members")
    assert sent.status_code == 303
    assert behind.told() == ("PUT", f"{PATH}/teams/{TEAM}/members/me", None)
    behind.steps.append(step("TeamChanged", ME, team=TEAM, members=["p-5", ME], idea=ONE))
    page = await reader.see(f"/challenges/{C}")
    assert f'action="/challenges/{C}/teams/{TEAM}/members"' not in page
    assert f'value="Anna (p-5), {ME}"' in page
    assert f'<option value="{ONE}" selected>' in page
    sent = await reader.send(f"/challenges/{C}/teams/{TEAM}", members=f"p-5, {ME}", idea="")
    assert sent.status_code == 303
    assert behind.told()[2] == {"members": ["p-5", ME], "idea": None}


async def test_a_team_is_left_by_who_is_not_its_last_member(
    reader: Visitor, behind: Behind
) -> None:
    leaving = f"/challenges/{C}/teams/{TEAM}/leaving"
    behind.steps.append(formed(ME, idea=ONE))
    assert leaving not in await reader.see(f"/challenges/{C}"), "a team has a member"
    behind.steps.append(step("TeamChanged", ME, team=TEAM, members=["p-5", ME], idea=ONE))
    assert leaving in await reader.see(f"/challenges/{C}")
    sent = await reader.send(leaving)
    assert (sent.status_code, sent.headers["location"]) == (
        303, f"/challenges/{C}?done=left#teams",
    )  # fmt: skip
    told = {"members": ["p-5"], "idea": ONE}
    assert behind.told() == ("PUT", f"{PATH}/teams/{TEAM}", told)
    assert "You are in the team no more." in await reader.see(f"/challenges/{C}?done=left")


async def test_after_its_last_day_a_challenge_offers_no_answer(
    reader: Visitor, behind: Behind
) -> None:
    offered = f'href="/ideas/new?challenge={C}"'
    assert offered in await reader.see(f"/challenges/{C}")
    assert f'name="challenge" value="{C}"' in await reader.see(f"/ideas/new?challenge={C}")
    behind.steps = [launched(last="2026-11-02")]
    assert offered not in await reader.see(f"/challenges/{C}")
    form = await reader.see(f"/ideas/new?challenge={C}")
    assert "takes no answers any more" in form
    assert 'name="challenge" value=""' in form, "what is written becomes an idea of its own"
