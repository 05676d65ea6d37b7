"""What an import is not: steps that say nothing, pieces too large, lines that nobody understood."""

from typing import Any

import pytest

from services.ideas.tests.integration.boxes import (
    Box,
    Step,
    history,
    step,
)

pytestmark = pytest.mark.integration


async def test_only_the_operator_and_the_desk_import(box: Box) -> None:
    for who in ("anna:employee", "rik:reviewer", "ideas:service"):
        assert (await box.send({"1": history("submitted")}, who)).status_code == 403
        answer = await box.house.get("/imports/unplaced", who, source=box.source)
        assert answer.status_code == 403
    assert (await box.send({"1": history("submitted")}, "eva:desk")).status_code == 200


WRONG: list[tuple[Step, str]] = [
    (step(1, "submitted", title="x" * 201), "title"),
    (step(1, "submitted", department="a\x00b"), "department"),
    (step(1, "submitted", authors=["a\x00b"]), "authors.0"),
    (step(1, "promoted"), "step"),
    (step(0, "submitted"), "line"),
    (step(1, "submitted") | {"line": 10**20}, "line"),
    (step(1, "submitted") | {"at": "2020-01-01T00:00:00"}, "at"),
    (step(1, "submitted") | {"at": "9999-12-31T23:59:59-23:00"}, "at"),
    (step(1, "reopened", to="lost"), "to"),
    (step(1, "pilot_concluded", outcome="lost"), "outcome"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
async def test_a_wrong_step_is_named(box: Box, wrong: Step, field: str) -> None:
    answer = await box.send({"1": [wrong]})
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [f"body.ideas.0.steps.0.{field}"]


async def test_a_large_piece_is_taken_and_a_larger_one_is_refused(box: Box) -> None:
    ideas = {str(n): [step(n + 1, "submitted", body="x" * 9_000)] for n in range(100)}
    answer = await box.send(ideas)
    assert answer.status_code == 200
    assert {item["result"] for item in answer.json()["items"]} == {"recorded"}
    more = {str(n): [step(n + 1, "submitted", body="x" * 9_000)] for n in range(130)}
    refused = await box.send(more)
    assert (refused.status_code, refused.json()["type"]) == (413, "urn:kiem:ContentTooLarge")


async def test_what_is_not_understood_is_kept_whole_sealed_and_listed_page_by_page(
    box: Box,
) -> None:
    raw = '{"naam": "Xanthippe \N{BICYCLE}", "status": "\\u0000"}'
    await box.keep((1, "tbd is not understood", raw), (2, "empty", ""), (3, "empty", "x" * 99_000))
    assert (await box.unplaced())[0] == (1, "tbd is not understood", raw)
    assert [line for line, _, _ in await box.unplaced(limit=2)] == [1, 2]
    assert [line for line, _, _ in await box.unplaced(after=2)] == [3]
    rows = await box.house.rows("SELECT raw FROM unplaced_line WHERE source = $1", box.source)
    assert not [row for row in rows if b"Xanthippe" in row["raw"]]


async def test_keeping_a_line_again_keeps_it_once_with_the_newer_reason(box: Box) -> None:
    await box.keep((1, "not understood", "{}"))
    await box.keep((1, "still not understood", "{}"))
    assert await box.unplaced() == [(1, "still not understood", "{}")]


async def test_a_line_that_stands_twice_in_what_is_sent_is_kept_once(box: Box) -> None:
    await box.keep(
        (1, "not understood", "{}"), (2, "why", "{}"), (1, "not understood at all", "{}")
    )
    assert await box.unplaced() == [(1, "not understood at all", "{}"), (2, "why", "{}")]


async def test_the_events_and_their_lines_are_kept_together_or_not_at_all(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr("ideas.projections.imports.note", fail)
        assert (await box.send({"1": history("submitted", "accepted")})).status_code == 503
    assert await box.happened() == []
    assert await box.take(*history("submitted", "accepted")) == ["recorded"] * 2
