from contracts.catalog import DECLARED, TOPICS, declared
from contracts.ideas import IdeaSubmitted
from contracts.personal import personal_fields


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
