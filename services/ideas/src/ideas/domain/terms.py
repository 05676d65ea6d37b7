"""What ideas are promised, by category or challenge: data of the desk, version by version.

An idea keeps what it was promised when it was submitted, so a change is about what comes after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import structs

from chassis.decider import Decider, Rejected
from contracts.terms import TermsChanged, TermsRule
from contracts.vocabulary import ChallengeId, PersonId, Terms

_FITS = ("category", "challenge")


class TheLadderEndsAtTheDesk(Rejected):
    """A ladder may leave out leads or directors; the desk is always its last step. Name it last."""


class OneRuleForEach(Rejected):
    """Two rules are for the same category and challenge: the second never counts. Leave one."""


class ARulePromisesSomething(Rejected):
    """A rule that leaves all as it is for everybody promises nothing. Fill it, or leave it out."""


class ARulePromisesTooLate(Rejected):
    """A rule promises something so late that nobody would hear anything until then. Give less."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "A rule promises something so late that nobody would hear anything until then. "
            f"Give at most {most} working days."
        )


class SomebodyChangedThemMeanwhile(Rejected):
    """The rules were changed since you looked. Look again at what your change would change."""


@dataclass(frozen=True, slots=True)
class ChangeTerms:
    """Promise this from now on. `seen` is the version that the change was made from.

    `most`: how many working days a rule may promise; None where no limit holds.
    """

    terms: str
    by: PersonId
    at: datetime
    seen: int
    rules: tuple[TermsRule, ...]
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The rules that count now; version 0 and none where none were given."""

    version: int = 0
    rules: tuple[TermsRule, ...] = ()


def change(standing: Standing, command: ChangeTerms) -> list[TermsChanged]:
    require_whole(command.rules, command.most)
    if command.rules == standing.rules:
        return []
    if command.seen != standing.version:
        raise SomebodyChangedThemMeanwhile
    return [TermsChanged(at=command.at, terms=command.terms, by=command.by, rules=command.rules)]


def require_whole(rules: Sequence[TermsRule], most: int | None) -> None:
    """Refuse rules that could not be kept, or that would never count."""
    places = [(rule.category, rule.challenge) for rule in rules]
    if len(set(places)) != len(places):
        raise OneRuleForEach
    for rule in rules:
        promised = structs.asdict(rule)
        if all(value is None for name, value in promised.items() if name not in _FITS):
            raise ARulePromisesSomething
        if rule.rungs is not None and (
            not rule.rungs or rule.rungs[-1] != "desk" or "reviewer" in rule.rungs
        ):
            raise TheLadderEndsAtTheDesk
        days = (rule.answer_days, rule.decision_days, rule.escalate_days)
        if most is not None and max(filter(None, days), default=0) > most:
            raise ARulePromisesTooLate(most)


def fitting(
    standing: Standing, category: str | None, challenge: ChallengeId | None
) -> Terms | None:
    """Return what the first rule that fits an idea promises; None: as it is for everybody."""
    for rule in standing.rules:
        if rule.category in (None, category) and rule.challenge in (None, challenge):
            promised = structs.asdict(rule)
            for name in _FITS:
                del promised[name]
            return Terms(version=standing.version, **promised)
    return None


terms_decider = Decider[Standing, ChangeTerms, TermsChanged](
    Standing(), change, lambda standing, event: Standing(standing.version + 1, event.rules)
)
