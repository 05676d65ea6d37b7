"""A town of pure domains, without a database, a Kafka, a clock: its people and its time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.decider import Rejected
from cli.guarantee import Entry
from contracts.vocabulary import IdeaId, PersonId, SubjectId
from feedback import domain as reviewing
from feedback.domain import routing
from feedback.domain.dialogue import barred
from ideas import domain as having
from notifications.domain import loop, notices, standing_in
from notifications.domain.ladder import Ladder, Listed

from .folk import Matter
from .services import ANSWER_DAYS, DESK, ESCALATE_DAYS, Services


class Town(Services):
    """Three services and the people who use them, at one moment that only `pass_until` moves."""

    # ------------------------------------------------------------ what people do
    def would(self, idea: UUID, command: Any) -> bool:
        """Tell whether ideas would do what it is asked."""
        try:
            having.decide(self.idea(idea), command)
        except Rejected:
            return False
        return True

    def merge(self, one: UUID, other: UUID) -> None:
        """Let an idea become a part of another: both or none, as at the door."""
        authors = tuple(sorted(self.idea(one).authors))
        asked = having.MergeIdea(DESK, self.now, IdeaId(other), "Hetzelfde.")
        taken = having.AbsorbIdea(DESK, self.now, IdeaId(one), authors)
        if one != other and self.would(one, asked) and self.tell_idea(other, taken):
            self.tell_idea(one, asked)

    def separate(self, one: UUID, whole: UUID) -> None:
        """Let a part of an idea stand by itself again."""
        if self.idea(one).state == "merged":
            due = self.due(ANSWER_DAYS)
            back = having.ReopenIdea(DESK, self.now, "submitted", "Toch niet.", DESK, due)
            self.tell_idea(one, back)
        self.tell_idea(whole, having.SeparateIdea(DESK, self.now, IdeaId(one)))

    def absorbed(self) -> list[tuple[UUID, UUID]]:
        """Return each idea that is a part of another, and that other one."""
        known = {stream: self.idea(stream) for name, stream in self.streams if name == "ideas"}
        return [(one, whole) for whole, idea in known.items() if idea for one in idea.absorbed]

    def hears(self, idea: UUID) -> set[PersonId]:
        """Return who is told of an idea as one of its authors."""
        return set(self.matters[SubjectId(idea)].known.authors)

    # ------------------------------------------------------------ who reviews
    def route_waiting(self) -> None:
        """Feedback looks again whether somebody can take what nobody has."""
        for stream, review in self._reviews():
            if review.reviewer is None and (found := self._found(review)) is not None:
                self.tell_review(stream, reviewing.AssignReviewer(found, self.now))

    def let_others_review(self, gone: PersonId) -> None:
        """Feedback finds somebody else for what a reviewer had who is gone."""
        for stream, review in self._reviews():
            if review.reviewer == gone and (found := self._found(review)) is not None:
                self.tell_review(stream, reviewing.StandIn(gone, found, self.now))

    def _reviews(self) -> list[tuple[UUID, reviewing.Open]]:
        known = [(stream, self.review(stream)) for who, stream in self.streams if who == "feedback"]
        return [(stream, review) for stream, review in known if isinstance(review, reviewing.Open)]

    def _found(self, review: reviewing.Open) -> reviewing.Assignment | None:
        authors = frozenset({review.author, *review.co_authors})
        return self.assignment(routing.Asked(authors, barred=barred(review)))

    # ------------------------------------------------------------ time
    def pass_until(self, until: datetime) -> None:
        """Let time pass; whatever is due meanwhile happens at its moment, and is heard at once."""
        for _ in range(10_000):
            self.pass_on()
            moment = min((m for m in self._moments() if m <= until), default=None)
            if moment is None:
                self.now = max(self.now, until)
                return
            self.now = max(self.now, moment)
            self._fire()
            self.settle()
        raise AssertionError("time stands still: something is due again and again")

    def _moments(self) -> Iterator[datetime]:
        yield from self.wakes.values()
        yield from (owed.due for m in self.matters.values() if (owed := m.owed))

    def _fire(self) -> None:
        for idea, wakes in [(i, at) for i, at in self.wakes.items() if at <= self.now]:
            del self.wakes[idea]
            due = self.due(ANSWER_DAYS, wakes)
            day = self.calendar.local_date(wakes)
            self.tell_idea(idea, having.ReviveIdea(wakes, DESK, due, day=day))
        self.settle()  # a wake-up that comes with a broken date is heard before it
        for matter in list(self.matters.values()):
            if (owed := matter.owed) is None or owed.due > self.now:
                continue
            authors, until = self._followed(matter).authors, self.due(ESCALATE_DAYS)
            made = self._loop(matter, loop.BreakPromise(self.now, until, self._ladder(matter)))
            if not self._appealed(matter.about):
                cause = f"{matter.about.id}@{len(matter.log)}"
                for notice in notices.about_escalation(made, cause, authors):
                    self._tell(notice)

    def _ladder(self, matter: Matter) -> Ladder:
        today = self.calendar.local_date(self.now)
        listed = {
            name: Listed(p.lead, p.deputy, "director" in p.roles, p.left, p.away(today))
            for name, p in self.people.items()
        }
        return Ladder(listed, DESK, frozenset(self._followed(matter).authors))

    def leaves_or_comes_back(self, who: PersonId) -> None:
        """Let somebody go, and others review what they had; or let them come back."""
        self.people[who].left = gone = not self.people[who].left
        if gone:
            self.let_others_review(who)
        if self.promptly:
            self.pass_on()

    def pass_on(self) -> None:
        """Let others owe what is promised in the name of who is gone, as far as it is known."""
        gone = {who for who, person in self.people.items() if person.left}
        for matter in list(self.matters.values()):
            if matter.owed is None or (who := matter.owed.accountable) not in gone:
                continue
            made = self._loop(matter, loop.PassOn(self.now, who, "left", self._ladder(matter)))
            if not self._appealed(matter.about):
                cause = f"{matter.about.id}@{len(matter.log)}"
                authors = self._followed(matter).authors
                for notice in standing_in.about_passing_on(made, cause, authors):
                    self._tell(notice)
        self.settle()

    def facts(self) -> list[Entry]:
        return [*self.logs["ideas"], *self.logs["feedback"]]

    def open_ideas(self) -> list[IdeaId]:
        """Return the ideas that ideas itself takes for unfinished."""
        ends = {"declined", "withdrawn", "realised", "merged", "stopped"}
        found = [stream for service, stream in self.streams if service == "ideas"]
        return [IdeaId(i) for i in found if (s := self.idea(i)) and s.state not in ends]

    def loop_of(self, subject: UUID) -> loop.Loop:
        matter = self.matters.get(SubjectId(subject))
        return matter.owed if matter else None
