"""An explanation gives each fact one fate, and what counts adds up to the number."""

import random
from fractions import Fraction
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec import structs

from metrics.domain.answers import Question, answer
from metrics.domain.definitions import REGISTER
from metrics.domain.explaining import RULES, Explanation, explain
from metrics.domain.explaining.reasons import Why
from metrics.domain.facts import Facts, Standing
from metrics.domain.measures import MEASURES
from metrics.domain.numbers import Number
from metrics.domain.periods import Window
from metrics.projections.doings import DoingRows
from services.metrics.tests.hearing import heard_of
from services.metrics.tests.making import ANNA, BEN, ZONE, day, did, life, period, standing
from services.metrics.tests.test_two_counts import facts_of, hashed
from services.metrics.tests.worlds import world

_STATES = {"IdeaSubmitted", "IdeaTakenUnderReview", "IdeaAccepted", "IdeaDeclined", "IdeaParked",
           "IdeaWithdrawn", "PilotStarted", "IdeaRealised", "IdeaRevived", "IdeaMerged",
           "IdeaReopened", "PilotConcluded"}  # fmt: skip
_LOOPS = {"made", "kept", "broken", "extended", "passed_on", "escalated"}
# Of each number the types that it rests on, as docs/kpis.md names them.
RESTS_ON: dict[str, set[str]] = {
    "ideas_submitted": {"IdeaSubmitted"}, "idea_rate": {"IdeaSubmitted", "standing"},
    "ideas_by_state": _STATES, "realisation_a": {"IdeaSubmitted", "IdeaRealised"},
    "realisation_b": {"IdeaAccepted", "IdeaDeclined"},
    "processing_time_a": {"IdeaSubmitted", "IdeaAccepted", "IdeaDeclined"},
    "processing_time_b": {"IdeaSubmitted", "IdeaRealised"},
    "lead_time_to_pilot": {"IdeaSubmitted", "PilotStarted", "IdeaDeclined", "IdeaWithdrawn",
                           "IdeaMerged", "IdeaRealised", "stopped"},
    "throughput": {"PilotStarted", "IdeaRealised"}, "wip": _STATES, "age": {"IdeaSubmitted"},
    "idea_diversity": {"IdeaSubmitted", "category"},
    "cross_department": {"IdeaSubmitted", "CoAuthorsChanged", "IdeaSupported", "SupportWithdrawn"},
    "silent_ideas": {"IdeaSubmitted", "decision", *_LOOPS},
    "first_response": {"IdeaSubmitted", "QuestionAsked", "ReviewCompleted", "CommentPosted",
                       "IdeaWithdrawn", "IdeaMerged"},
    "sla_attainment": _LOOPS,
    "closed_loop": {"IdeaAccepted", "IdeaDeclined", "IdeaParked", "FeedbackRated", "decision"},
    "pilot_outcomes": {"PilotConcluded"},
    "barrier_resolution": {"BarrierRaised", "BarrierRemoved", "BarrierDeclined"},
    "time_granted": {"TimeAsked", "TimeGranted", "TimeRefused"},
}  # fmt: skip
# What counts in the streams of ideas is told of ideas; the rest is what was done around them.
_AROUND = {"CoAuthorsChanged", "PilotConcluded"}


def _kinds(fact: Any) -> set[str]:
    found = {str(getattr(fact, name, "")) for name in ("type", "step", "kind")}
    found |= {"stopped"} if getattr(fact, "state", None) == "stopped" else set()
    return found | ({"category"} if getattr(fact, "category", None) else set())


def _rests_on(kpi: str, facts: Facts) -> int:
    """Count the facts that a number rests on, whether they count or not."""
    wanted = RESTS_ON[kpi]
    of_ideas = [] if kpi == "pilot_outcomes" else facts.ideas
    ideas = sum(bool(_kinds(f) & wanted) and f.type != "CoAuthorsChanged" for f in of_ideas)
    if kpi == "idea_diversity":
        ideas += sum(f.type == "CoAuthorsChanged" and bool(f.category) for f in of_ideas)
    done = wanted - _STATES | (wanted & {"PilotConcluded"} if kpi == "pilot_outcomes" else set())
    doings = sum(d.type in done for d in facts.doings)
    others = [*(facts.promises if "made" in wanted else ())]
    others += [d for d in facts.deliveries if d.kind in wanted]  # type: ignore[misc]
    others += [*facts.standings] if "standing" in wanted else []  # type: ignore[list-item]
    return ideas + doings + len(others)


def _told(number: Number) -> dict[str, Any]:
    """Return what a number says of itself that facts can be counted for."""
    made = {"numerator": number.numerator, "denominator": number.denominator}
    measured = {"p85", "p90", "working_median", "working_p90", "seen", "q0", "q1", "q2", "shannon",
                "pielou", "simpson", "simpson_unbiased"}  # fmt: skip
    return made | {name: v for name, v in number.beside.items() if name not in measured}


def _agrees(number: Number, found: Explanation) -> None:
    sums = {name: sum(part.values()) for name, part in found.parts.items()}
    for name, said in _told(number).items():
        assert sums.get(name, 0) == (said or 0), name
    n = sums.get("n", sums.get("denominator", sums.get("numerator", 0)))
    assert n == number.n
    assert sums.get("begun", n) == n, "a duration has a beginning and an end"
    assert sums.get("categories", n) == n
    if number.denominator:
        part = Fraction(sums.get("numerator", 0))
        assert number.value == part / Fraction(sums["denominator"])
    if "hours_asked" in number.beside and number.value is not None:
        assert number.value == Fraction(sums.get("hours_granted", 0)) / sums["hours_asked"]


def _everything(seed: int) -> Facts:
    house = world(seed)
    heard = heard_of(house)
    draw = random.Random(seed)  # noqa: S311 - the same each time
    late = [
        structs.replace(e, recorded_at=max(day(draw.choice([-9, 40, 90])), e.occurred_at))
        for e in heard
    ]
    draw.shuffle(late)
    rows = DoingRows(hashed)
    made = [row for each in late if (row := rows._standing(each))]
    names = ("person", "id", "present", "department", "level", "attributes", "occurred_at",
             "recorded_at")  # fmt: skip
    standings = [
        Standing(**dict(zip(names, row, strict=True)) | {"attributes": {}}) for row in made
    ]
    return structs.replace(facts_of(late), standings=tuple(standings))


# A seed can't be made simpler: nothing is gained by shrinking it.
@settings(max_examples=100, deadline=None, phases=[Phase.generate])
@given(
    st.integers(0, 2**32), st.integers(0, 60), st.integers(1, 60), st.integers(-5, 120),
    st.tuples(st.sampled_from([None, 30, 100]), st.sampled_from([None, "live", "imported"])),
)  # fmt: skip
def test_what_counts_adds_up_to_the_number_and_every_fact_has_one_fate(
    seed: int, since: int, length: int, after: int, limits: tuple[int | None, Any]
) -> None:
    known, origin = limits
    facts = _everything(seed)
    judged = period(since, since + length, since + after)
    window = structs.replace(judged, known=None if known is None else day(known))
    for kpi in MEASURES:
        asked = origin if "origin" in REGISTER[kpi].parameters else None
        question = Question(kpi=REGISTER[kpi], window=window, origin=asked)
        found = explain(question, facts, ZONE)
        _agrees(answer(question, facts, ZONE).number, found)
        fates = sum(found.counted.values()) + sum(found.left_out.values())
        assert fates == _rests_on(kpi, facts), kpi


def told_of(kpi: str, window: Window, facts: Facts) -> tuple[dict[str, int], dict[str, int]]:
    found = explain(Question(kpi=REGISTER[kpi], window=window), facts, ZONE)
    return dict(found.counted), dict(found.left_out)


def test_facts_of_other_numbers_are_not_told_of() -> None:
    facts = Facts(ideas=tuple(life(1, (0, "IdeaSubmitted"), (3, "IdeaAccepted"))))
    assert told_of("ideas_submitted", period(0, 30), facts) == ({"IdeaSubmitted": 1}, {})


def test_each_reason_is_told_of_the_facts_that_it_holds_for() -> None:
    facts = Facts(
        ideas=(
            *life(1, (0, "IdeaSubmitted"), (3, "IdeaWithdrawn")),
            *life(2, (40, "IdeaSubmitted")),
            *life(3, (2, "IdeaSubmitted"), recorded_at=day(90)),
            *life(4, (5, "IdeaSubmitted")),
        ),
        doings=(
            did(1, "QuestionAsked", 4), did(6, "QuestionAsked", 4), did(7, "ReviewCompleted", 4),
            did(5, "CommentPosted", 4, person=BEN), did(9, "QuestionAsked", 1),
            did(9, "QuestionAsked", 9),
        ),
    )  # fmt: skip
    counted, left_out = told_of("first_response", period(0, 30), facts)
    assert counted == {"IdeaSubmitted": 3, "IdeaWithdrawn": 1, "QuestionAsked": 1}
    assert left_out == {
        "later": 1, "too_early": 1, "repeated": 1, "no_reviewer": 1, "gone": 1, "unborn": 1,
    }  # fmt: skip
    known = structs.replace(period(0, 30), known=day(60))
    _, left_out = told_of("first_response", known, facts)
    assert left_out["not_known"] == 1


def test_an_idea_that_was_imported_later_was_not_silent_then() -> None:
    facts = Facts(ideas=tuple(life(1, (2, "IdeaSubmitted"), recorded_at=day(90))))
    assert told_of("silent_ideas", period(None, 30), facts) == ({}, {"told_later": 1})


def test_without_a_directory_ideas_are_divided_by_nobody() -> None:
    facts = Facts(ideas=tuple(life(1, (2, "IdeaSubmitted"))))
    assert told_of("idea_rate", period(0, 30), facts) == ({}, {"no_directory": 1})
    there = structs.replace(facts, standings=(
        standing(ANNA, 1), standing(BEN, 2), standing(BEN, 9, present=False), standing(BEN, 80),
    ))  # fmt: skip
    assert told_of("idea_rate", period(0, 30), there) == (
        {"IdeaSubmitted": 1, "PersonListed": 2, "PersonLeft": 1}, {"later": 1},
    )  # fmt: skip


def test_every_number_about_people_says_by_rules_what_it_leaves_out() -> None:
    protected = {kpi.id for kpi in REGISTER.values() if kpi.kind == "protected"}
    assert set(RULES) == protected
    for whys in RULES.values():
        assert "below_threshold" in {why.key for why in whys}
        assert all(isinstance(why, Why) and why.en and why.nl for why in whys)
