"""Numbers of who takes part: authors and co-authors, beside who is there."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta

from metrics.domain import people
from metrics.domain.families import ALL, Draft, Key, is_month
from metrics.domain.families.use import groups_of
from metrics.domain.ideas import Life
from metrics.domain.numbers import Number
from metrics.domain.periods import start_of
from metrics.domain.scene import Scene
from metrics.domain.series import Span


def of_authors(scene: Scene, ideas: Sequence[Life], span: Span) -> list[Draft]:
    """Return how many take part in a span, and whether groups do by their size."""
    since, until = start_of(span.since, scene.zone), start_of(span.until, scene.zone)
    born = [life for life in ideas if since <= life.submitted_at < until]
    members = _members(scene, born, cut=is_month(span))
    days = _person_days(scene, span, members)
    aliases = Counter[Key]()
    for life in born:
        if people.by_alias(scene, life):
            aliases.update((ALL, ("department", life.department)))
    length = (span.until - span.since) // timedelta(days=1)
    took = {key: len(persons) for key, persons in members.items()}
    taking = {
        key: people.participation(n, days[key], length, aliases[key]) for key, n in took.items()
    }
    shares = {
        key: people.representation(n, took[ALL], days[key], days[ALL]) for key, n in took.items()
    }
    return [_draft("participation", taking, members, span),
            _draft("representation", shares, members, span)]  # fmt: skip


def _draft(
    kpi: str, numbers: dict[Key, Number], members: dict[Key, frozenset[bytes]], span: Span
) -> Draft:
    persons = {key: len(found) for key, found in members.items()}
    return Draft(kpi=kpi, basis=span, numbers=numbers, members=members, persons=persons)


def _members(scene: Scene, ideas: Sequence[Life], *, cut: bool) -> dict[Key, frozenset[bytes]]:
    """Return who took part: in all, and by where they were when they first did."""
    found: defaultdict[Key, set[bytes]] = defaultdict(set)
    found[ALL] = set()
    for person, life in people.authors(scene, ideas).items():
        found[ALL].add(person)
        if not cut:
            continue
        standing = scene.roster.at(person, life.submitted_at)
        groups = [key for key in groups_of(standing) if key[0] != "department"] if standing else []
        own = person == life.author
        where = life.department if own else scene.roster.department(person, life.submitted_at)
        for key in (("department", where), *groups):
            found[key].add(person)
    return {key: frozenset(persons) for key, persons in found.items()}


def _person_days(
    scene: Scene, span: Span, members: dict[Key, frozenset[bytes]]
) -> defaultdict[Key, int]:
    """Return the days that persons of each group were in the directory."""
    days: defaultdict[Key, int] = defaultdict(int)
    days[ALL] = sum(scene.roster.days(span.since, span.until).values())
    if len(members) > 1:
        for standing, length in scene.roster.spent(span.since, span.until):
            for key in groups_of(standing):
                days[key] += length
    return days
