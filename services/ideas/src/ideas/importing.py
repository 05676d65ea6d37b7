"""Records whole histories: one transaction an idea, with what became of each line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID, uuid5

from chassis.database import Tx
from chassis.process import Parts
from chassis.store import Append, Context
from contracts.imported import imported_idea, imported_line
from contracts.vocabulary import IdeaId, Language, PersonId, PilotId, State
from ideas.domain import Promise, RecordPastStep, Result, decider, import_history
from ideas.domain.commands import PastKind
from ideas.domain.refusals import NobodyIsAtTheDesk, TheLineIsAnotherIdeas
from ideas.projections import imports
from ideas.projections.directory import find_answering
from ideas.settings import IdeasSettings

_ANOTHERS = Result("refused", str(TheLineIsAnotherIdeas()))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a history, as the mapping understood it."""

    line: int
    at: datetime
    step: PastKind
    title: str | None
    body: str | None
    department: str | None
    category: str | None
    language: Language
    authors: list[str]
    by: str | None
    reviewer: str | None
    reason: str | None
    to: State | None
    wake_on: date | None
    outcome: Literal["scaled", "stopped", "extended"] | None


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a line, and why."""

    line: int
    step: PastKind
    result: str
    reason: str | None


class Importer:
    """Takes the history of one idea at a time."""

    def __init__(self, parts: Parts, settings: IdeasSettings) -> None:
        self._parts = parts
        self._settings = settings

    async def take(
        self, source: str, cutover: datetime, key: str, lines: Sequence[Line], actor: str
    ) -> list[Placed]:
        """Record what is new of an idea's lines; return what became of each."""
        idea = imported_idea(source, key)
        commands = [imported_line(source, line.line, line.step) for line in lines]
        async with self._parts.db.transaction() as tx:
            await self._parts.store.lock(f"idea-{idea}", tx.raw)
            known = await imports.find_known(tx, commands)
            first = {command: n for n, command in reversed(list(enumerate(commands)))}
            new = sorted(n for command, n in first.items() if command not in known)
            results = {n: _ANOTHERS for c, n in first.items() if known.get(c, idea) != idea}
            if new:
                now = self._parts.clock.now()
                fresh = [_command(idea, lines[n], commands[n], now) for n in new]
                done = await self._record(tx, idea, cutover, fresh, actor, commands[new[0]])
                results.update(zip(new, done, strict=True))
                rows = [(commands[n], results[n].verdict, results[n].reason) for n in new]
                await imports.note(tx, idea, rows)
            refused = {lines[n].line for n, done in results.items() if done.verdict == "refused"}
            await imports.note_placed(tx, source, list({one.line for one in lines} - refused))
        self._parts.wake()
        return [_said(line, results.get(n)) for n, line in enumerate(lines)]

    async def _record(  # noqa: PLR0917 - each is what one history needs
        self, tx: Tx, idea: IdeaId, cutover: datetime, steps: Sequence[RecordPastStep],
        actor: str, command: UUID,
    ) -> tuple[Result, ...]:  # fmt: skip
        stream = f"idea-{idea}"
        history = await self._parts.store.load(stream, raw=tx.raw)
        state = decider.replay(event.data for event in history)  # type: ignore[misc]
        author = state.author if state else next((s.author or s.by for s in steps), None)
        promise = await self._promise(tx, author, cutover)
        done = import_history(state, steps, promise)
        if done.events:
            version = history[-1].version if history else 0
            # A command of its own each time: the lines are what is carried out once.
            context = Context(command=uuid5(command, str(version)), actor=actor,
                              correlation=str(idea))  # fmt: skip
            await self._parts.store.append([Append(stream, version, done.events)], context, tx.raw)
        return done.results

    async def _promise(self, tx: Tx, author: PersonId | None, cutover: datetime) -> Promise:
        if self._settings.desk is None:
            raise NobodyIsAtTheDesk
        desk = PersonId(self._settings.desk)
        now, days = self._parts.clock.now(), self._parts.calendar.add_working_days
        today = self._parts.calendar.local_date(now)
        owner = await find_answering(tx.raw, author, today) if author else None
        return Promise(
            owner or desk, desk, days(cutover, self._settings.answer_days),
            days(cutover, self._settings.decision_days),
            after=max(cutover, now), end_of=self._parts.calendar.end_of,
        )  # fmt: skip


def _command(idea: IdeaId, line: Line, command: UUID, now: datetime) -> RecordPastStep:
    people = list(dict.fromkeys(map(PersonId, line.authors)))
    return RecordPastStep(
        idea=idea, kind=line.step, at=line.at, told_at=now, pilot=PilotId(uuid5(command, "pilot")),
        author=people[0] if people else None, co_authors=tuple(people[1:]),
        by=PersonId(line.by) if line.by else None,
        reviewer=PersonId(line.reviewer) if line.reviewer else None,
        title=line.title, body=line.body, department=line.department, category=line.category,
        language=line.language, reason=line.reason, to=line.to,
        wake_on=line.wake_on, outcome=line.outcome,
    )  # fmt: skip


def _said(line: Line, result: Result | None) -> Placed:
    verdict, reason = (result.verdict, result.reason) if result else ("known", None)
    return Placed(line.line, line.step, verdict, reason)
