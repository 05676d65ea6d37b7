from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from msgspec import structs

from contracts.catalog import DECLARED, TOPICS, _declare, declared
from contracts.ideas import IdeaSubmitted, PilotMeasured
from contracts.personal import personal_fields, whose_words
from contracts.vocabulary import Event, IdeaId, PersonId


def test_every_event_has_one_wire_type_and_a_key_that_is_one_of_its_fields() -> None:
    for kind in DECLARED.values():
        assert kind.key in kind.event.__struct_fields__
        assert declared(kind.event) is kind
    assert declared(IdeaSubmitted).type == "kiem.ideas.IdeaSubmitted.v1"
    assert len(TOPICS) == 7


def test_every_personal_field_names_a_person_of_the_same_event() -> None:
    for kind in DECLARED.values():
        for field, whose in personal_fields(kind.event).items():
            assert field in kind.event.__struct_fields__
            assert whose in kind.event.__struct_fields__, f"{kind.name}.{field} -> {whose}"


def test_words_that_nobody_is_known_to_have_said_are_under_the_key_of_the_author() -> None:
    at, idea = datetime(2020, 1, 1, tzinfo=UTC), IdeaId(UUID(int=1))
    anna, bo = PersonId("anna"), PersonId("bo")
    measured = PilotMeasured(at=at, idea=idea, author=anna, remark="sneller")
    assert whose_words(measured, "remark") == anna
    assert whose_words(structs.replace(measured, by=bo), "remark") == bo


def test_every_event_says_in_a_sentence_of_its_own_what_happened() -> None:
    for kind in DECLARED.values():
        assert (kind.event.__dict__.get("__doc__") or "").strip().endswith("."), kind.name


def test_a_second_version_of_an_event_stands_beside_the_first_under_the_same_name() -> None:
    class IdeaSubmittedV2(Event, frozen=True, kw_only=True):
        VERSION: ClassVar[int] = 2
        idea: IdeaId

    found = _declare(IdeaSubmittedV2, "ideas", "kiem.ideas.events", "idea", "idea")
    assert (found.type, found.name) == ("kiem.ideas.IdeaSubmitted.v2", "IdeaSubmitted")
    assert found.dataschema == "urn:kiem:schema:kiem.ideas.IdeaSubmitted.v2"
