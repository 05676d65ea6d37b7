"""Reading ideas: one, many, similar ones, the timeline, and the words that a mail may say."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from msgspec import UNSET
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.decider import NotFound
from chassis.http import Caller, caller
from chassis.process import Parts
from contracts.vocabulary import Language, PersonId, State
from ideas.api import shapes
from ideas.api.around.learnings import Learnings
from ideas.api.mergers import why_together
from ideas.api.timeline import Why, after, last_pilot, timeline
from ideas.api.words import LAST, Author, Employee, Ideas, Moment, is_for
from ideas.domain import Idea, may_see
from ideas.domain.sharing import learning_decider
from ideas.projections.aliases import Aliases
from ideas.projections.directory import find_people
from ideas.projections.ideas import Listed, Wanted, find_ideas
from ideas.projections.index import find_titles, search
from ideas.projections.similar import find_similar
from ideas.projections.talks import count_supports
from ideas.settings import IdeasSettings

Short = Annotated[str | None, Query(min_length=1, max_length=200)]
Several = Annotated[list[UUID], Query(min_length=1, max_length=100)]
Few = Annotated[list[UUID], Query(min_length=1, max_length=20)]  # each costs a question of its own


class Asked(BaseModel):
    """Which ideas are wanted; `open` ones are not finished.

    `q` is looked for in titles and bodies, in either language. `of_my_people`: of those whom you
    lead, directly or through others, by name; with `mine`, of both.
    """

    q: Short = None
    state: State | None = None
    open: bool = False
    category: Short = None
    department: Short = None
    language: Language | None = None
    tag: Short = None
    challenge: UUID | None = None
    tool: UUID | None = None
    accountable: Short = None
    mine: bool = False
    of_my_people: bool = False
    after: UUID | None = None
    limit: Annotated[int, Query(ge=1, le=100)] = 50

    def wanted(self, authors: Sequence[str] | None) -> Wanted:
        return Wanted(**self.model_dump(exclude={"q", "mine", "of_my_people"}), authors=authors)


def reading(parts: Parts, settings: IdeasSettings, ideas: Ideas) -> APIRouter:
    """Return the routes that show ideas."""
    router = APIRouter(prefix="/ideas", tags=["ideas"])
    aliases = Aliases(parts.keyring, parts.store)
    why = Why(parts.peers(settings.feedback_url))
    learnings = Learnings(parts, parts.commands(learning_decider, "learning"), ideas)

    @router.get("", summary="Ideas, the newest first")
    async def list_ideas(who: Employee, asked: Annotated[Asked, Query()]) -> shapes.Page:
        me = PersonId(who.subject)
        people = await find_people(parts.db.pool, me) if asked.of_my_people else None
        async with parts.db.reading() as connection:
            mine = [me, *await aliases.owned(connection, me)] if asked.mine else []
            theirs = people.persons if people else ()
            wanted = asked.wanted([*mine, *theirs] if mine or people else None)
            if asked.q is not None:
                wanted = replace(wanted, among=await search(connection, asked.q))
            found = await find_ideas(connection, wanted)
            items = await _rows(connection, found)
        return shapes.Page(items=items, next=found[-1].idea if len(found) == asked.limit else None)

    @router.get("/similar", summary="Ideas that tell much the same, while somebody types")
    async def read_similar(
        _: Employee,
        title: Annotated[str, Query(min_length=3, max_length=200)],
        body: Annotated[str, Query(max_length=2_000)] = "",
        but: UUID | None = None,
    ) -> shapes.AlikeIdeas:
        async with parts.db.reading() as connection:
            found = {s.idea: s.alike for s in await find_similar(connection, title, body, but=but)}
            listed = await find_ideas(connection, Wanted(among=list(found)))
            rows = {row.idea: row for row in await _rows(connection, listed)}
        learned = await learnings.of(list(found))
        alike = [
            shapes.Alike(
                idea=idea,
                title=rows[idea].title,
                state=rows[idea].state,
                alike=much,
                learnings=learned.get(idea, []),
            )
            for idea, much in found.items()
            if idea in rows
        ]
        return shapes.AlikeIdeas(items=alike)

    router.include_router(_many(parts, ideas))
    router.include_router(_one(ideas, why))
    return router


def _many(parts: Parts, ideas: Ideas) -> APIRouter:
    """Return the routes that tell something of many ideas at once."""
    router = APIRouter()

    @router.get("/titles", summary="What ideas are called, as far as somebody may know it")
    async def read_titles(who: Employee, idea: Several) -> shapes.Titles:
        async with parts.db.reading() as connection:
            titles: dict[UUID, str | None] = {**await find_titles(connection, idea)}
        # What was not told to the house, and what was erased, is in no list.
        for missing in set(idea) - titles.keys():
            with suppress(NotFound):
                state, _version = await ideas.state(missing)
                reads = state is not None and is_for(state, who)
                titles[missing] = _words(state.submission.title) if state and reads else None
        return shapes.Titles(titles=titles)

    @router.get("/trials", summary="How the last pilots of ideas go")
    async def read_trials(who: Employee, idea: Few) -> shapes.Trials:
        trials: dict[UUID, Any] = {}
        for each in dict.fromkeys(idea):
            with suppress(NotFound):
                history = await ideas.history(each)
                state = after(history)
                reads = state is not None and is_for(state, who)
                if pilot := last_pilot(history, reads=reads):
                    trials[each] = pilot
        return shapes.Trials(trials=trials)

    return router


def _one(ideas: Ideas, why: Why) -> APIRouter:
    """Return the routes that show one idea."""
    router = APIRouter()

    @router.get("/{idea}", summary="One idea, as it is now")
    async def read_idea(who: Author, idea: UUID) -> shapes.Shown:
        state, version = await ideas.state(idea)
        if state is None:
            raise NotFound
        return _shown(state, version, reads=is_for(state, who))

    @router.get("/{idea}/timeline", summary="Who decided what, when and why")
    async def read_timeline(
        who: Author,
        idea: UUID,
        version: Annotated[int | None, Query(ge=1, le=LAST)] = None,
        known_at: Moment | None = None,
    ) -> shapes.Timeline:
        history = await ideas.history(idea, upto=version, known_at=known_at)
        # Who may read it is decided by how it is now, whatever it is looked at as of.
        past = version is not None or known_at is not None
        state = after(await ideas.history(idea) if past else history)
        reads = state is not None and is_for(state, who)
        return shapes.Timeline(**await timeline(history, why, who, reads=reads))

    @router.get("/{idea}/words", summary="What a mail may say of it to a recipient")
    async def read_words(
        _: Annotated[Caller, Depends(caller("service"))],
        idea: UUID,
        recipient: Annotated[str, Query(alias="for", min_length=1, max_length=200)],
        merged_with: UUID | None = None,
        separated_from: UUID | None = None,
    ) -> shapes.Words:
        state, _version = await ideas.state(idea)
        if state is None:
            raise NotFound
        said = _may_be_said(state, recipient)
        if other := merged_with or separated_from:
            undone = merged_with is None
            said.reason = await why_together(ideas, (idea, other), recipient, undone=undone)
        return said

    return router


async def _rows(connection: AsyncConnection, found: Sequence[Listed]) -> list[shapes.Row]:
    ids = [listed.idea for listed in found]
    titles = await find_titles(connection, ids)
    supports = await count_supports(connection, ids)
    return [
        shapes.Row(
            **{name: getattr(listed, name) for name in Listed.__slots__},
            title=titles.get(listed.idea), supporters=supports.get(listed.idea, 0),
        )
        for listed in found
    ]  # fmt: skip


def _may_be_said(idea: Idea, recipient: str) -> shapes.Words:
    """Named ideas are told to the house: whoever is owed a notice may know what it is about.

    The others are known to those who told them, and to those who answer them.
    """
    told = idea.submission
    may_know = may_see(idea, PersonId(recipient), at_desk=False)
    return shapes.Words(
        recipient=recipient, title=_words(told.title) if may_know else None,
        language=told.language, author=idea.revealed or idea.author,
        co_authors=list(idea.co_authors), way=told.way, category=told.category,
    )  # fmt: skip


def _words(words: Any) -> str | None:
    """Erased words are shown as none."""
    return None if words is UNSET else words


def _shown(idea: Idea, version: int, *, reads: bool) -> shapes.Shown:
    told = idea.submission
    return shapes.Shown(
        idea=idea.idea, version=version, state=idea.state,
        author=idea.revealed or idea.author, co_authors=list(idea.co_authors),
        department=told.department, category=told.category,
        tags=list(told.tags), language=told.language, way=told.way, origin=told.origin,
        title=_words(told.title) if reads else None, body=_words(told.body) if reads else None,
        challenge=told.challenge, tool=told.tool, submitted_at=told.at, told_by=told.told_by,
        reviewer=idea.reviewer, accountable=idea.accountable, due=idea.due, pilot=idea.pilot,
        team=sorted(idea.team), merged_into=idea.merged_into, absorbed=list(idea.absorbed),
        photos=list(idea.photos),
    )  # fmt: skip
