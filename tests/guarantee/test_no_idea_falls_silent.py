"""Whatever people do, and in whatever order services hear of it: no idea falls silent.

Random histories go through the pure domains of three services: people join, leave and are away;
ideas are told, questioned, answered, appealed, piloted, merged, reopened; days and weeks pass. The
judge is the one of `kiem verify guarantee`, which knows nothing but what was told.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cli.guarantee import judge
from contracts.notifications import Escalated, PromiseBroken
from contracts.vocabulary import AppealId, IdeaId, PersonId, PilotId, QuestionId
from feedback import domain as reviewing
from feedback.domain.rubric import RUBRIC
from ideas import domain as having

from .folk import WORDS, Person
from .services import ANSWER_DAYS, DECISION_DAYS, DESK
from .town import Town

ANNA, RIK, SAM, LENA, HUGO = map(PersonId, ("anna", "rik", "sam", "lena", "hugo"))
EVERYBODY = (ANNA, RIK, SAM, LENA, HUGO)
someone = st.sampled_from(EVERYBODY)
days = st.integers(min_value=1, max_value=60)
one_in_four = st.integers(0, 3).map(lambda n: n == 0)
outcomes = st.sampled_from(["accepted", "accepted", "declined", "parked"])


class SilenceMachine(RuleBasedStateMachine):
    """People, ideas and time; services hear late, but in order per stream."""

    ideas: Bundle[UUID] = Bundle("ideas")

    @initialize(promptly=st.booleans())
    def begin(self, *, promptly: bool) -> None:
        self.town = Town(datetime(2026, 3, 2, 9, tzinfo=UTC), promptly=promptly)
        people = self.town.people
        people[ANNA] = Person(lead=LENA)
        people[RIK] = Person(lead=LENA, roles=frozenset({"reviewer"}))
        people[SAM] = Person(lead=LENA, deputy=RIK, roles=frozenset({"reviewer"}))
        people[LENA] = Person(lead=HUGO, deputy=SAM)
        people[HUGO] = Person(roles=frozenset({"director"}))

    # ------------------------------------------------------------ people
    @rule(who=st.sampled_from([RIK, SAM, LENA, HUGO]))
    def somebody_leaves_or_comes_back(self, who: PersonId) -> None:
        self.town.leaves_or_comes_back(who)

    @rule(who=st.sampled_from([RIK, SAM, LENA, HUGO]), first=st.integers(0, 20), length=days)
    def somebody_plans_to_be_away(self, who: PersonId, first: int, length: int) -> None:
        begin = self.town.calendar.local_date(self.town.now) + timedelta(days=first)
        self.town.people[who].absences.append((begin, begin + timedelta(days=length)))

    @rule()
    def feedback_looks_again(self) -> None:
        self.town.route_waiting()

    # ------------------------------------------------------------ ideas
    @rule(target=ideas, author=someone, together=st.booleans())
    def an_idea_is_told(self, author: PersonId, *, together: bool) -> UUID:
        idea, now = self.town.new_id(), self.town.now
        others = (SAM,) if together and author != SAM else ()
        self.town.tell_idea(idea, having.SubmitIdea(
            IdeaId(idea), author, "Fietsen", "Een fiets per gebouw.", now, DESK,
            self.town.due(ANSWER_DAYS), co_authors=others,
        ))  # fmt: skip
        return idea

    @rule(idea=ideas, really=one_in_four)
    def it_is_withdrawn(self, idea: UUID, *, really: bool) -> None:
        if really and (known := self.town.idea(idea)) is not None:
            self.town.tell_idea(idea, having.WithdrawIdea(known.author, self.town.now))

    @rule(idea=ideas, outcome=outcomes, wakes=st.none() | days, owes=someone)
    def it_is_answered(self, idea: UUID, outcome: Any, wakes: int | None, owes: PersonId) -> None:
        review, now = self.town.review(idea), self.town.now
        day = self.town.calendar.local_date(now) + timedelta(days=wakes) if wakes else None
        day = day if outcome == "parked" else None
        self.town.tell_review(idea, reviewing.CompleteReview(
            by=getattr(review, "accountable", None) or DESK, at=now, outcome=outcome,
            criteria=RUBRIC.names, rubric=RUBRIC.version, marks=dict.fromkeys(WORDS, "met"),
            sentences=WORDS, reason="Het helpt de avonddienst en kost bijna niets.",
            next_step="Rik belt je deze week over hoe we beginnen.", wake_on=day,
            accountable=owes, at_desk=getattr(review, "accountable", None) in {None, DESK},
            due=self.town.calendar.end_of(day) if day else self.town.due(DECISION_DAYS),
        ))  # fmt: skip

    @rule(idea=ideas)
    def the_author_is_asked(self, idea: UUID) -> None:
        review, town = self.town.review(idea), self.town
        if isinstance(review, reviewing.Open):  # the desk asks, too, and who took over
            question = QuestionId(town.new_id())
            until, due = town.due(10), town.due(30)
            town.tell_review(idea, reviewing.AskQuestion(
                question, review.accountable, town.now, "Voor welk gebouw is het?", until, due
            ))  # fmt: skip

    @rule(idea=ideas)
    def the_author_replies(self, idea: UUID) -> None:
        review, town = self.town.review(idea), self.town
        if isinstance(review, reviewing.Open) and review.question:
            town.tell_review(idea, reviewing.AnswerQuestion(
                review.question.id, review.author, town.now, "Voor het oude.", town.due(10)
            ))  # fmt: skip

    @rule(idea=ideas)
    def the_reviewer_stands_aside(self, idea: UUID) -> None:
        review, town = self.town.review(idea), self.town
        if isinstance(review, reviewing.Open) and review.reviewer:
            town.tell_review(idea, reviewing.RecuseReviewer(
                review.reviewer, town.now, "Te dichtbij.", DESK, town.due(DECISION_DAYS)
            ))  # fmt: skip

    @rule(idea=ideas)
    def the_author_appeals(self, idea: UUID) -> None:
        review, town = self.town.review(idea), self.town
        if isinstance(review, reviewing.Completed):
            town.tell_review(idea, reviewing.LodgeAppeal(
                AppealId(town.new_id()), review.author, town.now, "Kijk nog eens.", DESK,
                town.due(DECISION_DAYS),
            ))  # fmt: skip

    @rule(idea=ideas)
    def its_promise_is_moved(self, idea: UUID) -> None:
        known, town = self.town.idea(idea), self.town
        if known is not None and known.accountable and known.due:
            due = town.due(10, known.due)
            town.tell_idea(idea, having.MovePromise(known.accountable, town.now, due, "Ziek."))

    @rule(idea=ideas, to=someone)
    def it_is_handed_over(self, idea: UUID, to: PersonId) -> None:
        if (known := self.town.idea(idea)) is not None and (who := known.accountable):
            self.town.tell_idea(idea, having.HandOverIdea(who, self.town.now, to, "Verhuisd."))

    @rule(idea=ideas, ends=days)
    def a_pilot_begins(self, idea: UUID, ends: int) -> None:
        known, town = self.town.idea(idea), self.town
        if known is not None and known.accountable:
            day = town.calendar.local_date(town.now) + timedelta(days=ends)
            town.tell_idea(idea, having.StartPilot(
                PilotId(town.new_id()), known.accountable, town.now, town.calendar.end_of(day),
                day, "Het helpt.", "Minuten.", "Na drie weken niets.", (known.accountable,),
                (known.accountable,), 30.0, 20.0, at_desk=True,
            ))  # fmt: skip

    @rule(idea=ideas, outcome=st.sampled_from(["scaled", "stopped", "extended"]))
    def the_pilot_ends(self, idea: UUID, outcome: Any) -> None:
        known, town = self.town.idea(idea), self.town
        if known is not None and known.pilot:
            day = town.calendar.local_date(town.now) + timedelta(days=80)
            town.tell_idea(idea, having.ConcludePilot(
                known.pilot, known.accountable or DESK, town.now, outcome, "Het werkt.",
                town.due(20), day, at_desk=True,
            ))  # fmt: skip

    @rule(idea=ideas)
    def it_is_realised(self, idea: UUID) -> None:
        self.town.tell_idea(idea, having.RealiseIdea(DESK, self.town.now, at_desk=True))

    @rule(idea=ideas, to=st.sampled_from(["submitted", "under_review", "accepted", "parked"]))
    def it_is_reopened(self, idea: UUID, to: Any) -> None:
        town = self.town
        town.tell_idea(idea, having.ReopenIdea(DESK, town.now, to, "Toch.", DESK, town.due(10)))

    @rule(idea=ideas)
    def what_it_waited_for_has_come(self, idea: UUID) -> None:
        now, due = self.town.now, self.town.due(ANSWER_DAYS)
        self.town.tell_idea(idea, having.ReviveIdea(now, DESK, due, DESK, "Er is budget."))

    @rule(one=st.integers(0, 9), other=st.integers(0, 9), undone=st.booleans())
    def ideas_become_one_or_two_again(self, one: int, other: int, *, undone: bool) -> None:
        town, parts = self.town, self.town.absorbed()
        if parts and undone:
            town.separate(*parts[one % len(parts)])
        elif open_ones := town.open_ideas():
            town.merge(*(open_ones[which % len(open_ones)] for which in (one, other)))

    @rule(idea=ideas, others=st.lists(someone, max_size=2))
    def its_author_names_co_authors(self, idea: UUID, others: list[PersonId]) -> None:
        if (known := self.town.idea(idea)) is not None:
            change = having.ChangeCoAuthors(known.author, self.town.now, tuple(others))
            self.town.tell_idea(idea, change)

    # ------------------------------------------------------------ time and news
    @rule(which=st.integers(min_value=0))
    def somebody_hears_something(self, which: int) -> None:
        if ways := self.town.on_their_way():
            self.town.deliver(ways[which % len(ways)])

    @rule(hours=st.integers(min_value=1, max_value=24 * 90))
    def time_passes(self, hours: int) -> None:
        self.town.settle()
        self.town.pass_until(self.town.now + timedelta(hours=hours))
        self.no_idea_is_silent()

    # ------------------------------------------------------------ what must be
    @invariant()
    def nobody_is_told_twice(self) -> None:
        assert not [told for told, times in self.town.told.items() if times > 1]

    def no_idea_is_silent(self) -> None:
        """Once everything is heard, and what was due has happened."""
        town = self.town
        verdict = judge(town.facts(), town.logs["notifications"], town.now)
        assert not verdict.silent
        for idea in town.open_ideas():
            owed = town.loop_of(idea)
            assert owed is not None, "an open idea without a promise"
            assert owed.due > town.now, "a promise that is over and not broken"
            known = town.idea(idea)
            assert town.hears(idea) == known.authors, "its authors are not those who are told"
            shown = (known.accountable, known.due)
            assert shown == (owed.accountable, owed.due), (
                "ideas shows somebody else, or another day"
            )
            review = town.review(idea)
            if isinstance(review, reviewing.Open) and review.appeal is None:
                may = {review.accountable, review.reviewer, DESK}
                assert owed.accountable in may, "who owes the answer may not give it"

    @invariant()
    def a_broken_promise_has_the_next_one_at_once(self) -> None:
        log = [entry.event for entry in self.town.logs["notifications"]]
        for place, event in enumerate(log):
            if isinstance(event, PromiseBroken):
                up = log[place + 1]
                assert isinstance(up, Escalated)
                assert up.subject == event.subject
                assert up.due > up.at

    def teardown(self) -> None:
        """However it was left: half a year later it is still true."""
        self.town.settle()
        self.town.pass_until(self.town.now + timedelta(days=180))
        self.no_idea_is_silent()


def histories(count: int) -> Any:
    return settings(
        max_examples=count, stateful_step_count=50, deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )  # fmt: skip


@pytest.mark.timeout(240)
def test_no_idea_falls_silent() -> None:
    run_state_machine_as_test(SilenceMachine, settings=histories(40))


@pytest.mark.integration
@pytest.mark.long
@pytest.mark.timeout(600)
def test_no_idea_falls_silent_in_a_thousand_histories() -> None:
    run_state_machine_as_test(SilenceMachine, settings=histories(1_000))


def test_everybody_whose_idea_it_is_is_among_those_who_are_told() -> None:
    town = Town(datetime(2026, 3, 2, 9, tzinfo=UTC))
    told: dict[PersonId, UUID] = {}
    for author in (ANNA, RIK, LENA):
        told[author] = town.new_id()
        town.tell_idea(told[author], having.SubmitIdea(
            IdeaId(told[author]), author, "Fietsen", "Een fiets.", town.now, DESK,
            town.due(ANSWER_DAYS),
        ))  # fmt: skip
    town.merge(told[RIK], told[ANNA])
    town.merge(told[LENA], told[ANNA])
    assert town.hears(told[ANNA]) == {ANNA, RIK, LENA}
    town.tell_idea(told[ANNA], having.ChangeCoAuthors(ANNA, town.now, (SAM,)))
    assert town.hears(told[ANNA]) == {ANNA, SAM, RIK, LENA}
    town.separate(told[RIK], told[ANNA])
    assert town.hears(told[ANNA]) == {ANNA, SAM, LENA}
    assert town.hears(told[RIK]) == {RIK}


def test_without_loops_every_open_idea_is_named() -> None:
    town = Town(datetime(2026, 3, 2, 9, tzinfo=UTC))
    told = [town.new_id() for _ in range(5)]
    for idea in told:
        town.tell_idea(idea, having.SubmitIdea(
            IdeaId(idea), ANNA, "Fietsen", "Een fiets.", town.now, DESK, town.due(ANSWER_DAYS)
        ))  # fmt: skip
    town.settle()
    later = town.now + timedelta(hours=2)
    assert not judge(town.facts(), town.logs["notifications"], later).silent
    assert {found.subject for found in judge(town.facts(), [], later).silent} == set(told)
