"""Who reviewed what in the past is recorded once, and each that can not be is refused alone."""

from typing import Any
from uuid import uuid4

import pytest

from contracts.imported import imported_idea
from services.feedback.tests.house import House

pytestmark = pytest.mark.integration


async def test_past_namings_are_recorded_once_and_change_nothing_now(house: House) -> None:
    source = uuid4().hex
    line = {"line": 3, "at": "2020-01-01T00:00:00Z", "key": "7", "author": "anna"}
    body = {"source": source, "items": [line | {"reviewers": ["rik", "sam"]}]}
    path = "/v1/imports/assignments"
    assert (await house.tell(path, body, "anna:employee")).status_code == 403
    assert (await house.tell(path, body, "o:operator")).json()["items"] == [
        {"line": 3, "result": "recorded", "reason": None}
    ]
    assert (await house.tell(path, body, "o:operator")).json()["items"][0]["result"] == "known"
    idea = imported_idea(source, "7")
    told = await house.told(idea)
    assert [(e.reviewer, e.origin, e.due) for e in told] == [
        ("rik", "imported", None), ("sam", "imported", None),
    ]  # fmt: skip
    assert await house.reviewer(idea) is None


async def test_a_naming_that_is_still_to_come_is_refused_and_the_others_are_not(
    house: House,
) -> None:
    line = {"key": uuid4().hex, "author": "anna", "reviewers": ["rik"]}
    items = [line | {"line": 3, "at": "2199-01-01T00:00:00Z"},
             line | {"line": 4, "at": "2020-01-01T00:00:00Z"}]  # fmt: skip
    told = await house.tell(
        "/v1/imports/assignments", {"source": "box", "items": items}, "o:operator"
    )
    refused, recorded = told.json()["items"]
    assert (refused["result"], recorded["result"]) == ("refused", "recorded")
    assert "in the future" in refused["reason"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"line": 0}, {"line": 2**60}, {"at": "0001-01-01T00:00:00+14:00"}, {"at": "yesterday"},
        {"reviewers": []}, {"key": ""}, {"author": "a\u0000"}, {"author": "Anna de Wit"},
        {"author": "anna@example.org"}, {"author": ""}, {"reviewers": ["Rik Vos"]},
    ],
)  # fmt: skip
async def test_a_past_naming_that_can_not_be_is_refused_with_its_place(
    house: House, wrong: dict[str, Any]
) -> None:
    line = {"line": 3, "at": "2020-01-01T00:00:00Z", "key": "7", "author": "a", "reviewers": ["b"]}
    said = await house.tell(
        "/v1/imports/assignments", {"source": "box", "items": [line | wrong]}, "o:operator"
    )
    assert said.status_code == 422
    (place,) = {error["field"] for error in said.json()["errors"]}
    assert place.startswith(f"body.items.0.{next(iter(wrong))}")
