"""Two issuers, tokens for one thing alone, and doors at which nobody is asked who they are."""

import json
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from joserfc.jwk import ECKey

from chassis.auth import (
    IssuerUnavailable,
    NotIdentified,
    Peer,
    Verifier,
)
from chassis.http import Caller, Doors, caller, nobody

from .conftest import Provider, issuer_at, serving

KEY = ECKey.generate_key("P-256", {"kid": "neighbour"})
NEIGHBOUR = "urn:house:neighbour"


def application() -> FastAPI:
    app = FastAPI(telemetry={"tracing": False})

    @app.get("/keys")
    async def keys() -> dict[str, Any]:
        return {"keys": [KEY.as_dict(private=False)]}

    return app


@pytest.fixture
async def both(provider: Provider, web: httpx2.AsyncClient, doors: Doors) -> Any:
    """Both issuers: the organisation's, and a neighbour whose keys are asked for."""
    async with serving(application()) as url:
        peer = Peer(url, web, issuer_at(provider.url, web))
        doors.verifier.trust(NEIGHBOUR, partial(peer.get, "/keys"))
        yield doors.verifier


def neighbours(provider: Provider, **claims: Any) -> str:
    header = {"alg": "ES256", "kid": "neighbour"}
    return provider.token(header=header, key=KEY, **{"iss": NEIGHBOUR, **claims})


async def test_each_token_is_proven_by_the_issuer_that_it_names(
    provider: Provider, both: Verifier
) -> None:
    assert (await both.verify(provider.token())).subject == "p-1"
    found = await both.verify(neighbours(provider, sub="alias", only="7"))
    assert (found.subject, found.only) == ("alias", "7")


async def test_nobody_speaks_with_the_keys_of_another_issuer(
    provider: Provider, both: Verifier
) -> None:
    wrong = [
        neighbours(provider, iss=provider.url),
        provider.token(iss=NEIGHBOUR),
        "no token", "a.b.c", "a." + "W10" + ".c", "",
    ]  # fmt: skip
    for token in wrong:
        with pytest.raises(NotIdentified):
            await both.verify(token)


async def test_a_neighbour_who_is_away_is_no_reason_to_believe(
    provider: Provider, web: httpx2.AsyncClient
) -> None:
    away = Peer("http://127.0.0.1:1", web, issuer_at(provider.url, web))
    verifier = Verifier(NEIGHBOUR, partial(away.get, "/keys"), "kiem")
    with pytest.raises(IssuerUnavailable):
        await verifier.verify(neighbours(provider))


async def test_a_token_for_one_thing_opens_no_other_door(
    provider: Provider, both: Verifier, make_client: Callable[..., Any]
) -> None:
    router = APIRouter()

    @router.get("/things/{thing}", dependencies=[Depends(caller())])
    async def one(thing: str) -> str:
        return thing

    @router.get("/things", dependencies=[Depends(caller())])
    async def things() -> str:
        return "all"

    client = make_client(router)
    headers = {"authorization": f"Bearer {neighbours(provider, only='7')}"}
    opened = {
        path: (await client.get(path, headers=headers)).status_code
        for path in ("/things/7", "/things/8", "/things", "/things?thing=7")
    }
    assert opened == {"/things/7": 200, "/things/8": 403, "/things": 403, "/things?thing=7": 403}


async def test_where_nobody_is_asked_nothing_tells_who_it_was(
    make_client: Callable[..., Any],
) -> None:
    router = APIRouter()

    @router.post("/v1/sealed/words", dependencies=[Depends(nobody)])
    async def words(request: Request) -> dict[str, Any]:
        return {"headers": dict(request.headers), "client": request.client}

    client = make_client(router)
    told = {
        "authorization": "Bearer me", "cookie": "me", "user-agent": "mine", "forwarded": "for=me",
        "x-forwarded-for": "192.0.2.7", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
        "tracestate": "me=1", "baggage": "who=me", "idempotency-key": "k", "referer": "https://me",
    }  # fmt: skip
    seen = (await client.post("/v1/sealed/words", json={}, headers=told)).json()
    assert seen["client"] is None
    assert set(seen["headers"]) <= {
        "host", "accept", "content-type", "content-length", "idempotency-key",
    }  # fmt: skip
    assert "me" not in json.dumps(seen["headers"])


async def test_nobody_is_nameless_elsewhere(make_client: Callable[..., Any]) -> None:
    router = APIRouter()

    @router.get("/v1/elsewhere", dependencies=[Depends(nobody)])
    async def elsewhere() -> str:
        return "open"

    @router.get("/v1/named")
    async def named(who: Annotated[Caller, Depends(caller())]) -> str:
        return who.subject

    client = make_client(router)
    assert (await client.get("/v1/elsewhere")).status_code == 401
    assert (await client.get("/v1/named")).status_code == 401
