"""Who meets an end of a session, or an error, is led back to what they wrote."""

import json
import re
from html import unescape

import httpx2
import pytest

from services.portal.tests.drafts.keeping import IDEA, WORDS, Behind, Reader, proof


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


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", "Dit deel van Kiem (antwoorden) antwoordt nu niet."),
     ("en", "This part of Kiem (answers) does not answer now.")],
)  # fmt: skip
async def test_the_page_of_a_review_says_which_part_is_away(
    reader: Reader, behind: Behind, language: str, said: str
) -> None:
    behind.away = {"feedback"}
    reader.browser.cookies.set("kiem-language", language)
    page = await reader.browser.get(f"/reviews/{IDEA}")
    assert page.status_code == 503
    assert said in page.text
