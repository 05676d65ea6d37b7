"""What leaves the house: no personal word, nothing unset, and exactly what the schema says."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from contracts.catalog import DECLARED, Declared
from contracts.cloudevents import decode, publishable, read
from contracts.ideas import IdeaSubmitted
from contracts.personal import (
    Personal,
    personal_fields,
    whose_words,
    with_words,
    withhold,
    words_of,
)
from contracts.publishing.schemas import schema_of, stored_schema
from contracts.vocabulary import Event, PersonId


class NoteLeft(Event, frozen=True, kw_only=True):
    """An event that may name nobody whose words it holds."""

    by: PersonId | None = None
    words: Personal[str] = UNSET


KINDS = pytest.mark.parametrize("kind", DECLARED.values(), ids=lambda kind: kind.type)
OF_EACH = settings(max_examples=6)  # of more than a hundred
WORDY = pytest.mark.parametrize(
    "kind", [k for k in DECLARED.values() if personal_fields(k.event)], ids=lambda kind: kind.type
)


@cache
def _validator(kind: Declared) -> Any:
    return jsonschema_rs.Draft202012Validator(schema_of(kind), validate_formats=True)


def _published(event: Event, kind: Declared) -> dict[str, Any]:
    _, _, value = publishable(event, kind, id="1", source="test")
    found: dict[str, Any] = msgspec.json.decode(value)
    return found


@KINDS
@OF_EACH
@given(data=st.data())
def test_what_is_published_fits_the_published_schema(
    kind: Declared, data: st.DataObject, events: Any
) -> None:
    event = data.draw(events(kind))
    _validator(kind).validate(_published(event, kind))


@KINDS
@OF_EACH
@given(data=st.data())
def test_no_personal_word_is_ever_published(
    kind: Declared, data: st.DataObject, events: Any
) -> None:
    event = data.draw(events(kind))
    published = _published(event, kind)
    assert not published.keys() & personal_fields(kind.event).keys()
    kept = msgspec.json.decode(msgspec.json.encode(event))
    for field in personal_fields(kind.event):
        kept.pop(field, None)
    assert published == kept


@KINDS
@OF_EACH
@given(data=st.data())
def test_every_published_event_is_read_back_as_it_was_without_its_personal_words(
    kind: Declared, data: st.DataObject, events: Any
) -> None:
    event = data.draw(events(kind))
    _, headers, value = publishable(event, kind, id="1", source="test")
    if kind.stream:
        stream = f"{kind.stream}-{getattr(event, kind.key)}"
        headers += [("ce_subject", stream.encode()), ("ce_sequence", b"1")]
    heard = decode(read(headers, value), kind.topic)
    assert heard is not None
    assert heard.data == withhold(event)
    assert (heard.type, heard.key) == (kind.type, str(getattr(event, kind.key)))


@KINDS
def test_published_schemas_are_closed_and_show_only_what_is_published(kind: Declared) -> None:
    schema = schema_of(kind)
    assert schema["additionalProperties"] is False
    assert not schema["properties"].keys() & personal_fields(kind.event).keys()
    assert schema["properties"].keys() | personal_fields(kind.event).keys() == {
        *stored_schema(kind)["properties"]
    }
    jsonschema_rs.meta.validate(schema)


@KINDS
def test_a_writer_may_not_add_what_no_schema_knows(kind: Declared, home: Any) -> None:
    golden = msgspec.json.decode((home / "golden" / f"{kind.type}.1.json").read_bytes())["data"]
    validator = _validator(kind)
    assert validator.is_valid(golden)
    assert not validator.is_valid({**golden, "title": "Less waiting at gate 4"})
    assert not validator.is_valid({name: golden[name] for name in golden if name != "at"})


def test_words_that_are_set_are_really_left_out() -> None:
    event = msgspec.convert(
        {"at": "2026-03-02T09:15:00Z", "idea": "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7a05",
         "author": "p-4e1f", "title": "Less waiting at gate 4", "body": "Ask Anna"},
        IdeaSubmitted,
    )  # fmt: skip
    assert (event.title, event.body) == ("Less waiting at gate 4", "Ask Anna")
    key, headers, value = publishable(
        event, DECLARED["kiem.ideas.IdeaSubmitted.v1"], id="1", source="kiem/ideas"
    )
    sent = key + value + b"".join(content or b"" for _, content in headers)
    assert b"gate 4" not in sent
    assert b"Anna" not in sent
    assert b'"title"' not in value
    assert withhold(event) == msgspec.structs.replace(event, title=UNSET, body=UNSET)


@WORDY
@OF_EACH
@given(data=st.data())
def test_words_that_were_taken_out_can_be_put_back(
    kind: Declared, data: st.DataObject, events: Any
) -> None:
    event = data.draw(events(kind))
    whose = {
        field: whose_words(event, field)
        for field in personal_fields(kind.event)
        if getattr(event, field) is not UNSET
    }
    if None in whose.values():
        with pytest.raises(ValueError, match="is nobody's"):
            words_of(event)
        return
    words = words_of(event)
    assert {field: person for field, (person, _) in words.items()} == whose
    assert with_words(withhold(event), {field: said for field, (_, said) in words.items()}) == event


def test_words_that_are_nobodys_are_not_taken_for_anybodys() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    assert words_of(NoteLeft(at=at)) == {}
    assert words_of(NoteLeft(at=at, by=PersonId("p-1"), words="Ask Anna")) == {
        "words": ("p-1", b'"Ask Anna"')
    }
    with pytest.raises(ValueError, match="words of NoteLeft is nobody's: it can't"):
        words_of(NoteLeft(at=at, words="Ask Anna"))
