"""Questions for help are asked, read and answered, and a tool shows what is known of it."""

import json

import pytest

from portal.pages.helping import may_answer
from services.portal.tests.behind import Reader
from services.portal.tests.helping.matters import (
    ANSWERED,
    ASKED,
    AT,
    CHANGED,
    DUE,
    IDEA,
    INTRODUCED,
    QUESTION,
    TOOL,
    Behind,
    shown,
    step,
)


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
