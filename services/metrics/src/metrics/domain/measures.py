"""How each open number is computed: what it counts, by what that is cut, and the number itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from metrics.domain import answering, ideas, people, promises, room, variety
from metrics.domain.facts import UNKNOWN, Facts
from metrics.domain.ideas import Life
from metrics.domain.numbers import Number
from metrics.domain.scene import Scene

Group = Callable[[Scene, Any], str]


class Measure(Struct, frozen=True, kw_only=True):
    """An open number. `units` None: it counts ideas; `needs` are the facts besides those of ideas.

    `at_end`: it looks at how things stood when the period ended.
    """

    number: Callable[[Scene, Any], Number]
    groups: Mapping[str, Group]
    units: Callable[[Scene], Sequence[Any]] | None = None
    needs: frozenset[str] = frozenset()
    at_end: bool = False


def _challenge(scene: Scene, life: Life) -> str:
    birth = scene.birth(life)
    return (birth and birth.challenge) or UNKNOWN


def _tool(scene: Scene, life: Life) -> str:
    birth = scene.birth(life)
    return (birth and birth.tool) or UNKNOWN


_OF_IDEAS: dict[str, Group] = {
    "department": lambda _, life: life.department,
    "category": lambda _, life: life.category,
    "origin": lambda _, life: life.origin,
    "state": lambda _, life: life.state,
    "challenge": _challenge,
    "tool": _tool,
}
_OF_BARRIERS: dict[str, Group] = {
    "department": room.department,
    "kind": lambda _, barrier: barrier.kind or UNKNOWN,
    "level": room.level,
}
_OF_REQUESTS: dict[str, Group] = {
    "department": room.department,
    "purpose": lambda _, request: request.kind or UNKNOWN,
}


def _ideas(
    number: Callable[[Scene, Sequence[Life]], Number], *needs: str, at_end: bool = False
) -> Measure:
    return Measure(number=number, groups=_OF_IDEAS, needs=frozenset(needs), at_end=at_end)


def _plain(
    number: Callable[[Any, Sequence[Life]], Number], *, at_end: bool = False
) -> Measure:  # fmt: skip
    return _ideas(lambda scene, found: number(scene.window, found), at_end=at_end)


def _silent(scene: Scene, found: Sequence[Life]) -> Number:
    counts, facts = scene.window.counts, scene.facts
    loops = Facts(
        promises=tuple(f for f in facts.promises if counts(f.occurred_at, f.recorded_at)),
        deliveries=tuple(f for f in facts.deliveries if counts(f.occurred_at, f.recorded_at)),
        parked=facts.parked,
    )
    return promises.silent_ideas(scene.window, found, loops)


MEASURES: dict[str, Measure] = {
    "ideas_submitted": _plain(ideas.ideas_submitted),
    "idea_rate": _ideas(people.idea_rate, "standings"),
    "ideas_by_state": _plain(ideas.ideas_by_state, at_end=True),
    "realisation_a": _plain(ideas.realisation_a),
    "realisation_b": _plain(ideas.realisation_b),
    "processing_time_a": _plain(ideas.processing_time_a),
    "processing_time_b": _plain(ideas.processing_time_b),
    "first_response": _ideas(answering.first_response, "doings"),
    "sla_attainment": _ideas(answering.sla_attainment, "promises"),
    "silent_ideas": _ideas(_silent, "promises", "deliveries", "parked"),
    "closed_loop": _ideas(answering.closed_loop, "doings", "deliveries"),
    "lead_time_to_pilot": _plain(ideas.lead_time_to_pilot),
    "throughput": _plain(ideas.throughput),
    "wip": _plain(ideas.wip, at_end=True),
    "age": _plain(ideas.age, at_end=True),
    "pilot_outcomes": _ideas(room.pilot_outcomes, "doings"),
    "idea_diversity": _ideas(variety.idea_diversity),
    "cross_department": _ideas(variety.cross_department, "doings", "standings"),
    "barrier_resolution": Measure(
        number=room.barrier_resolution, groups=_OF_BARRIERS, units=room.barriers,
        needs=frozenset({"doings", "standings"}),
    ),
    "time_granted": Measure(
        number=room.time_granted, groups=_OF_REQUESTS, units=room.requests,
        needs=frozenset({"doings", "standings"}),
    ),
}  # fmt: skip
