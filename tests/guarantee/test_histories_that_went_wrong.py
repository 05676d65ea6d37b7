"""Histories that chance found once: each made an idea say something else than its promise."""

from uuid import UUID

import pytest

from contracts.feedback import ReviewRequested
from contracts.vocabulary import PersonId

from .services import DESK
from .test_no_idea_falls_silent import ANNA, RIK, SAM, SilenceMachine


class Told(SilenceMachine):
    """A history that is told, not drawn."""

    def anna_tells(self, *, promptly: bool = True) -> UUID:
        self.begin(promptly=promptly)
        idea = self.an_idea_is_told(author=ANNA, together=False)
        assert isinstance(idea, UUID)
        return idea

    def anna_goes_on_with_her_idea(self) -> UUID:
        idea = self.anna_tells()
        self.it_is_answered(idea=idea, outcome="accepted", wakes=None, owes=ANNA)
        return idea

    def owner(self, idea: UUID) -> str | None:
        self.town.settle()
        known = self.town.idea(idea)
        return known.accountable if known else None


@pytest.mark.parametrize("successor", [RIK, ANNA])
def test_who_comes_back_is_handed_what_was_passed_on(successor: PersonId) -> None:
    history = Told()
    idea = history.anna_goes_on_with_her_idea()
    history.it_is_handed_over(idea=idea, to=SAM)
    history.somebody_leaves_or_comes_back(who=SAM)
    history.town.settle()
    history.it_is_handed_over(idea=idea, to=successor)
    history.somebody_leaves_or_comes_back(who=SAM)
    history.it_is_handed_over(idea=idea, to=SAM)
    assert history.owner(idea) == SAM
    history.no_idea_is_silent()
    history.teardown()


@pytest.mark.parametrize("outcome", ["accepted", "parked"])
def test_an_answer_by_the_date_of_the_review_gives_it_to_whoever_reviewed_first(
    outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = Told()
    idea = history.anna_tells()
    first = PersonId(str(history.owner(idea)))
    history.somebody_leaves_or_comes_back(who=first)
    assert history.owner(idea) != first
    history.somebody_leaves_or_comes_back(who=first)
    known = history.town.idea(idea)
    assert known is not None
    with monkeypatch.context() as same:
        same.setattr(history.town, "due", lambda *_: known.due)
        history.it_is_answered(idea=idea, outcome=outcome, wakes=None, owes=first)
    assert history.owner(idea) == first
    history.no_idea_is_silent()
    history.teardown()


def test_what_is_handed_to_and_fro_by_the_same_date_is_owed_by_the_last() -> None:
    history = Told()
    idea = history.anna_goes_on_with_her_idea()
    for to in (SAM, ANNA, SAM):
        history.it_is_handed_over(idea=idea, to=to)
        assert history.owner(idea) == to
        history.no_idea_is_silent()
    history.teardown()


def test_what_is_heard_late_of_a_review_that_was_left_behind_names_nobody() -> None:
    history = Told()
    idea = history.anna_tells(promptly=False)
    history.town.deliver(("feedback", "ideas", idea))  # it names somebody; ideas hears it later
    for away in (RIK, SAM):
        history.somebody_plans_to_be_away(who=away, first=0, length=1)
    history.it_is_withdrawn(idea=idea, really=True)
    history.it_is_reopened(idea=idea, to="submitted")
    assert history.owner(idea) == DESK
    history.no_idea_is_silent()
    history.teardown()


def test_an_idea_that_wakes_while_its_author_appeals_waits_for_another_answer() -> None:
    history = Told()
    idea = history.anna_tells(promptly=False)
    history.town.settle()
    history.it_is_answered(idea=idea, outcome="parked", wakes=None, owes=DESK)
    history.town.settle()
    history.the_author_appeals(idea=idea)
    history.what_it_waited_for_has_come(idea=idea)
    history.town.settle()
    history.it_is_answered(idea=idea, outcome="accepted", wakes=None, owes=SAM)
    assert history.owner(idea) == SAM
    history.no_idea_is_silent()
    history.teardown()


def test_an_appeal_that_is_answered_before_the_idea_is_open_is_answered_once() -> None:
    history = Told()
    idea = history.anna_tells(promptly=False)
    history.town.settle()
    history.it_is_answered(idea=idea, outcome="declined", wakes=None, owes=DESK)
    history.town.settle()
    history.the_author_appeals(idea=idea)
    history.it_is_answered(idea=idea, outcome="accepted", wakes=None, owes=SAM)
    assert history.owner(idea) == SAM
    asked = [e for e in history.town.streams["feedback", idea] if isinstance(e, ReviewRequested)]
    assert len(asked) == 1
    history.teardown()


def test_the_desk_starts_a_review_again() -> None:
    history = Told()
    idea = history.anna_tells()
    first = history.owner(idea)
    history.it_is_reopened(idea=idea, to="submitted")
    assert history.owner(idea) == first  # who was found again has it, by a new date
    history.the_author_is_asked(idea=idea)
    history.no_idea_is_silent()
    history.teardown()
