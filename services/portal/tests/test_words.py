"""Every sentence exists in both languages, is used, and leaves the same holes."""

import re
from pathlib import Path
from string import Formatter

import pytest

from portal.words import ALL, LANGUAGES, Words, chosen

SUFFIX = re.compile(r"\.(one|many|title)$")
SOURCE = Path(__file__).parents[1] / "src/portal"
# What is put together of a beginning and a name: the beginnings, and where the names come from.
FAMILIES = (
    "state.", "step.", "notice.", "word.", "service.", "reason.", "unit.", "no.", "nav.",
    "review.mark.", "review.done.", "review.outcome.", "review.missing.", "numbers.cut.",
    "submit.missing.",
    "home.house.", "idea.rate.", "area.", "barrier.", "why.", "council.",
    "desk.", "trace.", "pilot.", "beside.", "group.",
    "queue.", "welcome.", "way.", "sealed.", "code.", "follow.", "preferences.",
    "experiments.went.", "kiosk.", "pulse.instrument.", "erasures.holds.", "terms.", "history.",
    "turn.", "room.answer.", "room.missing.", "purpose.",
)  # fmt: skip


def source() -> str:
    files = [*SOURCE.rglob("*.html"), *SOURCE.glob("*.py"), *(SOURCE / "pages").glob("*.py")]
    return "\n".join(file.read_text("utf-8") for file in files)


def holes(said: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(said) if name}


def test_a_sentence_is_said_in_both_languages_with_the_same_holes() -> None:
    for key, (dutch, english) in ALL.items():
        assert dutch.strip(), key
        assert english.strip(), key
        counted = {"count"} if key.endswith(".one") else set()  # may be said without its number
        assert holes(dutch) - counted == holes(english) - counted, key


def test_every_sentence_that_a_page_says_exists() -> None:
    said = set(re.findall(r"\b(?:t|words)\(\s*f?[\"']([a-z_.A-Z]+)[\"']\s*[,)]", source()))
    many = {f"{key}.{n}" for key in re.findall(r"t\.many\(\"([a-z_.]+)\"", source())
            for n in ("one", "many")}  # fmt: skip
    assert len(said) > 100, "the sentences are looked up no more: mend this test"
    assert not {key for key in said | many if key not in ALL}


def test_every_sentence_is_said_somewhere() -> None:
    text = source().replace("'", '"')
    unsaid = {
        key for key in ALL
        if not key.startswith(FAMILIES)
        and f'"{key}"' not in text and f'"{SUFFIX.sub("", key)}"' not in text
    }  # fmt: skip
    assert not unsaid, f"nobody reads these: {unsaid}"


def test_the_reader_is_called_as_the_sentence_asks() -> None:
    dutch, english = Words("nl"), Words("en")
    assert dutch("challenges.asked", who=dutch("you")) == "Gevraagd door jou"
    assert english("challenges.asked", who=english("you")) == "Asked by you"
    assert dutch("challenges.asked", who="Anna de Wit") == "Gevraagd door Anna de Wit"


def test_a_name_with_braces_is_only_a_name() -> None:
    assert Words("nl")("promise.waits", who="{today}") == "{today} is aan zet"


@pytest.mark.parametrize(
    ("cookie", "header", "language"),
    [
        ("en", "nl", "en"), ("", "en-GB,en;q=0.9", "en"), ("", "de, nl;q=0.5", "nl"),
        ("xx", "", "nl"), ("", "fr", "nl"),
    ],
)  # fmt: skip
def test_the_language_is_the_chosen_one_else_the_browsers(
    cookie: str, header: str, language: str
) -> None:
    assert chosen(cookie, header) == language
    assert language in LANGUAGES
