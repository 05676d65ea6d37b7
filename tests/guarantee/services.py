"""Three services that tell each other what happened, as their consumers do, without a Kafka.

What one service tells waits until another one hears it, in order per stream and in any order
otherwise, as in Kafka. The glue between the domains is that of the services' consumers, told again
in as few words as possible; everything that decides is theirs.
"""

from collections import Counter, defaultdict, deque
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from chassis.calendar import Calendar
from chassis.decider import Rejected
from cli.guarantee import Entry
from contracts import feedback as told_by_feedback
from contracts import ideas as told_by_ideas
from contracts.notifications import Escalated, NoticeDelivered, PromisePassedOn
from contracts.vocabulary import AppealId, PersonId
from feedback import domain as reviewing
from feedback.domain import routing
from feedback.domain.rubric import RUBRIC
from ideas import domain as having
from ideas.domain.handing_up import HandUp
from notifications.domain import loop, notices, steps
from notifications.domain.subjects import Subject, subject_of

from .folk import Matter, Person, Told

DESK = PersonId("desk")
ANSWER_DAYS, DECISION_DAYS, ESCALATE_DAYS = 5, 20, 5
_IDS = UUID("0a8a5f5e-5a55-4a0e-9a0f-1f0d8a2a9d10")
HEARERS = {
    "ideas": ("feedback", "notifications"),
    "feedback": ("ideas", "notifications"),
    "notifications": ("feedback", "ideas"),
}


class Services:
    """Ideas, feedback and notifications: what each has recorded, and what is on its way."""

    def __init__(self, now: datetime, *, promptly: bool = True) -> None:
        self.now, self.promptly = now, promptly
        self.calendar = Calendar("NL", ZoneInfo("Europe/Amsterdam"))
        self.people: dict[PersonId, Person] = {}
        self.logs: dict[str, list[Entry]] = defaultdict(list)
        self.streams: dict[tuple[str, UUID], list[Any]] = defaultdict(list)
        self.ways: dict[tuple[str, str, UUID], deque[Told]] = defaultdict(deque)
        self.births: dict[UUID, told_by_ideas.IdeaSubmitted] = {}
        self.wakes: dict[UUID, datetime] = {}
        self.matters: dict[UUID, Matter] = {}
        self.told: Counter[tuple[PersonId, str, str]] = Counter()
        self._folded: dict[tuple[str, UUID], tuple[int, Any]] = {}
        self._made = 0

    def new_id(self) -> UUID:
        self._made += 1
        return uuid5(_IDS, str(self._made))

    def due(self, days: int, start: datetime | None = None) -> datetime:
        return self.calendar.add_working_days(start or self.now, days)

    def tell_idea(self, idea: UUID, command: Any) -> bool:
        """Ask ideas for something; False where the domain says no."""
        return self._done("ideas", having.decider, idea, command)

    def tell_review(self, idea: UUID, command: Any) -> bool:
        return self._done("feedback", reviewing.decider, idea, command)

    def idea(self, idea: UUID) -> Any:
        return self._state("ideas", having.decider, idea)

    def review(self, idea: UUID) -> Any:
        return self._state("feedback", reviewing.decider, idea)

    def _state(self, service: str, decider: Any, stream: UUID) -> Any:
        """Fold what is new of a stream; folding all of it each time took half of the test."""
        known, state = self._folded.get((service, stream), (0, None))
        events = self.streams[service, stream]
        state = decider.replay(events[known:], state)
        self._folded[service, stream] = len(events), state
        return state

    def _done(self, service: str, decider: Any, idea: UUID, command: Any) -> bool:
        done = self._do(service, decider, idea, command)
        if self.promptly:
            self.settle()
        return done

    def _do(self, service: str, decider: Any, stream: UUID, command: Any) -> bool:
        events = self.streams[service, stream]
        try:
            made = decider.decide(self._state(service, decider, stream), command)
        except Rejected:
            return False
        for event in made:
            events.append(event)
            self.logs[service].append(Entry(event, event.at, self.now))
            for hearer in HEARERS[service]:
                self.ways[hearer, service, stream].append(Told(len(events), event))
        return True

    # ------------------------------------------------------------ what services hear
    def on_their_way(self) -> list[tuple[str, str, UUID]]:
        return [way for way, waiting in self.ways.items() if waiting]

    def deliver(self, way: tuple[str, str, UUID]) -> None:
        """Let a service hear the next event of a stream."""
        told = self.ways[way].popleft()
        match way[0]:
            case "ideas":
                self._ideas_hear(told.event)
            case "feedback":
                self._feedback_hears(told.event)
            case _:
                self._notifications_hear(told)

    def settle(self) -> None:
        """Deliver until nothing is on its way."""
        while ways := self.on_their_way():
            self.deliver(ways[0])

    def _ideas_hear(self, event: Any) -> None:
        command: Any
        match event:
            case Escalated(matter="idea"):
                command = HandUp(
                    event.at, event.previous, event.accountable, event.due, event.missed
                )
            case PromisePassedOn(matter="idea"):
                command = HandUp(
                    event.at, event.previous, event.accountable, event.due, cause=event.cause
                )
            case told_by_feedback.ReviewerAssigned(reviewer=who, at=at, due=due) if due:
                command = having.TakeUnderReview(who, at, due, event.requested)
            case told_by_feedback.ReviewCompleted() as answer:
                command = having.RecordAnswer(
                    answer.outcome, answer.reviewer, answer.at, answer.accountable, answer.due,
                    answer.wake_on, answer.requested,
                )  # fmt: skip
                if answer.wake_on and answer.outcome == "parked":
                    self.wakes[event.idea] = self.calendar.end_of(answer.wake_on) - timedelta(
                        hours=9
                    )
            case told_by_feedback.AppealLodged(at=at, by=by, due=due, accountable=who) if due:
                command = having.HearAppeal(at, by, who or DESK, due)
            case told_by_feedback.QuestionAsked(at=at, due=due, accountable=who) if due:
                command = having.SetPromise(at, due, "question", who, requested=event.requested)
            case told_by_feedback.QuestionAnswered(at=at, due=due, accountable=who) if due:
                command = having.SetPromise(at, due, "answer", who, requested=event.requested)
            case told_by_feedback.ReviewerRecused(at=at, due=due, accountable=who) if due and who:
                command = having.SetPromise(at, due, "recusal", who, requested=event.requested)
            case _:
                return
        self.tell_idea(event.idea, command)

    def _feedback_hears(self, event: Any) -> None:
        idea = event.idea
        if isinstance(event, Escalated | PromisePassedOn):
            if event.matter in {"idea", "appeal"}:
                appeal = AppealId(event.subject) if event.matter == "appeal" else None
                cause = event.cause if isinstance(event, PromisePassedOn) else "broken"
                up = reviewing.HandUp(
                    event.at, event.previous, event.accountable, event.due, appeal, cause
                )
                self.tell_review(idea, up)
            return
        if isinstance(event, told_by_ideas.IdeaSubmitted):
            self.births[idea] = event
        match event:
            case (
                told_by_ideas.IdeaSubmitted()
                | told_by_ideas.IdeaRevived()
                | told_by_ideas.IdeaReopened(to="submitted" | "under_review")
            ):
                self._request(event)
            case told_by_ideas.PromiseMoved(cause="longer" | "outage", accountable=who, due=due):
                self.tell_review(idea, reviewing.MoveDue(event.at, who or DESK, due or event.at))
            case (
                told_by_ideas.IdeaWithdrawn()
                | told_by_ideas.IdeaMerged()
                | told_by_ideas.IdeaReopened()
                | told_by_ideas.IdeaAccepted()
                | told_by_ideas.IdeaDeclined()
                | told_by_ideas.IdeaParked()
                | told_by_ideas.PilotStarted()
                | told_by_ideas.IdeaRealised()
            ):
                self.tell_review(idea, reviewing.CloseReview(event.at))
            case _:
                return

    def _request(self, event: Any) -> None:
        if event.accountable is None or event.due is None:
            return
        born = self.births[event.idea]
        found = self.assignment(routing.Asked(frozenset({event.author, *born.co_authors})))
        self.tell_review(
            event.idea,
            reviewing.RequestReview(
                idea=event.idea, author=event.author, at=event.at, accountable=event.accountable,
                due=event.due, co_authors=born.co_authors, rubric=RUBRIC.version, assignment=found,
                anew=isinstance(event, told_by_ideas.IdeaRevived) or getattr(event, "anew", False),
            ),
        )  # fmt: skip

    def assignment(self, asked: routing.Asked) -> reviewing.Assignment | None:
        today = self.calendar.local_date(self.now)
        listed = [
            routing.Listed(name, None, p.lead, p.deputy, p.roles, p.left, tuple(p.absences))
            for name, p in self.people.items()
        ]
        reviewer = routing.route(listed, {}, asked, today)
        if reviewer is None:
            return None
        due = self.due(DECISION_DAYS)
        return reviewing.Assignment(reviewer, RUBRIC.names, RUBRIC.version, due)

    def _notifications_hear(self, told: Told) -> None:
        about = self._about(told.event)
        if about is None:
            return
        matter = self.matters.setdefault(about.id, Matter(about))
        before = self._followed(matter)
        if told.version <= before.version:
            return
        step = steps.follow(told.event, about, told.version, before)
        matter.known = steps.after(told.event, told.version, before)
        made = self._loop(matter, step)
        story = notices.Step(
            told.event, about, str(self.new_id()),
            quiet=self._appealed(about) and steps.routes(told.event),
            parted=steps.parted(told.event, before),
        )  # fmt: skip
        for notice in notices.about_step(story, matter.known.authors, made, DESK):
            self._tell(notice)

    def _followed(self, matter: Matter) -> steps.Following:
        """An appeal is that of everybody whose idea it is about, as they are now."""
        about = matter.about
        if about.matter == "appeal" and about.idea in self.matters:
            return replace(matter.known, own=self.matters[about.idea].known.authors)
        return matter.known

    def _appealed(self, about: Subject) -> bool:
        if about.matter != "idea":
            return False
        appeals = (m for m in self.matters.values() if m.about.matter == "appeal")
        return any(m.owed for m in appeals if m.about.idea == about.id)

    def _tell(self, notice: notices.Notice) -> None:
        self.told[notice.person, notice.kind, notice.cause] += 1
        shown = NoticeDelivered(
            at=max(self.now, notice.at), notice=notice.id, **notice.about.told(), attempts=1,
            person=notice.person, kind=notice.kind, channel="in_app", owed=notice.owed,
            proof="inbox",
        )  # fmt: skip
        self.logs["notifications"].append(Entry(shown, shown.at, self.now))

    def _about(self, event: Any) -> Subject | None:
        if isinstance(event, told_by_feedback.AppealLodged | told_by_feedback.AppealDecided):
            return subject_of(event)
        if isinstance(event, _BESIDE_AN_APPEAL):
            open_ones = (m for m in self.matters.values() if m.about.matter == "appeal")
            return next((m.about for m in open_ones if m.about.idea == event.idea and m.owed), None)
        return None if type(event).__module__.endswith("feedback") else subject_of(event)

    def _loop(self, matter: Matter, command: loop.LoopCommand) -> list[Any]:
        made = loop.decider.decide(matter.owed, command)
        matter.log += made
        self.logs["notifications"] += [Entry(event, event.at, self.now) for event in made]
        for event in made:
            if isinstance(event, Escalated | PromisePassedOn):
                for hearer in HEARERS["notifications"]:
                    self.ways[hearer, "notifications", event.subject].append(Told(0, event))
        return made


_BESIDE_AN_APPEAL = (
    told_by_feedback.ReviewerAssigned, told_by_feedback.ReviewerRecused,
    told_by_feedback.QuestionAsked, told_by_feedback.QuestionAnswered, told_by_feedback.DueMoved,
    told_by_feedback.ReviewClosed,
)  # fmt: skip
