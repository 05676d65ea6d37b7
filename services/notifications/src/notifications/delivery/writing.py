"""Writes the letter of a waiting notice: looks up the people and asks for the words."""

import asyncio
from dataclasses import dataclass, replace

from chassis.calendar import Calendar
from chassis.database import Database
from chassis.keyring import Keyring
from contracts.vocabulary import Language, Matter, PersonId
from notifications.delivery.letters import Content, Letter, write, write_digest
from notifications.delivery.mail import Recipient
from notifications.delivery.words import AnswerWords, IdeaWords, MatterWords, Owners
from notifications.domain.subjects import Subject
from notifications.projections import contacts, hand_overs, notices
from notifications.projections.contacts import Contact
from notifications.projections.notices import Waiting

# Where people see what a notice is about; an appeal is seen with its idea.
PLACES: dict[Matter, str] = {
    "idea": "ideas", "barrier": "room/barriers", "time": "room/time", "help": "help",
    "appeal": "ideas", "challenge": "challenges", "experiment": "experiments", "tool": "tools",
}  # fmt: skip


@dataclass(frozen=True)
class Writer:
    """All that a letter needs to be written; `portal` is where its reader can see the rest."""

    db: Database
    keyring: Keyring
    owners: Owners
    calendar: Calendar
    desk: PersonId
    portal: str | None = None
    public: str | None = None

    async def write(self, waiting: Waiting) -> tuple[Letter, Recipient] | None:
        """Write the letter; None where its person has no mail address.

        Raises PeerUnavailable or NotUnderstood where an owner does not give the words.
        """
        reader = (await self._people({waiting.person})).get(waiting.person)
        if reader is None or reader.mail is None:
            return None
        if waiting.batch is None:
            letter, _ = await self._letter(waiting, reader, self.stop(waiting))
        else:
            told = await notices.of_batch(self.db, waiting.batch)
            letters = [await self._letter(each, reader, self.stop(each)) for each in told]
            owed = any(each.owed for each in told)
            letter = write_digest(
                reader.language, reader.name, letters, self.stop(waiting), owed=owed
            )
        return letter, Recipient(reader.name, reader.mail)

    async def words(self, waiting: Waiting) -> Letter | None:
        """Write the letter for a channel of the person's own; None where their name is not known.

        Raises as `write` does.
        """
        reader = (await self._people({waiting.person})).get(waiting.person)
        if reader is None:
            return None
        letter, _ = await self._letter(waiting, reader, stop=None)
        return letter

    async def language(self, person: PersonId) -> Language:
        """Return which language a person reads, as far as that is known."""
        reader = (await self._people({person})).get(person)
        return reader.language if reader else "nl"

    def stop(self, waiting: Waiting) -> str | None:
        """Return where mails of this kind are stopped; what is owed can't be."""
        if waiting.owed or self.public is None:
            return None
        return f"{self.public.rstrip('/')}/v1/unsubscribe/{waiting.token}"

    async def _letter(
        self, waiting: Waiting, reader: Contact, stop: str | None
    ) -> tuple[Letter, str | None]:
        known = {reader.person: reader}
        words, other, matter, answer = await asyncio.gather(
            self._idea(waiting),
            self._other(waiting),
            self._matter(waiting),
            self._answer(waiting),
        )
        questions = await self._questions(waiting, words.category, reader.language)
        author, facts = matter.author or words.author, waiting.facts
        known |= await self._people({p for p in (author, facts.accountable, facts.previous) if p})
        content = replace(
            self._content(waiting, known, author),
            title=words.title, asked=matter.asked, hours=matter.hours, granted=matter.granted,
            tool=matter.tool, questions=questions, other=other.title,
            reason=answer.reason or other.reason, next_step=answer.next_step, stop=stop,
        )  # fmt: skip
        if waiting.about.matter == "challenge":  # what was asked is what it is called
            content = replace(content, title=matter.asked, asked=None)
        if waiting.about.matter != "idea" and waiting.kind in {"decision", "tool_introduced"}:
            content = replace(content, reason=matter.reason, next_step=matter.next_step)
        if waiting.kind == "hand_over":
            content = replace(content, news=await hand_overs.news(self.db, waiting.notice))
        return write(waiting.kind, reader.language, content), content.link

    async def _idea(self, waiting: Waiting) -> IdeaWords:
        if waiting.about.idea is None:
            return IdeaWords()
        return await self.owners.of_idea(waiting.about.idea, waiting.person)

    async def _other(self, waiting: Waiting) -> IdeaWords:
        idea, other = waiting.about.idea, waiting.facts.other
        if idea is None or other is None:
            return IdeaWords()
        undone = waiting.kind == "separated"
        return await self.owners.of_merger(idea, other, waiting.person, undone=undone)

    async def _matter(self, waiting: Waiting) -> MatterWords:
        if waiting.about.matter in {"idea", "appeal"}:
            return MatterWords()
        return await self.owners.of_matter(waiting.about, waiting.person)

    async def _answer(self, waiting: Waiting) -> AnswerWords:
        about = waiting.about
        if about.matter != "idea" or about.idea is None or waiting.kind != "decision":
            return AnswerWords()
        return await self.owners.of_answer(about.idea, waiting.person, waiting.facts.outcome)

    async def _people(self, people: set[PersonId]) -> dict[PersonId, Contact]:
        async with self.db.reading() as connection:
            return await contacts.find(connection, self.keyring, people)

    async def _questions(
        self, waiting: Waiting, category: str | None, language: Language
    ) -> tuple[str, ...]:
        idea = waiting.about.idea
        if waiting.kind != "acknowledgement" or waiting.about.matter != "idea" or idea is None:
            return ()
        return await self.owners.of_criteria(idea, category, language)

    def _content(
        self, waiting: Waiting, known: dict[PersonId, Contact], author: PersonId | None
    ) -> Content:
        def name(person: PersonId | None) -> str | None:
            return known[person].name if person in known else None

        facts = waiting.facts
        return Content(
            matter=waiting.about.matter,
            name=name(waiting.person),
            author=name(author),
            accountable=name(facts.accountable),
            at_the_desk=facts.accountable == self.desk,
            mine=facts.accountable == waiting.person,
            own=author == waiting.person,
            previous=name(facts.previous),
            again=facts.previous is not None and facts.previous == facts.accountable,
            succeeds=facts.previous not in {None, facts.accountable},
            due=self.calendar.local_date(facts.due) if facts.due else None,
            outcome=facts.outcome,
            link=self.link(waiting.about),
        )

    def link(self, about: Subject) -> str | None:
        """Return where people see what a notice is about."""
        if self.portal is None:
            return None
        which = about.idea if about.matter == "appeal" else about.id
        return f"{self.portal.rstrip('/')}/{PLACES[about.matter]}/{which}"
