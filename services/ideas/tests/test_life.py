"""The life of an idea, told as stories: what happens, and what is refused with which sentence."""

import pytest
from msgspec import UNSET

from chassis.decider import NotAllowed, Rejected
from contracts.ideas import IdeaAccepted, IdeaDeclined, IdeaParked, IdeaRevised, PilotConcluded
from contracts.vocabulary import State
from ideas.domain import Idea, IdeaCommand, decide, may_see, refusals
from ideas.domain.limits import Latest
from services.ideas.tests.making import (
    ACCEPTED,
    ANNA,
    BO,
    DESK,
    IN_PILOT,
    NEXT_PHOTO,
    NEXT_PILOT,
    PILOT,
    REALISED,
    RIK,
    STRANGER,
    answer,
    conclude,
    day,
    events,
    hide,
    lived,
    measure,
    names,
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


def owed(idea: Idea) -> tuple[object, object]:
    return idea.accountable, idea.due


def test_what_is_told_under_an_alias_is_for_a_few_until_its_author_says_whose_it_is() -> None:
    sealed = lived(submit(way="sealed"), take())
    seen = {who: may_see(sealed, who, at_desk=False) for who in (ANNA, BO, RIK, STRANGER)}
    assert seen == {ANNA: True, BO: True, RIK: True, STRANGER: False}
    assert may_see(sealed, STRANGER, at_desk=True)
    revealed = lived(reveal(2, STRANGER), idea=sealed)
    assert may_see(revealed, DESK, at_desk=False)
    assert STRANGER in revealed.authors
    assert lived(revise(3, STRANGER), idea=revealed).submission.title == "Fietsen, altijd"


def test_a_submitted_idea_is_promised_an_answer_by_the_desk() -> None:
    idea = lived(submit())
    assert (idea.state, *owed(idea)) == ("submitted", DESK, day(7))


def test_nothing_can_be_submitted_without_a_desk() -> None:
    with pytest.raises(refusals.NobodyIsAtTheDesk):
        decide(None, submit(desk=None))


def test_a_named_reviewer_takes_the_promise_over() -> None:
    idea = lived(submit(), take())
    assert (idea.state, idea.reviewer, *owed(idea)) == ("under_review", RIK, RIK, day(28))


def test_another_reviewer_can_take_it_over() -> None:
    idea = lived(submit(), take(), take(1, STRANGER))
    assert (idea.reviewer, *owed(idea)) == (STRANGER, STRANGER, day(29))


@pytest.mark.parametrize("author", [ANNA, BO])
def test_each_of_its_authors_can_tell_it_better(author: object) -> None:
    (revised,) = events(submit(), revise(by=author, body="Naar elke klant."))  # type: ignore[arg-type]
    assert isinstance(revised, IdeaRevised)
    assert (revised.title, revised.body, revised.category) == (UNSET, "Naar elke klant.", None)
    assert (revised.accountable, revised.due) == (DESK, day(7))
    assert lived(submit(), revise(body="Naar elke klant.")).submission.body == "Naar elke klant."


def test_telling_it_as_it_was_changes_nothing() -> None:
    assert events(submit(), revise(title="Fietsen", body="Naar de klant.")) == []


def test_a_revision_may_change_the_category_alone() -> None:
    assert lived(submit(), revise(category="vervoer")).submission.category == "vervoer"


@pytest.mark.parametrize(
    ("outcome", "kind", "accountable", "due"),
    [
        ("accepted", IdeaAccepted, RIK, day(30)),
        ("parked", IdeaParked, RIK, day(30)),
        ("declined", IdeaDeclined, None, None),
    ],
)
def test_an_answer_says_who_goes_on_unless_it_is_no(
    outcome: str, kind: type, accountable: object, due: object
) -> None:
    (event,) = events(submit(), take(), answer(outcome))
    assert isinstance(event, kind)
    idea = lived(submit(), take(), answer(outcome))
    assert (idea.state, *owed(idea)) == (outcome, accountable, due)


def test_a_yes_that_names_nobody_leaves_the_reviewer_accountable() -> None:
    (accepted,) = events(submit(), answer("accepted", accountable=None, due=None))
    assert isinstance(accepted, IdeaAccepted)
    assert (accepted.accountable, accepted.due) == (RIK, day(7))


def test_an_answer_counts_although_the_author_wrote_a_moment_later() -> None:
    idea = lived(submit(), revise(2), take(0), answer("accepted", 1.9))
    assert (idea.state, idea.reviewer, *owed(idea)) == ("accepted", RIK, RIK, day(29.9))
    assert idea.moment == day(2)


def test_a_pilot_starts_is_measured_and_scaled_and_the_idea_realised() -> None:
    idea = lived(*IN_PILOT)
    assert (idea.state, idea.pilot, *owed(idea)) == ("in_pilot", PILOT, RIK, day(63))
    (measured,) = events(*IN_PILOT, measure())
    assert (measured.accountable, measured.due) == (RIK, day(63))  # type: ignore[union-attr]
    scaled = lived(*IN_PILOT, measure(), conclude("scaled"))
    assert (scaled.state, scaled.pilot, *owed(scaled)) == ("in_pilot", None, RIK, day(95))
    done = lived(*IN_PILOT, conclude("scaled"), realise())
    assert (done.state, *owed(done)) == ("realised", None, None)


def test_the_author_the_desk_and_the_accountable_person_may_start_a_pilot() -> None:
    assert lived(*ACCEPTED, start(by=ANNA)).accountable == ANNA
    assert lived(*ACCEPTED, start(by=RIK)).accountable == RIK
    assert lived(*ACCEPTED, start(by=STRANGER, at_desk=True)).accountable == STRANGER


def test_an_extended_pilot_goes_on() -> None:
    end = conclude("extended", ends_on=day(95).date())
    idea = lived(*IN_PILOT, end, measure(6))
    assert (idea.state, idea.pilot, *owed(idea)) == ("in_pilot", PILOT, RIK, day(95))


def test_after_a_scaled_pilot_another_may_start() -> None:
    idea = lived(*IN_PILOT, conclude("scaled"), start(6, pilot=NEXT_PILOT))
    assert (idea.state, idea.pilot) == ("in_pilot", NEXT_PILOT)


def test_a_stopped_pilot_ends_the_idea() -> None:
    (event,) = events(*IN_PILOT, conclude("stopped"))
    assert isinstance(event, PilotConcluded)
    assert (event.accountable, event.due) == (None, None)
    assert owed(lived(*IN_PILOT, conclude("stopped"))) == (None, None)


def test_an_accepted_idea_may_be_realised_without_a_pilot() -> None:
    assert lived(*ACCEPTED, realise()).state == "realised"


def test_a_reopened_idea_is_promised_anew_and_its_reviewer_can_be_the_same() -> None:
    declined = (submit(), take(), answer("declined"))
    idea = lived(*declined, reopen("submitted"))
    assert (idea.state, idea.reviewer, *owed(idea)) == ("submitted", None, DESK, day(14))
    for to in ("submitted", "under_review"):
        again = lived(*declined, reopen(to), take(7))
        assert (again.state, again.reviewer, *owed(again)) == ("under_review", RIK, RIK, day(35))


@pytest.mark.parametrize("to", ["submitted", "under_review", "accepted", "in_pilot"])
def test_an_idea_goes_back_to_any_open_state_that_it_had(to: State) -> None:
    again = lived(*REALISED, reopen(to))
    assert (again.state, *owed(again)) == (to, DESK, day(14))


REFUSED: list[tuple[tuple[IdeaCommand, ...], type[Rejected]]] = [
    ((submit(), reveal()), refusals.TheAuthorIsNamed),
    ((submit(way="sealed"), reveal(), reveal(2, BO)), refusals.TheAuthorIsNamed),
    ((submit(), show(by=STRANGER)), refusals.OnlyAuthorsDoThis),
    ((submit(), show(), show(2, photo=NEXT_PHOTO)), refusals.ThereAreEnoughPhotos),
    ((*ACCEPTED, show(9)), refusals.TheIdeaIsAnswered),
    ((submit(), withdraw(), show(2)), refusals.TheIdeaIsFinished),
    ((submit(), hide()), refusals.ThereIsNoSuchPhoto),
    ((submit(), revise(by=STRANGER)), refusals.OnlyAuthorsDoThis),
    ((submit(), take(), revise(by=RIK)), refusals.OnlyAuthorsDoThis),
    ((submit(), withdraw(by=STRANGER)), refusals.OnlyAuthorsDoThis),
    ((*ACCEPTED, revise(9)), refusals.TheIdeaIsAnswered),
    ((submit(), withdraw(), revise(2)), refusals.TheIdeaIsFinished),
    ((*REALISED, withdraw(9)), refusals.TheIdeaIsFinished),
    ((submit(), start(by=ANNA)), refusals.OnlyAcceptedIdeasArePiloted),
    ((*ACCEPTED, start(by=STRANGER)), refusals.OnlyTheAccountableDoThis),
    ((*ACCEPTED, start(due=day(3))), refusals.APilotEndsLater),
    ((*ACCEPTED, start(team=())), refusals.APilotHasATeam),
    ((*ACCEPTED, start(team=(BO, ANNA, RIK), people=2)), refusals.ThePilotTeamIsTooLarge),
    ((*ACCEPTED, start(baseline=None)), refusals.APilotIsMeasured),
    ((*ACCEPTED, start(target=None)), refusals.APilotIsMeasured),
    ((*ACCEPTED, start(super_users=())), refusals.APilotHasSuperUsers),
    ((*IN_PILOT, start(pilot=NEXT_PILOT)), refusals.APilotRuns),
    ((*REALISED, start(9)), refusals.TheIdeaIsFinished),
    ((*IN_PILOT, measure(by=STRANGER)), refusals.OnlyTheAccountableDoThis),
    ((*IN_PILOT, measure(pilot=NEXT_PILOT)), refusals.NoSuchPilotRuns),
    ((*ACCEPTED, measure()), refusals.NoSuchPilotRuns),
    ((*IN_PILOT, conclude("scaled", by=STRANGER)), refusals.OnlyTheAccountableDoThis),
    ((*IN_PILOT, conclude("scaled", pilot=NEXT_PILOT)), refusals.NoSuchPilotRuns),
    ((*IN_PILOT, conclude("scaled"), conclude("scaled")), refusals.NoSuchPilotRuns),
    ((*IN_PILOT, conclude("scaled", due=day(4))), refusals.APilotEndsLater),
    ((*IN_PILOT, conclude("extended")), refusals.AnExtensionNeedsALaterEnd),
    (
        (*IN_PILOT, conclude("extended", ends_on=day(63).date(), due=day(63))),
        refusals.AnExtensionNeedsALaterEnd,
    ),
    ((*ACCEPTED, start(latest=Latest(day(62).date(), day(62)))), refusals.TheDateIsTooFar),
    (
        (
            *IN_PILOT,
            conclude(
                "extended",
                ends_on=day(95).date(),
                due=day(95),
                latest=Latest(day(94).date(), day(94)),
            ),
        ),
        refusals.TheDateIsTooFar,
    ),
    ((submit(), realise(by=ANNA)), refusals.OnlyAcceptedIdeasAreRealised),
    ((*ACCEPTED, realise(by=STRANGER)), refusals.OnlyTheAccountableDoThis),
    ((submit(), withdraw(), realise(by=ANNA)), refusals.TheIdeaIsFinished),
    ((submit(), reopen("submitted")), refusals.TheIdeaIsThereAlready),
    ((submit(), reopen("accepted")), refusals.TheIdeaWasNeverThere),
    ((submit(), withdraw(), reopen("under_review")), refusals.TheIdeaWasNeverThere),
    ((submit(), take(), answer("declined"), reopen("accepted")), refusals.TheIdeaWasNeverThere),
    ((submit(), answer("parked"), reopen("in_pilot")), refusals.TheIdeaWasNeverThere),
    (
        (submit(), withdraw(), reopen("submitted"), reopen("withdrawn")),
        refusals.AReopenedIdeaIsOpen,
    ),
]


@pytest.mark.parametrize(("commands", "refusal"), REFUSED)
def test_what_may_not_be_is_refused(
    commands: tuple[IdeaCommand, ...], refusal: type[Rejected]
) -> None:
    idea = lived(*commands[:-1])
    with pytest.raises(refusal):
        decide(idea, commands[-1])


@pytest.mark.parametrize(
    "command", [revise(), withdraw(), start(), measure(), conclude("scaled"), realise()]
)
def test_nothing_is_done_to_an_idea_that_is_not_there(command: IdeaCommand) -> None:
    with pytest.raises(refusals.ThereIsNoSuchIdea):
        decide(None, command)


@pytest.mark.parametrize("command", [take(), answer("accepted")])
def test_what_neighbours_say_of_an_idea_that_is_not_there_changes_nothing(
    command: IdeaCommand,
) -> None:
    assert decide(None, command) == []


@pytest.mark.parametrize("late", [take(2), answer("accepted", 2), answer("declined", 2)])
def test_what_neighbours_say_of_a_withdrawn_idea_changes_nothing(late: IdeaCommand) -> None:
    assert events(submit(), withdraw(), late) == []


@pytest.mark.parametrize(
    "commands",
    [
        (submit(),),
        (submit(), take()),
        (submit(), revise()),
        (submit(), withdraw()),
        ACCEPTED,
        IN_PILOT,
        REALISED,
    ],
)
def test_asking_again_changes_nothing(commands: tuple[IdeaCommand, ...]) -> None:
    assert names(decide(lived(*commands), commands[-1])) == []


def test_every_refusal_says_what_is_so_and_what_to_do() -> None:
    found = [
        kind for kind in vars(refusals).values()
        if isinstance(kind, type) and issubclass(kind, Rejected)
        and kind not in {Rejected, NotAllowed}
    ]  # fmt: skip
    assert len(found) > 10
    for kind in found:
        assert str(kind()).count(". ") >= 1, f"{kind.__name__} does not say what to do"
