"""A house to knock at: its routes, the faults they have, and what a no looks like."""

from collections.abc import Callable
from typing import Annotated, Any

import asyncpg
import httpx2
from fastapi import APIRouter, Depends
from pydantic import BaseModel

from chassis.auth import PeerUnavailable
from chassis.commands import Context
from chassis.decider import CommandKnown, ConcurrentWrite, NotAllowed, NotFound, Rejected
from chassis.http import Caller, caller, command_context

WORDS = "Xanthippe"


Make = Callable[..., httpx2.AsyncClient]


class TheDoorIsLocked(Rejected):
    """The door is locked. Ask for the key."""


class Visit(BaseModel):
    name: str
    guests: int


FAULTS: dict[str, Exception] = {
    "locked": TheDoorIsLocked(),
    "nothing": NotFound(),
    "not-you": NotAllowed(),
    "other-body": CommandKnown(),
    "busy": ConcurrentWrite("stream x is not at 3"),
    "peer": PeerUnavailable("ConnectError"),
    "database": asyncpg.ConnectionDoesNotExistError(WORDS),
    "refused": ConnectionRefusedError(WORDS),
    "fault": LookupError(WORDS),
}


def routes() -> APIRouter:
    """Return the routes of a house: visits, faults of every kind, and one that takes much."""
    router = APIRouter(prefix="/v1")

    @router.post("/visits", status_code=201)
    async def visit(
        who: Annotated[Caller, Depends(caller("employee"))],
        context: Annotated[Context, Depends(command_context)],
        _: Visit,
    ) -> dict[str, str]:
        return {
            "who": who.subject, "command": str(context.command), "digest": context.digest.hex(),
            "actor": str(context.actor),
        }  # fmt: skip

    @router.get("/faults/{name}", dependencies=[Depends(caller())])
    async def fault(name: str) -> None:
        raise FAULTS[name]

    @router.post("/large", dependencies=[Depends(caller())], max_body_size=200_000)
    async def large(body: dict[str, Any]) -> int:
        return len(str(body))

    return router


def is_problem(answer: httpx2.Response, status: int, name: str) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == status
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"urn:kiem:{name}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body
