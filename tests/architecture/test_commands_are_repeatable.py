"""Whoever got no answer asks again: that is safe, by the request's key or by what is asked for."""

import ast
import asyncio
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import httpx2
import pytest
from fastapi import routing
from fastapi.dependencies.models import Dependant

from chassis.http import command_context
from chassis.operation import application
from chassis.parts import Parts
from chassis.settings import example

ROOT = Path(__file__).parents[2]
SERVICES = ("ideas", "feedback", "metrics", "notifications")
KEY = "idempotency-key"
SAYS = "Asked again, "

# What takes no key: why it may be asked again all the same, and the test that does so.
BY_NATURE = {
    # of every service
    "POST /v1/dead-letters/redrive": (
        "what was handled waits no more", "test_an_operator_who_gets_no_answer_asks_again",
    ),
    "POST /v1/dead-letters/{letter}/discard": (
        "a letter is settled once", "test_a_letter_is_settled_once_by_whomever",
    ),
    "POST /v1/partitions/{topic}/{part}/resume": (
        "what is heard again has no second effect",
        "test_a_partition_that_is_resumed_twice_goes_on_once",
    ),
    "POST /v1/clock": (
        "of development alone, on loopback: moving time twice is moving it further",
        "test_time_can_be_moved_forward_in_development",
    ),
    # ideas
    "POST /v1/imports/history": (
        "each line is known", "test_running_it_twice_changes_nothing",
    ),
    "POST /v1/imports/unplaced": (
        "each line is kept once", "test_keeping_a_line_again_keeps_it_once_with_the_newer_reason",
    ),
    "PUT /v1/drafts/{draft}": (
        "the id is the caller's, and the whole draft is sent",
        "test_a_draft_is_saved_listed_changed_and_thrown_away",
    ),
    "DELETE /v1/drafts/{draft}": (
        "what is gone is gone", "test_a_draft_is_saved_listed_changed_and_thrown_away",
    ),
    "POST /v1/ideas/{idea}/alias": (
        "a token is signed, not kept", "test_an_author_speaks_under_their_alias_by_their_account",
    ),
    "POST /v1/ideas/{idea}/code": (
        "only its hash is kept, so the same can't be told again: the last one works",
        "test_a_colleagues_idea_gets_a_code_to_hand_over",
    ),
    "POST /v1/sealed/puzzles": (
        "a puzzle is signed, not kept",
        "test_a_puzzle_must_be_solved_counts_once_and_comes_from_here",
    ),
    "POST /v1/sealed/tokens": (
        "a token is signed, not kept",
        "test_a_code_is_known_however_it_is_written_and_kept_as_a_hash_only",
    ),
    # feedback
    "POST /v1/imports/assignments": (
        "each line is known", "test_past_namings_are_recorded_once_and_change_nothing_now",
    ),
    "PUT /v1/reviews/{idea}/note": (
        "the whole note is sent", "test_a_note_is_read_by_its_writer_alone_and_goes_with_them",
    ),
    "POST /v1/pulse/code": (
        "a person gets one code a wave", "test_a_code_is_given_once_and_to_those_who_were_here",
    ),
    "POST /v1/sealed/pulse": (
        "a code answers once; a key would be a second thing to know somebody by",
        "test_a_pulse_from_its_opening_to_its_end",
    ),
    # metrics
    "POST /v1/events": (
        "an event has an id of its own", "test_what_is_told_twice_is_counted_once",
    ),
    "POST /v1/usage": (
        "an event has an id of its own", "test_what_is_told_twice_is_counted_once",
    ),
    "POST /v1/editions": (
        "what was made is not made twice", "test_who_tells_an_import_says_that_it_is_complete",
    ),
    # notifications
    "POST /v1/unsubscribe/{token}": (
        "what is stopped is stopped, and RFC 8058 knows no key",
        "test_one_click_stops_optional_mails_of_a_kind",
    ),
}  # fmt: skip


def routes(service: str) -> Iterator[tuple[str, Any]]:
    """Yield what changes something at a service, those of development included."""
    assemble = import_module(f"{service}.main").assemble
    settings = example(get_type_hints(assemble)["settings"])
    settings = settings.model_copy(update={"development": True})
    parts = Parts(service, settings, httpx2.AsyncClient())
    found: Any = routing.iter_route_contexts(application(parts, assemble(parts, settings)).routes)
    for route in found:
        if isinstance(getattr(route, "original_route", route), routing.APIRoute):
            for method in sorted(route.methods - {"GET", "HEAD"}):
                yield f"{method} {route.path}", route


def takes_a_key(dependant: Dependant) -> bool:
    """Tell whether the key is asked for; where nobody is named, the route does so itself."""
    return any(field.alias.lower() == KEY for field in dependant.header_params) or any(
        inner.call is command_context or takes_a_key(inner) for inner in dependant.dependencies
    )


@pytest.fixture(scope="module")
def changing() -> dict[str, dict[str, Any]]:
    async def made() -> dict[str, dict[str, Any]]:
        return {service: dict(routes(service)) for service in SERVICES}

    return asyncio.run(made())


@pytest.mark.parametrize("service", SERVICES)
def test_what_changes_something_takes_a_key_or_may_be_asked_again(
    service: str, changing: dict[str, dict[str, Any]]
) -> None:
    keyless = {name for name, r in changing[service].items() if not takes_a_key(r.dependant)}
    assert len(keyless) < len(changing[service]), "the routes are looked up no more"
    strange = keyless - BY_NATURE.keys()
    assert not strange, (
        f"let these depend on command_context: {strange}; or say why they may be asked again"
    )


def test_the_list_of_what_may_be_asked_again_holds_nothing_else(
    changing: dict[str, dict[str, Any]],
) -> None:
    keyless = {
        name for found in changing.values() for name, r in found.items()
        if not takes_a_key(r.dependant)
    }  # fmt: skip
    assert keyless == BY_NATURE.keys()


def test_each_of_them_says_what_comes_of_asking_again(changing: dict[str, dict[str, Any]]) -> None:
    silent = [
        name for found in changing.values() for name, route in found.items()
        if name in BY_NATURE and SAYS not in (route.original_route.description or "")
    ]  # fmt: skip
    assert not silent, f"say in their docstring what follows: `{SAYS}…`: {silent}"


def test_each_of_them_has_a_test_that_asks_again() -> None:
    there = {
        node.name
        for folder in ("chassis", "services")
        for file in (ROOT / folder).rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {test for _, test in BY_NATURE.values()} - there
