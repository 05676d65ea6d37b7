"""Ideas and the directory, counted a second time by hand."""

from datetime import date
from fractions import Fraction
from typing import Any

from metrics.domain.facts import Facts
from metrics.recount.heard import Fact, Figure, Log, Period
from metrics.recount.ideas import of_ideas
from services.metrics.tests.making import ANNA, BEN, ZONE, ask, day, did, life, period, standing

JANUARY = Period(date(2025, 1, 1), date(2025, 2, 1))


def told(name: str, at: float, **said: Any) -> Fact:
    return Fact(name, said, day(at), "kiem/ideas", f"{name} {at} {said}")


def counted(kpi: str, *facts: Fact) -> Figure:
    log = Log(facts, [], ZONE, lambda _: True, str.encode)
    return of_ideas(log, kpi, JANUARY)


def test_the_idea_rate_is_a_year_of_a_person() -> None:
    facts = [
        told("IdeaSubmitted", 3, idea="1", author="anna"),
        told("IdeaSubmitted", 40, idea="2", author="anna"),
        told("PersonListed", -9, person="anna"), told("PersonListed", 15.5, person="ben"),
        told("PersonLeft", 20.5, person="ben"),
    ]  # fmt: skip
    found = counted("idea_rate", *facts, *facts)
    assert (found.value, found.beside["headcount"]) == (Fraction(365, 36), Fraction(36, 31))
    assert counted("idea_rate", *facts[:2]).value is None


def test_who_joins_later_counts_where_they_were_then() -> None:
    facts = (
        told("PersonListed", -9, person="anna", department="care"),
        told("PersonListed", -9, person="ben", department="care"),
        told("PersonListed", 8, person="ben", department="it"),
        told("IdeaSubmitted", 3, idea="1", author="anna", co_authors=[]),
        told("IdeaSubmitted", 3, idea="2", author="anna", co_authors=["ben"]),
        told("CoAuthorsChanged", 9, idea="1", co_authors=["ben"]),
        told("CoAuthorsChanged", 9, idea="2", co_authors=["ben"]),
        told("IdeaSubmitted", 4, idea="3", author="anna"),
        told("IdeaSupported", 9, idea="3", by="ben"),
        told("SupportWithdrawn", 10, idea="3", by="ben"),
    )
    found = counted("cross_department", *facts)
    assert (found.numerator, found.denominator) == (1, 3)


def test_the_domain_counts_who_joins_later_in_the_same_way() -> None:
    facts = Facts(
        ideas=(*life(1, (3, "IdeaSubmitted"), department="care"),
               *life(2, (3, "IdeaSubmitted"), department="care")),
        standings=(standing(ANNA, -9, department="care"), standing(BEN, -9, department="care"),
                   standing(BEN, 8, department="it")),
        doings=(did(3, "IdeaSubmitted", 1, person=ANNA),
                did(9, "CoAuthorsChanged", 1, person=ANNA, others=(BEN,)),
                did(3, "IdeaSubmitted", 2, person=ANNA, others=(BEN,)),
                did(9, "CoAuthorsChanged", 2, person=ANNA, others=(BEN,))),
    )  # fmt: skip
    number = ask("cross_department", period(0, 30), facts).number
    assert (number.numerator, number.denominator) == (1, 2)
