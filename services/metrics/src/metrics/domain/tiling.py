"""What a long span tells of a part of it that is hidden: the rest, once the other parts are told.

Persons are counted once in each span, so the sum of parts is no less than the whole: what the whole
has more than that, is the least that the other days have. Reports add up: there it is exact.
"""

from collections.abc import Collection, Iterable, Sequence

from metrics.domain.families import months_of
from metrics.domain.series import Span, Step, step_of

Told = Sequence[tuple[Span, int]]
"""The spans of which a family told how many persons there are; one told anew comes again."""


def inside(inner: Span, outer: Span) -> bool:
    """Tell whether a span lies in another one and is not the same."""
    return inner != outer and outer.since <= inner.since and inner.until <= outer.until


def tells_the_rest(span: Span, n: int, told: Told, threshold: int) -> bool:
    """Tell whether a whole minus its parts would be a small group, this span being one or other."""
    if _small_rest([n], _parts(span, told), threshold):
        return True
    step = _step(span)
    outers: dict[Span, list[int]] = {}
    for other, number in told:
        if step and inside(span, other):
            outers.setdefault(other, []).append(number)
    return any(
        _small_rest(numbers, {step: {**_parts(outer, told).get(step, {}), span: [n]}}, threshold)
        for outer, numbers in outers.items()
    )


def a_change_tells(
    span: Span, change: int, changes: Sequence[tuple[Span, int]], least: int
) -> bool:
    """Tell whether a change, minus those told of spans within or around, is that of a small group.

    Whoever came late counts in every span that has a day of theirs: a month that changed by one
    more than its week tells of one person on the other days.
    """
    nested = (n for other, n in changes if inside(other, span) or inside(span, other))
    if any(0 < abs(change - n) < least for n in nested):
        return True
    alike = [(other, abs(n)) for other, n in changes if n * change > 0]
    return tells_the_rest(span, abs(change), alike, least)


def is_told_in_part(span: Span, spans: Iterable[Span]) -> bool:
    """Tell whether some months of a span are told and others are not: the sum tells these."""
    covered = _covered(span, spans)
    return bool(covered) and covered != set(months_of(span))


def completes_nothing(span: Span, spans: Collection[Span]) -> bool:
    """Tell whether a longer span was told while months in it are not: parts of it would tell."""
    return any(
        inside(span, outer) and _covered(outer, spans) != set(months_of(outer)) for outer in spans
    )


Parts = dict[Step | None, dict[Span, list[int]]]
"""Of each length of span, the parts that are told; those of one length never overlap."""


def _parts(span: Span, told: Told) -> Parts:
    found: Parts = {}
    for other, number in told:
        if inside(other, span) and (step := _step(other)):
            found.setdefault(step, {}).setdefault(other, []).append(number)
    return found


def _small_rest(wholes: Sequence[int], parts: Parts, threshold: int) -> bool:
    """Look at what was told first of each part, and last: what was true at one time adds up."""
    for of_step in parts.values():
        for at in (0, -1):
            told = sum(numbers[at] for numbers in of_step.values())
            if any(0 < n - told < threshold for n in wholes):
                return True
    return False


def _step(span: Span) -> Step | None:
    return step_of(span.since, span.until)


def _covered(span: Span, spans: Iterable[Span]) -> set[str]:
    """Return the months of a span that shorter ones tell."""
    return {month for other in spans if inside(other, span) for month in months_of(other)}
