"""What the steps of a challenge say: its rules, its teams, the points of its jury, its report."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Team:
    """Who works together; `name` is None where it was erased."""

    team: str
    name: str | None
    members: list[str]
    idea: str | None = None


@dataclass
class Contest:
    """A challenge as it is after all its steps; words are None where they were erased.

    `jury_weight` is the jury's part of the order, from 0 to 1; `points` are by idea and juror.
    `owner` owes its report until `due`; both are None where nobody does.
    """

    challenge: str
    by: str
    question: str | None
    why: str | None
    rules: dict[str, Any]
    teams: dict[str, Team] = field(default_factory=dict)
    points: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    closed: bool = False
    report: str | None = None
    chosen: list[str] = field(default_factory=list)
    answers: int = 0
    owner: str | None = None
    due: str | None = None

    @property
    def jury(self) -> list[str]:
        return list(self.rules.get("jury", ()))

    @property
    def criteria(self) -> list[str]:
        return list(self.rules.get("criteria", ()))

    @property
    def weight(self) -> float:
        """Return the jury's part of the order; without a jury only the crowd's view counts."""
        return float(self.rules.get("jury_weight", 0)) if self.jury else 0.0

    @property
    def hackathon(self) -> bool:
        return bool(self.rules.get("hackathon") or self.teams)

    def of(self, person: str) -> list[Team]:
        return [team for team in self.teams.values() if person in team.members]


def contest(shown: dict[str, Any]) -> Contest:
    """Return what the steps of a challenge come to."""
    began = shown["steps"][0]
    words, rules = began["words"], began["more"]
    found = Contest(
        str(shown["matter"]), shown["author"], words.get("question") or rules.get("question"),
        words.get("why"), rules, owner=shown.get("accountable"), due=shown.get("due"),
    )  # fmt: skip
    for step in shown["steps"][1:]:
        _take(found, step, step["more"])
    return found


def _take(found: Contest, step: dict[str, Any], more: dict[str, Any]) -> None:
    match step["type"]:
        case "TeamFormed":
            name = step["words"].get("name")
            found.teams[more["team"]] = Team(
                more["team"], name, list(more["members"]), more.get("idea")
            )
        case "TeamChanged" if more["team"] in found.teams:
            team = found.teams[more["team"]]
            team.members, team.idea = list(more["members"]), more.get("idea")
        case "AnswerJudged":
            found.points[more["idea"], step["by"]] = more["points"]
        case "ChallengeClosed":
            found.closed, found.report = True, step["words"].get("report")
            found.chosen = [str(idea) for idea in more.get("chosen", ())]
            found.answers = int(more.get("answers", 0))


def whole_points(said: str, most: int) -> int | None:
    """Return points as a whole number from 0; None for anything else."""
    small = said.isascii() and said.isdigit() and len(said) <= len(str(most))
    return int(said) if small and int(said) <= most else None
