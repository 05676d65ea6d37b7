"""The pages of a pulse: a code answers and nobody's token goes along; HR reads numbers."""

import json
from collections.abc import AsyncIterator

import pytest

from services.portal.tests.behind import Answers, Behind, Reader, reading

WAVE = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c01"
ASKED = {
    "wave": WAVE, "closes": "2026-12-11T22:59:00Z", "code_given": False,
    "questions": [
        {"name": "enps", "nl": "Zou je het aanraden?", "en": "Would you recommend it?",
         "least": 0, "most": 10, "reversed": False},
        {"name": "safety-idea", "nl": "Ik durf.", "en": "I dare.", "least": 1, "most": 7,
         "reversed": False},
    ],
}  # fmt: skip
WAVES = [
    {"wave": WAVE, "opened": "2026-11-20T09:00:00Z", "closes": "2026-11-27T09:00:00Z",
     "open": False, "instruments": ["enps"], "invited": 40, "answered": 31},
]  # fmt: skip
NUMBERS = {
    "wave": WAVE, "opened": "2026-11-20T09:00:00Z",
    "instruments": [
        {"instrument": "enps", "kpi": "enps", "threshold": 5,
         "whole": {"value": 12.5, "n": 31, "reason": None, "response": 0.775, "beside": {}},
         "departments": {"care": {"value": None, "n": None, "reason": "suppressed",
                                  "response": None, "beside": {}}}},
    ],
}  # fmt: skip


ANSWERS: Answers = {
    ("GET", "/v1/pulse"): (200, ASKED),
    ("POST", "/v1/pulse/code"): (201, {"code": "abcd-efgh-jkmn-pqrs"}),
    ("POST", "/v1/sealed/pulse"): (204, None),
    ("GET", "/v1/pulse/waves"): (200, WAVES),
    ("POST", "/v1/pulse/waves"): (201, WAVES[0]),
    ("GET", f"/v1/pulse/waves/{WAVE}"): (200, NUMBERS),
}


@pytest.fixture
def behind() -> Behind:
    return Behind(dict(ANSWERS))


@pytest.fixture
async def reader(behind: Behind, request: pytest.FixtureRequest) -> AsyncIterator[Reader]:
    async with reading(behind, getattr(request, "param", ("employee",))) as found:
        yield found


async def test_whoever_is_asked_gets_a_code_and_the_questions_with_it(
    reader: Reader, behind: Behind
) -> None:
    status, page = await reader.see("/pulse")
    assert status == 200
    assert "Give me a code" in page
    assert "Would you recommend it?" not in page
    _, page = await reader.send("/pulse/code")
    assert "abcd-efgh-jkmn-pqrs" in page
    assert "Would you recommend it?" in page
    assert page.count('name="q.enps"') == 11
    assert behind.last("/v1/pulse/code").headers["authorization"].endswith("the-token-of-p-77")


async def test_an_answer_goes_on_without_a_token_or_a_name(reader: Reader, behind: Behind) -> None:
    status, _ = await reader.send("/pulse", code="abcd", **{"q.enps": "9", "q.safety-idea": "x"})
    assert status == 303
    told = behind.last("/v1/sealed/pulse")
    assert json.loads(told.content) == {"code": "abcd", "answers": {"enps": 9}}
    assert "authorization" not in told.headers
    assert "p-77" not in repr(told.headers) + told.content.decode()


async def test_a_code_that_is_refused_is_told_and_the_answers_stay(
    reader: Reader, behind: Behind
) -> None:
    behind.answers["POST", "/v1/sealed/pulse"] = (404, {"type": "urn:kiem:ThisIsNoCode"})
    status, page = await reader.send("/pulse", code="abcd", **{"q.enps": "9"})
    assert status == 422
    assert "Nothing waits for this code" in page
    assert 'value="9" checked' in page


async def test_where_nothing_is_asked_the_page_says_so(reader: Reader, behind: Behind) -> None:
    behind.answers["GET", "/v1/pulse"] = (409, {"type": "urn:kiem:NoWaveIsOpen"})
    assert "Nothing is asked at the moment" in (await reader.see("/pulse"))[1]


async def test_waves_are_for_hr_and_the_council(reader: Reader) -> None:
    assert (await reader.see("/pulse/waves"))[0] == 403
    assert (await reader.send("/pulse/waves", closes="2026-12-11"))[0] == 403


@pytest.mark.parametrize("reader", [("employee", "hr")], indirect=True)
async def test_hr_opens_a_wave_and_reads_what_the_last_came_to(
    reader: Reader, behind: Behind
) -> None:
    status, page = await reader.see("/pulse/waves")
    assert status == 200
    for said in ("40 people asked", "31 answers", "12.5", "(77.5% answered)", "too few people"):
        assert said in page, said
    status, _ = await reader.send("/pulse/waves", closes="2026-12-11", instrument="safety")
    assert status == 303
    told = json.loads(behind.last("/v1/pulse/waves").content or b"{}")
    assert told == {"closes": "2026-12-11T23:59:00+01:00", "instruments": ["safety"]}
