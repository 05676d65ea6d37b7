"""Somebody without an account: solves puzzles, has codes, speaks with tokens."""

from collections.abc import Mapping
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import uuid4

import httpx2

from services.ideas.tests.house import House


def solved(puzzle: str, bits: int) -> str:
    """Return an answer to a puzzle."""
    return next(
        str(answer)
        for answer in count()
        if int.from_bytes(sha256(f"{puzzle}:{answer}".encode()).digest(), "big") >> (256 - bits)
        == 0
    )


async def puzzled(house: House) -> dict[str, str]:
    """Return a puzzle with its answer."""
    made = (await house.client.post("/v1/sealed/puzzles")).json()
    return {"puzzle": made["puzzle"], "answer": solved(made["puzzle"], made["bits"])}


async def seal(
    house: House, key: str | None = None, told: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.Response:  # fmt: skip
    """Submit a sealed idea."""
    told = {"title": "Fietsen", "body": "Naar de klant.", **(told or {})}
    if "puzzle" not in told:
        told |= await puzzled(house)
    sent = {"idempotency-key": key or str(uuid4()), **(headers or {})}
    return await house.client.post("/v1/sealed/ideas", json=told, headers=sent)


async def speak(house: House, code: str) -> str:
    """Return the token of a code."""
    answer = await house.client.post("/v1/sealed/tokens", json={"code": code})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


TOLD = {"title": "Fietsen", "body": "Naar de klant."}


async def confide(house: House, who: str = "anna:employee", **changes: Any) -> dict[str, Any]:
    answer = await house.post("/ideas/confidential", TOLD | changes, who)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def sealed(
    house: House, told: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    answer = await seal(house, None, told, headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
