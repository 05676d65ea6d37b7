"""Notices lead to what they are about, and questions for help are asked, read and answered."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import httpx2
import pytest

from contracts.vocabulary import Matter
from notifications.delivery.writing import PLACES
from notifications.domain.notices import Kind
from portal import news
from portal.pages.helping import may_answer
from portal.words import Words
from services.portal.tests.behind import Reader, reading

MAILS = Path(__file__).parents[2] / "notifications/src/notifications/delivery/templates/nl/around"
# The kinds that a mail has words for, where it is about something else than an idea.
AROUND = sorted(path.stem for path in MAILS.glob("*.jinja"))
TOLD = [("idea", kind) for kind in get_args(Kind)] + [
    (matter, kind) for matter in get_args(Matter) if matter != "idea" for kind in AROUND
]
QUESTION = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c02"
OTHER = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c05"
TOOL = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c03"
IDEA = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c04"
DUE, AT = "2026-12-02T16:00:00Z", "2026-11-30T08:00:00Z"
_LINK = re.compile(r'href="(/[^"#]*)"')


def step(kind: str, by: str, words: str = "", /, **more: Any) -> dict[str, Any]:
    said = {"words": words} if words else {}
    return {"type": kind, "at": AT, "by": by, "words": said, "more": more}


ASKED = step("HelpAsked", "ann", "How do I undo a line?", help=QUESTION, tool=TOOL)
RAISED = step("BarrierRaised", "ann", "No scanner.", barrier=QUESTION, kind="budget")
WISHED = step("TimeAsked", "ann", "Two hours.", request=QUESTION, hours=2.0, purpose="idea")
ANSWERED = step("HelpAnswered", "p-77", "Press and hold it.", help=QUESTION)
INTRODUCED = {
    "type": "ToolIntroduced", "at": AT, "by": "lea",
    "words": {"why": "One list for all.", "question": "What do you think?"},
    "more": {"tool": TOOL, "name": "Listy", "super_users": ["ann"],
             "learning_path": "https://learn.example/old", "manual": "https://gone.example/"},
}  # fmt: skip
CHANGED = {
    "type": "ToolChanged", "at": AT, "by": "lea", "words": {},
    "more": {"tool": TOOL, "super_users": ["p-77"], "learning_path": "https://learn.example/p"},
}  # fmt: skip


def notice(matter: str, kind: str, **other: Any) -> dict[str, Any]:
    return {
        "notice": QUESTION, "kind": kind, "matter": matter, "subject": QUESTION, "owed": True,
        "idea": IDEA if matter in {"idea", "appeal"} else None, "at": AT, "accountable": "lea",
        "due": DUE, "outcome": None, "seen_at": None, **other,
    }  # fmt: skip


def row(matter: str, author: str, accountable: str | None, words: str) -> dict[str, Any]:
    return {
        "matter": matter, "author": author, "accountable": accountable, "tool": TOOL,
        "due": DUE if accountable else None, "department": None, "idea": None, "told_at": AT,
        "ended_at": None if accountable else AT, "words": {"words": words}, "more": {},
    }  # fmt: skip


def shown(matter: str, *steps: Any, accountable: str | None = None) -> dict[str, Any]:
    return {
        "matter": matter, "version": len(steps), "author": steps[0]["by"], "steps": list(steps),
        "accountable": accountable, "due": DUE if accountable else None,
    }  # fmt: skip


class Behind:
    """The services behind the portal: what they answer, and what they were told."""

    def __init__(self) -> None:
        self.told: list[httpx2.Request] = []
        self.asked_ideas: list[tuple[str, str]] = []
        self.owed = [row(QUESTION, "ann", "p-77", "How do I undo a line?")]
        self.mine = [row(OTHER, "p-77", None, "Where is the list?")]
        self.notices: list[dict[str, Any]] = []
        self.tasks: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {
            f"/v1/tools/{TOOL}": shown(TOOL, INTRODUCED, CHANGED),
            f"/v1/help/{QUESTION}": shown(QUESTION, ASKED, accountable="p-77"),
            f"/v1/help/{OTHER}": shown(
                OTHER, {**ASKED, "by": "p-77"}, step("HelpAnswered", "ann", "Upper left.")
            ),
            f"/v1/barriers/{QUESTION}": shown(QUESTION, RAISED, accountable="lea"),
            f"/v1/time-requests/{QUESTION}": shown(QUESTION, WISHED, accountable="lea"),
            "/v1/ideas": {"items": [], "next": None},
            "/v1/preferences": {"items": []},
            "/v1/challenges": {"items": [], "next": None},
            "/v1/ideas/titles": {"titles": {IDEA: "A second lift"}},
            "/v1/people": {"ann": {"name": "Ann Smith"}, "lea": {"name": "Lea Jones"}},
        }
        self.refuses: tuple[int, dict[str, Any]] | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if request.method == "POST":
            self.told.append(request)
            if self.refuses:
                return httpx2.Response(self.refuses[0], json=self.refuses[1])
            return httpx2.Response(201, json={"matter": QUESTION, "version": 1})
        lists = {
            "/v1/notices": self.notices, "/v1/hand-overs": self.tasks,
            "/v1/help": self.owed if "owed_by_me" in request.url.params else self.mine,
        }  # fmt: skip
        if path in lists:
            return httpx2.Response(200, json={"items": lists[path], "next": None, "unread": 0})
        if path == "/v1/ideas":
            self.asked_ideas += request.url.params.multi_items()
        if path.startswith("/v1/ideas/01"):
            return httpx2.Response(503)  # the page is there, and says that its service is not
        found = self.answers.get(path)
        return httpx2.Response(404, json={}) if found is None else httpx2.Response(200, json=found)


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def reader(behind: Behind, request: pytest.FixtureRequest) -> AsyncIterator[Reader]:
    async with reading(behind, getattr(request, "param", ("employee",))) as found:
        yield found


def test_mails_have_words_for_kinds() -> None:
    assert {"decision", "escalated", "standing_in"} <= set(AROUND)


@pytest.mark.parametrize(("matter", "kind"), TOLD)
def test_each_kind_of_notice_about_each_matter_has_its_own_sentence(matter: str, kind: str) -> None:
    for language in ("nl", "en"):
        words = Words(language)
        said = news.sentence(words, notice(matter, kind))
        assert said not in {words("notice.other"), words("notice.around.other")}
        if matter != "idea":
            about = {words(f"notice.{whose}.{matter}") for whose in ("yours", "theirs")}
            assert any(each in said for each in about), said
            assert not re.search(r"\bide(a|e)", said), said


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
    assert news.page(notice("brand_new", "decision", idea=None), leads=False) is None


def test_a_colleague_hears_what_the_news_is_about() -> None:
    words = Words("en")
    asked = {"kind": "decision", "matter": "help"}
    assert news.task(words, asked) == "There is an answer. It is about a question for help."
    assert news.task(words, {**asked, "matter": "idea"}) == "There is an answer."
    assert news.task(words, {**asked, "kind": "x"}).startswith("There is news that did not arrive.")


@pytest.mark.parametrize("matter", get_args(Matter))
async def test_a_mail_leads_to_a_page_too(reader: Reader, matter: Matter) -> None:
    assert (await reader.see(f"/{PLACES[matter]}/{QUESTION}"))[0] in {200, 503}


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


@pytest.mark.parametrize(("matter", "said"), [("barrier", "No scanner."), ("time", "Two hours.")])
async def test_what_else_was_asked_is_told_by_its_own_words(
    reader: Reader, behind: Behind, matter: str, said: str
) -> None:
    behind.notices = [notice(matter, "entrusted", idea=IDEA)]
    assert said in (await reader.see("/inbox"))[1]
    for path in ("barriers", "time-requests"):
        del behind.answers[f"/v1/{path}/{QUESTION}"]
    status, page = await reader.see("/inbox")
    assert status == 200
    assert "(text erased)" not in page, "what is not told now is not erased"


async def test_what_i_owe_and_what_i_asked_stand_on_one_page(reader: Reader) -> None:
    status, page = await reader.see("/help")
    assert status == 200
    owed, mine = page.split('id="mine"')
    for said in ("Ann Smith asks something about Listy", "How do I undo a line?", "2 December",
                 f'action="/help/{QUESTION}/answer"'):  # fmt: skip
        assert said in owed, said
    for said in ("Where is the list?", "answered by Ann Smith", "Upper left."):
        assert said in mine, said


async def test_the_first_page_says_whom_i_owe_an_answer(reader: Reader, behind: Behind) -> None:
    _, page = await reader.see("/")
    assert f'href="/help/{QUESTION}"' in page
    assert "Who asks for your help" in page
    behind.owed = []
    assert "Who asks for your help" not in (await reader.see("/"))[1]


async def test_help_is_given_on_the_page_of_its_question(reader: Reader, behind: Behind) -> None:
    _, page = await reader.see(f"/help/{QUESTION}")
    assert "It is your turn" in page
    assert 'name="words"' in page
    done = await reader.post(f"/help/{QUESTION}/answer", words=" Press and hold it. ")
    assert (done.status_code, done.headers["location"]) == (303, f"/help/{QUESTION}?done=1")
    told = behind.told[-1]
    assert told.url.path == f"/v1/help/{QUESTION}/answer"
    assert told.content == b'{"words":"Press and hold it."}'
    assert told.headers["idempotency-key"] == "1"
    behind.answers[f"/v1/help/{QUESTION}"] = shown(QUESTION, ASKED, ANSWERED)
    _, page = await reader.see(f"/help/{QUESTION}?done=1")
    assert "Press and hold it." in page
    assert "answered by you" in page
    assert 'name="words"' not in page


async def test_an_answer_that_is_refused_stays_in_its_field(reader: Reader, behind: Behind) -> None:
    behind.refuses = (403, {"type": "urn:kiem:OnlySuperUsersHelp", "detail": "Only they."})
    refused = await reader.post(f"/help/{QUESTION}/answer", words="Let me try.")
    assert refused.status_code == 422
    assert "Only who was asked" in refused.text
    assert "Let me try." in refused.text


async def test_a_question_that_is_not_there_is_not_found(reader: Reader) -> None:
    assert (await reader.see(f"/help/{IDEA}"))[0] == 404


async def test_a_tool_shows_what_is_known_of_it_now(reader: Reader) -> None:
    _, page = await reader.see(f"/tools/{TOOL}")
    assert "Listy" in page
    assert "https://learn.example/p" in page
    assert "https://learn.example/old" not in page
    assert "https://gone.example/" not in page
    assert f'href="/ideas/new?tool={TOOL}"' in page
    assert 'href="/help"' in page


async def test_a_tool_shows_what_colleagues_told_about_it(reader: Reader, behind: Behind) -> None:
    idea = {
        "idea": IDEA, "title": "Sort by floor", "state": "accepted", "author": "ann",
        "accountable": "lea", "due": DUE, "submitted_at": AT, "supporters": 0,
    }  # fmt: skip
    assert "What colleagues think" not in (await reader.see(f"/tools/{TOOL}"))[1]
    behind.answers["/v1/ideas"] = {"items": [idea], "next": None}
    _, page = await reader.see(f"/tools/{TOOL}")
    assert "What colleagues think" in page
    assert "Sort by floor" in page
    assert ("tool", TOOL) in behind.asked_ideas


async def test_who_asks_is_shown_the_promise_that_this_made(reader: Reader) -> None:
    asked = await reader.post(f"/tools/{TOOL}/help", words="How do I undo a line?")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/help/{QUESTION}?asked=1")


def test_who_may_answer_is_asked_to() -> None:
    tool = shown(TOOL, INTRODUCED, CHANGED)
    handed = step("HelpHandedUp", "ann", previous="rob")
    opened = shown(QUESTION, ASKED, handed, accountable="lea")
    for person in ("lea", "rob", "p-77"):
        assert may_answer(opened, tool, person, desk=False), person
    for person in ("ann", "else"):
        assert not may_answer(opened, tool, person, desk=False), person
    assert may_answer(opened, tool, "else", desk=True)
    assert not may_answer(opened, tool, "ann", desk=True)
    assert not may_answer(shown(QUESTION, ASKED, ANSWERED), tool, "lea", desk=True)


@pytest.mark.parametrize("reader", [("employee", "lead")], indirect=True)
async def test_a_tool_is_introduced_with_its_learning_path(reader: Reader, behind: Behind) -> None:
    _, page = await reader.see("/leading/tool")
    assert 'name="learning_path"' in page
    path = "https://learn.example/p"
    done = await reader.post("/leading/tool", name="Listy", why="One.", question="Well?",
                             learning_path=path)  # fmt: skip
    assert done.status_code == 303
    assert json.loads(behind.told[-1].content)["learning_path"] == path
