"""A review shows what was missed, how an answer was found, and why somebody stood aside."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.portal.tests.behind import Answers, Behind, Reader, reading

IDEA = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c01"
AT, LATER = "2026-11-20T09:00:00Z", "2099-12-01T16:00:00Z"
SHOWN: dict[str, Any] = {
    "idea": IDEA, "title": "One key", "body": "We carry nine.", "way": "named", "author": "ann",
    "co_authors": [], "accountable": "p-77", "reviewer": "p-77", "due": LATER, "photos": [],
    "state": "under_review", "department": "care", "category": None,
}  # fmt: skip
FIRST: dict[str, Any] = {
    "idea": IDEA, "author": "ann", "reviewer": "p-77", "due": LATER, "criteria": ["value"],
    "requested_at": AT, "outcome": "declined", "answered_at": AT, "answered_by": "rob",
    "marks": {"value": "partly"}, "sentences": {"value": "Ten minutes a shift."},
    "reason": "The locks are of three makes.", "next_step": "New locks in March.",
    "rated_at": None, "appealed_at": AT, "wake_on": None, "words": "shown",
}  # fmt: skip
APPEAL: dict[str, Any] = {
    "by": "ann", "at": AT, "against": "rob", "words": "The new locks are <here> in January.",
    "decided_at": None, "granted": None,
}  # fmt: skip
RATING: dict[str, Any] = {
    "by": "ann",
    "at": AT,
    "useful": 2,
    "respectful": 5,
    "words": "Clear, but short.",
}
ASIDE = [
    {"by": "tess", "at": AT, "reason": "It is my sister's."},
    {"by": "sam", "at": AT, "reason": None},
]
PEOPLE = {who: {"name": f"{who.title()} Smith"} for who in ("ann", "rob", "tess", "sam")}
NOTHING: dict[str, Any] = {"items": []}
FORM = f'action="/reviews/{IDEA}" '


@pytest.fixture
def behind() -> Behind:
    path = f"/v1/reviews/{IDEA}"
    rubric = {"version": "1", "criteria": [{"name": "value", "nl": "Helpt het?", "en": "Helps?"}]}
    answers: Answers = {
        ("GET", f"/v1/ideas/{IDEA}"): (200, SHOWN), ("GET", path): (200, FIRST),
        ("GET", f"{path}/questions"): (200, NOTHING), ("GET", f"{path}/rubric"): (200, rubric),
        ("GET", f"{path}/note"): (200, {"words": ""}), ("GET", f"{path}/opinions"): (200, NOTHING),
        ("GET", "/v1/ideas/similar"): (200, NOTHING), ("GET", "/v1/people"): (200, PEOPLE),
    }  # fmt: skip
    return Behind(answers)


@pytest.fixture
async def reader(behind: Behind) -> AsyncIterator[Reader]:
    async with reading(behind, ("employee", "reviewer")) as found:
        yield found


def tells(behind: Behind, state: str = "under_review", /, **told: Any) -> None:
    behind.answers["GET", f"/v1/reviews/{IDEA}"] = (200, FIRST | told)
    behind.answers["GET", f"/v1/ideas/{IDEA}"] = (200, SHOWN | {"state": state})


async def seen(reader: Reader) -> str:
    status, page = await reader.see(f"/reviews/{IDEA}")
    assert status == 200
    return page


async def test_what_was_missed_and_the_first_answer_stand_above_the_form(
    behind: Behind, reader: Reader
) -> None:
    tells(behind, appeal=APPEAL)
    above, form, _ = (await seen(reader)).partition(FORM)
    assert form
    for words in (
        "The new locks are &lt;here&gt; in January.", "Ann Smith", "The first answer: no",
        "Rob Smith", "The locks are of three makes.", "Helps?", "partly", "Ten minutes a shift.",
        "New locks in March.",
    ):  # fmt: skip
        assert words in above, words


async def test_without_an_appeal_nothing_stands_above_the_form(
    behind: Behind, reader: Reader
) -> None:
    # An answer is known of an idea that woke again, too; and a service may not say these yet.
    for names in ((), ("appeal", "rating", "recusals")):
        none: dict[str, Any] = dict.fromkeys(names)
        tells(behind, **none)
        page = await seen(reader)
        assert FORM in page
        assert "The first answer" not in page
        assert "What was missed" not in page
        assert "Stood aside" not in page


async def test_words_of_the_erased_are_said_to_be_erased(behind: Behind, reader: Reader) -> None:
    erased: dict[str, Any] = dict.fromkeys(("reason", "next_step", "sentences"))
    tells(behind, appeal=APPEAL | {"words": None}, **erased)
    above, form, _ = (await seen(reader)).partition(FORM)
    assert form
    assert above.count("(text erased)") == 3


@pytest.mark.parametrize(
    ("granted", "said"),
    [(True, "After a second look the answer is another one"),
     (False, "After a second look the answer stood")],
)  # fmt: skip
async def test_what_became_of_the_second_look_is_said(
    behind: Behind, reader: Reader, granted: bool, said: str
) -> None:
    tells(behind, "accepted", appeal=APPEAL | {"decided_at": AT, "granted": granted})
    page = await seen(reader)
    assert said in page
    assert "January" in page
    assert "The first answer" not in page
    assert FORM not in page


async def test_whoever_answered_reads_how_the_answer_was_found(
    behind: Behind, reader: Reader
) -> None:
    tells(behind, "declined", rating=RATING)
    page = await seen(reader)
    assert FORM not in page
    assert "Useful: 2 of 5. Respectful: 5 of 5." in page
    assert "Clear, but short." in page
    tells(behind, "declined", rating=RATING | {"words": None})
    page = await seen(reader)
    assert "Useful: 2 of 5" in page
    assert "Clear, but short." not in page


async def test_the_desk_reads_why_somebody_stood_aside_where_it_hands_over(behind: Behind) -> None:
    tells(behind, recusals=ASIDE)
    async with reading(behind, ("employee", "desk")) as desk:
        before, hand, _ = (await seen(desk)).partition(f'action="/reviews/{IDEA}/hand-over"')
    assert hand
    assert "Stood aside: Tess Smith" in before
    assert "It is my sister&#39;s." in before
    assert "Stood aside: Sam Smith" in before
