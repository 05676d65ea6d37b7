"""Numbers of a tool: its users, what they use of it, how soon and how often."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from metrics.domain import tools
from metrics.domain.facts import Counted, Counts, Standing, ToolFact, Usage
from metrics.domain.families import ALL, Draft, Key, is_month
from metrics.domain.numbers import Number, nothing
from metrics.domain.roster import Roster
from metrics.domain.series import Span

Groups = Callable[[Usage], Iterable[Key]]


class Tool(Struct, frozen=True, kw_only=True):
    """A tool as it was introduced, and as it was changed up to a day."""

    introduced: date
    core: frozenset[str]
    audience: frozenset[str]

    def is_for(self, standing: Standing) -> bool:
        return not self.audience or standing.department in self.audience


def tool_of(
    facts: Iterable[ToolFact], name: str, until: date, day: Callable[[ToolFact], date]
) -> Tool | None:
    """Return the tool of a name as it was before a day; None where nobody introduced it by then."""
    ordered = sorted(facts, key=lambda fact: (str(fact.tool), fact.version))
    named = {fact.tool for fact in ordered if fact.name == name}
    told = [fact for fact in ordered if fact.tool in named and day(fact) < until]
    if not told:
        return None
    last = max(told, key=lambda fact: (fact.occurred_at, fact.version))
    core = frozenset(name for name, level in last.features.items() if level == "core")
    first = min(day(fact) for fact in told if fact.name == name)
    return Tool(introduced=first, core=core, audience=frozenset(last.audience))


def audience(tool: Tool, roster: Roster, span: Span) -> dict[bytes, Standing]:
    """Return whom a tool is for and who was in the directory on any day of a span."""
    there = roster.ever(span.since, span.until)
    return {person: standing for person, standing in there.items() if tool.is_for(standing)}


def of_use(
    rows: Sequence[Usage], span: Span, groups: Groups, tool: Tool | None, roster: Roster
) -> list[Draft]:
    """Return the numbers of who used a tool in a span."""
    cells: dict[Key, list[Usage]] = {ALL: list(rows)}
    for row in rows if is_month(span) else ():
        for key in groups(row):
            cells.setdefault(key, []).append(row)
    counts = {key: tools.counted(found) for key, found in cells.items()}
    members = {key: frozenset(row.person for row in found) for key, found in cells.items()}
    drafts = of_counts(counts, span, tool, roster, members)
    core = tool.core if tool else frozenset[str]()
    numbers = {key: tools.depth(found, core) for key, found in cells.items()}
    depth = Draft(
        kpi="depth", basis=span, numbers=numbers, members=members,
        persons={key: found.persons for key, found in counts.items()},
    )  # fmt: skip
    return [*drafts, depth]


def of_counts(
    counts: Mapping[Key, Counts], span: Span, tool: Tool | None, roster: Roster,
    members: Mapping[Key, frozenset[bytes]] | None = None,
) -> list[Draft]:  # fmt: skip
    """Return the numbers that distinct counts are enough for."""

    def draft(kpi: str, number: Callable[[Counts], Number], feature: str = "") -> Draft:
        return Draft(
            kpi=kpi, feature=feature, basis=span, members=members or {}, of_persons=True,
            numbers={k: number(c) if c.persons else nothing() for k, c in counts.items()},
            persons={key: found.persons for key, found in counts.items()},
        )  # fmt: skip

    # The nameless feature stands for every one that nobody used.
    features = ["", *sorted({name for found in counts.values() for name in found.features})]
    shares = [
        draft("feature_adoption", lambda c, f=name: tools.feature_adoption(c, f), name)  # type: ignore[misc]
        for name in features
    ]
    rate = _adoption(counts, span, tool, roster)
    return [
        draft("active_users", tools.active_users), draft("advanced_share", tools.advanced_share),
        *shares, Draft(
            kpi="adoption_rate", basis=span, numbers=rate, members=members or {},
            persons={key: found.persons for key, found in counts.items()},
        ),
    ]  # fmt: skip


def counts_of(edition: Counted) -> dict[Key, Counts]:
    """Return the counts of a month whose rows are gone."""
    departments = {("department", name): found for name, found in edition.departments.items()}
    return {ALL: edition.whole, **departments}


def _adoption(
    counts: Mapping[Key, Counts], span: Span, tool: Tool | None, roster: Roster
) -> dict[Key, Number]:
    if tool is None:
        return {key: nothing() for key in counts}
    sizes: defaultdict[Key, int] = defaultdict(int)
    for standing in audience(tool, roster, span).values():
        for key in (ALL, *groups_of(standing)):
            sizes[key] += 1
    return {key: tools.adoption_rate(c.persons, sizes[key]) for key, c in counts.items()}


def groups_of(standing: Standing) -> list[Key]:
    """Return the groups of somebody by the directory: the department, and each attribute."""
    attributes = [("attribute", f"{name}={said}") for name, said in standing.attributes.items()]
    where: list[Key] = [("department", standing.department)] if standing.department else []
    return [*where, *attributes]


class Habit(Struct, frozen=True):
    """The days on which somebody used a tool; the department where the uses say it themselves."""

    person: bytes
    department: str | None
    days: Sequence[date]


Days = Mapping[bytes, Iterable[date]]


def days_by_group(
    habits: Iterable[Habit], where: Callable[[bytes, date], str],
    attributes: Callable[[bytes], Iterable[Key]],
) -> Mapping[Key, Days]:  # fmt: skip
    """Return who used a tool on which days: in all, and while they were in which group."""
    found: dict[Key, defaultdict[bytes, set[date]]] = {ALL: defaultdict(set)}
    for person, department, days in ((h.person, h.department, h.days) for h in habits):
        for key in (ALL, *attributes(person)):
            found.setdefault(key, defaultdict(set))[person].update(days)
        for day in days:
            key = "department", department or where(person, day)
            found.setdefault(key, defaultdict(set))[person].add(day)
    return found


def of_habit(
    groups: Mapping[Key, Days], span: Span, works: Callable[[date], bool]
) -> Draft | None:  # fmt: skip
    """Return how many of those who use a tool at all use it on a working day of a month."""
    month = [span.since + timedelta(days=n) for n in range((span.until - span.since).days)]
    basis = Span(span.since - timedelta(days=tools.MONTH_DAYS - 1), span.until)
    working = [day for day in month if works(day)]
    numbers = {key: tools.stickiness(days, working) for key, days in groups.items()}
    persons = {key: number.n for key, number in numbers.items() if number.n}
    if ALL not in persons:
        return None
    return Draft(
        kpi="stickiness", basis=basis, numbers={key: numbers[key] for key in persons},
        persons=persons,
        members={key: frozenset(tools.month_users(groups[key], working)) for key in persons},
    )  # fmt: skip


def of_adopting(
    tool: Tool, roster: Roster, first_use: Mapping[bytes, date], span: Span
) -> Draft | None:
    """Return how long people take from when they can use a tool to when they do."""
    cells: dict[Key, dict[bytes, date]] = {ALL: {}}
    for person, standing in audience(tool, roster, span).items():
        starts = max(roster.since(person, span.until) or tool.introduced, tool.introduced)
        for key in (ALL, *(groups_of(standing) if is_month(span) else ())):
            cells.setdefault(key, {})[person] = starts
    numbers = {k: tools.time_to_adopt(c, first_use, span.until) for k, c in cells.items()}
    persons = {key: number.n for key, number in numbers.items() if number.n}
    if ALL not in persons:
        return None
    return Draft(
        kpi="time_to_adopt", basis=span, numbers={key: numbers[key] for key in persons},
        persons=persons, members={key: frozenset(cells[key]) for key in persons}, alone=True,
    )  # fmt: skip
