"""Lines that no mapping placed: kept while they wait, and never longer than their people."""

from uuid import uuid4

import pytest

from contracts.outside import PersonErased
from contracts.vocabulary import PersonId
from services.ideas.tests.house import House
from services.ideas.tests.integration.boxes import Box, step

pytestmark = pytest.mark.integration


GONE = "The line names somebody who is erased, so nothing of it is kept."


@pytest.fixture
def box(house: House) -> Box:
    return Box(house)


async def raw(box: Box) -> dict[int, bytes | None]:
    """Return what is really stored."""
    found = await box.house.rows(
        "SELECT line, raw FROM unplaced_line WHERE source = $1", box.source
    )
    return {row["line"]: row["raw"] for row in found}


async def erase(box: Box, person: str) -> None:
    at = box.house.parts.clock.now()
    await box.house.hear(PersonErased(person=PersonId(person), at=at))


async def test_the_text_of_a_line_goes_once_the_line_is_placed(box: Box) -> None:
    await box.take(step(1, "submitted"))
    await box.keep((5, "the word 'ja' is not in the mapping", "{}"), (6, "nor is 'nee'", "{}"))
    await box.take(step(1, "submitted"), step(5, "accepted"))
    stored = await raw(box)
    assert stored[5] is None
    assert stored[6] is not None
    assert [line for line, _, _ in await box.unplaced()] == [6]
    rows = await box.house.rows(
        "SELECT reason FROM unplaced_line WHERE source = $1 AND line = 5", box.source
    )
    assert [row["reason"] for row in rows] == [""]


@pytest.mark.parametrize(
    "shape",
    [
        '{{"author": "{0}", "title": "Fietsen"}}',
        '{{"authors": ["bo", "{0}"]}}',
        '{{"who": "bo + {0}"}}',
        '{{"who": {{"by": "bo;{0}"}}}}',
        'no JSON, "by": "{0}" and more',
    ],
)
async def test_a_line_that_names_an_erased_person_keeps_its_number_and_nothing_it_said(
    box: Box, shape: str
) -> None:
    who, other = f"jos\N{LATIN SMALL LETTER E WITH ACUTE}-{uuid4()}", f"{uuid4()}"
    why = f"the word '{who}' is not in the mapping"
    await box.keep((1, why, shape.format(who)), (2, "tbd", shape.format(other)),
                   (3, "tbd", shape.format(f"{who}-2")))  # fmt: skip
    await erase(box, who)
    kept = await box.unplaced()
    assert kept[0] == (1, GONE, None)
    assert kept[1:] == [(2, "tbd", shape.format(other)), (3, "tbd", shape.format(f"{who}-2"))]
    assert (await raw(box))[1] is None


async def test_hr_sees_what_would_be_erased_before_it_is(box: Box) -> None:
    who, other = str(uuid4()), str(uuid4())
    await box.take(step(1, "submitted", authors=[who]), step(2, "accepted", reason="ja"))
    theirs = step(4, "measured", by=who, reason="sneller")
    await box.take(step(3, "submitted", authors=[other]), theirs, key="2")
    await box.keep((5, "tbd", f'{{"by": "{who}"}}'))
    path = f"/people/{who}/erasure"
    assert (await box.house.get(path, "olga:operator")).status_code == 403
    holds = {"ideas": 1, "words_on_ideas_of_others": 1, "unplaced_lines": 1, "drafts": 0}
    looked = (await box.house.get(path, "hanna:hr")).json()
    assert looked == {"person": who, "erased": False, "holds": holds}
    await erase(box, who)
    looked = (await box.house.get(path, "hanna:hr")).json()
    assert looked == {"person": who, "erased": True, "holds": dict.fromkeys(holds, 0)}


async def test_the_text_of_an_erased_person_is_not_kept_again(box: Box) -> None:
    who = str(uuid4())
    await erase(box, who)
    await box.keep((1, "tbd", f'{{"by": "{who}"}}'), (2, "tbd", "{}"))
    assert await box.unplaced() == [(1, GONE, None), (2, "tbd", "{}")]
