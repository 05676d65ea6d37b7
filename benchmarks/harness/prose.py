"""Ideas as people might tell them: words that come as often as words do, in two languages."""

import random
from collections.abc import Iterator
from itertools import accumulate
from uuid import UUID

_STEMS: dict[str, str] = {
    "nl": "rooster overdracht fietsenstalling koffie papier magazijn pauze scherm telefoon afval "
    "verlichting verwarming vergadering planning bestelling levering machine veiligheid "
    "helm sleutel parkeren korting opleiding collega klant leverancier kantine printer "
    "wachtwoord formulier onderhoud storing ploeg nacht verlof reiskosten verpakking karton "
    "kraan band heftruck label monster meting rapport factuur voorraad retour melding "
    "gevaar geluid stof lucht water energie",
    "en": "roster handover bicycle coffee paper warehouse break screen phone waste lighting "
    "heating meeting planning order delivery machine safety helmet key parking discount "
    "training colleague customer supplier canteen printer password form maintenance failure "
    "shift night leave travel packaging cardboard crane tyre forklift label sample "
    "measurement report invoice stock return notice danger noise dust air water energy",
}  # fmt: skip
_PLAIN: dict[str, str] = {
    "nl": "beter werken tijd minder meer samen elke dag kunnen iedereen team sneller delen nieuw "
    "maken vaak lang dienst plek gebruik idee",
    "en": "better work time less more together every day could everybody team faster share new "
    "make often long service place use idea",
}  # fmt: skip
_VOWELS, _OTHERS = "aeiou", "bdfghjklmnprstvwz"
_RARE = 20_000  # names of machines, rooms and systems, which only a few ideas have


def ideas(count: int, seed: int = 5) -> Iterator[tuple[UUID, str, str, str]]:
    """Yield the id, language, title and body of so many ideas, the same for the same seed."""
    lot = random.Random(seed)  # noqa: S311 - to be told again, not to be secret
    rare = [_name(lot) for _ in range(_RARE)]
    known = {language: _weighted(language, rare) for language in _STEMS}
    for number in range(count):
        language = "nl" if lot.random() < 0.7 else "en"  # noqa: PLR2004 - seven of ten are Dutch
        words, weights = known[language]
        title = " ".join(lot.choices(words, cum_weights=weights, k=lot.randint(3, 9)))
        body = " ".join(lot.choices(words, cum_weights=weights, k=lot.randint(20, 80)))
        yield UUID(int=number + 1), language, title.capitalize(), body


def _weighted(language: str, rare: list[str]) -> tuple[list[str], list[float]]:
    """Return words with their weights, summed up: the second comes half as often as the first."""
    words = [*_PLAIN[language].split(), *_STEMS[language].split(), *rare]
    return words, list(accumulate(1 / (place + 2) for place in range(len(words))))


def _name(lot: random.Random) -> str:
    syllables = lot.randint(2, 4)
    return "".join(
        lot.choice(_OTHERS) + lot.choice(_VOWELS) for _ in range(syllables)
    ) + lot.choice(_OTHERS)
