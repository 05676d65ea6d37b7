"""A form of nobody: only our own puzzles are worked on, few wait for it, and few have files."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import httpx2
import pytest

from portal import solving
from portal.crowds import MOST_LARGE
from portal.solving import MOST_BITS, MOST_WAITING, Busy, Solver
from services.portal.tests.behind import Answers, Behind, Reader, reading

TOLD = {"title": "Een bel bij de deur", "body": "Dan hoort iemand het.", "once": "once-of-nobody-1"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
EDGE = "edge-of-a-part"


@pytest.fixture
def behind() -> Behind:
    answers: Answers = {
        ("POST", "/v1/sealed/puzzles"): (201, {"puzzle": "of-the-service", "bits": 4}),
        ("POST", "/v1/sealed/ideas"): (201, {"idea": "i-1", "code": "ab-cd", "due": ""}),
        ("POST", "/v1/sealed/tokens"): (403, {}),
    }
    return Behind(answers)


@pytest.fixture
async def reader(behind: Behind) -> AsyncIterator[Reader]:
    async with reading(behind, ()) as reader:
        reader.browser.cookies.delete("kiem")
        yield reader


async def _fields(reader: Reader) -> dict[str, str]:
    page = (await reader.browser.get("/sealed")).text
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def _sent(behind: Behind) -> list[dict[str, Any]]:
    return [json.loads(each.content) for each in behind.asked if each.url.path.endswith("/ideas")]


async def test_no_puzzle_is_worked_on_that_no_form_of_ours_was_given(
    reader: Reader, behind: Behind
) -> None:
    for ours in ("", "forged", (await _fields(reader))["ours"][:-4]):
        forged = {"puzzle": "forged", "bits": str(MOST_BITS), "ours": ours}
        answer = await reader.browser.post("/sealed", data=TOLD | forged)
        assert answer.status_code == 200, answer.text
    assert {told["puzzle"] for told in _sent(behind)} == {"of-the-service"}


async def test_a_form_that_is_sent_twice_without_scripts_says_the_same_twice(
    reader: Reader, behind: Behind
) -> None:
    behind.answers["POST", "/v1/sealed/puzzles"] = (201, {"puzzle": "of-the-form", "bits": 4})
    fields = await _fields(reader) | TOLD
    behind.answers["POST", "/v1/sealed/puzzles"] = (201, {"puzzle": "a-later-one", "bits": 4})
    for _ in range(2):
        assert (await reader.browser.post("/sealed", data=fields)).status_code == 200
    one, other = _sent(behind)
    assert one == other
    assert one["puzzle"] == "of-the-form"


@pytest.mark.parametrize(("language", "said"), [("nl", "nu druk"), ("en", "in a minute")])
async def test_whom_nobody_can_solve_a_puzzle_for_keeps_what_was_written(
    reader: Reader, behind: Behind, language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "MOST_WAITING", -1)
    reader.browser.cookies.set("kiem-language", language)
    answer = await reader.browser.post("/sealed", data=TOLD)
    assert answer.status_code == 503
    assert said in answer.text
    assert TOLD["body"] in answer.text
    assert _sent(behind) == []


async def test_few_wait_for_a_puzzle_and_none_that_is_too_hard() -> None:
    solver = Solver()
    many = [solver.solved(f"p{number}", 8) for number in range(2 * MOST_WAITING)]
    found = await asyncio.gather(*many, return_exceptions=True)
    refused = [str(each) for each in found if isinstance(each, Busy)]
    assert refused == ["sealed.busy"] * (MOST_WAITING - 1)
    assert await solver.solved("p", 8), "who comes when they are gone is served"
    with pytest.raises(Busy, match=r"^sealed\.hard$"):
        await solver.solved("p", MOST_BITS + 1)


def _parts(**fields: str) -> bytes:
    head = f"--{EDGE}\r\nContent-Disposition: form-data; name="
    said = [f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    photo = f'{head}"photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    return "".join((*said, photo)).encode()


async def _upload(reader: Reader, until: asyncio.Event, begun: asyncio.Event) -> httpx2.Response:
    async def body() -> AsyncIterator[bytes]:
        yield _parts(**TOLD)
        begun.set()
        await until.wait()
        yield b"\xff" * 200_000 + f"\r\n--{EDGE}--\r\n".encode()

    kind = {"content-type": f"multipart/form-data; boundary={EDGE}"}
    return await reader.browser.post("/sealed", content=body(), headers=kind)


async def test_few_forms_with_files_are_under_way_at_once_and_the_words_of_others_are_kept(
    reader: Reader, behind: Behind
) -> None:
    until = asyncio.Event()
    begun = [asyncio.Event() for _ in range(MOST_LARGE)]
    async with asyncio.TaskGroup() as under_way:
        first = [under_way.create_task(_upload(reader, until, each)) for each in begun]
        for each in begun:
            await each.wait()
        now = asyncio.Event()
        now.set()
        answer = await _upload(reader, now, asyncio.Event())
        assert answer.status_code == 503
        assert TOLD["body"] in answer.text
        assert "Choose your photos again" in answer.text
        assert _sent(behind) == []
        words = await reader.browser.post("/sealed", files={"photo": b""}, data=TOLD)
        assert words.status_code == 200, "a form without photos is none of them"
        until.set()
    assert [each.result().status_code for each in first] == [200] * MOST_LARGE
    assert (await _upload(reader, until, asyncio.Event())).status_code == 200, "there is room again"
    assert "/v1/sealed/tokens" in {each.url.path for each in behind.asked}, "their photos came"
