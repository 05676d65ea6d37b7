"""Who reviews an idea: near it, not its author or the author's lead, there, and with room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.feedback import Rule
from contracts.vocabulary import PersonId

MAY_ANSWER = frozenset({"reviewer", "lead", "director", "desk"})
"""Whom the doors of reviews let in; who has none of these roles could not answer."""
MOST_OPEN = 1_000  # open reviews that one person has at most, until the desk says otherwise


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as the directory has them, as far as routing asks."""

    person: PersonId
    department: str | None = None
    lead: PersonId | None = None
    deputy: PersonId | None = None
    roles: frozenset[str] = frozenset()
    left: bool = False
    absences: tuple[tuple[date, date], ...] = ()

    def there(self, day: date) -> bool:
        """Tell whether the person works here and is not away on a day."""
        return not self.left and not any(first <= day <= last for first, last in self.absences)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be reviewed. `barred` judge it in no case: its authors, who stood aside."""

    authors: frozenset[PersonId]
    department: str | None = None
    category: str | None = None
    challenge: UUID | None = None
    barred: frozenset[PersonId] = frozenset()


@dataclass(frozen=True, slots=True)
class Routing:
    """The house's rules: the first that fits an idea names its reviewers."""

    rules: Sequence[Rule] = ()
    most_open: int = MOST_OPEN

    @property
    def named(self) -> frozenset[PersonId]:
        """Return everybody whom a rule names."""
        return frozenset(person for rule in self.rules for person in rule.reviewers)


def route(
    people: Iterable[Listed],
    open_reviews: Mapping[PersonId, int],
    asked: Asked,
    today: date,
    routing: Routing = Routing(),
) -> PersonId | None:
    """Return who reviews, or None where nobody can: then the desk stays accountable.

    Whom a rule names comes first (for an absent one the deputy), then everybody with the role. Of
    these the same department comes first, then who has the fewest open reviews, then the id, so
    that the same question always has the same answer.
    """
    known = {person.person: person for person in people}
    out = _too_near(known, asked)

    def can(person: PersonId) -> bool:
        there = person in known and known[person].there(today)
        return there and person not in out and open_reviews.get(person, 0) < routing.most_open

    named = [person for person in _named(known, asked, today, routing.rules) if can(person)]
    others = [p.person for p in known.values() if "reviewer" in p.roles and can(p.person)]
    return min(
        named or others,
        key=lambda p: (known[p].department != asked.department, open_reviews.get(p, 0), p),
        default=None,
    )


def stand_in(
    people: Iterable[Listed], absent: PersonId, asked: Asked, today: date
) -> PersonId | None:
    """Return the deputy of an absent reviewer, who is here, may answer, and stands apart.

    A deputy with many open reviews stands in all the same: the answer was promised to somebody.
    """
    known = {person.person: person for person in people}
    away = known.get(absent)
    deputy = known.get(away.deputy) if away and away.deputy else None
    if deputy is None or not deputy.there(today) or not deputy.roles & MAY_ANSWER:
        return None
    return None if deputy.person in _too_near(known, asked) else deputy.person


def _too_near(known: Mapping[PersonId, Listed], asked: Asked) -> frozenset[PersonId | None]:
    leads = {known[author].lead for author in asked.authors if author in known}
    return frozenset(asked.authors | asked.barred | leads)


def _named(
    known: Mapping[PersonId, Listed], asked: Asked, today: date, rules: Sequence[Rule]
) -> Iterable[PersonId]:
    """Return whom the first fitting rule names, each or the deputy who stands in."""
    fitting = next((rule for rule in rules if _fits(rule, asked)), None)
    for person in fitting.reviewers if fitting else ():
        listed = known.get(person)
        away = listed is not None and not listed.left and not listed.there(today)
        yield listed.deputy if away and listed and listed.deputy else person


def _fits(rule: Rule, asked: Asked) -> bool:
    wants = ((rule.category, asked.category), (rule.department, asked.department),
             (rule.challenge, asked.challenge))  # fmt: skip
    return all(wanted is None or wanted == is_ for wanted, is_ in wants)
