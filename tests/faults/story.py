"""A sound history of a small town, which tests of the checker spoil."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from cli.truth import NUMBERS, Log, Question, recompute
from contracts.ideas import IdeaAccepted, IdeaSubmitted, IdeaTakenUnderReview
from contracts.vocabulary import IdeaId, PersonId
from tests.faults import numbers, recounted
from tests.faults.evidence import TELLS, Evidence, Notice, Record, Stored
from tests.faults.history import Command, History, Use
from tests.faults.outsiders import SOURCE

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = START.date()
END = datetime(2026, 3, 3, tzinfo=UTC)
TAKEN = 1000.0  # when Kafka took each use, on the monotonic clock


def command(kind: str, service: str, key: str, *statuses: int | None) -> Command:
    made = Command(kind, service, "anna", key, START.timestamp())
    for status in statuses:
        made.told(status, {"idea": "i"} if status and status < 300 else None)
    return made


class Story:
    """One idea that was submitted, reviewed and accepted, and one use: nothing is wrong with it."""

    def __init__(self) -> None:
        self.idea = str(uuid.uuid4())
        self.submit = command("submit", "ideas", "k1", None, 201)
        self.decide = command("decide", "feedback", "k2", 201, 201)
        self.refused = command("revise", "ideas", "k3", 409)
        self.unknown = command("withdraw", "ideas", "k4", None)
        self.history = History([self.submit, self.decide, self.refused, self.unknown])
        born = self._event(1, "IdeaSubmitted", self.submit.id, author="anna", co_authors=[])
        asked = self._event(1, "ReviewRequested", None, born.id, stream="review")
        named = self._event(2, "ReviewerAssigned", None, born.id, stream="review", reviewer="rob")
        taken = self._event(2, "IdeaTakenUnderReview", None, named.id)
        given = self._event(3, "ReviewCompleted", self.decide.id, stream="review")
        accepted = self._event(3, "IdeaAccepted", None, given.id)
        self.found = Evidence(stores={
            "ideas": [born, taken, accepted], "feedback": [asked, named, given],
            "notifications": [],
        })  # fmt: skip
        self._tell()
        self._notice(born, accepted, named)
        self.use("u1")
        self.found.uses["f1", DAY] = self.found.users["f1", DAY] = 1
        self._count()

    def _event(
        self, version: int, kind: str, asked: Any, cause: str | None = None, *,
        stream: str = "idea", **data: Any,
    ) -> Stored:  # fmt: skip
        return Stored(
            str(uuid.uuid4()), f"{stream}-{self.idea}", version, kind,
            START + timedelta(hours=version), asked, cause, version, {"idea": self.idea, **data},
        )  # fmt: skip

    def _tell(self) -> None:
        for service, topic in TELLS.items():
            self.found.topics[topic] = [
                Record(0, number, e.id, e.stream, e.version)
                for number, e in enumerate(self.found.stores[service])
            ]
        of_ideas = [("kiem/ideas", e.id) for e in self.found.stores["ideas"]]
        of_feedback = [("kiem/feedback", e.id) for e in self.found.stores["feedback"]]
        self.found.journals = {
            "ideas": [*of_feedback], "feedback": [*of_ideas],
            "notifications": of_ideas + of_feedback, "metrics": of_ideas + of_feedback,
        }  # fmt: skip
        states = ("submitted", "under_review", "accepted")
        self.found.facts = [(self.idea, n, state) for n, state in enumerate(states, start=1)]
        self.found.states = {self.idea: "accepted"}

    def _count(self) -> None:
        """Let metrics answer what both ways of counting come to."""
        since = START - timedelta(days=30)
        idea, anna = IdeaId(uuid.UUID(self.idea)), PersonId("anna")
        steps = (IdeaSubmitted, IdeaTakenUnderReview, IdeaAccepted)
        self.found.log = [
            kind(idea=idea, author=anna, at=event.at)
            for kind, event in zip(steps, self.found.stores["ideas"], strict=True)
        ]
        asked = Question(since, END, END, recounted.working())
        told = numbers.refold(self.found.stores["ideas"], END)
        for kpi in NUMBERS:
            counted = msgspec.to_builtins(recompute(kpi, Log(self.found.log), asked))
            beside = counted["beside"] | told.get(kpi, {}).get("beside", {})
            told[kpi] = counted | told.get(kpi, {}) | {"beside": beside}
        nothing: dict[str, Any] = {"value": None, "n": 0, "beside": {}}
        told |= {kpi: dict(nothing) for kpi in recounted.OF_THE_DIRECTORY}
        self.found.again = {kpi: dict(nothing) for kpi in recounted.OF_THE_DIRECTORY}
        self.found.numbers = told | {"end": {"since": since.isoformat(), "at": END.isoformat()}}

    def _notice(self, born: Stored, accepted: Stored, named: Stored) -> None:
        for person, kind, cause in (
            ("anna", "acknowledgement", born), ("anna", "decision", accepted),
            ("rob", "review_assigned", named),
        ):  # fmt: skip
            made = Notice(str(uuid.uuid4()), person, kind, self.idea, cause.id, "delivered")
            self.found.notices.append(made)
            self.found.mails[f"<{made.id}@example.org>"] += 1

    def use(self, name: str, *, late: bool = False) -> None:
        """Let somebody tell Kafka a use, which takes it; count it is who spoils the ledger."""
        self.history.uses[SOURCE, name] = Use(
            name, SOURCE, "p", "f1", START.timestamp(), "kafka", "acknowledged", late=late,
            taken=TAKEN,
        )  # fmt: skip
        self.found.used.add((SOURCE, name))

    def swap(self, service: str, number: int, **changes: Any) -> None:
        stored = self.found.stores[service]
        stored[number] = replace(stored[number], **changes)
