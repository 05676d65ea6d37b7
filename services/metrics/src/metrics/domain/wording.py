"""The words of the report, in both languages, and how numbers are written in each."""

from datetime import date
from fractions import Fraction
from typing import Literal

from metrics.domain.numbers import Exact, Number, Reason, rounded

Language = Literal["nl", "en"]

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "What became of ideas",
        "period": "{since} up to and including {last}",
        "kpi": "KPI", "value": "Value", "n": "Cases", "previous": "Period before",
        "last_year": "Same period last year", "how": "How it is computed",
        "no_cause": "That two numbers move together says nothing of a cause.",
        "people": "Numbers about people leave in editions of closed periods only, and never for "
        "a small group.",
        "open": "Ideas and answers", "protected": "People", "definition": "definition version",
        "judged": "As it was known on {day}.",
    },
    "nl": {
        "title": "Wat er van ideeën werd",
        "period": "{since} tot en met {last}",
        "kpi": "KPI", "value": "Waarde", "n": "Gevallen", "previous": "Periode ervoor",
        "last_year": "Zelfde periode vorig jaar", "how": "Hoe het is berekend",
        "no_cause": "Dat twee getallen samen bewegen zegt niets over een oorzaak.",
        "people": "Getallen over mensen verschijnen alleen in edities van afgesloten perioden, en "
        "nooit voor een kleine groep.",
        "open": "Ideeën en antwoorden", "protected": "Mensen", "definition": "definitie, versie",
        "judged": "Zoals het bekend was op {day}.",
    },
}  # fmt: skip
_WHY: dict[Language, dict[Reason, str]] = {
    "en": {
        "no_data": "no data", "suppressed": "hidden: too few people",
        "not_reached": "not reached yet", "pending_consent": "waits for the works council",
    },
    "nl": {
        "no_data": "geen gegevens", "suppressed": "verborgen: te weinig mensen",
        "not_reached": "nog niet bereikt", "pending_consent": "wacht op de ondernemingsraad",
    },
}  # fmt: skip
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_UNITS: dict[Language, dict[str, str]] = {
    "en": {},
    "nl": {
        "ideas": "ideeën", "ideas a year": "ideeën per jaar", "days": "dagen", "kinds": "soorten",
        "pilots": "proeven", "persons": "personen", "points": "punten", "of 7": "van 7",
        "ratio": "verhouding", "as reported": "zoals gemeld",
    },
}  # fmt: skip


def day_in_words(day: date, language: Language) -> str:
    return f"{day.day} {_MONTHS[language].split()[day.month - 1]} {day.year}"


def shown(number: Number, unit: str, language: Language) -> str:
    """Return a number as people read it; of one that is not told, why."""
    if number.value is None:
        return _WHY[language][number.reason or "no_data"]
    if unit == "share":
        return f"{written(Fraction(number.value) * 100, language, 1)} %"
    return f"{written(number.value, language, 2)} {_UNITS[language].get(unit, unit)}"


def written(value: Exact, language: Language, digits: int) -> str:
    """Write a number with the signs of a language, without zeros at the end."""
    exact = rounded(value)
    text = f"{exact:,}" if isinstance(exact, int) else f"{exact:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text
