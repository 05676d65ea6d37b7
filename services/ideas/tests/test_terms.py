"""What ideas are promised: the first rule that fits, version by version."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.decider import Rejected
from contracts.terms import TermsRule
from contracts.vocabulary import ChallengeId, PersonId, Terms
from ideas.domain.terms import (
    ARulePromisesSomething,
    ARulePromisesTooLate,
    ChangeTerms,
    OneRuleForEach,
    SomebodyChangedThemMeanwhile,
    Standing,
    TheLadderEndsAtTheDesk,
    fitting,
    terms_decider,
)

NOON, DESK = datetime(2026, 3, 2, 12, tzinfo=UTC), PersonId("desk")
HACKATHON = ChallengeId(UUID(int=7))
SAFETY = TermsRule(category="safety", answer_days=1, rungs=("director", "desk"))
QUICK = TermsRule(challenge=HACKATHON, decision_days=3, remind_days=(2, 1))
ALL = TermsRule(escalate_days=2)


def change(*rules: TermsRule, seen: int = 0) -> ChangeTerms:
    return ChangeTerms("house", DESK, NOON, seen, rules, most=60)


def after(*commands: ChangeTerms) -> Standing:
    state = Standing()
    for command in commands:
        for event in terms_decider.decide(state, command):
            state = terms_decider.evolve(state, event)
    return state


@pytest.mark.parametrize(
    ("category", "challenge", "expected"),
    [
        ("safety", None, {"answer_days": 1, "rungs": ("director", "desk")}),
        ("safety", HACKATHON, {"answer_days": 1, "rungs": ("director", "desk")}),
        ("other", HACKATHON, {"decision_days": 3, "remind_days": (2, 1)}),
        ("other", None, {"escalate_days": 2}),
        (None, None, {"escalate_days": 2}),
    ],
)
def test_the_first_rule_that_fits_counts(
    category: str | None, challenge: ChallengeId | None, expected: dict[str, Any]
) -> None:
    standing = after(change(SAFETY, QUICK, ALL))
    assert fitting(standing, category, challenge) == Terms(version=1, **expected)


def test_without_a_rule_it_is_as_for_everybody() -> None:
    assert fitting(Standing(), "safety", None) is None
    assert fitting(after(change(SAFETY)), "other", None) is None


def test_each_change_is_a_version_and_the_same_rules_are_none() -> None:
    assert after(change(SAFETY), change(SAFETY, seen=1)).version == 1
    assert after(change(SAFETY), change(QUICK, seen=1)) == Standing(2, (QUICK,))
    assert after(change(SAFETY), change(seen=1)) == Standing(2, ())


@pytest.mark.parametrize(
    ("rules", "seen", "refusal"),
    [
        ((SAFETY, TermsRule(category="safety", answer_days=2)), 1, OneRuleForEach),
        ((TermsRule(category="safety"),), 1, ARulePromisesSomething),
        ((TermsRule(rungs=("lead",)),), 1, TheLadderEndsAtTheDesk),
        ((TermsRule(rungs=()),), 1, TheLadderEndsAtTheDesk),
        ((TermsRule(rungs=("reviewer", "desk")),), 1, TheLadderEndsAtTheDesk),
        ((SAFETY,), 0, SomebodyChangedThemMeanwhile),
        ((TermsRule(answer_days=61),), 1, ARulePromisesTooLate),
        ((TermsRule(decision_days=61),), 1, ARulePromisesTooLate),
        ((TermsRule(escalate_days=61),), 1, ARulePromisesTooLate),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(
    rules: tuple[TermsRule, ...], seen: int, refusal: type[Rejected]
) -> None:
    standing = after(change(QUICK))
    with pytest.raises(refusal):
        terms_decider.decide(standing, change(*rules, seen=seen))
