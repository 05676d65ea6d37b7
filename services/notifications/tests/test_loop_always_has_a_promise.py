"""Whatever happens in whatever order: an unfinished idea has one promise, a broken one climbs."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.notifications import Escalated, LoopEvent, PromiseBroken, PromiseMade
from contracts.vocabulary import IdeaId, PersonId
from notifications.domain.ladder import Ladder, Listed
from notifications.domain.loop import (
    BreakPromise,
    ExtendPromise,
    FollowStep,
    Loop,
    LoopCommand,
    decider,
)
from notifications.domain.subjects import of_idea

IDEA = of_idea(IdeaId(UUID(int=7)))
ANNA, RIK, LENA, HUGO, DESK = map(PersonId, ("anna", "rik", "lena", "hugo", "desk"))
LADDER = Ladder(
    {
        RIK: Listed(lead=LENA),
        LENA: Listed(lead=HUGO),
        HUGO: Listed(lead=ANNA, director=True),
        DESK: Listed(lead=HUGO),
    },
    DESK,
    {ANNA},
)
ORDER = ["lead", "director", "desk"]
hours = st.integers(min_value=-3000, max_value=3000).map(lambda h: timedelta(hours=h))


class OneIdea(RuleBasedStateMachine):
    """Steps in order, late steps, and timers at any moment; the truth is kept beside it by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 3, 2, 12, tzinfo=UTC)
        self.log: list[LoopEvent] = []
        self.version = 0
        self.unfinished = False

    @property
    def loop(self) -> Loop:
        return decider.replay(self.log)

    def do(self, command: LoopCommand) -> list[LoopEvent]:
        events = decider.decide(self.loop, command)
        self.log += events
        return events

    def step(self, *, due: timedelta, person: PersonId, answers: bool, finished: bool) -> None:
        known, self.version = self.version, self.version + 1
        self.unfinished = not finished
        self.do(
            FollowStep(
                IDEA,
                ANNA,
                self.now,
                self.version,
                known,
                accountable=None if finished else person,
                due=None if finished else self.now + due,
                answers=answers,
                finished=finished,
            )
        )

    @rule(passed=hours.filter(lambda h: h > timedelta()))
    def time_passes(self, passed: timedelta) -> None:
        self.now += passed

    @rule(due=hours, person=st.sampled_from([RIK, LENA, DESK, ANNA]), answers=st.booleans())
    def the_idea_moves_on(self, due: timedelta, person: PersonId, answers: bool) -> None:
        self.step(due=due, person=person, answers=answers, finished=False)

    @rule()
    def the_idea_ends(self) -> None:
        self.step(due=timedelta(), person=DESK, answers=True, finished=True)

    @precondition(lambda self: self.version > 0)
    @rule(
        back=st.integers(min_value=0, max_value=3),
        person=st.sampled_from([RIK, LENA]),
        finished=st.booleans(),
    )
    def a_known_step_is_heard_again(self, back: int, person: PersonId, finished: bool) -> None:
        old = max(1, self.version - back)
        heard = FollowStep(
            IDEA, ANNA, self.now, old, self.version, person, self.now, True, finished
        )
        assert self.do(heard) == []

    @rule(skew=hours, again=st.booleans())
    def a_timer_fires(self, skew: timedelta, again: bool) -> None:
        before = self.loop
        at = self.now + min(skew, timedelta())
        timer = BreakPromise(at, self.now + timedelta(days=7), LADDER)
        events = self.do(timer)
        assert bool(events) == (before is not None and at >= before.due)
        if again:
            assert self.do(timer) == []

    @rule(skew=hours)
    def the_house_was_away(self, skew: timedelta) -> None:
        before, at = self.loop, self.now + min(skew, timedelta())
        events = self.do(ExtendPromise(at, self.now + timedelta(days=1)))
        assert bool(events) == (before is not None and at >= before.due)
        if before is not None and self.loop is not None:
            assert self.loop.accountable == before.accountable

    @invariant()
    def an_unfinished_idea_has_exactly_one_promise(self) -> None:
        loop = self.loop
        assert (loop is not None) == self.unfinished
        if loop is not None:
            assert loop.accountable
            assert loop.due

    @invariant()
    def every_broken_promise_names_the_next_one_at_once_and_in_order(self) -> None:
        rungs: list[str] = []
        for place, event in enumerate(self.log):
            match event:
                case PromiseBroken(accountable=person):
                    up = self.log[place + 1]
                    assert isinstance(up, Escalated)
                    assert up.previous == person
                    assert up.accountable != ANNA
                    assert up.due > up.at
                    rungs.append(up.rung)
                    assert rungs == sorted(rungs, key=ORDER.index)
                case PromiseMade():
                    rungs = []


TestOneIdea = OneIdea.TestCase
TestOneIdea.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
