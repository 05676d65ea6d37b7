"""Who follows an idea by its code leaves nothing on the device; none is asked into its pilot."""

import time
from collections.abc import AsyncIterator

import pytest

from chassis.settings import example
from portal import visit
from portal.session import CODE, NAME, Seal, Session, new_csrf, sealing_keys
from portal.settings import PortalSettings
from services.portal.tests.behind import Reader, reading
from services.portal.tests.going_on.answered import (
    BEGAN,
    IDEA,
    OTHER,
    PILOT,
    REVIEW,
    SOON,
    Behind,
    shown,
)
from services.portal.tests.test_session import kept

ALIAS, CLEAR = "alias-1", "clear-site-data"
SEAL = Seal(sealing_keys(example(PortalSettings).keys.get_secret_value()), secure=False)
ASKED = {
    "question": PILOT, "asked_by": OTHER, "asked_at": SOON, "words": "Where?", "answered_at": None,
    "until": SOON, "answer": None,
}  # fmt: skip
DECLINED = REVIEW | {"outcome": "declined", "answered_by": OTHER, "answered_at": SOON}


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def reader(behind: Behind) -> AsyncIterator[Reader]:
    async with reading(behind, ("employee",)) as reader:
        yield reader


def _follows(reader: Reader) -> Session:
    """Let the reader be nobody, with a code."""
    del reader.browser.cookies[NAME]
    session = Session(
        person=ALIAS, roles=("alias",), token="t", csrf=new_csrf(), only=IDEA,
        ends=time.time() + 60,
    )  # fmt: skip
    reader.browser.cookies.update(kept(SEAL, CODE, session))
    return session


@pytest.mark.parametrize("coded", [True, False])
async def test_what_is_typed_by_a_code_is_no_draft_of_the_device(
    reader: Reader, behind: Behind, coded: bool
) -> None:
    if coded:
        _follows(reader)
    here, author = ("/follow/idea", ALIAS) if coded else (f"/ideas/{IDEA}", "p-77")
    behind.stands(shown(author=author, way="sealed" if coded else "named", state="declined"))
    behind.answers["GET", f"/v1/reviews/{IDEA}/questions"] = (200, {"items": [ASKED]})
    for review, form in ((REVIEW, f"answer/{PILOT}"), (DECLINED, "appeal")):
        behind.answers["GET", f"/v1/reviews/{IDEA}"] = (200, review)
        status, page = await reader.see(here)
        assert status == 200
        assert f'action="{here}/{form}"' in page
        assert ("data-draft" in page) is not coded


async def test_a_code_that_is_over_leaves_nothing_on_the_device(
    reader: Reader, behind: Behind
) -> None:
    _follows(reader)
    behind.answers["GET", f"/v1/ideas/{IDEA}"] = (401, {})
    over = await reader.browser.get("/follow/idea")
    assert (over.status_code, over.headers["location"]) == (303, "/follow?again=1")
    assert over.headers[CLEAR] == '"storage"'
    del reader.browser.cookies[CODE]
    assert (await reader.browser.get("/follow/idea")).headers[CLEAR] == '"storage"'


async def test_the_drafts_of_whoever_is_signed_in_stay(reader: Reader) -> None:
    over = await reader.browser.get("/follow/idea")
    assert over.status_code == 303
    assert CLEAR not in over.headers


@pytest.mark.parametrize(
    ("way", "author", "offered"),
    [("named", OTHER, True), ("confidential", ALIAS, False), ("sealed", ALIAS, False),
     ("confidential", OTHER, True)],
    ids=["named", "confidential", "sealed", "revealed"],
)  # fmt: skip
async def test_a_pilot_can_be_joined_where_the_idea_is_told_to_the_house(
    reader: Reader, behind: Behind, way: str, author: str, offered: bool
) -> None:
    behind.stands(shown(state="in_pilot", pilot=PILOT, way=way, author=author), BEGAN)
    behind.lists = {"in_pilot": [{"idea": IDEA, "accountable": OTHER, "author": author}]}
    _, page = await reader.see(f"/ideas/{IDEA}")
    assert (f'action="/ideas/{IDEA}/join/{PILOT}"' in page) is offered
    _, home = await reader.see("/")
    assert ("Pilots that you can join" in home) is offered


@pytest.mark.parametrize(("coded", "status"), [(True, 503), (False, 303)])
async def test_photos_wait_for_others_of_nobody_and_those_of_colleagues_do_not(
    reader: Reader, behind: Behind, coded: bool, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "MOST_LARGE", 0)
    session = _follows(reader) if coded else reader.session
    here = "/follow/idea" if coded else f"/ideas/{IDEA}"
    behind.answers["POST", f"/v1/ideas/{IDEA}/photos"] = (201, {})
    sent = await reader.browser.post(
        f"{here}/photos", data={"csrf": session.form_token(), "once": "once-1"},
        files={"photo": ("a.jpg", b"\xff" * 100_000, "image/jpeg")},
    )  # fmt: skip
    assert sent.status_code == status, sent.text
    assert ("Many photos arrive" in sent.text) is coded
    assert bool(behind.told()) is not coded
