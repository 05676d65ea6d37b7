"""What somebody wrote is never lost: a draft goes only on proof that its form was taken."""

import json
import re
import time
from collections.abc import AsyncIterator
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from starlette.responses import Response

from chassis.settings import example
from portal.main import application
from portal.pages.reviewing import FEWEST_LETTERS, FEWEST_WORDS
from portal.session import NAME, Seal, Session, new_csrf, sealing_keys
from portal.settings import PortalSettings
from portal.visit import TAKEN

IDEA = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c01"
WORDS = "We schrijven elke dienst de overdracht over van papier."
TOLD = {"title": "Overdracht op het scherm", "body": WORDS}
REVIEWED: dict[str, Any] = {
    "idea": IDEA, "title": "Een tilhulp", "body": "Nu ligt hij boven.", "author": "anna",
    "co_authors": [], "accountable": "rob", "reviewer": "rob", "due": "2030-12-11T16:00:00Z",
    "department": "Noord", "category": None, "state": "under_review", "way": "named", "photos": [],
}  # fmt: skip
ANSWER = {
    "outcome": "declined", "mark.value": "partly", "sentence.value": "Het scheelt een kwartier.",
    "reason": "We kunnen dit jaar geen tablets kopen.",
    "next_step": "Als er budget komt wordt het een ja.",
}  # fmt: skip


class Behind:
    """The services: what each answers, and which of them are away."""

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.told: list[httpx2.Request] = []
        self.answers: dict[tuple[str, str], tuple[int, Any]] = {
            ("POST", "/v1/ideas"): (201, {"idea": IDEA}),
            ("POST", "/v1/ideas/confidential"): (201, {"idea": IDEA, "code": "ab-cd", "due": ""}),
            ("POST", "/v1/sealed/puzzles"): (201, {"puzzle": "p", "bits": 1}),
            ("GET", "/v1/ideas/similar"): (200, {"items": []}),
            ("GET", f"/v1/ideas/{IDEA}"): (200, REVIEWED),
            ("GET", f"/v1/reviews/{IDEA}"): (
                200,
                {"criteria": ["value"], "outcome": None, "answered_by": None},
            ),
            ("POST", f"/v1/reviews/{IDEA}/decision"): (201, {}),
            ("POST", f"/v1/ideas/{IDEA}/comments"): (201, {}),
        }

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.told += [request] * (request.method == "POST")
        if str(request.url.host) in self.away:
            return httpx2.Response(503)
        status, body = self.answers.get((request.method, request.url.path), (404, {}))
        return httpx2.Response(status, json=body)


class Reader:
    """Somebody with a browser, signed in until their session is over."""

    def __init__(self, browser: httpx2.AsyncClient, session: Session) -> None:
        self.browser, self.session, self.once = browser, session, str(uuid4())

    async def send(self, path: str, came: str = "", **filled: str) -> httpx2.Response:
        form = {"csrf": self.session.form_token(), "once": self.once, **filled}
        headers = {"referer": came} if came else {}
        self.browser.cookies.delete(TAKEN) if TAKEN in self.browser.cookies else None
        return await self.browser.post(path, data=form, headers=headers)

    def sign_out(self) -> None:
        self.browser.cookies.clear()


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def reader(behind: Behind) -> AsyncIterator[Reader]:
    addresses = {f"{each}_url": f"http://{each}" for each in ("ideas", "feedback", "metrics")}
    settings = example(PortalSettings).model_copy(update=addresses)
    session = Session(
        person="rob", roles=("employee", "reviewer"), token="t", csrf=new_csrf(),
        ends=time.time() + 3600,
    )  # fmt: skip
    kept, cookies = Response(), {"kiem-language": "nl"}
    Seal(sealing_keys(settings.keys.get_secret_value()), secure=False).write(kept, NAME, session)
    for name, value in kept.raw_headers:
        if name == b"set-cookie":
            cookies |= {m.key: m.value for m in SimpleCookie(value.decode()).values() if m.value}
    async with (
        httpx2.AsyncClient(transport=httpx2.MockTransport(behind)) as services,
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=application(settings, services)),
            base_url=settings.portal_url, cookies=cookies,
        ) as browser,
    ):  # fmt: skip
        yield Reader(browser, session)


def proof(answer: httpx2.Response) -> str:
    """Return which form an answer says was taken, as a script reads it."""
    for said in answer.headers.get_list("set-cookie"):
        if found := re.match(rf"{TAKEN}=([^;]+)", said):
            assert "httponly" not in said.lower(), "no script can read it"
            return found[1]
    return ""


@pytest.mark.parametrize("way", ["named", "confidential", "sealed"])
async def test_a_form_that_was_taken_says_so_with_its_own_key(reader: Reader, way: str) -> None:
    sent = await reader.send("/ideas/new", **TOLD, way=way)
    assert sent.status_code == (303 if way == "named" else 200)
    assert proof(sent) == reader.once


async def test_no_form_that_was_not_taken_says_that_it_was(reader: Reader, behind: Behind) -> None:
    asked = {
        "lacks a title": await reader.send("/ideas/new", body=WORDS),
        "is no form of ours": await reader.send("/ideas/new", **TOLD, csrf="AAAA"),
        "only looks for similar ones": await reader.send("/ideas/new", **TOLD, look="1"),
    }
    behind.answers["POST", "/v1/ideas"] = (403, {"type": "urn:kiem:NotForYou"})
    asked["is refused"] = await reader.send("/ideas/new", **TOLD)
    behind.away = {"ideas"}
    asked["meets nobody"] = await reader.send("/ideas/new", **TOLD)
    asked["meets nobody to keep it"] = await reader.send("/ideas/new", **TOLD, keep="1")
    reader.sign_out()
    asked["comes when the session is over"] = await reader.send("/ideas/new", **TOLD)
    assert {why: proof(answer) for why, answer in asked.items() if proof(answer)} == {}


async def test_a_key_that_no_page_of_ours_made_is_never_written_into_a_cookie(
    reader: Reader,
) -> None:
    reader.once = 'x"; path=/elsewhere'
    sent = await reader.send("/ideas/new", **TOLD)
    assert sent.status_code == 303
    assert proof(sent) == ""


@pytest.mark.parametrize("keep", [{}, {"keep": "1"}])
@pytest.mark.parametrize(("language", "said"), [("nl", "geen antwoord"), ("en", "no answer")])
async def test_an_idea_that_nobody_takes_now_stands_in_its_form_again(
    reader: Reader, behind: Behind, keep: dict[str, str], language: str, said: str
) -> None:
    behind.away = {"ideas"}
    reader.browser.cookies.set("kiem-language", language)
    sent = await reader.send("/ideas/new", **TOLD, **keep)
    assert sent.status_code == 503
    problems = sent.text.partition('id="problems"')[2].partition("</div>")[0]
    assert said in problems
    assert WORDS in sent.text
    assert f'name="once" value="{reader.once}"' in sent.text, "sent again it would arrive twice"


@pytest.mark.parametrize("away", [{"feedback"}, {"ideas"}, {"ideas", "feedback"}])
async def test_an_answer_that_nobody_takes_now_stands_in_its_form_again(
    reader: Reader, behind: Behind, away: set[str]
) -> None:
    behind.away = away
    sent = await reader.send(f"/reviews/{IDEA}", **ANSWER, accountable="lea")
    assert sent.status_code == 503
    assert "geen antwoord" in sent.text.partition('id="problems"')[2].partition("</div>")[0]
    for said in (ANSWER["sentence.value"], ANSWER["reason"], ANSWER["next_step"], 'value="lea"'):
        assert said in sent.text
    assert sent.text.count(" checked") == 2
    assert f'action="/reviews/{IDEA}" data-draft="review-{IDEA}"' in sent.text
    assert f'name="once" value="{reader.once}"' in sent.text
    assert proof(sent) == ""
    behind.away = set()
    again = await reader.send(f"/reviews/{IDEA}", **ANSWER)
    assert (again.status_code, proof(again)) == (303, reader.once)


@pytest.mark.parametrize("result", ["answered", "refused"])
async def test_one_answer_to_several_is_kept_until_each_of_them_has_it(
    reader: Reader, behind: Behind, result: str
) -> None:
    page = (await reader.browser.get(f"/reviews/together?idea={IDEA}")).text
    assert f'data-draft="together-{IDEA}"' in page
    done = {"items": [{"idea": IDEA, "result": result, "reason": "NotYours"}]}
    behind.answers["POST", "/v1/decisions"] = (200, done)
    sent = await reader.send("/reviews/together", **ANSWER, idea=IDEA)
    assert sent.status_code == 200
    assert proof(sent) == (reader.once if result == "answered" else "")


async def test_what_nobody_takes_of_nobody_stands_in_its_form_again(
    reader: Reader, behind: Behind
) -> None:
    behind.away = {"ideas"}
    sent = await reader.browser.post("/sealed", data={**TOLD, "once": reader.once})
    assert sent.status_code == 503
    assert "Er komt nu geen antwoord" in sent.text
    assert WORDS in sent.text
    assert proof(sent) == ""


@pytest.mark.parametrize("path", ["/ideas/new", f"/reviews/{IDEA}"])
async def test_a_key_that_was_used_for_other_words_is_not_used_again(
    reader: Reader, behind: Behind, path: str
) -> None:
    known = (422, {"type": "urn:kiem:CommandKnown"})
    behind.answers["POST", "/v1/ideas"] = known
    behind.answers["POST", f"/v1/reviews/{IDEA}/decision"] = known
    sent = await reader.send(path, **TOLD, **ANSWER)
    assert sent.status_code == 422
    assert "Dit is al eens verstuurd" in sent.text
    assert f'value="{reader.once}"' not in sent.text


@pytest.mark.parametrize("path", [f"/reviews/{IDEA}", f"/reviews/together?idea={IDEA}"])
async def test_an_answer_carries_what_a_script_refuses_it_by(reader: Reader, path: str) -> None:
    page = (await reader.browser.get(path)).text
    asked = re.findall(r"<textarea[^>]*data-little=[^>]*>", page)
    assert [re.search(r' name="([^"]+)"', each)[1] for each in asked] == [  # type: ignore[index]
        "sentence.value", "reason", "next_step",
    ]  # fmt: skip
    rule = f'data-words="{FEWEST_WORDS}" data-letters="{FEWEST_LETTERS}"'
    assert all(rule in each for each in asked)
    assert 'data-problems="' in page


async def test_who_signs_in_again_comes_back_to_the_page_of_the_form(reader: Reader) -> None:
    reader.sign_out()
    base = str(reader.browser.base_url).rstrip("/")
    for path, came, back in (
        ("/ideas/new", f"{base}/ideas/new?challenge={IDEA}", f"/ideas/new?challenge={IDEA}"),
        ("/ideas/new", "", "/ideas/new"),
        ("/ideas/new", "https://evil.example/ideas", "/ideas/new"),
        (f"/reviews/{IDEA}", "", f"/reviews/{IDEA}"),
        # What was refused is shown at an address that takes only forms.
        (f"/ideas/{IDEA}/comments", f"{base}/ideas/{IDEA}/comments", f"/ideas/{IDEA}"),
        ("/leading/challenge", f"{base}/leading/challenge", "/leading/challenge"),
    ):
        sent = await reader.send(path, came, words=WORDS)
        assert sent.status_code == 403, path
        way = re.search(r'class="button" href="(/sign-in[^"]+)"', sent.text)
        assert way
        assert httpx2.URL(unescape(way[1])).params["to"] == back, (path, came)


async def test_a_part_of_a_page_that_meets_no_session_leads_back_to_the_whole(
    reader: Reader,
) -> None:
    reader.sign_out()
    page = f"{str(reader.browser.base_url).rstrip('/')}/ideas/new"
    headers = {"hx-request": "true", "referer": page}
    asked = await reader.browser.get("/inbox/count", headers=headers)
    assert httpx2.URL(asked.headers["hx-redirect"]).params["to"] == "/ideas/new"


async def test_an_error_page_has_what_was_filled_in_and_sends_it_again_as_it_was(
    reader: Reader, behind: Behind
) -> None:
    behind.away = {"ideas"}
    path = f"/ideas/{IDEA}/comments"
    sent = await reader.send(path, words=f"<b>{WORDS}")
    assert sent.status_code == 503
    assert f'href="/ideas/{IDEA}"' in sent.text
    assert f'<div class="prose">&lt;b&gt;{WORDS}</div>' in sent.text
    form = sent.text.partition(f'action="{path}"')[2].partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    filled = {name: unescape(value) for name, value in fields}
    assert filled["once"] == reader.once
    behind.away = set()
    again = await reader.browser.post(path, data=filled)
    assert (again.status_code, proof(again)) == (303, reader.once)
    assert json.loads(behind.told[-1].content) == {"words": f"<b>{WORDS}"}


async def test_an_error_page_never_repeats_a_form_that_was_not_ours(
    reader: Reader, behind: Behind
) -> None:
    behind.away = {"ideas"}
    sent = await reader.send(f"/ideas/{IDEA}/comments", words=WORDS, csrf="AAAA")
    assert sent.status_code == 403
    assert WORDS not in sent.text


async def test_what_is_told_as_nobody_is_kept_by_no_script(reader: Reader) -> None:
    page = (await reader.browser.get("/sealed")).text
    assert "data-draft" not in page
    assert 'data-offline="' in page


async def test_who_signs_out_after_their_session_leaves_no_draft_and_nobody_else_can_do_that(
    reader: Reader,
) -> None:
    reader.sign_out()
    sent = await reader.browser.post("/sign-out", headers={"sec-fetch-site": "cross-site"})
    assert sent.status_code == 403
    assert "clear-site-data" not in sent.headers
    sent = await reader.browser.post("/sign-out", headers={"sec-fetch-site": "same-origin"})
    assert (sent.status_code, sent.headers["clear-site-data"]) == (303, '"storage"')
