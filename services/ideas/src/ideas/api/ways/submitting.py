"""Submitting under an alias: confidential, with an account, or sealed, without one."""

import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Header, Request
from msgspec import structs
from pydantic import Field
from uuid_utils.compat import uuid7

from chassis.commands import Context
from chassis.database import Tx
from chassis.http import nobody
from chassis.http.problems import MissingIdempotencyKey, TooManyRequests
from chassis.process import Parts
from contracts.vocabulary import ChallengeId, IdeaId, PersonId, Terms, ToolId, Way
from ideas.api.lifecycle import Told, require_open, where, where_is
from ideas.api.shapes import Given
from ideas.api.ways.puzzles import Puzzle, Puzzles, ThePuzzleIsOver
from ideas.api.words import Employee, Ideas, Once
from ideas.domain import SubmitIdea
from ideas.projections import puzzles as solved
from ideas.projections.aliases import Aliases, new_alias
from ideas.projections.codes import Codes
from ideas.projections.terms import HouseTerms, answer_by
from ideas.settings import IdeasSettings

Also = Callable[[Tx], Awaitable[None]]
_UNDER_ALIAS = UUID("c5a7f0c2-0b59-4a39-8f0b-0d3f3f0b7f5e")
_SHORTEST_KEY, _LONGEST_KEY = 16, 200
_KEY = Header(description="16 to 200 characters that nobody guesses; the same when it is repeated")


class SealedTold(Told):
    """An idea, and a puzzle that is solved; nothing of who tells it is kept."""

    puzzle: Annotated[str, Field(max_length=300)]
    answer: Annotated[str, Field(max_length=100)]


class Submitting:
    """Takes ideas under an alias, and gives their codes."""

    def __init__(self, parts: Parts, settings: IdeasSettings, ideas: Ideas) -> None:
        self._parts, self._settings, self._ideas = parts, settings, ideas
        self._codes = Codes(parts.keyring)
        self._aliases = Aliases(parts.keyring, parts.store)
        self._secret = parts.keyring.derived_all("commands under an alias")[-1]
        key = parts.keyring.derived("puzzles")
        self.puzzles = Puzzles(key, settings.sealed_bits, settings.sealed_per_hour)

    def context(self, name: bytes, digest: bytes) -> Context:
        """Return a context from which nobody can tell who asked, as its name has a key."""
        keyed = hmac.new(self._secret, name, sha256).hexdigest()
        return Context(command=uuid5(_UNDER_ALIAS, keyed), digest=digest)

    async def confidential(
        self, told: Told, once: Context, owner: PersonId, also: Also | None = None
    ) -> Given:
        """Take an idea whose author its reviewer may ask for; `also` is done in the same moment."""
        context = self.context(once.command.bytes, once.digest)
        return await self._submit(told, "confidential", context, owner=owner, also=also)

    async def known(self, once: Context) -> Given | None:
        """Return what a request led to that was carried out before, with a new code."""
        return await self._again(self.context(once.command.bytes, once.digest))

    async def sealed(self, told: SealedTold, context: Context) -> Given:
        if again := await self._again(context):
            return again  # the puzzle was for the first time
        puzzle = self.puzzles.require_solved(told.puzzle, told.answer)
        if await self.recent() >= self._settings.sealed_per_hour:
            raise TooManyRequests("This hour has as many sealed ideas as it takes. Wait for one.")
        return await self._submit(told, "sealed", context, puzzle=puzzle)

    async def recent(self) -> int:
        async with self._parts.db.reading() as connection:
            return await solved.count_recent(connection)

    async def _again(self, context: Context) -> Given | None:
        """Whoever asks again did not get the answer: they get one more code, as none is kept."""
        known = await self._parts.store.known(context)
        if known is None:
            return None
        idea = UUID(known[0].partition("-")[2])
        state, _ = await self._ideas.state(idea)
        if state is None:
            raise AssertionError("an idea without a birth")
        async with self._parts.db.transaction() as tx:
            code = await self._codes.give(tx, idea, state.author)
        return Given(code=code, **(await where_is(self._ideas, idea)).model_dump())

    async def _submit(
        self, told: Told, way: Way, context: Context, *, owner: PersonId | None = None,
        puzzle: bytes | None = None, also: Also | None = None,
    ) -> Given:  # fmt: skip
        if told.challenge is not None:
            await require_open(self._parts, told.challenge, told.department)
        alias = new_alias()
        terms = await HouseTerms(self._parts, self._settings).of(told.category, told.challenge)
        command = self._command(told, way, alias, terms)
        context = structs.replace(context, actor=alias)
        async with self._parts.db.transaction() as tx:
            done = await self._ideas.handle(command.idea, command, context, tx)
            if not done.repeated:
                if puzzle is not None and not await solved.spend(tx, puzzle):
                    raise ThePuzzleIsOver
                if owner is not None:
                    await self._aliases.keep(tx, alias, command.idea, owner)
                if also is not None:
                    await also(tx)
                code = await self._codes.give(tx, command.idea, alias)
        if done.repeated:
            return await self._again(context) or _unreachable()
        self._parts.wake()
        return Given(code=code, **where(done).model_dump())

    def _command(self, told: Told, way: Way, alias: PersonId, terms: Terms | None) -> SubmitIdea:
        now, desk = self._parts.clock.now(), self._settings.desk
        return SubmitIdea(
            idea=IdeaId(uuid7()), author=alias, title=told.title, body=told.body, at=now, way=way,
            desk=None if desk is None else PersonId(desk),
            due=answer_by(self._parts.calendar, self._settings, now, terms), terms=terms,
            # Where an author works is not looked up here: in a small department it says too much.
            department=told.department, category=told.category, language=told.language,
            tags=tuple(dict.fromkeys(told.tags)),
            challenge=None if told.challenge is None else ChallengeId(told.challenge),
            tool=None if told.tool is None else ToolId(told.tool),
        )  # fmt: skip


def _unreachable() -> Given:
    raise AssertionError("the store knew a command, and does not know it any more")


def submitting(taking: Submitting) -> APIRouter:
    """Return the routes by which an idea is told under an alias."""
    router = APIRouter(tags=["ways to submit"])
    nameless = [Depends(nobody)]

    @router.post("/ideas/confidential", status_code=201, summary="Submit without your name")
    async def submit_confidentially(who: Employee, once: Once, told: Told) -> Given:
        """Tell an idea whose author only its reviewer may ask for."""
        return await taking.confidential(told, once, PersonId(who.subject))

    @router.post(
        "/sealed/puzzles", dependencies=nameless, status_code=201, summary="Get a puzzle to solve"
    )
    async def make_puzzle() -> Puzzle:
        """Asked again, it gives another puzzle; none is kept."""
        return taking.puzzles.make(await taking.recent())

    @router.post(
        "/sealed/ideas", dependencies=nameless, status_code=201, summary="Submit as nobody"
    )
    async def submit_sealed(
        request: Request, told: SealedTold, idempotency_key: Annotated[str, _KEY] = ""
    ) -> Given:
        if not _SHORTEST_KEY <= len(idempotency_key) <= _LONGEST_KEY:
            raise MissingIdempotencyKey(
                "A sealed idea needs the header Idempotency-Key: 16 to 200 characters that nobody "
                "guesses, new for a new idea."
            )
        key: bytes = request.app.state.doors.digest_key
        digest = hmac.new(key, await request.body(), sha256).digest()
        return await taking.sealed(told, taking.context(idempotency_key.encode(), digest))

    return router
