"""What somebody wrote is never lost: a draft goes only on proof that its form was taken."""

import re

import pytest

from portal.pages.reviewing import FEWEST_LETTERS, FEWEST_WORDS
from services.portal.tests.drafts.keeping import ANSWER, IDEA, TOLD, WORDS, Behind, Reader, proof


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
