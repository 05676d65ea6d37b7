"""A story of one idea, its promises and its notices, for the judge of promises to look at."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.chronicle import Chronicle, Fact, Shown
from tests.faults.news import Owed, owed
from tests.faults.promises import check

IDEA = "0192f0c0-0000-7000-8000-000000000001"


START = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday


MAIL = "{}@example.org"


FIRST, SECOND, THIRD, FOURTH = (
    datetime(2026, 3, day, 16, tzinfo=UTC) for day in (9, 16, 23, 27)
)  # each at 17:00 in Amsterdam, before summer time


DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class Story:
    """Anna tells an idea; Rob, Lea and Dirk let a date pass, and the desk declines it in time."""

    def __init__(self) -> None:
        self.told = Chronicle(
            leads={"anna": "lea", "rob": "lea", "lea": "dirk", "dirk": None, "desk": None},
            directors={"dirk"}, desk="desk",
            addresses={p: MAIL.format(p) for p in ("anna", "rob", "lea", "dirk", "desk")},
        )  # fmt: skip
        self.begin()
        self.climb()
        self.told.stands = [
            START + MINUTE, FIRST - DAY, FIRST + DAY, SECOND - DAY, SECOND + DAY,
            THIRD + DAY, FOURTH - DAY, FOURTH + DAY,
        ]  # fmt: skip
        self.tell()

    def begin(self) -> None:
        born = self.idea(1, "IdeaSubmitted", START, accountable="desk", due=FIRST, author="anna")
        named = self.fact("review", 2, "ReviewerAssigned", START, reviewer="rob", due=FIRST)
        self.told.reviews.append(named)
        taken = self.idea(2, "IdeaTakenUnderReview", START, accountable="rob", due=FIRST)
        self.loop(1, "PromiseMade", START, born.id, accountable="desk", due=FIRST)
        self.loop(2, "PromiseMade", START, taken.id, accountable="rob", due=FIRST)

    def climb(self) -> None:
        self.breaks(3, "rob", FIRST, "lea", SECOND)
        self.breaks(5, "lea", SECOND, "dirk", THIRD)
        self.breaks(7, "dirk", THIRD, "desk", FOURTH)
        answer = self.idea(6, "IdeaDeclined", FOURTH - MINUTE, by="desk")
        self.loop(9, "PromiseKept", FOURTH - MINUTE, answer.id, accountable="desk", due=FOURTH)

    def breaks(self, version: int, who: str, due: datetime, up: str, until: datetime) -> None:
        at = due + MINUTE
        rung = {"lea": "lead", "dirk": "director", "desk": "desk"}[up]
        self.loop(version, "PromiseBroken", at, None, accountable=who, due=due)
        self.loop(version + 1, "Escalated", at, None, accountable=up, due=until, previous=who,
                  rung=rung, missed=due)  # fmt: skip
        self.idea(3 + (version - 3) // 2, "IdeaHandedUp", at, accountable=up, due=until)

    def tell(self) -> None:
        """Let every owed notice arrive, in the inbox and by mail."""
        self.told.inboxes = {person: [] for person in self.told.addresses}
        for notice in owed(self.told):
            self.arrives(notice)

    def arrives(self, notice: Owed) -> None:
        shown = Shown(notice.id, notice.kind, IDEA, (None, None))
        self.told.inboxes[notice.person].append(shown)
        self.told.mails[f"<{notice.id}@example.org>", MAIL.format(notice.person)] += 1

    def fact(
        self, of: str, version: int, kind: str, at: datetime, cause: str | None = None, **data: Any
    ) -> Fact:
        told = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in data.items()}
        name = str(uuid.uuid4())
        return Fact(name, f"{of}-{IDEA}", version, kind, at, at, cause, {"idea": IDEA, **told})

    def idea(self, version: int, kind: str, at: datetime, **data: Any) -> Fact:
        self.told.ideas.append(made := self.fact("idea", version, kind, at, **data))
        return made

    def loop(
        self, version: int, kind: str, at: datetime, cause: str | None = None, **data: Any
    ) -> Fact:
        self.told.loops.append(made := self.fact("loop", version, kind, at, cause, **data))
        return made

    def swap(self, number: int, **data: Any) -> None:
        """Let a step of the loop say something else."""
        old = self.told.loops[number]
        self.told.loops[number] = replace(old, data={**old.data, **data})

    def notice(self, kind: str) -> Owed:
        return next(n for n in owed(self.told) if n.kind == kind)


def of(story: Story) -> str:
    return "\n".join(check(story.told))
