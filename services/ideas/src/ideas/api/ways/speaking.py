"""Speaking for an idea with its code, and what may be known of whose it is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from chassis.commands import Context
from chassis.decider import NotFound
from chassis.http import Caller, Pace, caller, nobody
from chassis.process import Parts
from contracts.vocabulary import PersonId
from ideas.api.lifecycle import where_is
from ideas.api.shapes import Where
from ideas.api.ways.tokens import LASTS, AliasTokens
from ideas.api.words import Author, Employee, Ideas, Once
from ideas.domain import Idea, RevealAuthor, WithdrawIdea
from ideas.domain import refusals as no
from ideas.projections import codes
from ideas.projections.aliases import Aliases
from ideas.projections.codes import Codes, Speaker
from ideas.projections.directory import find_lead
from ideas.settings import IdeasSettings

Code = Annotated[str, Field(min_length=1, max_length=100)]
_ERASED = UUID("9e0b8b0e-4f0a-4a7a-8a43-8f2f2c7e3c11")
_ANY = "codes"


class ThisIsNoCode(NotFound):
    """No idea has this code. Look at how it is written."""


class Presented(BaseModel):
    code: Code


class Revelation(BaseModel):
    """The code of the idea; of a confidential one that is yours, it is not needed."""

    code: Code | None = None


class Token(BaseModel):
    """A token with which you speak for one idea, for so many seconds."""

    token: str
    expires_in: int
    idea: UUID


class NewCode(BaseModel):
    code: str


class Whose(BaseModel):
    author: str


class Nearness(BaseModel):
    """Whether a person is the author of an idea, or leads its author."""

    near: bool


class Proofs(BaseModel):
    """Public keys, as RFC 7517 has them."""

    keys: list[dict[str, str]]


class Speaking:
    """Knows who may speak for an idea, and in whose name."""

    def __init__(
        self, parts: Parts, settings: IdeasSettings, ideas: Ideas, tokens: AliasTokens
    ) -> None:
        self.parts, self.ideas, self.tokens = parts, ideas, tokens
        self.codes, self.aliases = Codes(parts.keyring), Aliases(parts.keyring, parts.store)
        # Before anything is looked up: whoever guesses waits, as everybody does.
        self._pace = Pace(settings.code_tries, max(1, int(settings.code_tries * 5)))

    async def idea(self, idea: UUID) -> Idea:
        state, _ = await self.ideas.state(idea)
        if state is None:
            raise NotFound
        return state

    async def speaker(self, code: str) -> Speaker:
        self._pace.take(_ANY)
        async with self.parts.db.reading() as connection:
            found = await self.codes.find(connection, code)
        if found is None:
            raise ThisIsNoCode
        return found

    async def owner(self, idea: Idea) -> PersonId | None:
        """Return whose an idea is; None where nobody knows."""
        if idea.submission.way == "named":
            return idea.author
        async with self.parts.db.reading() as connection:
            return idea.revealed or await self.aliases.owner(connection, idea.author)

    def token(self, who: PersonId, idea: UUID) -> Token:
        return Token(token=self.tokens.issue(who, idea), expires_in=LASTS, idea=idea)

    async def new_code(self, idea: Idea) -> str:
        async with self.parts.db.transaction() as tx:
            await codes.forget(tx, idea.author, idea.idea)
            return await self.codes.give(tx, idea.idea, idea.author)

    async def reveal(self, idea: Idea, who: PersonId, code: str | None, once: Context) -> None:
        """Let an author say who they are: by their account, or where nobody knows by the code."""
        if idea.submission.way != "named" and await self.owner(idea) != who:
            spoken = await self.speaker(code) if code else None
            known = await self.owner(idea) is not None
            if known or spoken is None or (spoken.idea, spoken.who) != (idea.idea, idea.author):
                raise no.OnlyTheAuthorReveals
        async with self.parts.db.transaction() as tx:
            command = RevealAuthor(who, self.parts.clock.now())
            await self.ideas.handle(idea.idea, command, once, tx)
            # From now on the alias is erased with its person.
            await self.aliases.keep(tx, idea.author, idea.idea, who)
        self.parts.wake()

    async def erase(self, idea: Idea, who: Caller, at: datetime, once: Context) -> None:
        """Take an idea back, and destroy its words; where others wait with it, only its words."""
        if idea.submission.way == "named" or who.subject != idea.author:
            raise no.OnlyAuthorsDoThis
        erased = Context(command=uuid5(_ERASED, str(once.command)), actor=once.actor)
        async with self.parts.db.transaction() as tx:
            if not idea.finished and not idea.absorbed:
                await self.ideas.handle(idea.idea, WithdrawIdea(idea.author, at), once, tx)
            await self.aliases.erase(tx, idea.author, at, erased)
        self.parts.wake()

    async def near(self, idea: Idea, person: PersonId) -> bool:
        whose = await self.owner(idea)
        return whose is not None and person in {whose, await find_lead(self.parts.db.pool, whose)}


def speaking(said: Speaking) -> APIRouter:
    """Return the routes by which a code speaks, and an author comes forward."""
    router = APIRouter(tags=["ways to submit"])
    router.include_router(_knowing(said))

    @router.post(
        "/sealed/tokens", dependencies=[Depends(nobody)], status_code=201,
        summary="Speak for an idea with its code",
    )  # fmt: skip
    async def speak_with_code(presented: Presented) -> Token:
        """Asked again, it gives another token; none is kept."""
        found = await said.speaker(presented.code)
        return said.token(found.who, found.idea)

    @router.post("/ideas/{idea}/code", status_code=201, summary="Get a new code for your idea")
    async def renew_code(who: Author, idea: UUID) -> NewCode:
        """Codes that were given before work no more. Whoever typed a colleague's idea may ask.

        Asked again, it gives another code: the last one works.
        """
        state = await said.idea(idea)
        speaks = {state.author, state.submission.told_by, await said.owner(state)}
        if who.subject not in speaks:
            raise no.OnlyAuthorsDoThis
        return NewCode(code=await said.new_code(state))

    @router.post("/ideas/{idea}/alias", status_code=201, summary="Speak under your alias")
    async def speak_under_alias(who: Employee, idea: UUID) -> Token:
        """Asked again, it gives another token; none is kept."""
        state = await said.idea(idea)
        if state.submission.way == "named" or await said.owner(state) != who.subject:
            raise no.OnlyAuthorsDoThis
        return said.token(state.author, idea)

    @router.post("/ideas/{idea}/revelation", summary="Say that it is yours")
    async def reveal_author(who: Employee, once: Once, idea: UUID, told: Revelation) -> Where:
        await said.reveal(await said.idea(idea), PersonId(who.subject), told.code, once)
        return await where_is(said.ideas, idea)

    @router.post("/ideas/{idea}/erasure", status_code=204, summary="Take it back without a trace")
    async def erase_idea(
        who: Annotated[Caller, Depends(caller("alias"))], once: Once, idea: UUID
    ) -> None:
        """Nothing of its words is left, here or with others. It can't be undone.

        Where ideas of others became a part of it, it goes on for them, without its words.
        """
        await said.erase(await said.idea(idea), who, said.parts.clock.now(), once)

    return router


def _knowing(said: Speaking) -> APIRouter:
    """Return the routes that say whose an idea is: to its reviewer, or a yes or no to services."""
    router = APIRouter()

    @router.get("/ideas/{idea}/author", summary="Whose it is, for its reviewer")
    async def read_author(who: Employee, idea: UUID) -> Whose:
        state = await said.idea(idea)
        if not state.told_to_the_house and who.subject != state.reviewer:
            raise no.TheAuthorIsForTheReviewer
        author = await said.owner(state)
        if author is None:
            raise no.NobodyKnowsTheAuthor
        return Whose(author=author)

    @router.get("/ideas/{idea}/nearness", summary="Is a person its author, or the author's lead?")
    async def read_nearness(
        _: Annotated[Caller, Depends(caller("service"))],
        idea: UUID,
        of: Annotated[str, Query(min_length=1, max_length=200)],
    ) -> Nearness:
        state = await said.idea(idea)
        return Nearness(near=await said.near(state, PersonId(of)))

    @router.get("/aliases/keys", summary="What proves the tokens of aliases")
    async def read_keys(_: Annotated[Caller, Depends(caller("service"))]) -> Proofs:
        return Proofs(keys=said.tokens.published()["keys"])

    return router
