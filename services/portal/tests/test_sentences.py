"""What the reader of histories and the services say is said in Dutch too, with what it names."""

import pytest

from portal.words import Words
from portal.words.sentences import SENTENCES

KNOWN = [
    ("the word 'tbd' is not in [history.words.status]",
     "het woord 'tbd' staat niet in [history.words.status]"),
    ("no reviewer is named; the field 'on' holds no date (the rest of the line is placed)",
     ("er wordt geen beoordelaar genoemd; het veld 'on' bevat geen datum (de rest van de regel is "
      "geplaatst)")),
    ("the field 'a' holds a list; a text is expected; no reviewer is named",
     "het veld 'a' bevat een lijst; er hoort tekst te staan; er wordt geen beoordelaar genoemd"),
    ("mapping.toml, line 3: history.idea: a table is expected here, not a number",
     "mapping.toml, regel 3: history.idea: hier hoort een tabel te staan, niet een getal"),
    ("the line is JSON, but no object { … }", "de regel is JSON, maar geen object { … }"),
    ("ideas: The history names nobody who submitted this idea. Let the mapping name one.",
     "De geschiedenis noemt niemand die dit idee indiende. Laat de mapping iemand noemen."),
]  # fmt: skip


@pytest.mark.parametrize(("english", "dutch"), KNOWN)
def test_a_sentence_is_said_in_dutch_and_left_in_english(english: str, dutch: str) -> None:
    assert Words("nl").of_others(english) == (dutch, "nl")
    assert Words("en").of_others(english) == (english, "en")


def test_what_nobody_translated_is_shown_as_it_is_and_marked_as_english() -> None:
    assert Words("nl").of_others("The moon is full.") == ("The moon is full.", "en")


@pytest.mark.parametrize(("english", "dutch"), SENTENCES)
def test_nothing_that_a_sentence_names_is_lost(english: str, dutch: str) -> None:
    assert english.count("{}") == dutch.count("{}")
    names = [f"n{n}" for n in range(english.count("{}"))]
    assert Words("nl").of_others(english.format(*names)) == (dutch.format(*names), "nl")
