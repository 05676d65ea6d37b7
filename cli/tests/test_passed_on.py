"""What somebody owes in place of another is judged as any promise is."""

from typing import Any

import pytest

from cli.guarantee import judge
from cli.tests.test_guarantee import ABOUT, ANNA, DESK, IDEA, LEAD, day, made, submitted, told, why
from contracts.handed_up import IdeaHandedOver
from contracts.notifications import PromisePassedOn

OVER = IdeaHandedOver(idea=IDEA, author=ANNA, by=DESK, at=day(3), accountable=LEAD, due=day(7))
ON = PromisePassedOn(
    **ABOUT, author=ANNA, previous=DESK, accountable=LEAD, due=day(7), cause="left", at=day(3)
)


@pytest.mark.parametrize(
    ("ideas", "loops", "at", "expected"),
    [
        ([submitted(), OVER], [made()], 4, "never taken over"),
        ([submitted(), OVER], [made(), made(LEAD, at=3)], 4, ""),
        ([submitted()], [made(), ON], 7, ""),
        ([submitted()], [made(), ON], 7.1, "its date passed"),
        ([submitted(), OVER], [made(), ON], 7, ""),
    ],
)
def test_who_owes_it_now_and_until_when_is_what_counts(
    ideas: list[Any], loops: list[Any], at: float, expected: str
) -> None:
    said = why(judge(told(*ideas), told(*loops), day(at)))
    assert (expected in said) if expected else said == ""
