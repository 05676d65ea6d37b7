"""What the desk decides for all reviews: the rubrics, and who reviews what."""

from dataclasses import dataclass
from datetime import datetime

from chassis.decider import Decider, Rejected
from contracts.feedback import Criterion, RoutingChanged, RubricPublished, Rule
from contracts.vocabulary import PersonId


class ARubricHasCriteria(Rejected):
    """A rubric asks at least one question, in both languages, each under its own name. Mend it."""


class ARuleNamesReviewers(Rejected):
    """Every rule names somebody who reviews. Name one, or leave the rule out."""


class TheRubricIsPublished(Rejected):
    """A rubric under this name is published, and ideas are judged by it. Take a new name."""


@dataclass(frozen=True, slots=True)
class PublishRubric:
    """Judge by these criteria from now on; ideas that were submitted before keep theirs."""

    rubric: str
    by: PersonId
    at: datetime
    criteria: tuple[Criterion, ...]
    category: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeRouting:
    routing: str
    by: PersonId
    at: datetime
    rules: tuple[Rule, ...]
    most_open: int


def publish(published: RubricPublished | None, command: PublishRubric) -> list[RubricPublished]:
    names = [criterion.name for criterion in command.criteria]
    whole = all({"nl", "en"} <= criterion.question.keys() for criterion in command.criteria)
    if not names or len(set(names)) != len(names) or not whole:
        raise ARubricHasCriteria
    told = RubricPublished(
        at=command.at, rubric=command.rubric, by=command.by, category=command.category,
        criteria=command.criteria,
    )  # fmt: skip
    if published is None:
        return [told]
    if (published.criteria, published.category) == (told.criteria, told.category):
        return []
    raise TheRubricIsPublished


def change(current: RoutingChanged | None, command: ChangeRouting) -> list[RoutingChanged]:
    if any(not rule.reviewers for rule in command.rules):
        raise ARuleNamesReviewers
    if current and (current.rules, current.most_open) == (command.rules, command.most_open):
        return []
    return [
        RoutingChanged(
            at=command.at, routing=command.routing, by=command.by, rules=command.rules,
            most_open=command.most_open,
        )
    ]  # fmt: skip


rubric_decider = Decider[RubricPublished | None, PublishRubric, RubricPublished](
    None, publish, lambda _, event: event
)
routing_decider = Decider[RoutingChanged | None, ChangeRouting, RoutingChanged](
    None, change, lambda _, event: event
)
