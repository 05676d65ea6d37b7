"""A person is erased once, and for ever."""

from datetime import UTC, datetime

from contracts.outside import PersonErased
from contracts.vocabulary import PersonId
from notifications.domain.erasure import ErasePerson, decider

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ANNA = PersonId("anna")


def test_a_person_is_erased_once_however_often_it_is_asked() -> None:
    (told,) = decider.decide(decider.initial, ErasePerson(ANNA, NOW))
    assert told == PersonErased(person=ANNA, at=NOW)
    assert decider.decide(decider.replay([told]), ErasePerson(ANNA, NOW)) == []
