"""The queue of a reviewer: how much waits, page by page, and what is offered after an answer."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from services.portal.tests.behind import Reader, reading

ALL = [f"0190a6c0-5b1e-7d3a-9c44-2f6d8e1b{n:04d}" for n in range(40)]
DUE = "2099-12-01T16:00:00Z"


def queued(idea: str) -> dict[str, Any]:
    return {"idea": idea, "author": "ann", "reviewer": "p-77", "accountable": "p-77", "due": DUE,
            "department": None, "category": None}  # fmt: skip


class Queue:
    """Feedback's queue, and ideas that only have a title."""

    def __init__(self) -> None:
        self.waits = list(ALL)
        self.away = False

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        asked, params = request.url.path, request.url.params
        if asked == "/v1/reviews" and not self.away:
            return httpx2.Response(200, json=self._page(params.get("after"), int(params["limit"])))
        if asked == "/v1/ideas/titles":
            titles = {idea: f"Idea {int(idea[-4:])}" for idea in params.get_list("idea")}
            return httpx2.Response(200, json={"titles": titles})
        told: dict[str, Any] = {"/v1/people": {}}
        if asked == f"/v1/ideas/{ALL[0]}":
            told[asked] = {
                "idea": ALL[0], "version": 3, "state": "declined", "accountable": None, "due": None,
                "author": "ann", "co_authors": [], "department": None, "category": None,
                "tags": [], "language": "en", "way": "named", "origin": "live", "title": "Idea 0",
                "body": "Up.", "challenge": None, "tool": None, "told_by": None, "pilot": None,
                "submitted_at": DUE, "reviewer": "p-77", "team": [], "merged_into": None,
                "absorbed": [], "photos": [],
            }  # fmt: skip
        return httpx2.Response(200 if asked in told else 503, json=told.get(asked, {}))

    def _page(self, after: str | None, limit: int) -> dict[str, Any]:
        behind = [idea for idea in self.waits if after is None or idea > after]
        more = behind[limit - 1] if len(behind) > limit else None
        shown = [queued(idea) for idea in behind[:limit]]
        return {"items": shown, "next": more, "count": len(self.waits)}


@pytest.fixture
def behind() -> Queue:
    return Queue()


@pytest.fixture
async def reader(behind: Queue) -> AsyncIterator[Reader]:
    async with reading(behind, ("employee", "reviewer")) as found:
        yield found


async def test_how_many_wait_is_said_of_the_whole_queue_and_each_page_leads_on(
    reader: Reader,
) -> None:
    _, first = await reader.see("/reviews")
    assert "40 ideas wait for your answer" in first
    assert "This page shows 20 of them." in first
    assert "Idea 19<" in first
    assert "Idea 20<" not in first
    onward = f"/reviews?whose=me&amp;after={ALL[19]}"
    assert f'href="{onward}"' in first
    assert "To the start of the queue" not in first
    _, second = await reader.see(onward.replace("&amp;", "&"))
    assert "40 ideas wait for your answer" in second
    assert "Idea 39<" in second
    assert "Further down the queue" not in second
    assert 'href="/reviews?whose=me"' in second, "back to the start"


async def test_a_queue_of_one_page_has_no_pages(reader: Reader, behind: Queue) -> None:
    behind.waits = ALL[:3]
    _, page = await reader.see("/reviews")
    assert "3 ideas wait for your answer" in page
    assert "This page shows" not in page
    assert "Further down the queue" not in page


async def test_a_page_that_was_worked_off_leads_back_instead_of_saying_that_all_is_done(
    reader: Reader, behind: Queue
) -> None:
    behind.waits = ALL[:3]
    _, page = await reader.see(f"/reviews?after={ALL[19]}")
    assert "Nothing waits on this page any more." in page
    assert 'href="/reviews?whose=me"' in page


@pytest.mark.parametrize(
    ("waits", "after", "leads"),
    [
        (ALL, ALL[4], f"/reviews/{ALL[5]}"),
        (ALL, ALL[39], f"/reviews/{ALL[0]}"),  # behind the last one the first is next
        (ALL[:1], ALL[0], "/reviews"),  # the one that is skipped is the only one
        ([], ALL[0], "/reviews"),
    ],
)
async def test_one_that_is_skipped_leads_to_the_next(
    reader: Reader, behind: Queue, waits: list[str], after: str, leads: str
) -> None:
    behind.waits = waits
    found = await reader.browser.get(f"/reviews/next?after={after}")
    assert (found.status_code, found.headers["location"]) == (303, leads)


async def test_after_an_answer_the_next_in_the_queue_is_offered_by_its_title(
    reader: Reader, behind: Queue
) -> None:
    # The answered one may still stand in the queue for a moment.
    _, page = await reader.see(f"/ideas/{ALL[0]}?went=answered")
    assert "Your answer is sent" in page
    assert f'<a class="button" href="/reviews/{ALL[1]}" autofocus>Next: Idea 1</a>' in page
    behind.waits = ALL[:1]
    _, page = await reader.see(f"/ideas/{ALL[0]}?went=answered")
    assert "Nothing waits for you. Well done." in page
    behind.away = True
    _, page = await reader.see(f"/ideas/{ALL[0]}?went=answered")
    assert "Your answer is sent" in page
    assert "Nothing waits for you" not in page


async def test_only_whoever_reviews_is_offered_another_review(behind: Queue) -> None:
    async with reading(behind, ("employee",)) as colleague:
        _, page = await colleague.see(f"/ideas/{ALL[0]}?went=answered")
        assert "Your answer is sent" not in page
        found = await colleague.browser.get("/reviews/next")
        assert found.status_code == 403
