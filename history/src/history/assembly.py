"""Puts the lines of a history together to ideas, and lists what contradicts itself."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, field

from history.steps import Line, Standing, Step


class Idea(Struct, frozen=True):
    """An idea under the organisation's own key, with its steps in order."""

    key: str
    steps: tuple[Step, ...]


class Assignment(Struct, frozen=True):
    """Reviewers who were named for an idea."""

    line: int
    at: datetime
    key: str
    reviewers: tuple[str, ...]


class Assembled(Struct):
    """A whole history: every line stands in exactly one of `standing`."""

    ideas: list[Idea] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    standing: dict[int, Standing] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    ignored: Counter[str] = field(default_factory=Counter)

    def refuse(self, line: Line, reason: str) -> None:
        self.standing[line.number] = "unplaced"
        self.reasons[line.number] = reason

    def counts(self) -> Counter[Standing]:
        return Counter(self.standing.values())


def assemble(lines: Iterable[Line]) -> Assembled:
    """Group lines by idea; an idea's facts count by their moment, then by their line."""
    whole = Assembled()
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.key is not None and (line.birth or line.if_first or line.steps):
            groups[line.key].append(line)
        else:
            _set_aside(whole, line)
    for key, found in groups.items():
        _put_together(whole, key, sorted(found, key=_order))
    whole.ideas.sort(key=lambda idea: (idea.steps[0].at, idea.steps[0].line))
    whole.assignments.sort(key=lambda one: (one.at, one.line))
    return whole


def _order(line: Line) -> tuple[float, int]:
    return (line.at.timestamp() if line.at else 0.0, line.number)


def _set_aside(whole: Assembled, line: Line) -> None:
    """Note a line that places no step."""
    if line.problems:
        whole.refuse(line, "; ".join(line.problems))
    else:
        whole.standing[line.number] = "ignored"
        whole.ignored[line.ignored or "lines without a step"] += 1


def _put_together(whole: Assembled, key: str, lines: list[Line]) -> None:
    born = next((line for line in lines if line.birth or line.if_first), None)
    if born is None:
        for line in lines:
            whole.refuse(line, "no line of the file submits this idea")
        return
    steps: list[Step] = []
    for line in lines:
        if line.birth and line is not born:
            whole.refuse(line, f"the idea was submitted before, by line {born.number}")
        elif _order(line) < _order(born):
            whole.refuse(line, f"it comes before the submission of the idea, line {born.number}")
        elif line is born or line.steps:
            steps += _accepted(whole, key, line, born)
        else:
            _set_aside(whole, line)
    whole.ideas.append(Idea(key, tuple(steps)))


def _accepted(whole: Assembled, key: str, line: Line, born: Line) -> list[Step]:
    birth = (line.birth or line.if_first) if line is born else None
    steps = [birth] if birth else []
    for step in line.steps:
        if step.step == "reviewers_assigned":
            whole.assignments.append(Assignment(step.line, step.at, key, step.reviewers))
        else:
            steps.append(step)
    if line.problems:
        said = "; ".join(line.problems)
        whole.refuse(line, f"{said} (the rest of the line is placed)")
    else:
        whole.standing[line.number] = "placed"
    return steps
