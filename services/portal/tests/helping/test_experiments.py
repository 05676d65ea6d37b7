"""An experiment has a page that its team is led to when it ends."""

from services.portal.tests.behind import Reader
from services.portal.tests.helping.matters import AT, QUESTION, TRIED, Behind, shown


async def test_a_team_is_led_to_the_form_for_what_it_learned(
    reader: Reader, behind: Behind
) -> None:
    behind.answers[f"/v1/experiments/{QUESTION}"]["due"] = "2099-12-02T16:00:00Z"
    _, page = await reader.see(f"/experiments/{QUESTION}")
    assert f'action="/experiments/{QUESTION}/report"' in page
    assert "A bell helps." in page
    assert "Tell it by 2 December 2099 at the latest." in page
    behind.answers[f"/v1/experiments/{QUESTION}"] = shown(
        QUESTION, TRIED,
        {"type": "ExperimentReported", "at": AT, "by": "ann", "more": {"went": "nowhere"},
         "words": {"learning": "Nobody heard it."}},
    )  # fmt: skip
    _, page = await reader.see(f"/experiments/{QUESTION}")
    assert "Nobody heard it." in page
    assert "/report" not in page


async def test_who_is_not_in_the_team_gets_no_form(reader: Reader, behind: Behind) -> None:
    alone = {**TRIED, "more": {**TRIED["more"], "team": []}}
    behind.answers[f"/v1/experiments/{QUESTION}"] = shown(QUESTION, alone, accountable="ann")
    assert "/report" not in (await reader.see(f"/experiments/{QUESTION}"))[1]
