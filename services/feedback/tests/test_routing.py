"""Properties: who reviews an idea, whatever the directory looks like."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.feedback import Rule
from contracts.vocabulary import PersonId
from feedback.domain.routing import Asked, Listed, Routing, route, stand_in

TODAY = date(2026, 1, 5)
PEOPLE = [PersonId(f"p-{n}") for n in range(8)]
DEPARTMENTS = st.sampled_from([None, "sales", "care", "it"])
DAYS = st.integers(-3, 3).map(lambda n: TODAY + timedelta(days=n))
ABSENCE = st.tuples(DAYS, DAYS).map(sorted).map(lambda pair: (pair[0], pair[1]))


@st.composite
def listed(draw: st.DrawFn, person: PersonId) -> Listed:
    return Listed(
        person=person,
        department=draw(DEPARTMENTS),
        lead=draw(st.sampled_from([None, *PEOPLE])),
        roles=draw(st.sampled_from([frozenset(), frozenset({"reviewer"}), frozenset({"lead"})])),
        left=draw(st.sampled_from([False, False, True])),
        absences=tuple(draw(st.lists(ABSENCE, max_size=1))),
    )


DIRECTORIES = st.lists(st.sampled_from(PEOPLE), unique=True).flatmap(
    lambda people: st.tuples(*(listed(person) for person in people)).map(list)
)
AUTHORS = st.frozensets(st.sampled_from(PEOPLE), min_size=1, max_size=3)
LOADS = st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 3))


def chosen(
    people: list[Listed], load: Mapping[PersonId, int], authors: frozenset[PersonId],
    department: str | None = "sales",
) -> PersonId | None:  # fmt: skip
    return route(people, load, Asked(authors, department), TODAY)


def candidates(people: list[Listed], authors: frozenset[PersonId]) -> list[Listed]:
    leads = {one.lead for one in people if one.person in authors}
    return [
        one
        for one in people
        if "reviewer" in one.roles
        and one.person not in authors
        and one.person not in leads
        and not one.left
        and not any(first <= TODAY <= last for first, last in one.absences)
    ]


@given(DIRECTORIES, LOADS, AUTHORS, DEPARTMENTS)
def test_a_reviewer_is_here_and_is_neither_an_author_nor_an_authors_lead(
    people: list[Listed], load: dict[PersonId, int], authors: frozenset[PersonId],
    department: str | None,
) -> None:  # fmt: skip
    found = chosen(people, load, authors, department)
    able = {one.person for one in candidates(people, authors)}
    assert found in able if able else found is None


@given(DIRECTORIES, LOADS, AUTHORS, DEPARTMENTS)
def test_nearer_comes_first_and_then_who_has_less_to_do(
    people: list[Listed], load: dict[PersonId, int], authors: frozenset[PersonId],
    department: str | None,
) -> None:  # fmt: skip
    found = chosen(people, load, authors, department)
    able = candidates(people, authors)
    near = [one for one in able if one.department == department] or able
    if found is not None:
        assert found in {one.person for one in near}
        assert load.get(found, 0) == min(load.get(one.person, 0) for one in near)


@given(DIRECTORIES, LOADS, AUTHORS, st.randoms())
def test_the_same_question_has_the_same_answer_in_whatever_order_people_are_listed(
    people: list[Listed], load: dict[PersonId, int], authors: frozenset[PersonId], chance: object
) -> None:
    shuffled = list(people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert chosen(people, load, authors) == chosen(shuffled, load, authors)


def test_nobody_is_found_in_an_empty_house() -> None:
    assert chosen([], {}, frozenset({PEOPLE[0]})) is None


def test_an_absence_includes_its_first_and_its_last_day() -> None:
    tomorrow, yesterday = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for first, last, there in [
        (TODAY, TODAY, False),
        (yesterday, TODAY, False),
        (TODAY, tomorrow, False),
        (tomorrow, tomorrow, True),
        (yesterday, yesterday, True),
    ]:
        one = Listed(PEOPLE[0], roles=frozenset({"reviewer"}), absences=((first, last),))
        assert one.there(TODAY) is there


def reviewer(number: int, **more: Any) -> Listed:
    return Listed(PEOPLE[number], roles=frozenset({"reviewer"}), **more)


AUTHOR = frozenset({PEOPLE[7]})


def test_the_first_rule_that_fits_names_the_reviewers() -> None:
    rules = (
        Rule(reviewers=(PEOPLE[3],), category="safety", department="sales"),
        Rule(reviewers=(PEOPLE[2],), category="safety"),
        Rule(reviewers=(PEOPLE[1],)),
    )
    people, routing = [reviewer(n) for n in range(4)], Routing(rules)
    for asked, expected in [
        (Asked(AUTHOR, "sales", "safety"), PEOPLE[3]),
        (Asked(AUTHOR, "care", "safety"), PEOPLE[2]),
        (Asked(AUTHOR, "care", "tools"), PEOPLE[1]),
    ]:
        assert route(people, {}, asked, TODAY, routing) == expected


def test_where_nobody_of_the_rule_can_somebody_else_does() -> None:
    routing = Routing((Rule(reviewers=(PEOPLE[3],)),))
    people = [reviewer(0), reviewer(3, left=True)]
    assert route(people, {}, Asked(AUTHOR), TODAY, routing) == PEOPLE[0]


def test_the_deputy_stands_in_for_whom_the_rule_names() -> None:
    routing = Routing((Rule(reviewers=(PEOPLE[3],)),))
    away = reviewer(3, deputy=PEOPLE[5], absences=((TODAY, TODAY),))
    people = [reviewer(0), away, Listed(PEOPLE[5])]
    assert route(people, {}, Asked(AUTHOR), TODAY, routing) == PEOPLE[5]


def test_nobody_gets_more_than_the_most() -> None:
    people = [reviewer(0), reviewer(1)]
    busy = {PEOPLE[0]: 3, PEOPLE[1]: 3}
    assert route(people, busy, Asked(AUTHOR), TODAY, Routing((), 3)) is None
    assert route(people, busy | {PEOPLE[1]: 2}, Asked(AUTHOR), TODAY, Routing((), 3)) == PEOPLE[1]


def test_whoever_is_barred_is_named_in_no_case() -> None:
    routing = Routing((Rule(reviewers=(PEOPLE[0],)),))
    barred = Asked(AUTHOR, barred=frozenset({PEOPLE[0]}))
    assert route([reviewer(0)], {}, barred, TODAY, routing) is None


def away(deputy: str | None = "p-1") -> Listed:
    return Listed(PEOPLE[0], deputy=PersonId(deputy) if deputy else None)


def deputy(**more: Any) -> Listed:
    return Listed(PEOPLE[1], **{"roles": frozenset({"reviewer"})} | more)


@pytest.mark.parametrize(
    ("absent", "other", "asked", "found"),
    [
        (away(), deputy(), Asked(frozenset({PEOPLE[3]})), PEOPLE[1]),
        (away(), deputy(roles=frozenset({"lead"})), Asked(frozenset({PEOPLE[3]})), PEOPLE[1]),
        (away(None), deputy(), Asked(frozenset({PEOPLE[3]})), None),
        (away("p-9"), deputy(), Asked(frozenset({PEOPLE[3]})), None),
        (away(), deputy(roles=frozenset({"employee"})), Asked(frozenset({PEOPLE[3]})), None),
        (away(), deputy(left=True), Asked(frozenset({PEOPLE[3]})), None),
        (away(), deputy(absences=((TODAY, TODAY),)), Asked(frozenset({PEOPLE[3]})), None),
        (away(), deputy(), Asked(frozenset({PEOPLE[1]})), None),
        (away(), deputy(), Asked(frozenset({PEOPLE[3]}), barred=frozenset({PEOPLE[1]})), None),
        (away(), deputy(), Asked(frozenset({PEOPLE[4]})), None),  # whom the deputy leads
    ],
)
def test_a_deputy_stands_in_who_is_here_may_answer_and_stands_apart(
    absent: Listed, other: Listed, asked: Asked, found: PersonId | None
) -> None:
    led = Listed(PEOPLE[4], lead=PEOPLE[1])
    assert stand_in([absent, other, led], PEOPLE[0], asked, TODAY) == found
