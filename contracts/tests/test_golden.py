"""Records as they were once published: readable for ever, whatever becomes of the classes."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from contracts.catalog import DECLARED, Declared
from contracts.cloudevents import Header, decode, publishable, read
from contracts.envelope import Envelope
from contracts.publishing.golden import Golden, read_golden
from contracts.publishing.headers import headers_for, headers_of
from contracts.publishing.history import History, read_history
from contracts.publishing.schemas import schema_of
from contracts.vocabulary import Event

FOLDER = Path(__file__).parents[1] / "golden"
SUMS = FOLDER / "SHA256SUMS"
FILES = sorted(FOLDER.glob("kiem.*.json"))
GOLDEN = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def _golden(file: Path) -> Golden:
    return msgspec.json.decode(file.read_bytes(), type=Golden)


def _heard(golden: Golden, record: tuple[bytes, list[Header], bytes]) -> Envelope[Event]:
    _, headers, value = record
    heard = decode(read(headers, value), golden.topic)
    assert heard is not None
    return heard


def test_every_declared_event_has_a_full_record_and_one_of_only_what_is_required() -> None:
    for kind in DECLARED.values():
        schema = schema_of(kind)
        kept = [set(one.data) for one in read_golden(FOLDER, kind.type)]
        assert set(schema["properties"]) in kept, (
            f"{kind.type}: add contracts/golden/{kind.type}.{len(kept) + 1}.json with every field"
        )
        assert set(schema["required"]) in kept, (
            f"{kind.type}: add contracts/golden/{kind.type}.{len(kept) + 1}.json, required only"
        )


@GOLDEN
def test_a_golden_record_is_still_read(file: Path) -> None:
    golden = _golden(file)
    heard = _heard(golden, golden.record())
    assert (heard.type, heard.id) == (golden.headers["ce_type"], golden.headers["ce_id"])
    assert (heard.source, heard.key) == (golden.headers["ce_source"], golden.key)
    assert heard.stream == golden.headers.get("ce_subject")
    assert heard.version == (int(golden.headers.get("ce_sequence", 0)) or None)
    assert heard.correlation == golden.headers.get("ce_correlationid")
    assert heard.causation == golden.headers.get("ce_causationid")
    assert heard.traceparent == golden.headers.get("ce_traceparent")
    known = msgspec.to_builtins(heard.data) | {"at": golden.data["at"]}
    for name, value in golden.data.items():
        assert msgspec.json.decode(msgspec.json.encode(known[name])) == value


@GOLDEN
def test_a_golden_record_is_written_as_it_was_read(file: Path) -> None:
    golden = _golden(file)
    heard = _heard(golden, golden.record())
    kind = DECLARED[heard.type]
    key, headers, value = publishable(heard.data, kind, id=heard.id, source=heard.source)
    place = [(n, v) for n, v in golden.record()[1] if n in {"ce_subject", "ce_sequence"}]
    again = _heard(golden, (key, [*headers, *place], value))
    assert (again.data, again.stream, again.version) == (heard.data, heard.stream, heard.version)
    assert msgspec.json.decode(value).items() >= golden.data.items()
    assert dict(headers).items() >= {
        (name, text.encode())
        for name, text in golden.headers.items()
        if name in {"ce_id", "ce_source", "ce_type", "ce_time", "ce_dataschema", "ce_partitionkey"}
    }


@GOLDEN
def test_a_newer_writer_with_more_to_say_is_still_read(file: Path) -> None:
    golden = _golden(file)
    key, headers, value = golden.record()
    newer = msgspec.json.encode({**msgspec.json.decode(value), "mood": {"of": ["a", None]}})
    heard = _heard(golden, (key, [*headers, ("ce_mood", b"good"), ("x-other", b"\xff")], newer))
    assert heard.data == _heard(golden, golden.record()).data


@cache
def _published(home: Path) -> History:
    return read_history(home / "src" / "contracts" / "schemas")


@cache
def _headers(kind: Declared) -> jsonschema_rs.Draft202012Validator:
    general: dict[str, Any] = {
        "OwnHeaders": headers_of(ours=True),
        "OutsideHeaders": headers_of(ours=False),
    }
    described = {**headers_for(kind), "components": {"schemas": general}}
    return jsonschema_rs.Draft202012Validator(described, validate_formats=True)


@GOLDEN
def test_a_golden_record_fits_its_schema_and_its_headers(file: Path, home: Path) -> None:
    golden = _golden(file)
    kind = DECLARED[golden.headers["ce_type"]]
    current = schema_of(kind)
    jsonschema_rs.Draft202012Validator(current, validate_formats=True).validate(golden.data)
    revisions = _published(home)[kind.type]
    assert any(jsonschema_rs.is_valid(one.schema, golden.data) for one in revisions)
    _headers(kind).validate(golden.headers)


def test_no_golden_record_was_ever_changed_or_lost() -> None:
    lines = (line.partition("  ") for line in SUMS.read_text().splitlines())
    recorded = {name: digest for digest, _, name in lines}
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FILES}
    changed = sorted(name for name in recorded if found.get(name) != recorded[name])
    assert not changed, f"restore from git, and add a record with the next number: {changed}"
    fresh = sorted(found.keys() - recorded.keys())
    assert not fresh, f"run `sha256sum kiem.*.json > SHA256SUMS` in contracts/golden: {fresh}"
