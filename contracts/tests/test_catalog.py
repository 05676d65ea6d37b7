from typing import ClassVar

from contracts.catalog import DECLARED, TOPICS, _declare, declared
from contracts.ideas import IdeaSubmitted
from contracts.personal import personal_fields
from contracts.vocabulary import Event, IdeaId


def test_every_event_has_one_wire_type_and_a_key_that_is_one_of_its_fields() -> None:
    for kind in DECLARED.values():
        assert kind.key in kind.event.__struct_fields__
        assert declared(kind.event) is kind
    assert declared(IdeaSubmitted).type == "kiem.ideas.IdeaSubmitted.v1"
    assert len(TOPICS) == 6


def test_every_personal_field_names_a_person_of_the_same_event() -> None:
    for kind in DECLARED.values():
        for field, whose in personal_fields(kind.event).items():
            assert field in kind.event.__struct_fields__
            assert whose in kind.event.__struct_fields__, f"{kind.name}.{field} -> {whose}"


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
