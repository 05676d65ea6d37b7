"""Asking another service: within a time limit, in the right name, in the same trace."""

import socket
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from chassis.auth import Issuer, Peer, PeerRefused, PeerUnavailable

from .conftest import Provider, issuer_at, serving


@pytest.fixture
async def neighbour() -> AsyncIterator[str]:
    app = FastAPI(telemetry={"tracing": False})

    @app.get("/answers/{status}")
    async def answer(request: Request, status: int) -> Any:
        said = {"by": request.headers["authorization"], "q": request.query_params.get("q")}
        return JSONResponse(said, status)

    @app.get("/never")
    async def never(request: Request) -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    async with serving(app) as url:
        yield url


@pytest.fixture
def tokens(provider: Provider, web: httpx2.AsyncClient) -> Issuer:
    return issuer_at(provider.url, web)


async def test_it_is_asked_in_our_own_name_or_in_the_callers(
    neighbour: str, web: httpx2.AsyncClient, tokens: Issuer
) -> None:
    peer = Peer(neighbour, web, tokens)

    ours = await peer.get("/answers/200", params={"q": "a b&c"})
    theirs = await peer.get("/answers/200", token="theirs")

    assert ours == {"by": f"Bearer {await tokens.token()}", "q": "a b&c"}
    assert theirs["by"] == "Bearer theirs"


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_answer_that_may_be_better_later_is_no_answer_now(
    neighbour: str, web: httpx2.AsyncClient, tokens: Issuer, status: int
) -> None:
    with pytest.raises(PeerUnavailable) as said:
        await Peer(neighbour, web, tokens).get(f"/answers/{status}")

    assert not isinstance(said.value, PeerRefused)


@pytest.mark.parametrize("status", [403, 404])
async def test_a_no_is_told_from_silence(
    neighbour: str, web: httpx2.AsyncClient, tokens: Issuer, status: int
) -> None:
    with pytest.raises(PeerRefused) as said:
        await Peer(neighbour, web, tokens).get(f"/answers/{status}")

    assert said.value.status == status


async def test_silence_ends_at_the_time_limit(
    neighbour: str, web: httpx2.AsyncClient, tokens: Issuer
) -> None:
    with pytest.raises(PeerUnavailable):
        await Peer(neighbour, web, tokens).get("/never", timeout=0.05)


async def test_nobody_there_and_no_token_to_be_had_are_silence_too(
    neighbour: str, web: httpx2.AsyncClient, tokens: Issuer, provider: Provider
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        nobody = f"http://127.0.0.1:{door.getsockname()[1]}"
    provider.away = True
    for peer, token in ((Peer(nobody, web, tokens), "x"), (Peer(neighbour, web, tokens), None)):
        with pytest.raises(PeerUnavailable):
            await peer.get("/answers/200", token=token)
