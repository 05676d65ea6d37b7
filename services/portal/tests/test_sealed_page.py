"""The page of nobody: no service is told who asks, also where somebody is signed in."""

from services.portal.tests.behind import Behind, reading


async def test_the_page_of_nobody_says_why_it_looks_for_nothing_alike() -> None:
    behind = Behind({("POST", "/v1/sealed/puzzles"): (201, {"puzzle": "p", "bits": 1})})
    async with reading(behind, ("employee",)) as reader:
        status, page = await reader.see("/sealed")
    assert status == 200
    assert "/ideas/similar" not in page, "while somebody types, nothing goes anywhere"
    assert '<a href="/ideas">Look among the ideas</a>' in page
    (asked,) = behind.asked
    assert asked.url.path == "/v1/sealed/puzzles"
    assert "authorization" not in asked.headers
