"""People whose ideas live for months: told, answered, withdrawn, or left without a word."""

import asyncio
import random
from datetime import datetime
from typing import TYPE_CHECKING

from tests.faults.clients import Asked, Client
from tests.journeys.answers import whole_answer
from tests.journeys.house import Cast

if TYPE_CHECKING:
    from tests.faults.months import Months

FATES = {"accepted": 4, "declined": 3, "parked": 2, "withdrawn": 1}
_TOGETHER = 0.2  # of the ideas have the lead as a second author, whom the ladder skips


class Hand:
    """Does what people do, one thing after the other."""

    def __init__(self, run: "Months", client: Client) -> None:
        self._run, self._client, self._rng = run, client, client.rng

    async def live(self) -> None:
        """Tell ideas and answer them until the time is over and all are told; then answer on."""
        while not self._run.enough():
            if self._run.more():
                await self._tell()
            elif (due := self._run.next_due()) is not None:
                await self._answer(*due)
            else:
                await asyncio.sleep(0.2)
        while (due := self._run.next_due(all_of_them=True)) is not None:
            await self._answer(*due)

    async def _tell(self) -> None:
        cast = self._rng.choice(self._run.casts)
        self._run.count += 1
        body = {"title": "Fietsen", "body": "Een fiets per gebouw.", "category": "vervoer"}
        others = [cast.lead] if self._rng.random() < _TOGETHER else []
        born = await self._client.command(Asked(
            kind="submit", path="/v1/ideas", body={**body, "co_authors": others}, who=cast.author,
        ))  # fmt: skip
        if born.outcome == "acknowledged":
            self._run.expect(str(born.answers[0]["idea"]), cast, self._fate())
        else:
            self._run.count -= 1

    def _fate(self) -> tuple[str, int] | None:
        """Return what comes of an idea, after how many jumps; None: nobody ever says a word."""
        rng: random.Random = self._rng
        if rng.random() < self._run.left_alone:
            return None
        kind = rng.choices(list(FATES), list(FATES.values()))[0]
        return kind, rng.randrange(self._run.jumps // 2)

    async def _answer(self, idea: str, cast: Cast, kind: str) -> None:
        if kind == "withdrawn":
            body = {"reason": "Toch niet."}
            await self._client.command(Asked(
                kind="withdraw", path=f"/v1/ideas/{idea}/withdrawal", body=body, who=cast.author,
                idea=idea,
            ))  # fmt: skip
            return
        found = await self._client.look(f"/v1/ideas/{idea}", cast.author)
        who = str((found or {}).get("accountable") or cast.reviewer)
        owed = str((found or {}).get("due") or "")
        day = datetime.fromisoformat(owed).date() if owed else None
        answer = whole_answer(kind, by="" if kind == "declined" else who, day=day)
        await self._client.command(Asked(
            kind="decide", service="feedback", path=f"/v1/reviews/{idea}/decision", body=answer,
            who=who, roles="employee reviewer desk", idea=idea,
        ))  # fmt: skip
