"""What holds whatever is done to an idea, in any order and however often."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chassis.decider import Rejected
from contracts.ideas import IdeaEvent, IdeaSubmitted, PilotMeasured
from ideas.domain import (
    Idea,
    IdeaCommand,
    RecordMeasurement,
    RecordPastStep,
    decide,
    evolve,
    import_history,
)
from services.ideas.tests.making import (
    ANNA,
    BO,
    DESK,
    NEXT_PHOTO,
    NEXT_PILOT,
    PHOTO,
    PILOT,
    PROMISE,
    RIK,
    STRANGER,
    answer,
    conclude,
    day,
    hide,
    measure,
    past,
    realise,
    reopen,
    reveal,
    revise,
    show,
    start,
    submit,
    take,
    withdraw,
)

moments = st.integers(0, 40)
persons = st.sampled_from([ANNA, BO, RIK, STRANGER])
pilots = st.sampled_from([PILOT, NEXT_PILOT])
photos = st.sampled_from([PHOTO, NEXT_PHOTO])
ways = st.sampled_from(["named", "confidential", "sealed"])
live = st.one_of(
    st.builds(submit, way=ways),
    st.builds(revise, moments, persons, title=st.sampled_from("ab")),
    st.builds(withdraw, moments, persons),
    st.builds(take, moments, persons),
    st.builds(answer, st.sampled_from(["accepted", "declined", "parked"]), moments),
    st.builds(answer, st.just("accepted"), moments, accountable=st.none(), due=st.none()),
    st.builds(start, moments, persons, pilot=pilots, at_desk=st.booleans()),
    st.builds(measure, moments, persons, pilot=pilots),
    st.builds(conclude, st.sampled_from(["scaled", "stopped"]), moments, persons, pilot=pilots),
    st.builds(conclude, st.just("extended"), moments, persons, ends_on=st.dates()),
    st.builds(realise, moments, persons),
    st.builds(reveal, moments, persons),
    st.builds(show, moments, persons, photo=photos),
    st.builds(hide, moments, persons, photo=photos),
    st.builds(reopen, st.sampled_from(["submitted", "under_review", "accepted"]), moments),
)
# Most random lives end early; these begin where much can still happen.
lives = st.one_of(
    st.lists(live, max_size=25),
    st.lists(live, max_size=25).map(lambda more: [submit(), *more]),
    st.lists(live, max_size=25).map(lambda more: [submit(way="sealed"), *more]),
    st.lists(live, max_size=20).map(lambda more: [submit(), answer("accepted"), *more]),
    st.lists(live, max_size=20).map(
        lambda more: [submit(), answer("accepted"), start(2), *more]
    ),
)  # fmt: skip
kinds = st.sampled_from(
    ["submitted", "under_review", "accepted", "declined", "parked", "withdrawn", "pilot_started",
     "measured", "realised"]
)  # fmt: skip
states = st.sampled_from(["submitted", "accepted", "in_pilot", "declined", "stopped", None])
wakings = st.sampled_from([None, day(1).date(), day(3_100).date(), day(3_200).date()])
steps = st.one_of(
    st.builds(past, kinds, moments),
    st.builds(past, st.just("parked"), moments, wake_on=wakings),
    st.builds(past, st.just("reopened"), moments, to=states),
    st.builds(past, st.just("pilot_concluded"), moments,
              outcome=st.sampled_from(["scaled", "stopped", "extended", None])),
)  # fmt: skip
birth = past("submitted", 0)
histories = st.one_of(
    st.lists(steps, max_size=20), st.lists(steps, max_size=20).map(lambda more: [birth, *more])
)


def decided(idea: Idea | None, command: IdeaCommand) -> list[IdeaEvent]:
    """Return what a command leads to: nothing where the domain says no."""
    try:
        return decide(idea, command)
    except Rejected:
        return []


def folded(idea: Idea | None, happened: Sequence[IdeaEvent]) -> Idea | None:
    for event in happened:
        idea = evolve(idea, event)
    return idea


def require_a_promise(idea: Idea | None) -> None:
    if idea is not None:
        assert (idea.accountable is None, idea.due is None) == (idea.finished, idea.finished)


@given(lives)
def test_every_open_idea_has_a_person_and_a_date_after_every_event(
    commands: list[IdeaCommand],
) -> None:
    idea: Idea | None = None
    for command in commands:
        for event in decided(idea, command):
            idea = evolve(idea, event)
            assert idea is not None
            assert event.at == idea.moment
            require_a_promise(idea)
            named = getattr(event, "accountable", None), getattr(event, "due", None)
            assert named == (idea.accountable, idea.due)


@given(lives)
def test_what_is_asked_twice_is_done_once(commands: list[IdeaCommand]) -> None:
    idea: Idea | None = None
    for command in commands:
        happened = decided(idea, command)
        idea = folded(idea, happened)
        # Two measurements may be alike; at the door the key of the request tells them apart.
        if happened and not isinstance(command, RecordMeasurement):
            assert decided(idea, command) == []


@given(lives, st.randoms())
def test_no_order_of_events_is_too_strange_to_be_folded(
    commands: list[IdeaCommand], chance: Any
) -> None:
    idea: Idea | None = None
    happened: list[IdeaEvent] = []
    for command in commands:
        new = decided(idea, command)
        idea = folded(idea, new)
        happened += new
    chance.shuffle(happened)
    told = folded(None, happened)
    assert (told is None) == (not any(isinstance(e, IdeaSubmitted) for e in happened))


@given(st.permutations([take(0), revise(1), answer("accepted", 2), revise(3, BO, body="c")]))
def test_however_neighbours_and_authors_interleave_the_answer_counts(
    commands: list[IdeaCommand],
) -> None:
    idea = folded(None, decide(None, submit()))
    for command in commands:
        idea = folded(idea, decided(idea, command))
    assert idea is not None
    assert (idea.state, idea.accountable) == ("accepted", RIK)


@given(st.permutations([take(0), withdraw(1), answer("accepted", 2)]))
def test_what_ends_it_first_ends_it(commands: list[IdeaCommand]) -> None:
    idea = folded(None, decide(None, submit()))
    for command in commands:
        idea = folded(idea, decided(idea, command))
    assert idea is not None
    assert idea.state == "withdrawn"


@given(histories)
def test_a_history_is_taken_whole_and_leaves_no_open_idea_without_a_promise(
    told: list[RecordPastStep],
) -> None:
    done = import_history(None, told, PROMISE)
    assert len(done.results) == len(told)
    assert folded(None, done.events) == done.idea
    require_a_promise(done.idea)
    assert all(event.origin == "imported" for event in done.events)  # type: ignore[union-attr]
    promising = [e for e in done.events if getattr(e, "accountable", None) is not None]
    assert len({(e.accountable, e.due) for e in promising}) <= 1  # type: ignore[union-attr]
    assert all(isinstance(later, PilotMeasured) for later in promising[1:])
    assert [e.at for e in done.events] == sorted(e.at for e in done.events)
    for result in done.results:
        assert (result.reason is not None) == (result.verdict == "refused")


@given(histories, st.data())
def test_a_history_in_two_parts_is_the_same_history(
    told: list[RecordPastStep], data: st.DataObject
) -> None:
    ordered = sorted(told, key=lambda step: step.at)
    cut = data.draw(st.integers(0, len(ordered)))
    whole = import_history(None, ordered, PROMISE)
    first = import_history(None, ordered[:cut], PROMISE)
    second = import_history(first.idea, ordered[cut:], PROMISE)
    assert first.results + second.results == whole.results
    assert (second.idea and second.idea.course) == (whole.idea and whole.idea.course)
    require_a_promise(second.idea)


@given(histories, st.randoms())
def test_steps_of_different_moments_may_be_told_in_any_order(
    told: list[RecordPastStep], chance: Any
) -> None:
    distinct = list({step.at: step for step in told}.values())
    shuffled = list(distinct)
    chance.shuffle(shuffled)
    one, other = (import_history(None, order, PROMISE) for order in (distinct, shuffled))
    assert one.events == other.events


@given(histories, histories, lives)
def test_an_imported_idea_goes_on_living_and_is_never_without_a_promise(
    told: list[RecordPastStep], late: list[RecordPastStep], commands: list[IdeaCommand]
) -> None:
    idea = import_history(None, told, PROMISE).idea
    for command in commands:
        if idea is not None:
            idea = folded(idea, decided(idea, command))
            require_a_promise(idea)
    require_a_promise(import_history(idea, late, PROMISE).idea)


@given(lives.filter(bool))
def test_the_desk_is_named_from_the_first_moment(commands: list[IdeaCommand]) -> None:
    first = decided(None, commands[0])
    assert all(getattr(event, "accountable", None) == DESK for event in first)
