"""Who reviews an idea: near it, not its author or the author's lead, there, and with room."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from contracts.vocabulary import PersonId


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as the directory has them, as far as routing asks."""

    person: PersonId
    department: str | None = None
    lead: PersonId | None = None
    roles: frozenset[str] = frozenset()
    left: bool = False
    absences: tuple[tuple[date, date], ...] = ()

    def there(self, day: date) -> bool:
        """Tell whether the person works here and is not away on a day."""
        return not self.left and not any(first <= day <= last for first, last in self.absences)


def route(
    people: Iterable[Listed],
    open_reviews: Mapping[PersonId, int],
    *,
    authors: frozenset[PersonId],
    department: str | None,
    today: date,
) -> PersonId | None:
    """Return who reviews, or None where nobody can: then the desk stays accountable.

    The same department comes first, then who has the fewest open reviews, then the id, so that the
    same question always has the same answer.
    """
    known = {person.person: person for person in people}
    leads = {known[author].lead for author in authors if author in known}
    found = [
        person
        for person in known.values()
        if "reviewer" in person.roles
        and person.there(today)
        and person.person not in authors
        and person.person not in leads
    ]
    return min(
        (person.person for person in found),
        key=lambda p: (known[p].department != department, open_reviews.get(p, 0), p),
        default=None,
    )
