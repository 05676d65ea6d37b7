"""Who stands in for somebody, as they choose it."""

from datetime import UTC, datetime

import pytest

from contracts.outside import DeputyNamed
from contracts.vocabulary import PersonId
from notifications.domain.deputies import (
    Choice,
    NameDeputy,
    NobodyDeputisesForThemselves,
    decider,
)

LENA, BO = PersonId("lena"), PersonId("bo")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def named(deputy: PersonId | None) -> DeputyNamed:
    return DeputyNamed(person=LENA, deputy=deputy, at=NOON)


def test_a_colleague_is_chosen_once_and_taken_back() -> None:
    assert decider.decide(Choice(), NameDeputy(LENA, BO, NOON)) == [named(BO)]
    chosen = decider.replay([named(BO)])
    assert decider.decide(chosen, NameDeputy(LENA, BO, NOON)) == []
    assert decider.decide(chosen, NameDeputy(LENA, None, NOON)) == [named(None)]


def test_nobody_stands_in_for_themselves() -> None:
    with pytest.raises(NobodyDeputisesForThemselves):
        decider.decide(Choice(), NameDeputy(LENA, LENA, NOON))
