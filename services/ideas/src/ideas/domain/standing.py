"""How the answers to a challenge stand: the jury's view and the crowd's, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from uuid import UUID

from contracts.vocabulary import IdeaId
from ideas.domain.challenges import Challenge

MOST_POINTS = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """An answer: the jury's mean from 0 to 1 (None: not judged), its supports, and both together.

    The crowd's view is the answer's supports as a part of those of the best supported answer, so
    that both are from 0 to 1; `together` weighs them as the challenge said beforehand. An answer
    that the jury has not judged has no place of its own yet.
    """

    idea: UUID
    jury: float | None
    judged_by: int
    supports: int
    crowd: float
    together: float | None


def standings(
    challenge: Challenge, answers: Sequence[IdeaId], supports: Mapping[UUID, int]
) -> list[Standing]:
    """Return the answers, the best first; those that are not judged yet stand behind."""
    most = max((supports.get(answer, 0) for answer in answers), default=0)
    found = [_standing(challenge, answer, supports.get(answer, 0), most) for answer in answers]
    return sorted(found, key=lambda s: (s.together is None, -(s.together or 0), -s.crowd, s.idea))


def _standing(challenge: Challenge, answer: IdeaId, supports: int, most: int) -> Standing:
    given = [points for (idea, _), points in challenge.judged.items() if idea == answer]
    jury = fmean(fmean(points.values()) for points in given) / MOST_POINTS if given else None
    crowd = supports / most if most else 0.0
    weight = challenge.jury_weight if challenge.jury else 0.0
    seen = jury if challenge.jury else 0.0
    together = None if seen is None else weight * seen + (1 - weight) * crowd
    return Standing(answer, jury, len(given), supports, crowd, together)
