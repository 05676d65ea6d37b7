"""What `ideas` tells of what ideas are promised, by category and challenge."""

from typing import Annotated

from msgspec import Meta, Struct

from contracts.vocabulary import ChallengeId, Event, PersonId, Rung

OWNER = "ideas"
TOPIC = "kiem.ideas.events"


class TermsRule(Struct, frozen=True, kw_only=True):
    """What ideas of a category or a challenge are promised; without either, all others.

    None leaves a part as it is for everybody. The days and rungs are those of `Terms`.
    """

    category: str | None = None
    challenge: ChallengeId | None = None
    answer_days: Annotated[int, Meta(ge=1)] | None = None
    decision_days: Annotated[int, Meta(ge=1)] | None = None
    remind_days: tuple[Annotated[int, Meta(ge=0)], ...] | None = None
    escalate_days: Annotated[int, Meta(ge=1)] | None = None
    rungs: tuple[Rung, ...] | None = None


class TermsChanged(Event, frozen=True, kw_only=True):
    """Ideas that are submitted from now on are promised this; those from before keep theirs.

    The first rule that fits an idea counts.
    """

    terms: str
    by: PersonId
    rules: tuple[TermsRule, ...] = ()


STREAMS: dict[str, object] = {"terms": TermsChanged}
