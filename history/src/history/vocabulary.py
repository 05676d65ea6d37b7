"""What fields and words of suggestion boxes are usually called, in Dutch and in English."""

import re
from difflib import get_close_matches
from typing import Literal

from msgspec import Struct

Why = Literal["name", "synonym", "spelling", "content", "none"]
"""How a proposal came about: it has our own name, is a known synonym, looks like one that is known
but for its spelling, holds such values, or nothing is known of it."""

_CLOSE = 0.82  # of difflib's ratio: one letter in five or six may differ
_SHORTEST = 5  # letters; shorter words are too easily like another

FIELDS: dict[str, tuple[str, ...]] = {
    "at": (
        "date", "datum", "when", "wanneer", "timestamp", "time", "tijd", "tijdstip", "moment",
        "created", "created at", "aangemaakt", "aangemaakt op", "ingediend op", "datum ingediend",
        "submitted at", "gewijzigd op", "modified",
    ),
    "idea": (
        "nr", "nummer", "number", "no", "id", "idea id", "idee id", "ideenummer", "idee nr",
        "key", "code", "idee", "kenmerk", "reference", "ticket", "case", "zaaknummer",
    ),
    "title": ("titel", "onderwerp", "subject", "name", "naam", "summary", "kop", "samenvatting"),
    "body": (
        "tekst", "text", "omschrijving", "description", "beschrijving", "uitleg", "inhoud",
        "content", "voorstel", "proposal", "details",
    ),
    "department": (
        "afdeling", "dept", "team", "unit", "dienst", "waar", "where", "locatie", "location",
        "organisatieonderdeel", "business unit", "sector",
    ),
    "category": ("categorie", "thema", "theme", "topic", "soort idee", "tag", "label"),
    "language": ("taal", "lang"),
    "authors": (
        "author", "auteur", "auteurs", "indiener", "indieners", "submitter", "submitted by",
        "ingediend door", "bedenker", "wie", "who", "inzender", "melder", "owner",
    ),
    "by": ("door", "actor", "user", "gebruiker", "medewerker", "changed by", "invoerder",
           "gewijzigd door", "modified by", "person"),
    "reviewers": ("beoordelaars", "assigned", "assignees", "toegewezen aan"),
    "reviewer": ("beoordelaar", "assignee", "kijker", "behandelaar", "handler"),
    "reason": (
        "why", "waarom", "reden", "motivering", "toelichting", "motivation", "explanation",
        "remark", "opmerking", "comment", "feedback", "antwoord", "answer",
    ),
    "wake_on": ("until", "terug op", "wake", "revisit on", "opnieuw op", "snooze until"),
    "fact": ("kind", "soort", "type", "event", "gebeurtenis", "action", "actie", "activity",
             "activiteit", "mutatie"),
    "word": (
        "status", "state", "stage", "stand", "stadium", "fase", "phase", "toestand",
        "nieuwe status", "new status", "uitkomst", "outcome", "resultaat", "result", "besluit",
        "decision", "beoordeling",
    ),
}  # fmt: skip
"""For each field of a mapping, `fact` and `word`: what else it is called."""

WORDS: dict[str, tuple[str, ...]] = {
    "submitted": (
        "new", "nieuw", "open", "ingediend", "proposed", "created", "aangemaakt", "born", "idea",
        "idee", "voorgesteld", "ontvangen", "received", "draft", "concept", "ingestuurd",
    ),
    "under_review": (
        "in behandeling", "in review", "review", "in beoordeling", "reviewing", "in progress",
        "provisional", "wordt bekeken", "onderzoek", "in onderzoek", "triage", "assessment",
    ),
    "accepted": (
        "geaccepteerd", "approved", "goedgekeurd", "akkoord", "goed idee", "implementable", "ja",
        "yes", "toegekend", "gehonoreerd", "aangenomen", "good",
    ),
    "declined": (
        "rejected", "afgewezen", "geweigerd", "nee", "no", "niet akkoord", "won't do", "wont do",
        "refused", "afgekeurd", "not approved", "bad",
    ),
    "parked": (
        "geparkeerd", "on hold", "deferred", "wacht", "later", "uitgesteld", "postponed",
        "in de wacht", "wachtlijst", "backlog",
    ),
    "withdrawn": (
        "ingetrokken", "vervallen", "removed", "verwijderd", "cancelled", "canceled",
        "geannuleerd", "dubbel", "duplicate", "superseded", "replaced",
    ),
    "pilot_started": ("pilot", "proef", "alpha", "in pilot", "experiment", "pilot gestart", "test",
                      "trial"),
    "measured": ("meting", "measurement", "measure", "beta", "tussenmeting", "proefmeting"),
    "pilot_concluded:scaled": ("opgeschaald", "scaled", "proef geslaagd", "pilot geslaagd"),
    "pilot_concluded:stopped": ("gestopt", "stopped", "proef gestopt", "pilot gestopt"),
    "pilot_concluded:extended": ("verlengd", "extended", "proef verlengd"),
    "realised": (
        "gerealiseerd", "realized", "implemented", "done", "klaar", "uitgevoerd", "afgerond",
        "completed", "stable", "ingevoerd", "gereed", "live",
    ),
    "reopened:under_review": ("reopened", "heropend", "toch weer open", "opnieuw geopend"),
    "reviewers_assigned": ("assigned", "beoordelaar", "toegewezen", "reviewer assigned"),
    "ignored": (
        "remark", "opmerking", "comment", "reactie", "mail gestuurd", "note", "notitie", "said",
        "viewed", "bekeken", "like", "vote", "stem",
    ),
}  # fmt: skip
"""For each step, with its outcome or target behind a colon: the words that stand for it."""

CHANGES = ("status", "status changed", "moved", "status gewijzigd", "statuswijziging", "change",
           "changed", "wijziging", "stage reached", "staged", "updated", "bijgewerkt")  # fmt: skip
"""What a kind of line is called of which another field says what it is."""


class Known(Struct, frozen=True):
    """What a name seems to mean, why, and what it is like."""

    meaning: str
    why: Why
    like: str = ""


NOTHING = Known("", "none")


def bare(name: str) -> str:
    """Return a name without what tells words apart: case, accents aside, signs, humps."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"\w+", split.replace("_", " ").casefold()))


def _known(name: str, vocabulary: dict[str, tuple[str, ...]]) -> Known:
    said = bare(name)
    names = {bare(meaning.partition(":")[0]): meaning for meaning in reversed(vocabulary)
             if ":" not in meaning}  # fmt: skip
    if said in names:
        return Known(names[said], "name")
    synonyms = {bare(each): meaning for meaning, all_ in vocabulary.items() for each in all_}
    if said in synonyms:
        return Known(synonyms[said], "synonym", said)
    everything = {**synonyms, **names}
    close = get_close_matches(said, [n for n in everything if len(n) >= _SHORTEST], 1, _CLOSE)
    if close and len(said) >= _SHORTEST:
        return Known(everything[close[0]], "spelling", close[0])
    return NOTHING


def field_called(name: str) -> Known:
    """Return which field of a mapping a field seems to be."""
    return _known(name, FIELDS)


def word_called(word: str) -> Known:
    """Return which step a word seems to stand for."""
    return _known(word, WORDS)


def is_change(word: str) -> bool:
    """Tell whether a kind of line seems to be one whose status says what it is."""
    return bare(word) in CHANGES
