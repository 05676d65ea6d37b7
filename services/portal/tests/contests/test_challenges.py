"""The page of a challenge: its rules, answers, standing and report."""

import pytest

from portal.contests import contest
from portal.pages.challenging import placed
from services.portal.tests.behind import Visitor
from services.portal.tests.contests.challenge import (
    CLOSED,
    ME,
    ONE,
    STANDING,
    TEAM,
    Behind,
    C,
    formed,
    launched,
)


async def test_its_rules_and_both_views_stand_side_by_side(reader: Visitor) -> None:
    page = await reader.see(f"/challenges/{C}")
    for said in ("Minder dubbel registreren?", "Het kost tijd.", "What we judge by", "effect",
                 "This was fixed before the first answer came", "Joke de Jury", "hackathon",
                 "The jury counts for 60%, support of colleagues for 40%.",
                 "8.5", "by 2 jurors", "50%", "one colleague", "71%", "not yet"):  # fmt: skip
        assert said in page, said
    assert "You are on the jury" not in page
    assert "/closing" not in page


async def test_without_a_jury_only_the_crowd_counts(reader: Visitor, behind: Behind) -> None:
    behind.steps = [launched(jury=[])]
    page = await reader.see(f"/challenges/{C}")
    assert "There is no jury: only support of colleagues counts." in page
    assert "60%" not in page


async def test_a_question_whose_last_day_is_over_says_who_owes_its_report(
    reader: Visitor, behind: Behind
) -> None:
    assert "Open until 31 December 2099" in await reader.see(f"/challenges/{C}")
    behind.steps = [launched(first="2025-01-01", last="2025-01-31")]
    page = await reader.see(f"/challenges/{C}")
    assert "The last day was 31 January 2025. The report comes from p-1." in page
    assert "/ideas/new?challenge=" not in page
    behind.owes = ("p-8", "2025-02-14T16:00:00Z")
    page = await reader.see(f"/challenges/{C}")
    assert "The report comes from Joke de Jury, by 14 February 2025 at the latest." in page


async def test_before_its_first_day_it_says_when_it_takes_answers(
    reader: Visitor, behind: Behind
) -> None:
    assert "/ideas/new?challenge=" in await reader.see(f"/challenges/{C}")
    behind.steps = [launched(first="2099-12-01")]
    page = await reader.see(f"/challenges/{C}")
    assert "It takes answers from 1 December 2099 on." in page
    assert "/ideas/new?challenge=" not in page


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("TheChallengeIsOver", "This question took answers from 9 March 2099 until 20 March 2099."),
        ("TheChallengeBeginsLater",
         "This question takes answers from 9 March 2099 until 20 March 2099."),
    ],
)  # fmt: skip
async def test_an_answer_on_another_day_is_refused_in_the_readers_words_with_the_days(
    reader: Visitor, behind: Behind, name: str, said: str
) -> None:
    detail = "It did from 2099-03-09 until 2099-03-20."
    behind.no = (409, {"type": f"urn:kiem:{name}", "detail": detail})
    told = {"title": "Fietsen", "body": "Naar de klant.", "challenge": C, "way": "named"}
    refused = await reader.send("/ideas/new", **told)
    assert refused.status_code == 422
    assert said in refused.text
    assert "Naar de klant." in refused.text


async def test_answers_are_paged(reader: Visitor, behind: Behind) -> None:
    behind.next = ONE
    page = await reader.see(f"/challenges/{C}")
    assert f'href="/challenges/{C}?after={ONE}#answers"' in page
    behind.next = ""
    page = await reader.see(f"/challenges/{C}?after={ONE}")
    asked = [each.url.params for each in behind.asked if each.url.path == "/v1/ideas"]
    assert ONE in [params.get("after") for params in asked]
    assert "Back to the first" in page
    assert "More answers" not in page


async def test_all_answers_stand_in_one_list(reader: Visitor, behind: Behind) -> None:
    answers = [{**STANDING["answers"][0], "idea": f"{ONE[:-3]}{n:03}"} for n in range(130)]  # type: ignore[index]
    behind.standing = 200, {"jury_weight": 0.6, "answers": answers}
    assert "Look at all 130" in await reader.see(f"/challenges/{C}")
    page = await reader.see(f"/challenges/{C}/standing")
    assert page.count("<tr><td") == 100
    assert f"/challenges/{C}/standing?start=100" in page
    assert (await reader.see(f"/challenges/{C}/standing?start=100")).count("<tr><td") == 30


async def test_without_a_standing_the_rest_of_the_page_is_there(
    reader: Visitor, behind: Behind
) -> None:
    behind.standing = 503, {}
    page = await reader.see(f"/challenges/{C}")
    assert "This part is not there for the moment." in page
    assert "Minder dubbel registreren?" in page


async def test_the_report_and_what_was_chosen_stand_on_a_closed_one(
    reader: Visitor, behind: Behind
) -> None:
    behind.steps += [formed(ME), CLOSED]
    page = await reader.see(f"/challenges/{C}")
    for said in ("This question is closed.", "There were 61 answers.", "Eén gaat door.", "Chosen"):
        assert said in page
    assert page.count(f'href="/ideas/{ONE}"') == 3  # chosen, in the standing, among the answers
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert "Answer with an idea" not in page
    assert "This question is closed:" in await reader.see(f"/challenges/{C}/judgements/{ONE}")


def test_answers_that_stand_the_same_share_a_place() -> None:
    stands = [{"together": each} for each in (0.9, 0.5, 0.5, 0.1, None, None)]
    assert [each["place"] for each in placed(stands)] == [1, 2, 2, 4, None, None]


def test_an_erased_name_or_report_leaves_its_place_empty() -> None:
    gone = {**formed("p-5"), "words": {}}
    shown = contest({"matter": C, "author": "p-1", "steps": [
        {**launched(), "words": {}}, gone, {**CLOSED, "words": {}},
    ]})  # fmt: skip
    assert (shown.question, shown.why, shown.report) == (None, None, None)
    assert shown.teams[TEAM].name is None
