"""What the commands ask of the services, and what they say of the answers."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cli.commands.look import idea_id
from cli.commands.operation import span_of
from cli.failures import Failure
from contracts.imported import imported_idea

from .house import House, Kiem

LETTER = {
    "id": 7, "topic": "kiem.ideas.events", "part": 0, "off": 12, "key": "k", "behind": False,
    "reason": "is no IdeaSubmitted", "fingerprint": "f", "attempts": 3,
    "first_seen": "2026-01-01T10:00:00Z",
}  # fmt: skip


def kpi(name: str, value: float | None, **more: Any) -> dict[str, Any]:
    return {
        "kpi": name, "title": {"en": name.title(), "nl": ""}, "value": value, "n": 12,
        "numerator": None, "denominator": None, "reason": None if value else "no_data",
        "unit": "days", "definition": "How long.", "version": 1, "beside": {}, "cells": None,
        "asked": {"judged_at": "2026-01-01"}, **more,
    }  # fmt: skip


def registered(name: str, kind: str = "open", needs: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": name, "kind": kind, "needs": needs, "parameters": ["from", "to", *needs]}


def protected(state: str) -> dict[str, Any]:
    return {
        "kpi": {"id": "users", "title": {"en": "Users"}, "version": 3}, "state": state,
        "threshold": 8, "until": None, "decisions": [],
    }  # fmt: skip


def test_the_council_sees_how_numbers_stand_and_consents(house: House, kiem: Kiem) -> None:
    house.answers = {
        ("GET", "/v1/register"): (200, {"numbers": [protected("pending")], "refused": []}),
        ("POST", "/v1/register/users/consent"): (200, protected("consented")),
        ("POST", "/v1/register/users/withdrawal"): (200, protected("withdrawn")),
    }
    assert "pending" in kiem("consent").stdout
    assert "consented" in kiem("consent", "users", "--threshold", "8").stdout
    sent = next(body for method, url, body in house.told if url.endswith("/consent"))
    assert (sent["version"], sent["threshold"]) == (3, 8)
    assert "withdrawn" in kiem("consent", "users", "--withdraw").stdout


def test_a_number_about_people_that_is_not_told_of_a_period_is_left_out(
    house: House, kiem: Kiem
) -> None:
    no = {"type": "urn:kiem:InvalidRequest", "title": "", "status": 422, "detail": "by the month"}
    house.answers = {
        ("GET", "/v1/kpis"): (200, {"kpis": [registered("age"), registered("users", "protected")]}),
        ("GET", "/v1/kpis/age"): (200, kpi("age", 12.25)),
        ("GET", "/v1/kpis/users"): (422, no),
    }
    found = kiem("kpis", "--from", "2025-01-01", "--to", "2025-03-01")
    assert found.exit_code == 0
    assert "Age" in found.stdout
    assert "told by the closed month" in found.stdout


def test_all_kpis_are_one_table_and_unknown_says_why(house: House, kiem: Kiem) -> None:
    house.answers = {
        ("GET", "/v1/kpis"): (200, {"kpis": [registered("age"), registered("wip"),
                                             registered("users", "protected", ("tool",))]}),
        ("GET", "/v1/kpis/age"): (200, kpi("age", 12.25)),
        ("GET", "/v1/kpis/wip"): (200, kpi("wip", None)),
    }  # fmt: skip

    found = kiem("kpis", "--from", "2025-12")

    assert "12.2 days" in found.stdout
    assert "(no_data)" in found.stdout
    assert "Numbers about people are told by the closed month" in found.stdout
    assert "/v1/kpis/age?from=2025-12-01&to=2026-01-01" in [url for _, url, _ in house.told]


def test_one_kpi_says_what_it_means_and_shows_its_cells(house: House, kiem: Kiem) -> None:
    cells = [{"key": "Kas", "value": 0.5, "n": 4, "reason": None, "beside": {}}]
    house.answers = {("GET", "/v1/kpis/r"): (200, kpi("r", 0.25, unit="share", cells=cells))}

    found = kiem("kpis", "r", "--by", "department")

    assert "R: 25.0%" in found.stdout
    assert "How long." in found.stdout
    assert "Kas" in found.stdout
    assert "50.0%" in found.stdout


def test_what_a_service_says_no_to_is_said_with_its_fields(house: House, kiem: Kiem) -> None:
    problem = {"detail": "Some fields are wrong.", "errors": [{"field": "by", "problem": "odd"}]}
    house.answers = {("GET", "/v1/kpis/r"): (422, problem)}

    found = kiem("kpis", "r", "--by", "moon")

    assert found.exit_code == 1
    assert "metrics says no (422): Some fields are wrong. by: odd" in found.stderr


def test_dead_letters_are_listed_for_every_service(house: House, kiem: Kiem) -> None:
    house.answers = {("GET", "/v1/dead-letters"): (200, {"items": [LETTER]})}

    found = kiem("dlq", "list")

    assert found.stdout.count("kiem.ideas.events/0@12") == 4
    assert "4 parked." in found.stdout


def test_a_redrive_that_fails_again_ends_with_three(house: House, kiem: Kiem) -> None:
    path = ("POST", "/v1/dead-letters/redrive")
    house.answers = {path: (200, {"handled": 1, "failed": 1, "waiting": 2})}

    found = kiem("dlq", "redrive", "ideas", "7", "8", "--rate", "5")

    assert found.exit_code == 3
    assert "1 handled, 1 failed again, 2 wait behind those." in found.stdout
    assert house.told[0][2] == {
        "ids": [7, 8], "fingerprint": None, "rate": 5.0, "dry_run": False,
    }  # fmt: skip


def test_a_letter_is_discarded_with_a_reason(house: House, kiem: Kiem) -> None:
    house.answers = {("POST", "/v1/dead-letters/7/discard"): (200, {"discarded": 7})}

    found = kiem("dlq", "discard", "ideas", 7, "--reason", "a test")

    assert found.stdout == "Letter 7 of ideas is discarded.\n"
    assert house.told[0][2] == {"reason": "a test"}


OUTAGE = {
    "outage": "0190", "began_at": "2026-03-02T08:00:00Z", "ended_at": "2026-03-02T12:00:00Z",
    "settles_at": "2026-03-02T12:10:00Z", "held_by": None, "released_at": None,
    "released_by": None,
}  # fmt: skip


KEPT_BACK = {
    "notice": "0191", "place": 7, "person": "p-1", "kind": "reminder", "matter": "idea",
    "subject": "0192", "owed": True, "at": "2026-03-02T09:00:00Z",
}  # fmt: skip


def test_what_piled_up_in_an_outage_is_listed_shown_held_and_released(
    house: House, kiem: Kiem
) -> None:
    path = "/v1/outages"
    house.answers = {
        ("GET", path): (200, {"kept_back": 1, "items": [OUTAGE, OUTAGE | {"held_by": "p-9"}]}),
        ("GET", f"{path}/kept-back"): (200, {"items": [KEPT_BACK], "next": None}),
        ("POST", f"{path}/hold"): (204, None),
        ("POST", f"{path}/release"): (204, None),
    }
    listed = kiem("outages", "list").stdout
    assert "goes out by itself" in listed
    assert "held" in listed
    assert "1 mails are kept back." in listed
    assert "1 for 1 people." in kiem("outages", "show").stdout
    assert kiem("outages", "hold").exit_code == 0
    assert kiem("outages", "release").exit_code == 0
    assert [told[0] for told in house.told] == ["GET", "GET", "POST", "POST"]


def erasure(house: House, erased: int, **holds: int) -> None:
    found = {"person": "p-1", "erased": bool(erased), "holds": holds}
    house.answers = {
        ("GET", "/v1/people/p-1/erasure"): (200, found),
        ("POST", "/v1/people/p-1/erasure"): (202, {"person": "p-1", "repeated": False}),
    }


def test_what_would_be_erased_is_said_by_service_and_nothing_is_done(
    house: House, kiem: Kiem
) -> None:
    erasure(house, erased=False, contact_details=1)

    found = kiem("person", "erase", "p-1", "--dry-run")

    assert found.exit_code == 0
    assert found.stdout.count("name and mail address") == 4
    assert "rows of tool use" in found.stdout
    assert not [url for method, url, _ in house.told if method == "POST"]
    assert {token["roles"][0] for token in house.tokens} == {"hr"}


def test_a_person_is_erased_only_when_that_is_said_with_a_yes(house: House, kiem: Kiem) -> None:
    erasure(house, erased=False)
    assert kiem("person", "erase", "p-1").exit_code == 1
    assert not [url for method, url, _ in house.told if method == "POST"]
    erasure(house, erased=True)

    found = kiem("person", "erase", "p-1", "--yes")

    assert found.exit_code == 0
    assert [url for method, url, _ in house.told if method == "POST"] == ["/v1/people/p-1/erasure"]
    assert found.stdout.count("done") == 4


def test_a_service_that_does_not_exist_is_a_usage_error(kiem: Kiem) -> None:
    found = kiem("dlq", "list", "portal")

    assert found.exit_code == 2
    assert "there are: ideas, feedback, metrics, notifications" in found.stderr


def test_the_clock_is_moved_for_every_service(house: House, kiem: Kiem) -> None:
    house.answers = {("POST", "/v1/clock"): (200, {"now": "2026-01-06T00:00:00Z"})}

    found = kiem("clock", "forward", "5d")

    assert [told for _, _, told in house.told] == [{"forward_seconds": 432_000.0}] * 4
    assert found.stdout.count("2026-01-06") == 4


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90m", timedelta(minutes=90)), ("5d", timedelta(days=5)), ("2w", timedelta(weeks=2)),
        ("1d12h", timedelta(days=1, hours=12)), ("1.5h", timedelta(minutes=90)),
    ],
)  # fmt: skip
def test_lengths_of_time_are_read(text: str, meant: timedelta) -> None:
    assert span_of(text) == meant


@pytest.mark.parametrize("text", ["", "5", "d", "-5d", "5 d", "5dx"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(Failure, match="is no length of time"):
        span_of(text)


def test_an_idea_is_named_by_its_id_or_by_source_and_key() -> None:
    plain = "01a20d16-da05-738b-a671-d94e82ad51c9"

    assert idea_id(plain) == UUID(plain)
    assert idea_id("box/a/12") == imported_idea("box/a", "12")
    with pytest.raises(Failure, match="is no idea"):
        idea_id("12")


def test_the_status_says_what_is_not_ready(house: House, kiem: Kiem) -> None:
    house.answers = {("GET", "/readyz"): (503, {"detail": "the relay has not begun"})}

    found = kiem("status", "--json")

    assert found.exit_code == 1
    assert [one["said"] for one in json.loads(found.stdout)["services"]] == [
        "the relay has not begun"
    ] * 4
