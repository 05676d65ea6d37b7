"""Every sentence of the portal, in Dutch and in English."""

import re

from portal.words.around import AROUND
from portal.words.calendars import CALENDARS
from portal.words.contests import CONTESTS
from portal.words.council import COUNCIL
from portal.words.desk import DESK
from portal.words.erasures import ERASURES, OUTAGES
from portal.words.going_on import GOING_ON
from portal.words.helping import HELPING
from portal.words.history import HISTORY
from portal.words.house import HOUSE
from portal.words.ideas import IDEAS
from portal.words.leading import LEADING
from portal.words.notices import NOTICES
from portal.words.numbers import NUMBERS
from portal.words.people import PEOPLE
from portal.words.pulse import PULSE
from portal.words.refusals import REFUSALS
from portal.words.reviews import REVIEWS
from portal.words.room import ROOM
from portal.words.saying import in_dutch
from portal.words.sharing import SHARING
from portal.words.steps import STEPS
from portal.words.terms import TERMS
from portal.words.views import VIEWS
from portal.words.ways import WAYS

LANGUAGES = ("nl", "en")
ALL: dict[str, tuple[str, str]] = {
    **HOUSE, **IDEAS, **STEPS, **NOTICES, **REVIEWS, **HELPING, **NUMBERS, **AROUND, **LEADING,
    **COUNCIL, **DESK, **CALENDARS, **ERASURES, **OUTAGES, **HISTORY, **PULSE, **REFUSALS, **ROOM,
    **SHARING, **TERMS, **VIEWS, **WAYS, **CONTESTS, **GOING_ON, **PEOPLE,
}  # fmt: skip
# Whoever is called "jij" is "jou" where something is of them, for them, or done by them.
_OF_YOU = re.compile(r"\b(aan|door|met|van|voor) \{who\}")


class Words:
    """Says a sentence in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._which = LANGUAGES.index(language)

    def __call__(self, key: str, **given: object) -> str:
        said = ALL[key][self._which]
        if given.get("who") == "jij":
            said = _OF_YOU.sub(r"\1 jou", said)
        return said.format(**given) if given else said

    def many(self, key: str, count: int, **given: object) -> str:
        """Say it of one or of many: there is a sentence for each."""
        which = f"{key}.one" if count == 1 else f"{key}.many"
        return self(which, count=count, **given)

    def of_others(self, sentence: str) -> tuple[str, str]:
        """Return a sentence that others said, and the language that it is in now."""
        found = in_dutch(sentence) if self.language == "nl" else None
        return (found, self.language) if found else (sentence, "en")

    def knows(self, key: str) -> bool:
        return key in ALL


def chosen(cookie: str, header: str) -> str:
    """Return the language: the one that was chosen, else the first that the browser asks for."""
    if cookie in LANGUAGES:
        return cookie
    for asked in header.split(","):
        tag = asked.partition(";")[0].strip().lower().partition("-")[0]
        if tag in LANGUAGES:
            return tag
    return LANGUAGES[0]
