"""Hears who follows, comments and takes part, and tells audiences what there is to tell.

A comment concerns a few, who are told in the transaction that hears it. Those who follow or took
part may be thousands: they are told from a queue, some of them in each transaction.
"""

from chassis import telemetry
from chassis.components import Loop
from chassis.database import Database, Tx
from chassis.failpoints import reach
from contracts.challenges import AnswerJudged, ChallengeClosed, TeamChanged, TeamFormed
from contracts.envelope import Envelope
from contracts.ideas import IdeaSubmitted
from contracts.talk import CommentPosted, IdeaFollowed, IdeaSupported, IdeaUnfollowed
from contracts.tools import ToolChanged, ToolIntroduced
from contracts.vocabulary import Event
from notifications.consumers.telling import Telling
from notifications.domain.audience import (
    about_comment,
    introduction_of,
    news_of,
    notices_of,
    of_followers,
    report_of,
    widening_of,
)
from notifications.projections import audience, loops

PEOPLE = 200  # who are told in one transaction


class Audience:
    """Keeps who wants to hear, and tells them; `news` as everywhere: not of the past."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling

    async def hear(self, tx: Tx, heard: Envelope[Event], *, news: bool) -> None:
        """Take in one event of ideas, whatever it is about."""
        match heard.data:
            case IdeaFollowed(idea=idea, by=person):
                await audience.follow(tx, idea, person)
            case IdeaUnfollowed(idea=idea, by=person):
                await audience.unfollow(tx, idea, person)
            case IdeaSupported(idea=idea, by=person):
                await audience.support(tx, idea, person)
            case CommentPosted() as posted:
                await self._comment(tx, posted, heard.id, news=news)
            case ToolIntroduced() | ToolChanged() as tool:
                await self._tool(tx, tool, heard.id, news=news)
            case event:
                await self._take_part(tx, event)
                if news:
                    await self._step(tx, event, heard.id)

    async def _comment(self, tx: Tx, posted: CommentPosted, cause: str, *, news: bool) -> None:
        await audience.wrote(tx, posted.comment, posted.by)
        if not news:
            return
        authors = await loops.authors(tx, posted.idea) or (posted.author,)
        answered = await audience.writer_of(tx, posted.reply_to)
        await self._telling.tell(tx, about_comment(posted, cause, authors, answered), cause)

    async def _take_part(self, tx: Tx, event: Event) -> None:
        match event:
            case IdeaSubmitted(challenge=challenge) if challenge is not None:
                people = (event.author, *event.co_authors)
                await audience.answers(tx, event.idea, challenge)
                await audience.take_part(tx, challenge, people, event.idea)
            case TeamFormed() | TeamChanged():
                await audience.take_part(tx, event.challenge, event.members, event.idea)
            case AnswerJudged():
                await audience.take_part(tx, event.challenge, (event.by,), event.idea)

    async def _tool(
        self, tx: Tx, tool: ToolIntroduced | ToolChanged, cause: str, *, news: bool
    ) -> None:
        before = await audience.came_to(tx, tool.tool, tool.audience)
        if isinstance(tool, ToolIntroduced):
            told = introduction_of(tool, cause)
        elif before is None or (widened := widening_of(tool, before, cause)) is None:
            return
        else:
            told = widened
        if news:
            await audience.spread(tx, told, telemetry.traceparent())

    async def _step(self, tx: Tx, event: Event, cause: str) -> None:
        trace = telemetry.traceparent()
        if isinstance(event, ChallengeClosed):
            await audience.spread(tx, report_of(event, cause), trace)
        elif (idea := of_followers(event)) is not None:
            authors = await loops.authors(tx, idea)
            await audience.spread(tx, news_of(event, cause, authors), trace)


class Spreading(Loop):
    """Tells audiences, some people at a time; a crash in between loses and repeats nobody."""

    rests, trouble = 0.5, "audience.interrupted"

    def __init__(self, db: Database, telling: Telling) -> None:
        super().__init__()
        self._db = db
        self._telling = telling

    async def step(self) -> bool:
        """Tell those whose turn it is of the oldest news."""
        async with self._db.transaction() as tx:
            found = await audience.next_news(tx)
            if found is None:
                return False
            parts = await audience.parts(tx, found, PEOPLE)
            with telemetry.span("tell audience", parent=found.traceparent):
                await self._telling.tell(tx, notices_of(found.news, parts), found.news.cause)
            more = parts[-1].person if len(parts) == PEOPLE else None
            await audience.go_on(tx, found.news, more)
            reach("notifications.audience.told_before_commit")
        reach("notifications.audience.told")
        return True
