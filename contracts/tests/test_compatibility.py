"""Which changes of an event may be published, and what the refusal of the others says."""

from copy import deepcopy
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta

from contracts.catalog import DECLARED
from contracts.publishing.compatibility import breaches, differences
from contracts.publishing.history import Published, appended
from contracts.publishing.schemas import Schema, fingerprint, schema_of

TYPE = "kiem.usage.ToolUsageRecorded.v1"
NULL = {"type": "null"}
MARKS = {"enum": ["x", "y"]}
Growing = Annotated[str, Meta(extra_json_schema={"enum": ["a", "b"], "x-open-enum": True})]


def _schema() -> Schema:
    return {
        "description": "Something was told.",
        "x-topic": "kiem.test.events",
        "x-key": "id",
        "x-stream": "test",
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "kind": {"enum": ["a", "b"], "default": "a"},
            "open": {"anyOf": [{"enum": ["a"], "x-open-enum": True}, NULL], "default": None},
            "note": {"anyOf": [{"type": "string"}, NULL], "default": None},
            "size": {"type": "integer", "minimum": 0, "default": 0},
            "tags": {"type": "array", "items": {"type": "string"}, "default": []},
            "marks": {"type": "object", "additionalProperties": MARKS, "default": {}},
        },
        "required": ["id"],
        "additionalProperties": False,
    }


def _told(change: Any) -> list[str]:
    later = deepcopy(_schema())
    change(later)
    old = _schema()
    return breaches({"kiem.test.Told.v1": later}, {"kiem.test.Told.v1": appended((), old, "0.1.0")})


def _set(path: str, value: Any) -> Any:
    def change(schema: Schema) -> None:
        *way, last = path.split("/")
        here: Any = schema
        for step in way:
            here = here[int(step)] if step.isdigit() else here[step]
        here[last] = value

    return change


def _drop(path: str) -> Any:
    def change(schema: Schema) -> None:
        *way, last = path.split("/")
        here: Any = schema
        for step in way:
            here = here[step]
        del here[last]

    return change


def _renamed(schema: Schema) -> None:
    schema["properties"]["remark"] = schema["properties"].pop("note")


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        _set("properties/extra", {"type": "string", "default": ""}),
        _set("properties/extra", {"anyOf": [{"type": "string"}, NULL], "default": None}),
        _set("properties/open/anyOf", [{"enum": ["a", "z"], "x-open-enum": True}, NULL]),
        _set("description", "Something was told, and better."),
    ],
    ids=["nothing", "optional", "nullable", "open-list-widened", "docstring"],
)
def test_a_change_that_every_reader_can_live_with_is_allowed(change: Any) -> None:
    assert _told(change) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_set("properties/extra", {"type": "string"}), "extra was added without a default"),
        (_drop("properties/note"), "note was removed or renamed"),
        (_renamed, "note was removed or renamed"),
        (_set("properties/size/type", "number"), "size was integer and is number"),
        (_set("properties/size/minimum", 1), "size changed its minimum from 0 to 1"),
        (_drop("properties/size/minimum"), "size lost minimum"),
        (_set("properties/id/maxLength", 9), "id gained maxLength"),
        (_set("properties/note", {"type": "string"}), "note was string or null and is string"),
        (_set("properties/size/default", 1), "size changed its default from 0 to 1"),
        (_set("properties/kind/enum", ["a"]), "kind lost b from its list"),
        (_set("properties/kind/enum", ["a", "b", "c"]), "kind gained c in its list"),
        (_set("properties/open/anyOf/0/enum", ["z"]), "open lost a from its list"),
        (_set("properties/open/anyOf", [{"enum": ["a", "z"]}, NULL]), "open lost x-open-enum"),
        (_set("properties/tags/items", {"type": "integer"}), "tags[] was string and is integer"),
        (_set("properties/tags/items/minLength", 1), "tags[] gained minLength"),
        (_set("properties/marks/additionalProperties/enum", ["x"]), "marks[] lost y"),
        (_set("required", ["id", "size"]), "size became required"),
        (_set("required", []), "id is required no more"),
        (_set("x-topic", "kiem.other.events"), "its topic was kiem.test.events"),
        (_set("x-key", "size"), "its key was id and is size"),
        (_set("x-stream", None), "its stream was test and is None"),
    ],
)
def test_a_change_that_breaks_a_reader_is_refused_with_what_and_where(
    change: Any, says: str
) -> None:
    told = _told(change)
    assert any(says in sentence for sentence in told), told
    for sentence in told:
        assert sentence.startswith("kiem.test.Told.v1: ")
        assert "declare a new event ToldV2 with VERSION = 2" in sentence


def test_a_field_that_is_required_from_its_first_day_is_refused() -> None:
    def change(schema: Schema) -> None:
        schema["properties"]["extra"] = {"type": "string"}
        schema["required"].append("extra")

    assert "extra was added and is required: old data does not have it" in _told(change)[0]


def test_an_event_that_was_published_may_not_vanish() -> None:
    history = {"kiem.test.Told.v1": appended((), _schema(), "0.1.0")}
    assert "was published and is declared no more" in breaches({}, history)[0]


def test_every_revision_counts_and_not_only_the_last() -> None:
    middle = _schema()
    middle["properties"]["extra"] = {"type": "string", "default": ""}
    history = appended(appended((), _schema(), "0.1.0"), middle, "0.2.0")
    assert [one.number for one in history] == [1, 2]
    later = deepcopy(middle)
    later["properties"]["extra"]["type"] = "integer"
    told = breaches({"kiem.test.Told.v1": later}, {"kiem.test.Told.v1": history})
    assert ["revision 2" in sentence for sentence in told] == [True]
    del later["properties"]["extra"], later["properties"]["note"]
    told = breaches({"kiem.test.Told.v1": later}, {"kiem.test.Told.v1": history})
    assert sum("note was removed" in sentence for sentence in told) == 2


def test_nested_objects_are_compared_field_by_field() -> None:
    inner = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    old, new = _schema(), _schema()
    old["properties"]["inner"] = inner
    new["properties"]["inner"] = {**inner, "properties": {"b": {"type": "string"}}}
    told = differences(Published(1, "", "", old), new)
    assert any("inner.a was removed" in sentence for sentence in told)
    assert any("inner.b was added without a default" in sentence for sentence in told)


def test_better_words_make_no_new_revision_and_a_new_field_makes_one() -> None:
    kind = DECLARED[TYPE]
    first = appended((), schema_of(kind), "0.1.0")
    reworded = schema_of(kind) | {"description": "Someone used a tool."}
    assert appended(first, reworded, "0.2.0") == first
    grown = schema_of(kind)
    grown["properties"]["minutes"] = {"type": "integer", "default": 0}
    second = appended(first, grown, "0.2.0")
    assert (second[1].number, second[1].since) == (2, "0.2.0")
    assert second[1].file == f"2-{fingerprint(grown)}.schema.json"
    assert appended(second, grown, "0.3.0") == second


def test_a_field_named_like_a_word_for_people_is_still_a_field() -> None:
    one, other = _schema(), _schema()
    other["properties"]["title"] = {"type": "string", "default": ""}
    other["properties"]["description"] = {"type": "string"}
    assert fingerprint(one) != fingerprint(other)
    told = differences(Published(1, "", "", one), other)
    assert any("description was added without a default" in sentence for sentence in told)


def test_a_list_that_may_grow_is_declared_on_a_text_that_readers_take_as_it_comes() -> None:
    assert msgspec.json.schema(Growing) == {
        "type": "string", "enum": ["a", "b"], "x-open-enum": True,
    }  # fmt: skip
    assert msgspec.json.decode(b'"c"', type=Growing) == "c"
