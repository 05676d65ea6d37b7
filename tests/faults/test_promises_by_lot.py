"""The judge of promises and the product agree: of random lives through its domains it says nothing.

The rules are told twice on purpose. Where one of the two changes alone, this says so in a second,
and not an hour of chaos. The same lives with one fact of a loop gone are never sound.
"""

import random
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from contracts.feedback import ReviewerAssigned
from contracts.vocabulary import IdeaId, PersonId
from feedback import domain as reviewing
from feedback.domain.rubric import RUBRIC
from ideas import domain as having
from notifications.domain import notices
from notifications.domain.reviewing import about_assignment
from tests.faults.chronicle import Chronicle, Fact, Shown
from tests.faults.news import Owed
from tests.faults.promises import check
from tests.guarantee.folk import Matter, Person, Told
from tests.guarantee.services import DESK
from tests.guarantee.town import Town

STEPS = 50
WORDS = {name: f"Wat er over {name} te zeggen is." for name in RUBRIC.names}


class Lives(Town):
    """A town that keeps what it told as services publish it, and every notice."""

    def __init__(self, lot: random.Random) -> None:
        super().__init__(datetime(2026, 11, 30, 9, tzinfo=UTC))
        self.lot = lot
        self.ideas: list[UUID] = []
        self.published: dict[str, list[Fact]] = {"ideas": [], "feedback": [], "notifications": []}
        self.notes: list[Owed] = []
        self.stands: list[datetime] = []
        self._known: dict[int, tuple[Any, str]] = {}  # the event itself keeps its id its own
        self._cause: str | None = None
        for n in "12":
            self.people[PersonId(f"anna{n}")] = Person(lead=PersonId(f"lea{n}"))
            reviewer = Person(lead=PersonId(f"lea{n}"), roles=frozenset({"reviewer"}))
            self.people[PersonId(f"rob{n}")] = reviewer
            self.people[PersonId(f"lea{n}")] = Person(lead=PersonId(f"dirk{n}"))
            self.people[PersonId(f"dirk{n}")] = Person(roles=frozenset({"director"}))

    # ------------------------------------------------------------ what is published
    def _publish(self, service: str, stream: str, version: int, event: Any) -> None:
        name, kind = str(uuid.uuid4()), type(event).__name__
        self._known[id(event)] = (event, name)
        self.published[service].append(Fact(
            name, stream, version, kind, event.at, self.now, self._cause, msgspec.to_builtins(event)
        ))  # fmt: skip

    def _do(self, service: str, decider: Any, stream: UUID, command: Any) -> bool:
        before = len(self.streams[service, stream])
        done = super()._do(service, decider, stream, command)
        of = {"ideas": "idea", "feedback": "review"}[service]
        for version, event in enumerate(self.streams[service, stream][before:], start=before + 1):
            self._publish(service, f"{of}-{stream}", version, event)
        return done

    def _loop(self, matter: Matter, command: Any) -> list[Any]:
        before = len(matter.log)
        made = super()._loop(matter, command)
        for version, event in enumerate(made, start=before + 1):
            self._publish("notifications", f"loop-{matter.about.id}", version, event)
        return made

    def _notifications_hear(self, told: Told) -> None:
        self._cause = self._known[id(told.event)][1]
        super()._notifications_hear(told)
        if isinstance(told.event, ReviewerAssigned):
            self._tell(about_assignment(told.event, self._cause))
        self._cause = None

    def _tell(self, notice: notices.Notice) -> None:
        cause = self._cause or f"loop-{notice.cause}"
        self.notes.append(Owed(notice.person, notice.kind, cause))

    def _fire(self) -> None:
        super()._fire()
        self.stands.append(self.now + timedelta(seconds=1))

    # ------------------------------------------------------------ what happens
    def live(self) -> None:
        for _ in range(STEPS):
            for _ in range(self.lot.randrange(3)):
                self._submit()
            for idea in self.ideas:
                self._perhaps(idea)
            self.settle()
            self.pass_until(self.now + timedelta(days=self.lot.uniform(0.5, 4)))
            self.stands.append(self.now)
            self.now += timedelta(seconds=2)

    def _submit(self) -> None:
        idea, n = self.new_id(), self.lot.choice("12")
        others = (PersonId(f"lea{n}"),) if self.lot.random() < 0.3 else ()
        self.ideas.append(idea)
        self.tell_idea(idea, having.SubmitIdea(
            IdeaId(idea), PersonId(f"anna{n}"), "Fietsen", "Een fiets per gebouw.", self.now, DESK,
            self.due(5), co_authors=others,
        ))  # fmt: skip

    def _perhaps(self, idea: UUID) -> None:
        chance, review = self.lot.random(), self.review(idea)
        who = getattr(review, "accountable", None) or DESK
        outcome: Any = self.lot.choice(["accepted", "declined", "parked"])
        if chance < 0.02:
            self.tell_idea(idea, having.WithdrawIdea(self.idea(idea).author, self.now))
        elif chance < 0.06:
            self.tell_review(idea, reviewing.CompleteReview(
                by=who, at=self.now, outcome=outcome, criteria=RUBRIC.names, rubric=RUBRIC.version,
                marks=dict.fromkeys(WORDS, "met"), sentences=WORDS, reason="Het helpt de avond.",
                next_step="Rik belt je deze week over hoe we beginnen.", accountable=who,
                due=self.due(15), at_desk=who == DESK,
            ))  # fmt: skip

    def chronicle(self) -> Chronicle:
        """Return what was published, with every notice in an inbox and by mail."""
        leads = {str(name): person.lead for name, person in self.people.items()}
        told = Chronicle(
            leads={**leads, "desk": None}, directors={"dirk1", "dirk2"}, desk="desk",
            addresses={name: f"{name}@example.org" for name in (*leads, "desk")},
            ideas=self.published["ideas"], reviews=self.published["feedback"],
            loops=self.published["notifications"], stands=sorted(self.stands),
        )  # fmt: skip
        told.inboxes = {name: [] for name in told.addresses}
        for note in self.notes:
            shown = Shown(note.id, note.kind, None, (None, None))
            told.inboxes[note.person].append(shown)
            told.mails[note.id, told.addresses[note.person]] += 1
        return told


@pytest.mark.parametrize("seed", range(8))
def test_the_judge_says_what_the_domains_do(seed: int) -> None:
    lives = Lives(random.Random(seed))  # noqa: S311 - to be replayed
    lives.live()
    told = lives.chronicle()
    wrong = [w for w in check(told) if "kind='reminder'" not in w]  # this town has no reminders
    assert not wrong
    kinds = Counter(fact.kind for fact in told.loops)
    assert min(kinds["PromiseKept"], kinds["Escalated"]) > 20
    del told.loops[lives.lot.randrange(len(told.loops))]
    assert [w for w in check(told) if "kind='reminder'" not in w]
