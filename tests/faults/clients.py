"""People who use a town, each remembering what they asked and what they were told."""

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from tests.faults.history import Command, History
from tests.faults.town import Town
from tests.journeys.answers import whole_answer
from tests.journeys.house import Cast

REPEATS = 0.1  # of the answered commands are sent again
GIVES_UP = 0.2  # of the unanswered commands are never sent again
INSISTS = 60.0  # seconds that somebody goes on asking
PLAN = {
    "hypothesis": "Het scheelt tijd.", "measure": "minuten", "stop_rule": "Na een maand.",
    "baseline": 30, "target": 10,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of which service, and by whom."""

    kind: str
    path: str
    body: dict[str, Any]
    who: str
    service: str = "ideas"
    roles: str = "employee"
    idea: str | None = None


class Client:
    """Asks for commands under keys of its own, and notes each in the history."""

    def __init__(self, town: Town, history: History, rng: random.Random, mark: str) -> None:
        self.town, self.history, self.rng, self.mark = town, history, rng, mark
        self._count = 0

    async def command(self, asked: Asked, insists: float = INSISTS) -> Command:
        """Ask until an answer comes or patience ends; sometimes ask again although it came."""
        self._count += 1
        noted = Command(
            asked.kind, asked.service, asked.who, f"{self.mark}-{self._count}", time.time(),
            asked.idea,
        )  # fmt: skip
        self.history.commands.append(noted)
        gives_up = self.rng.random() < GIVES_UP
        pause, until = 0.1, time.monotonic() + insists
        while True:
            await self._once(noted, asked)
            if noted.outcome != "unknown" or gives_up or time.monotonic() > until:
                break
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)
        if noted.outcome == "acknowledged" and self.rng.random() < REPEATS:
            await self._once(noted, asked)
        return noted

    async def _once(self, noted: Command, asked: Asked) -> None:
        try:
            headers = {
                "Authorization": f"Bearer {await self.town.token(asked.who, asked.roles)}",
                "Idempotency-Key": noted.key,
            }
        except (httpx2.HTTPError, AssertionError, OSError):
            return  # nothing was asked
        try:
            url = self.town.url(asked.service, asked.path)
            answer = await self.town.http.post(url, headers=headers, json=asked.body)
            noted.told(answer.status_code, answer.json() if answer.is_success else None)
        except (httpx2.HTTPError, OSError):
            noted.told(None, None)

    async def look(self, path: str, who: str) -> dict[str, Any] | None:
        """Look at something of ideas; None where it is not to be had now."""
        try:
            answer = await self.town.ask("ideas", path, who)
        except (httpx2.HTTPError, AssertionError, OSError):
            return None
        found: dict[str, Any] | None = answer.json() if answer.is_success else None
        return found

    def word(self) -> str:
        """Return a category that no other command of the run gives."""
        return f"{self.mark}/{self._count}/{self.rng.randrange(10**6)}"


class Person:
    """Lives with one idea after the other, from its submission to its end."""

    def __init__(self, client: Client, cast: Cast, pause: float) -> None:
        self.client, self.cast, self.pause = client, cast, pause
        self.rng = client.rng
        self.calm, self.room = asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        while True:
            await self.calm.wait()
            await self.room.wait()
            await self._live()

    async def _live(self) -> None:
        for _ in self._one_in(12):
            await self._mistake()
        born = await self._submit()
        if born.outcome != "acknowledged":
            return
        idea = str(born.answers[0]["idea"])
        for _ in range(self.rng.choice((0, 0, 1, 2))):
            await self._at(idea, "revise", "revision", {"category": self.client.word()})
        for _ in self._one_in(8):
            await self._at(idea, "withdraw", "withdrawal", {"reason": "Toch niet."})
            return
        reviewer = await self._in_state(idea, {"under_review"})
        if reviewer is not None and await self._decide(idea, reviewer) == "accepted":
            await self._try_out(idea, reviewer)

    async def _submit(self) -> Command:
        body: dict[str, Any] = {"title": "Fietsen", "body": "Een fiets per gebouw."}
        body["category"] = self.client.word()
        if self.rng.random() < 0.2:
            body["co_authors"] = [self.cast.lead]
        return await self._ask(
            Asked(kind="submit", path="/v1/ideas", body=body, who=self.cast.author)
        )

    async def _decide(self, idea: str, reviewer: str) -> str:
        outcome: str = self.rng.choices(("accepted", "declined", "parked"), (6, 2, 1))[0]
        answer = whole_answer(outcome, by="" if outcome == "declined" else reviewer)
        await self._ask(Asked(
            kind="decide", service="feedback", path=f"/v1/reviews/{idea}/decision", body=answer,
            who=reviewer, roles="employee reviewer", idea=idea,
        ))  # fmt: skip
        return outcome

    async def _try_out(self, idea: str, who: str) -> None:
        if await self._in_state(idea, {"accepted"}) is None:
            return
        ends_on = datetime.now(UTC).date() + timedelta(days=60)
        plan = {**PLAN, "ends_on": str(ends_on), "team": [who], "super_users": [who]}
        started = await self._at(idea, "pilot", "pilots", plan, who)
        if started.outcome != "acknowledged":
            return
        pilot = started.answers[0]["pilot"]
        for _ in range(self.rng.choice((0, 1, 2))):
            value = {"value": self.rng.randrange(100)}
            await self._at(idea, "measure", f"pilots/{pilot}/measurements", value, who)
        outcome = self.rng.choice(("scaled", "scaled", "stopped"))
        end = {"outcome": outcome, "learning": "Het werkt."}
        done = await self._at(idea, "conclude", f"pilots/{pilot}/conclusion", end, who)
        if outcome == "scaled" and done.outcome == "acknowledged":
            await self._at(idea, "realise", "realisation", {"remark": ""}, who)

    async def _mistake(self) -> None:
        """Ask for what can't be had: it must leave nothing behind."""
        nowhere = "0192f0c0-0000-7000-8000-000000000000"
        body = {"category": self.client.word()}
        await self._at(nowhere, "mistake", "revision", body)
        await self._ask(Asked(
            kind="mistake", service="feedback", path=f"/v1/reviews/{nowhere}/decision",
            body=whole_answer() | {"reason": ""}, who=self.cast.reviewer,
            roles="employee reviewer",
        ))  # fmt: skip

    async def _at(
        self, idea: str, kind: str, what: str, body: dict[str, Any], who: str | None = None
    ) -> Command:
        asked = Asked(
            kind=kind, path=f"/v1/ideas/{idea}/{what}", body=body, who=who or self.cast.author,
            idea=idea,
        )  # fmt: skip
        return await self._ask(asked)

    async def _ask(self, asked: Asked) -> Command:
        await asyncio.sleep(self.rng.expovariate(1 / self.pause))
        await self.calm.wait()
        return await self.client.command(asked)

    async def _in_state(self, idea: str, states: set[str]) -> str | None:
        """Wait until an idea is there; return who is accountable, None when patience ends."""
        until = time.monotonic() + INSISTS
        while time.monotonic() < until:
            found = await self.client.look(f"/v1/ideas/{idea}", self.cast.author)
            if found and found["state"] in states:
                return str(found["accountable"])
            await asyncio.sleep(0.2)
        return None

    def _one_in(self, many: int) -> Iterator[None]:
        if self.rng.randrange(many) == 0:
            yield
