"""What clients asked and were told: each command invoked, then acknowledged, refused or unknown."""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid5

from chassis import http

Outcome = Literal["acknowledged", "refused", "unknown"]


@dataclass
class Command:
    """One command of one client; repeated under the same key it is still one."""

    kind: str
    service: str
    who: str
    key: str
    invoked: float
    idea: str | None = None
    outcome: Outcome = "unknown"
    ended: float = 0.0
    attempts: int = 0
    statuses: list[int | None] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        """The id under which the service keeps it."""
        return uuid5(http._COMMANDS, f"{len(self.who)}:{self.who}{self.key}")

    def told(self, status: int | None, answer: dict[str, Any] | None) -> None:
        """Note one answer, None where none came. What a no means depends on what went before."""
        unsure = self.attempts > 0 and self.outcome == "unknown"
        self.attempts += 1
        self.statuses.append(status)
        self.ended = time.time()
        if status is not None and status < 300:
            self.outcome = "acknowledged"
            self.answers.append(answer or {})
        elif self.outcome == "acknowledged":
            pass  # a repetition that failed takes nothing back
        elif status is not None and 400 <= status < 500 and not unsure:
            self.outcome = "refused"
        else:
            self.outcome = "unknown"


@dataclass
class Use:
    """One use of a tool that an outsider told: once, or several times under the same id."""

    id: str
    source: str
    person: str
    feature: str
    at: float
    way: Literal["kafka", "door"]
    outcome: Outcome = "unknown"
    late: bool = False
    taken: float | None = None
    """When Kafka last said that it has it, by this machine's monotonic clock."""


@dataclass
class History:
    """Everything that clients know of one run."""

    commands: list[Command] = field(default_factory=list)
    uses: dict[tuple[str, str], Use] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        found = dict.fromkeys(("acknowledged", "refused", "unknown"), 0)
        for command in self.commands:
            found[command.outcome] += 1
        return found | {"uses": len(self.uses)}

    def keep(self, path: Path) -> None:
        """Write it down, one line each, for whoever looks into a run that failed."""
        with path.open("w") as file:
            for command in self.commands:
                file.write(json.dumps(asdict(command) | {"id": str(command.id)}) + "\n")
            for use in self.uses.values():
                file.write(json.dumps(asdict(use)) + "\n")
