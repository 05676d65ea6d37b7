"""Hears who follows, comments and takes part, and tells them what there is to tell."""

from chassis.database import Tx
from contracts.challenges import AnswerJudged, ChallengeClosed, TeamChanged, TeamFormed
from contracts.envelope import Envelope
from contracts.ideas import IdeaSubmitted
from contracts.talk import CommentPosted, IdeaFollowed, IdeaUnfollowed
from contracts.vocabulary import Event
from notifications.consumers.telling import Telling
from notifications.domain.audience import about_closing, about_comment, about_news, of_followers
from notifications.projections import audience, loops


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
            case CommentPosted() as posted:
                await self._comment(tx, posted, heard.id, news=news)
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
                await audience.take_part(tx, challenge, people, event.idea)
            case TeamFormed() | TeamChanged():
                await audience.take_part(tx, event.challenge, event.members, event.idea)
            case AnswerJudged():
                await audience.take_part(tx, event.challenge, (event.by,), event.idea)

    async def _step(self, tx: Tx, event: Event, cause: str) -> None:
        if isinstance(event, ChallengeClosed):
            parts = await audience.parts(tx, event.challenge)
            await self._telling.tell(tx, about_closing(event, cause, parts), cause)
        elif (idea := of_followers(event)) is not None:
            followers = await audience.followers(tx, idea)
            authors = await loops.authors(tx, idea)
            await self._telling.tell(tx, about_news(event, cause, followers, authors), cause)
