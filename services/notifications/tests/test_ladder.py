"""Who is asked after a broken promise."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import PersonId, Rung
from notifications.domain.ladder import Ladder, Listed, Standing, next_standing

ANNA, REVIEWER, LEAD, HEAD, CHIEF, DESK, STAND_IN = map(
    PersonId, ("anna", "rik", "lena", "hugo", "carla", "desk", "stan")
)
HOUSE = {
    REVIEWER: Listed(lead=LEAD),
    LEAD: Listed(lead=HEAD),
    HEAD: Listed(lead=CHIEF, director=True),
    CHIEF: Listed(),
    DESK: Listed(lead=HEAD),
}


def ladder(**changes: Listed) -> Ladder:
    return Ladder({**HOUSE, **{PersonId(k): v for k, v in changes.items()}}, DESK, {ANNA})


def climb(found: Ladder, steps: int, first: PersonId = REVIEWER) -> list[Standing]:
    asked, standings = [first], list[Standing]()
    for _ in range(steps):
        standings.append(next_standing(found, asked))
        asked.append(standings[-1].person)
    return standings


def test_it_goes_up_to_the_first_director_and_then_to_the_desk_again_and_again() -> None:
    assert climb(ladder(), 4) == [
        Standing(LEAD, "lead"),
        Standing(HEAD, "director"),
        Standing(DESK, "desk"),
        Standing(DESK, "desk"),
    ]


def test_the_deputy_of_an_absent_lead_stands_in() -> None:
    away = ladder(lena=Listed(lead=HEAD, deputy=STAND_IN, absent=True))
    assert climb(away, 2) == [Standing(STAND_IN, "lead"), Standing(HEAD, "director")]


def test_a_lead_who_is_back_is_not_asked_after_their_deputy_had_the_turn() -> None:
    back = ladder(lena=Listed(lead=HEAD, deputy=STAND_IN))
    assert next_standing(back, [REVIEWER, STAND_IN]) == Standing(HEAD, "director")


def test_an_absent_lead_without_a_deputy_who_is_there_is_skipped() -> None:
    away = ladder(lena=Listed(lead=HEAD, deputy=STAND_IN, absent=True), stan=Listed(absent=True))
    assert next_standing(away, [REVIEWER]) == Standing(HEAD, "director")


def test_who_broke_the_promise_does_not_get_it_back_as_a_deputy() -> None:
    away = ladder(hugo=Listed(deputy=LEAD, director=True, absent=True))
    assert next_standing(away, [REVIEWER, LEAD]) == Standing(DESK, "desk")


def test_a_lead_is_asked_before_the_head_whose_deputy_that_lead_is() -> None:
    house = ladder(hugo=Listed(deputy=LEAD, director=True))
    assert climb(house, 2) == [Standing(LEAD, "lead"), Standing(HEAD, "director")]


def test_who_has_left_and_who_wrote_the_idea_are_skipped() -> None:
    gone = ladder(lena=Listed(lead=ANNA, left=True), anna=Listed(lead=HEAD))
    assert next_standing(gone, [REVIEWER]) == Standing(HEAD, "director")


def test_a_deputy_of_somebody_who_left_does_not_stand_in() -> None:
    gone = ladder(lena=Listed(lead=HEAD, deputy=STAND_IN, left=True, absent=True))
    assert next_standing(gone, [REVIEWER]) == Standing(HEAD, "director")


def test_a_promise_of_the_desk_goes_to_the_desks_lead() -> None:
    assert climb(ladder(), 2, DESK) == [Standing(HEAD, "director"), Standing(DESK, "desk")]


def test_somebody_whom_the_directory_does_not_know_is_followed_by_the_desk() -> None:
    assert next_standing(ladder(), [PersonId("nobody")]) == Standing(DESK, "desk")


def test_the_desk_stays_the_last_resort_even_for_its_own_idea() -> None:
    own = Ladder(HOUSE, DESK, {DESK})
    assert next_standing(own, [REVIEWER, LEAD, HEAD]) == Standing(DESK, "desk")


def test_leads_in_a_circle_end_at_the_desk() -> None:
    circle = ladder(lena=Listed(lead=REVIEWER))
    assert climb(circle, 2) == [Standing(LEAD, "lead"), Standing(DESK, "desk")]


def test_a_ladder_may_leave_out_steps_and_ends_at_the_desk_all_the_same() -> None:
    whole = ladder()
    assert [s.rung for s in climb(whole, 3)] == ["lead", "director", "desk"]
    no_leads = replace(whole, rungs=("director", "desk"))
    assert [s.rung for s in climb(no_leads, 2)] == ["director", "desk"]
    desk: tuple[Rung, ...] = ("desk",)
    nobody_else = replace(whole, rungs=desk)
    assert [s.rung for s in climb(nobody_else, 2)] == ["desk", "desk"]


def test_under_an_alias_the_desk_alone_is_asked() -> None:
    hidden = replace(ladder(), authors={PersonId("alias-7")})
    assert climb(hidden, 2) == [Standing(DESK, "desk"), Standing(DESK, "desk")]


def test_who_stands_apart_is_skipped_as_an_author_is() -> None:
    away = ladder(lena=Listed(lead=HEAD, deputy=STAND_IN, absent=True))
    assert climb(replace(away, apart={STAND_IN}), 1) == [Standing(HEAD, "director")]
    assert climb(replace(ladder(), apart={LEAD, HEAD}), 1) == [Standing(DESK, "desk")]


people = st.sampled_from([ANNA, REVIEWER, LEAD, HEAD, CHIEF, DESK, STAND_IN])
houses = st.dictionaries(
    people,
    st.builds(
        Listed,
        lead=st.none() | people,
        deputy=st.none() | people,
        director=st.booleans(),
        left=st.booleans(),
        absent=st.booleans(),
    ),
)


@given(houses, people, st.sets(people, max_size=2))
def test_every_ladder_names_somebody_fit_and_ends_at_the_desk(
    house: dict[PersonId, Listed], first: PersonId, authors: set[PersonId]
) -> None:
    standings = climb(Ladder(house, DESK, authors), len(house) + 3, first)
    rungs = [standing.rung for standing in standings]
    assert rungs[-1] == "desk"
    order = {"lead": 0, "director": 1, "desk": 2}
    assert [order[r] for r in rungs] == sorted(order[r] for r in rungs)
    assert rungs.count("director") <= 1
    for standing in standings:
        listed = house.get(standing.person, Listed())
        fit = not (listed.left or listed.absent or standing.person in authors)
        assert fit or standing.person == DESK
    above = [standing.person for standing in standings if standing.rung != "desk"]
    assert all(one != other for one, other in zip([first, *above], above, strict=False))
