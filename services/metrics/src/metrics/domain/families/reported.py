"""Uses of a feature as its own system counted them: about persons whom nobody named."""

from collections.abc import Mapping

from msgspec import Struct

from contracts.outside import ORGANISATION
from metrics.domain.families import ALL, Draft
from metrics.domain.numbers import Number
from metrics.domain.series import Span


class Told(Struct, frozen=True):
    """What was reported last of a department and week: how many persons, and how many uses."""

    users: int
    uses: int


def of_reported(told: Mapping[str, Told], feature: str, span: Span) -> Draft:
    """Return the uses of a week; the organisation's own report tells more than a sum of parts."""
    whole = told.get(ORGANISATION)
    counted = [whole] if whole else list(told.values())
    users, uses = (sum(getattr(each, name) for each in counted) for name in ("users", "uses"))
    number = Number(value=uses, n=users, beside={"users": users})
    return Draft(
        kpi="reported_use", basis=span, feature=feature, numbers={ALL: number},
        persons={ALL: users},
    )  # fmt: skip
