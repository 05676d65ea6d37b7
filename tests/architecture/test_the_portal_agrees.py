"""What the portal says and refuses by itself is what the services mean. Here, as it knows none."""

import re
from pathlib import Path
from typing import get_args

import httpx2
import pytest

from chassis.settings import example
from contracts.vocabulary import Matter
from feedback.domain import answering
from notifications.delivery import writing
from notifications.domain.notices import Kind
from portal import news
from portal.main import application
from portal.pages import reviewing
from portal.settings import PortalSettings
from portal.words import Words

MAILS = Path(writing.__file__).parent / "templates/nl/around"
# The kinds that a mail has words for, where it is about something else than an idea.
AROUND = sorted(path.stem for path in MAILS.glob("*.jinja"))
TOLD = [("idea", kind) for kind in get_args(Kind)] + [
    (matter, kind) for matter in get_args(Matter) if matter != "idea" for kind in AROUND
]
SUBJECT = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7c02"


def test_mails_have_words_for_kinds() -> None:
    assert {"decision", "escalated", "standing_in"} <= set(AROUND)


@pytest.mark.parametrize(("matter", "kind"), TOLD)
def test_each_kind_of_notice_about_each_matter_has_its_own_sentence(matter: str, kind: str) -> None:
    notice = {"matter": matter, "kind": kind, "outcome": None}
    for language in ("nl", "en"):
        words = Words(language)
        said = news.sentence(words, notice)
        assert said not in {words("notice.other"), words("notice.around.other")}
        if matter != "idea":
            about = {words(f"notice.{whose}.{matter}") for whose in ("yours", "theirs")}
            assert any(each in said for each in about), said
            assert not re.search(r"\bide(a|e)", said), said


@pytest.mark.parametrize("matter", get_args(Matter))
async def test_a_mail_leads_to_a_page(matter: Matter) -> None:
    settings, nobody = example(PortalSettings), httpx2.AsyncClient()
    async with nobody, httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=application(settings, nobody)),
        base_url=settings.portal_url,
    ) as stranger:  # fmt: skip
        there = await stranger.get(f"/{writing.PLACES[matter]}/{SUBJECT}")
        nowhere = await stranger.get(f"/nowhere/{SUBJECT}")
    assert (there.status_code, nowhere.status_code) == (303, 404)
    assert there.headers["location"].startswith("/sign-in?")


def test_what_says_nothing_is_what_feedback_refuses() -> None:
    assert reviewing.FEWEST == (answering.FEWEST_WORDS, answering.FEWEST_LETTERS)
    for text in ("", "nee", "geen budget", "zie boven a", "a b c", "Dit past niet bij ons."):
        assert reviewing.says_nothing(text) == answering.is_empty(text)
