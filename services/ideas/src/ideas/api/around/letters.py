"""What a mail may say of a barrier, a request for time, a question for help and what is alike."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from msgspec import UNSET
from pydantic import BaseModel

from chassis.commands import Commands
from chassis.decider import NotFound
from chassis.http import Caller, caller
from chassis.process import Parts
from contracts.tools import ToolIntroduced
from ideas.domain.barriers import barrier_decider
from ideas.domain.challenges import challenge_decider
from ideas.domain.experiments import experiment_decider
from ideas.domain.hours import time_decider
from ideas.domain.tools import help_decider, tool_decider

Kind = Literal["barrier", "time", "help", "challenge", "experiment", "tool"]

# What a matter began with: what somebody asked, or expects.
_ASKED = ("words", "question", "hypothesis")


class MatterWords(BaseModel):
    """What was asked, and what was answered. Null: not said, or erased."""

    recipient: str
    author: str
    asked: str | None
    reason: str | None = None
    next_step: str | None = None
    hours: float | None = None
    granted: float | None = None
    tool: str | None = None


def letters(parts: Parts) -> APIRouter:
    """Return the route of those who write mails."""
    router = APIRouter(prefix="/matters", tags=["matters"])
    tools = parts.commands(tool_decider, "tool")
    kinds: Mapping[Kind, Commands[Any, Any, Any]] = {
        "barrier": parts.commands(barrier_decider, "barrier"),
        "time": parts.commands(time_decider, "time"),
        "help": parts.commands(help_decider, "help"),
        "challenge": parts.commands(challenge_decider, "challenge"),
        "experiment": parts.commands(experiment_decider, "experiment"),
        "tool": tools,
    }

    @router.get("/{kind}/{matter}/words", summary="What a mail may say of it to a recipient")
    async def read_matter_words(
        _: Annotated[Caller, Depends(caller("service"))],
        kind: Kind,
        matter: UUID,
        recipient: Annotated[str, Query(alias="for", min_length=1, max_length=200)],
    ) -> MatterWords:
        steps: list[Any] = [recorded.data for recorded in await kinds[kind].history(matter)]
        if not steps:
            raise NotFound
        return _said(steps, recipient, await _name(tools, steps[0]))

    return router


def _said(steps: list[Any], recipient: str, tool: str | None) -> MatterWords:
    """Everybody in the house may read a matter; its first step asks, and its last one answers."""
    first, last = steps[0], steps[-1]
    answer = _words(last, "reason") or (_words(last, "words") if len(steps) > 1 else None)
    asked = next((said for name in _ASKED if (said := _words(first, name))), None)
    return MatterWords(
        recipient=recipient, author=getattr(first, "author", None) or first.by, asked=asked,
        reason=answer or _words(first, "why"),
        next_step=_words(last, "next_step"), hours=getattr(first, "hours", None),
        granted=getattr(last, "hours", None) if len(steps) > 1 else None, tool=tool,
    )  # fmt: skip


async def _name(tools: Commands[Any, Any, Any], first: Any) -> str | None:
    if isinstance(first, ToolIntroduced):
        return first.name
    about = getattr(first, "tool", None)
    found = (await tools.state(about))[0] if about else None
    return found.name if found else None


def _words(event: Any, name: str) -> str | None:
    """Erased words are shown as none."""
    said = getattr(event, name, UNSET)
    return None if said is UNSET else said
