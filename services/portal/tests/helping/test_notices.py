"""Notices say what they are about, and lead to it."""

import re

import pytest

from portal import news
from portal.words import Words
from services.portal.tests.behind import Reader
from services.portal.tests.helping.matters import ASKED, DUE, IDEA, QUESTION, TOLD, Behind, notice

_LINK = re.compile(r'href="(/[^"#]*)"')


@pytest.mark.parametrize(
    ("matter", "outcome", "said"),
    [
        ("help", "answered", "There is an answer to your question for help"),
        ("barrier", "removed", "The barrier that you raised is gone"),
        ("barrier", "declined", "The barrier that you raised stays for now"),
        ("time", "granted", "You get time"),
        ("time", "refused", "You don't get these hours"),
        ("idea", "declined", "Your idea has an answer"),
    ],
)
def test_what_became_of_a_matter_is_said(matter: str, outcome: str, said: str) -> None:
    assert news.sentence(Words("en"), notice(matter, "decision", outcome=outcome)) == said


def test_of_a_report_nobody_says_that_it_is_an_answer() -> None:
    for matter in ("challenge", "experiment"):
        for kind in ("reminder", "promise_broken", "escalated", "promise_extended"):
            assert "answer" not in news.sentence(Words("en"), notice(matter, kind))


def test_what_is_not_known_yet_is_said_without_naming_an_idea() -> None:
    words = Words("en")
    for unknown in (notice("help", "brand_new"), notice("brand_new", "decision")):
        assert news.sentence(words, unknown) == "There is news for you"
    assert news.sentence(words, notice("idea", "brand_new")) == "News about an idea"


def test_a_notice_leads_where_there_is_a_page_for_its_reader() -> None:
    assert news.page(notice("idea", "decision"), leads=False) == f"/ideas/{IDEA}"
    assert news.page(notice("appeal", "escalated"), leads=True) == f"/ideas/{IDEA}"
    assert news.page(notice("help", "decision"), leads=False) == f"/help/{QUESTION}"
    for matter, room in (("barrier", "/room/barriers"), ("time", "/room/time")):
        assert news.page(notice(matter, "entrusted"), leads=True) == "/leading"
        assert news.page(notice(matter, "entrusted"), leads=False) == f"{room}/{QUESTION}"
        assert news.page(notice(matter, "decision", idea=IDEA), leads=True) == f"{room}/{QUESTION}"
    for matter, there in (("challenge", "challenges"), ("experiment", "experiments"),
                          ("tool", "tools")):  # fmt: skip
        assert news.page(notice(matter, "reminder"), leads=False) == f"/{there}/{QUESTION}"
    assert news.page(notice("brand_new", "decision", idea=None), leads=False) is None


def test_a_colleague_hears_what_the_news_is_about() -> None:
    words = Words("en")
    asked = {"kind": "decision", "matter": "help"}
    assert news.task(words, asked) == "There is an answer. It is about a question for help."
    assert news.task(words, {**asked, "matter": "idea"}) == "There is an answer."
    assert news.task(words, {**asked, "kind": "x"}).startswith("There is news that did not arrive.")


@pytest.mark.parametrize("reader", [("employee",), ("employee", "lead")], indirect=True)
@pytest.mark.parametrize("page", ["/inbox", "/"])
async def test_no_link_of_an_inbox_leads_nowhere(reader: Reader, behind: Behind, page: str) -> None:
    seen = set[str]()
    for first in range(0, len(TOLD), 4):  # as many as the first page shows
        behind.notices = [notice(*told) for told in TOLD[first : first + 4]]
        behind.tasks = [
            {"task": QUESTION, "person": "ann", "kind": kind, "matter": matter, "due": DUE,
             "subject": QUESTION, "idea": IDEA if matter == "idea" else None, "open": True}
            for matter, kind in TOLD[first : first + 4]
        ]  # fmt: skip
        status, said = await reader.see(page)
        assert status == 200
        assert "None" not in said
        links = set(_LINK.findall(said.partition("<main")[2].partition("</main>")[0]))
        assert links
        for link in links - seen:
            assert (await reader.see(link))[0] in {200, 503}, link
        seen |= links


async def test_a_question_of_the_inbox_is_told_by_its_own_words(
    reader: Reader, behind: Behind
) -> None:
    behind.notices = [notice("help", "acknowledgement")]
    _, page = await reader.see("/inbox")
    assert "We have your question for help" in page
    assert "How do I undo a line?" in page
    behind.answers[f"/v1/help/{QUESTION}"]["steps"] = [{**ASKED, "words": {}}]
    assert "(text erased)" in (await reader.see("/inbox"))[1]


@pytest.mark.parametrize(
    ("matter", "said"),
    [("barrier", "No scanner."), ("time", "Two hours."), ("challenge", "What takes long?"),
     ("experiment", "A bell helps."), ("tool", "Listy")],
)  # fmt: skip
async def test_what_else_was_asked_is_told_by_its_own_words(
    reader: Reader, behind: Behind, matter: str, said: str
) -> None:
    behind.notices = [notice(matter, "entrusted", idea=IDEA)]
    assert said in (await reader.see("/inbox"))[1]
    for path in ("barriers", "time-requests", "challenges", "experiments", "tools"):
        del behind.answers[f"/v1/{path}/{QUESTION}"]
    status, page = await reader.see("/inbox")
    assert status == 200
    assert "(text erased)" not in page, "what is not told now is not erased"
