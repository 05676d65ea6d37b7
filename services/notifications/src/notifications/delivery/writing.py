"""Writes the letter of a waiting notice: looks up the people and asks for the words."""

import asyncio
from dataclasses import dataclass, replace

from chassis.calendar import Calendar
from chassis.database import Database
from chassis.keyring import Keyring
from contracts.vocabulary import Language, PersonId
from notifications.delivery.letters import Content, Letter, write
from notifications.delivery.mail import Recipient
from notifications.delivery.words import AnswerWords, IdeaWords, Owners
from notifications.projections import contacts
from notifications.projections.contacts import Contact
from notifications.projections.notices import Waiting


@dataclass(frozen=True)
class Writer:
    """All that a letter needs to be written; `portal` is where its reader can see the idea."""

    db: Database
    keyring: Keyring
    owners: Owners
    calendar: Calendar
    desk: PersonId
    portal: str | None = None

    async def write(self, waiting: Waiting) -> tuple[Letter, Recipient] | None:
        """Write the letter; None where its person has no mail address.

        Raises PeerUnavailable or NotUnderstood where an owner does not give the words.
        """
        known = await self._people({waiting.person})
        reader = known.get(waiting.person)
        if reader is None or reader.mail is None:
            return None
        words, answer, questions = await asyncio.gather(
            self.owners.of_idea(waiting.idea, waiting.person),
            self._answer(waiting),
            self._questions(waiting, reader.language),
        )
        names = {p for p in (words.author, waiting.facts.accountable, waiting.facts.previous) if p}
        known |= await self._people(names)
        content = replace(self._content(waiting, known, words, answer), questions=questions)
        return write(waiting.kind, reader.language, content), Recipient(reader.name, reader.mail)

    async def _answer(self, waiting: Waiting) -> AnswerWords:
        if waiting.kind != "decision":
            return AnswerWords()
        return await self.owners.of_answer(waiting.idea, waiting.person, waiting.facts.outcome)

    async def _people(self, people: set[PersonId]) -> dict[PersonId, Contact]:
        async with self.db.reading() as connection:
            return await contacts.find(connection, self.keyring, people)

    async def _questions(self, waiting: Waiting, language: Language) -> tuple[str, ...]:
        if waiting.kind != "acknowledgement":
            return ()
        return await self.owners.of_criteria(language)

    def _content(
        self,
        waiting: Waiting,
        known: dict[PersonId, Contact],
        words: IdeaWords,
        answer: AnswerWords,
    ) -> Content:
        def name(person: PersonId | None) -> str | None:
            return known[person].name if person in known else None

        facts = waiting.facts
        return Content(
            name=name(waiting.person),
            title=words.title,
            author=name(words.author),
            accountable=name(facts.accountable),
            at_the_desk=facts.accountable == self.desk,
            mine=facts.accountable == waiting.person,
            previous=name(facts.previous),
            again=facts.previous is not None and facts.previous == facts.accountable,
            due=self.calendar.local_date(facts.due) if facts.due else None,
            outcome=facts.outcome,
            reason=answer.reason,
            next_step=answer.next_step,
            link=f"{self.portal.rstrip('/')}/ideas/{waiting.idea}" if self.portal else None,
        )
