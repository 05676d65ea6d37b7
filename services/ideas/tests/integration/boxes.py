"""A suggestion box of one's own, sent to the door of imports."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from contracts.imported import imported_idea
from services.ideas.tests.house import House

OPERATOR = "olga:operator"
CUTOVER = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
Step = dict[str, Any]


def step(line: int, kind: str, at: int | None = None, **told: Any) -> Step:
    """Return a step whose day, where none is given, is that of its line."""
    day = line if at is None else at
    known = {"authors": ["anna"], "title": "Fietsen"} if kind == "submitted" else {}
    return {"line": line, "step": kind, "at": (BEGAN + timedelta(days=day)).isoformat()} | (
        known | told
    )


def history(*kinds: str, first: int = 1) -> list[Step]:
    return [step(line, kind) for line, kind in enumerate(kinds, start=first)]


class Box:
    """A suggestion box of its own, so that no test sees the lines of another."""

    def __init__(self, house: House) -> None:
        self.house, self.source = house, f"box-{uuid4()}"

    async def send(self, ideas: dict[str, list[Step]], who: str = OPERATOR) -> Any:
        told = [{"key": key, "steps": steps} for key, steps in ideas.items()]
        body = {"source": self.source, "cutover": CUTOVER.isoformat(), "ideas": told}
        return await self.house.post("/imports/history", body, who)

    async def take(self, *steps: Step, key: str = "1") -> list[str]:
        answer = await self.send({key: list(steps)})
        assert answer.status_code == 200, answer.text
        assert [item["line"] for item in answer.json()["items"]] == [s["line"] for s in steps]
        return [item["result"] for item in answer.json()["items"]]

    async def happened(self, key: str = "1") -> list[str]:
        found = await self.house.events(imported_idea(self.source, key))
        return [type(event).__name__ for event in found]

    async def promises(self, key: str = "1") -> list[tuple[Any, Any]]:
        found = await self.house.events(imported_idea(self.source, key))
        return [(getattr(e, "accountable", None), getattr(e, "due", None)) for e in found]

    async def keep(self, *lines: tuple[int, str, str]) -> None:
        told = [{"line": line, "reason": why, "raw": raw} for line, why, raw in lines]
        body = {"source": self.source, "lines": told}
        answer = await self.house.post("/imports/unplaced", body, OPERATOR)
        assert answer.json() == {"kept": len(lines)}, answer.text

    async def unplaced(self, **more: int) -> list[tuple[int, str, str | None]]:
        path = "/imports/unplaced"
        answer = await self.house.get(path, OPERATOR, source=self.source, **more)
        return [(one["line"], one["reason"], one["raw"]) for one in answer.json()["items"]]
