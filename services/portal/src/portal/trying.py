"""What the timeline of an idea tells of its pilot and its promise, and what may come next."""

from typing import Any

from portal.session import nameless

STARTED, MEASURED, CONCLUDED = "PilotStarted", "PilotMeasured", "PilotConcluded"
STEPS = ("pilot", "realisation", "revival", "promise", "hand-over")


def last_pilot(steps: list[Any]) -> tuple[Any, list[Any], Any]:
    """Return the step that began the last pilot, its measurements, and the step that ended it."""
    pilot, taken, ended = None, list[Any](), None
    for step in steps:
        if step["type"] == STARTED:
            pilot, taken, ended = step, [], None
        elif step["type"] == MEASURED:
            taken.append(step)
        elif step["type"] == CONCLUDED:
            ended = step
    return pilot, taken, ended


def tried(timeline: Any) -> dict[str, Any] | None:
    """Return the last pilot with its last measurement; None where none began, or none is known."""
    if not isinstance(timeline, dict):
        return None
    pilot, taken, ended = last_pilot(timeline["steps"])
    if pilot is None:
        return None
    values = [step for step in taken if step["more"].get("value") is not None]
    return {"began": pilot, "last": values[-1] if values else None, "ended": ended}


def was_moved(steps: list[Any]) -> bool:
    """Tell whether somebody moved the promise that stands now."""
    before, moved = None, False
    for step in steps:
        if not step["accountable"]:
            continue
        promised = (step["accountable"], step["due"])
        if step["type"] == "PromiseMoved":
            moved = moved or step["more"].get("cause", "longer") == "longer"
        elif promised != before and not _goes_on(step):
            moved = False
        before = promised
    return moved


def _goes_on(step: Any) -> bool:
    """Tell whether somebody else keeps the promise that was made, and made none of their own."""
    gone = step["type"] == "IdeaHandedUp" and step["more"].get("cause", "broken") != "broken"
    return bool(gone or step["type"] == "IdeaHandedOver")


def choices(shown: Any, steps: list[Any], *, accountable: bool, left: int) -> tuple[str, ...]:
    """Return the steps that the state of an idea allows whoever is to act, or the desk.

    `left`: days until the promise is due. The service decides; this only spares a vain try.
    """
    state = shown["state"]
    can = {
        "pilot": state == "accepted" or (state == "in_pilot" and not shown["pilot"]),
        "realisation": state in {"accepted", "in_pilot"},
        "revival": state == "parked",
        "hand-over": state in {"accepted", "in_pilot", "parked"} and bool(shown["due"]),
        "promise": accountable and bool(shown["due"]) and left >= 0 and not was_moved(steps),
    }
    return tuple(step for step in STEPS if can[step])


def joinable(shown: Any, person: str) -> bool:
    """Tell whether somebody can join its pilot: one that runs, of an idea told to the house."""
    told_to_the_house = shown["way"] == "named" or not nameless(shown["author"])
    return bool(shown["pilot"]) and person not in shown["team"] and told_to_the_house
