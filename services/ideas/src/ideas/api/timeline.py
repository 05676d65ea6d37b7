"""The timeline of an idea: each step with who took it, when, until when, and why."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import UNSET, structs

from chassis.auth import Peer, PeerRefused, PeerUnavailable
from chassis.http import Caller
from chassis.store import Recorded
from contracts.ideas import (
    IdeaAccepted,
    IdeaDeclined,
    IdeaParked,
    PilotConcluded,
    PilotMeasured,
    PilotStarted,
)
from contracts.personal import personal_fields
from ideas.domain.state import Idea, evolve

PATIENCE = 2.0  # seconds
_SAID = ("reason", "next_step", "marks", "sentences")
_KNOWN = frozenset({"at", "idea", "author", "accountable", "due", "by", "reviewer", "origin"})


class Why:
    """Asks feedback why: the words of a decision are the reviewer's, and live there."""

    def __init__(self, feedback: Peer) -> None:
        self._feedback = feedback

    async def of(self, answer: Recorded, who: Caller) -> dict[str, Any]:
        """Return the words that this caller may read, or what keeps them away."""
        idea = getattr(answer.data, "idea", None)
        try:
            review = await self._feedback.get(
                f"/v1/reviews/{idea}", token=who.token, timeout=PATIENCE
            )
        except PeerRefused:
            return {"unavailable": "feedback has no reason that it may show to you"}
        except PeerUnavailable:
            return {"unavailable": "the reason is with feedback, which can't be reached now"}
        if review.get("words") != "shown":
            return {"unavailable": "the reason is only for those whom the answer concerns"}
        if _instant(review.get("answered_at")) > answer.occurred_at:
            return {"unavailable": "feedback shows the reason of a later answer in its place"}
        return {name: review.get(name) for name in _SAID}


def after(history: Sequence[Recorded]) -> Idea | None:
    """Return an idea as it is after these steps."""
    idea = None
    for recorded in history:
        idea = evolve(idea, recorded.data)  # type: ignore[arg-type]
    return idea


async def timeline(
    history: Sequence[Recorded], why: Why, who: Caller, *, reads: bool
) -> dict[str, Any]:
    """Return what is known of each step, its words for who `reads` them, and where all ends."""
    idea = after(history)
    ordered = _in_order(history)
    steps = [_step(recorded, reads=reads) for recorded in ordered]
    answered = [(s, r) for s, r in zip(steps, ordered, strict=True) if _answered_live(r)]
    if answered:
        # Feedback shows the latest answer; earlier ones keep their names and dates.
        step, answer = answered[-1]
        step["why"] = await why.of(answer, who)
    return {
        "idea": idea.idea if idea else None,
        "state": idea.state if idea else None,
        "accountable": idea.accountable if idea else None,
        "due": idea.due if idea else None,
        "steps": steps,
    }


def last_pilot(history: Sequence[Recorded], *, reads: bool) -> dict[str, Any] | None:
    """Return the steps that began and ended the last pilot, and its last measured value."""
    pilot: dict[str, Any] | None = None
    for recorded in _in_order(history):
        match recorded.data:
            case PilotStarted():
                pilot = {"began": _step(recorded, reads=reads), "last": None, "ended": None}
            case PilotMeasured(value=value) if pilot and value is not None:
                pilot["last"] = _step(recorded, reads=reads)
            case PilotConcluded() if pilot:
                pilot["ended"] = _step(recorded, reads=reads)
            case _:
                pass
    return pilot


def _in_order(history: Sequence[Recorded]) -> list[Recorded]:
    return sorted(history, key=lambda recorded: (recorded.occurred_at, recorded.version))


def _instant(text: Any) -> datetime:
    return datetime.fromisoformat(text) if text else datetime.min.replace(tzinfo=UTC)


def _answered_live(recorded: Recorded) -> bool:
    event = recorded.data
    return isinstance(event, IdeaAccepted | IdeaDeclined | IdeaParked) and event.origin == "live"


def _step(recorded: Recorded, *, reads: bool) -> dict[str, Any]:
    event: Any = recorded.data
    personal = personal_fields(type(recorded.data))
    said = {name: getattr(event, name) for name in personal if getattr(event, name) is not UNSET}
    more = {
        name: value
        for name, value in structs.asdict(event).items()
        if name not in _KNOWN and name not in personal and value is not None
    }
    return {
        "version": recorded.version,
        "type": type(event).__name__,
        "at": recorded.occurred_at,
        "recorded_at": recorded.recorded_at,
        "by": _by(recorded),
        "accountable": getattr(event, "accountable", None),
        "due": getattr(event, "due", None),
        "origin": getattr(event, "origin", "live"),
        "trace": recorded.traceparent.split("-")[1] if recorded.traceparent else None,
        "words": said if reads else {},
        "more": more,
    }


def _by(recorded: Recorded) -> str | None:
    """Return who took the step: named in the event, else who asked for it."""
    event: Any = recorded.data
    named: str | None = getattr(event, "by", None) or getattr(event, "reviewer", None)
    if named is None and type(event).__name__ in {"IdeaSubmitted", "IdeaRevised"}:
        named = event.author
    return named or recorded.actor
