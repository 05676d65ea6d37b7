"""Every letter in both languages, as a person reads it. `KIEM_SNAPSHOTS=write` writes them anew."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from contracts.vocabulary import Language, Matter
from notifications.delivery.letters import LONGEST_SUBJECT, Content, write, write_digest
from notifications.domain.notices import Kind
from notifications.domain.steps import Outcome

LETTERS = Path(__file__).parent / "letters"
CONTENT = Content(
    name="Anna de Wit",
    title="Fietsen naar de klant",
    author="Anna de Wit",
    accountable="Rik Jansen",
    previous="Lena Bos",
    due=date(2026, 3, 9),
    link="https://kiem.example/ideas/7",
)
ANSWERED = replace(
    CONTENT,
    reason="Het scheelt parkeerplekken, en het is gezond.\nDrie teams willen meedoen.",
    next_step="Rik vraagt offertes aan voor tien leenfietsen.",
)
BICYCLES, SAME = "Leenfietsen bij de poort", "Beide vragen om fietsen."
CASES: dict[str, tuple[Kind, Content]] = {
    "acknowledgement": (
        "acknowledgement",
        replace(
            CONTENT,
            accountable=None,
            at_the_desk=True,
            questions=("Wat levert het op?", "Kan het?"),
        ),
    ),
    "promise-made": ("promise_made", CONTENT),
    "promise-made-by-yourself": ("promise_made", replace(CONTENT, mine=True)),
    "promise-made-after-another": ("promise_made", replace(CONTENT, succeeds=True)),
    "entrusted": ("entrusted", CONTENT),
    "entrusted-after-another": ("entrusted", replace(CONTENT, succeeds=True)),
    "entrusted-after-a-yes": ("entrusted", replace(CONTENT, outcome="accepted")),
    "review-assigned": ("review_assigned", CONTENT),
    "accepted": ("decision", replace(ANSWERED, outcome="accepted")),
    "accepted-for-yourself": ("decision", replace(CONTENT, outcome="accepted", mine=True)),
    "declined": ("decision", replace(ANSWERED, outcome="declined", accountable=None, due=None)),
    "parked": ("decision", replace(ANSWERED, outcome="parked")),
    "promise-broken": ("promise_broken", CONTENT),
    "promise-broken-again": ("promise_broken", replace(CONTENT, again=True)),
    "escalated": ("escalated", CONTENT),
    "escalated-again": ("escalated", replace(CONTENT, again=True)),
    "reminder": ("reminder", CONTENT),
    "pilot-started": ("pilot_started", CONTENT),
    "pilot-scaled": ("pilot_concluded", replace(CONTENT, outcome="scaled")),
    "pilot-extended": ("pilot_concluded", replace(CONTENT, outcome="extended", mine=True)),
    "pilot-stopped": ("pilot_concluded", replace(CONTENT, outcome="stopped", due=None)),
    "realised": (
        "realised",
        replace(CONTENT, due=None, stop="https://notices.example/v1/unsubscribe/7"),
    ),
    "merged": ("merged", replace(CONTENT, due=None, other=BICYCLES, reason=SAME)),
    "absorbed": ("absorbed", replace(CONTENT, other=BICYCLES, reason=SAME)),
    "absorbed-without-words": ("absorbed", replace(CONTENT, mine=True)),
    "separated": ("separated", replace(CONTENT, other=BICYCLES, reason="Toch iets anders.")),
    "unheard": ("unheard", CONTENT),
    "question-asked": ("question_asked", CONTENT),
    "promise-moved": ("promise_moved", CONTENT),
    "promise-extended": ("promise_extended", CONTENT),
    "hand-over": ("hand_over", replace(CONTENT, news="decision")),
    "followed": ("followed", CONTENT),
    **{
        f"followed-{outcome}": ("followed", replace(CONTENT, outcome=outcome))
        for outcome in ("accepted", "declined", "parked", "scaled", "stopped", "extended")
    },
    "mentioned": ("mentioned", replace(CONTENT, stop="https://notices.example/v1/unsubscribe/7")),
    "commented": ("commented", CONTENT),
    "replied": ("replied", CONTENT),
    "view-asked": ("view_asked", CONTENT),
    "view-given": ("view_given", CONTENT),
    "challenge-closed": ("challenge_closed", CONTENT),
    "standing-in": ("standing_in", CONTENT),
}
BARRIER = replace(
    CONTENT, matter="barrier", asked="Zonder sleutel van het magazijn kunnen we niet beginnen."
)
TIME = replace(CONTENT, matter="time", asked="Een dag per maand.\nVoor drie mensen.", hours=24)
HELP = replace(
    CONTENT, matter="help", title=None, tool="Teams", asked="Hoe deel ik mijn scherm met een klant?"
)
APPEAL = replace(CONTENT, matter="appeal")
CHALLENGE = replace(CONTENT, matter="challenge", title="Hoe stappen we minder vaak in de auto?")
EXPERIMENT = replace(
    CONTENT, matter="experiment", title=None, asked="Met twee leenfietsen rijden we minder."
)
TOOL = replace(
    CONTENT, matter="tool", title=None, tool="Planner", asked="Wat scheelt het je op een dag?",
    reason="We bellen elkaar te vaak voor iets dat iedereen kan zien.", accountable=None, due=None,
)  # fmt: skip
AROUND: dict[str, tuple[Kind, Content]] = {
    "barrier-acknowledgement": (
        "acknowledgement", replace(BARRIER, accountable=None, at_the_desk=True)
    ),
    "barrier-handed-over": ("promise_made", BARRIER),
    "barrier-handed-over-after-another": ("promise_made", replace(BARRIER, succeeds=True)),
    "barrier-entrusted": ("entrusted", BARRIER),
    "barrier-entrusted-after-another": ("entrusted", replace(BARRIER, succeeds=True)),
    "barrier-standing-in": ("standing_in", BARRIER),
    "barrier-broken": ("promise_broken", BARRIER),
    "barrier-extended": ("promise_extended", BARRIER),
    "barrier-removed": (
        "decision", replace(BARRIER, outcome="removed", reason="Er hangt nu een sleutel.")
    ),
    "barrier-declined": (
        "decision",
        replace(
            BARRIER, outcome="declined", reason="De verzekering staat het niet toe.",
            next_step="Tussen acht en vier loopt een beheerder mee.",
        ),
    ),
    "time-acknowledgement": ("acknowledgement", TIME),
    "time-reminder": ("reminder", TIME),
    "time-granted": ("decision", replace(TIME, outcome="granted", granted=24)),
    "time-granted-in-part": ("decision", replace(TIME, outcome="granted", granted=7.5)),
    "time-refused": (
        "decision", replace(TIME, outcome="refused", reason="Tot juni zit de planning vol.")
    ),
    "help-acknowledgement": ("acknowledgement", HELP),
    "help-escalated": ("escalated", HELP),
    "help-escalated-again": ("escalated", replace(HELP, again=True)),
    "help-answered": (
        "decision", replace(HELP, outcome="answered", reason="Met de knop rechtsboven.")
    ),
    "appeal-acknowledgement": ("acknowledgement", APPEAL),
    "appeal-broken": ("promise_broken", replace(APPEAL, again=True)),
    "appeal-escalated": ("escalated", APPEAL),
    "challenge-reminder": ("reminder", replace(CHALLENGE, own=True, mine=True)),
    "challenge-broken": ("promise_broken", replace(CHALLENGE, own=True)),
    "challenge-escalated": ("escalated", CHALLENGE),
    "challenge-escalated-again": ("escalated", replace(CHALLENGE, again=True)),
    "challenge-extended": ("promise_extended", replace(CHALLENGE, own=True)),
    "challenge-standing-in": ("standing_in", CHALLENGE),
    "challenge-late": ("challenge_late", CHALLENGE),
    "challenge-report": ("challenge_closed", CHALLENGE),
    "experiment-ended": ("learning_asked", replace(EXPERIMENT, own=True, mine=True)),
    "experiment-ended-team": ("learning_asked", EXPERIMENT),
    "experiment-broken": ("promise_broken", replace(EXPERIMENT, own=True)),
    "experiment-escalated": ("escalated", EXPERIMENT),
    "tool-introduced": ("tool_introduced", replace(TOOL, stop="https://notices.example/stop")),
    "time-hand-over": ("hand_over", replace(TIME, author="Lena Bos", news="reminder")),
}  # fmt: skip
CASES |= AROUND
# What is told of no idea.
ONLY: dict[Kind, Matter] = {
    "learning_asked": "experiment", "challenge_late": "challenge", "tool_introduced": "tool",
}  # fmt: skip
LANGUAGES: tuple[Language, ...] = get_args(Language)
OUTCOMES: tuple[Outcome | None, ...] = (None, *get_args(Outcome))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_a_letter_reads_as_it_was_read_and_found_good(case: str, language: Language) -> None:
    letter = write(CASES[case][0], language, CASES[case][1])
    found = f"Subject: {letter.subject}\n\n{letter.text}"
    kept = LETTERS / f"{case}.{language}.txt"
    if os.environ.get("KIEM_SNAPSHOTS") == "write":
        kept.write_text(found, "utf-8")
    assert found == kept.read_text("utf-8")


def test_the_same_letter_as_html_reads_as_it_was_found_good() -> None:
    html = write("decision", "nl", CASES["accepted"][1]).html
    kept = LETTERS / "accepted.nl.html"
    if os.environ.get("KIEM_SNAPSHOTS") == "write":
        kept.write_text(html, "utf-8")
    assert html == kept.read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_reads_as_it_was_read_and_found_good(language: Language) -> None:
    told = [write(*_in(case, language)) for case in ("pilot-started", "realised")]
    letters = [(letter, CONTENT.link) for letter in told]
    digest = write_digest(language, CONTENT.name, letters, "https://notices.example/v1/stop")
    found = f"Subject: {digest.subject}\n\n{digest.text}"
    kept = LETTERS / f"digest.{language}.txt"
    if os.environ.get("KIEM_SNAPSHOTS") == "write":
        kept.write_text(found, "utf-8")
    assert found == kept.read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_piled_up_in_an_outage_reads_as_it_was_found_good(language: Language) -> None:
    told = [write(*_in(case, language)) for case in ("promise-extended", "reminder", "realised")]
    letters = [(letter, CONTENT.link) for letter in told]
    digest = write_digest(language, CONTENT.name, letters, None, owed=True)
    found = f"Subject: {digest.subject}\n\n{digest.text}"
    kept = LETTERS / f"after-an-outage.{language}.txt"
    if os.environ.get("KIEM_SNAPSHOTS") == "write":
        kept.write_text(found, "utf-8")
    assert found == kept.read_text("utf-8")


def _in(case: str, language: Language) -> tuple[Kind, Language, Content]:
    kind, content = CASES[case]
    return kind, language, content


def test_every_kind_has_been_read() -> None:
    assert {kind for kind, _ in CASES.values()} == set(get_args(Kind))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_letter_can_be_written_when_nothing_is_known(kind: Kind, language: Language) -> None:
    for outcome in OUTCOMES:
        matter = ONLY.get(kind, "idea")
        content = Content(name=None, title=None, outcome=outcome, matter=matter)
        letter = write(kind, language, content)
        for part in (letter.subject, letter.text, letter.html):
            assert "None" not in part
            assert "{" not in part
            assert part.strip()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("matter", [matter for matter in get_args(Matter) if matter != "idea"])
def test_a_letter_about_any_matter_can_be_written_when_nothing_is_known(
    matter: Matter, language: Language
) -> None:
    for kind in {kind for kind, _ in AROUND.values()}:
        letter = write(kind, language, Content(matter=matter))
        for part in (letter.subject, letter.text, letter.html):
            assert "None" not in part
            assert "{" not in part


def test_words_of_people_can_not_break_out_of_the_letter() -> None:
    wicked = replace(
        ANSWERED,
        title="<script>x</script>\r\nBcc: all@example.org\r\n\r\n{{ 7 * 7 }}",
        reason="<img src=x onerror=y>\n\n-- \nYours",
        outcome="accepted",
    )
    letter = write("decision", "en", wicked)
    assert "\n" not in letter.subject
    assert "<script>" not in letter.html
    assert "<img" not in letter.html
    assert "{{ 7 * 7 }}" in letter.text
    assert "> <img src=x onerror=y>" in letter.text
    assert "\n-- \nYours" not in letter.text


def test_a_very_long_title_is_cut_in_the_subject_and_whole_in_the_letter() -> None:
    title = "rozijn " * 80
    letter = write("realised", "nl", replace(CONTENT, title=title))
    assert len(letter.subject) <= LONGEST_SUBJECT
    assert letter.subject.endswith("…")
    assert " ".join(letter.text.split()).count("rozijn") == 80
