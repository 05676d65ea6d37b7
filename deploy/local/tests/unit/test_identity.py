"""The development identity provider: real tokens, for one machine only."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from local.identity import Issuer, create_app, require_development
from local.signing_in import Client
from local.trouble import Trouble

ISSUER = "http://127.0.0.1:8109"
DEV = {"grant_type": "client_credentials", "client_id": "dev", "client_secret": "d"}


@pytest.fixture
async def provider() -> AsyncIterator[httpx2.AsyncClient]:
    clients = {
        "dev": Client(secret="d", roles=("employee",), personas=True),
        "ideas": Client(secret="i", roles=("service",)),
    }
    app = create_app(Issuer(ISSUER, "kiem", ECKey.generate_key("P-256", auto_kid=True), clients))
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url=ISSUER
    ) as client:
        yield client


async def claims(provider: httpx2.AsyncClient, **form: str) -> dict[str, Any]:
    answer = await provider.post("/token", data={**DEV, **form})
    assert answer.status_code == 200, answer.text
    keys = KeySet.import_key_set((await provider.get("/jwks")).json())
    return dict(jwt.decode(answer.json()["access_token"], keys, algorithms=["ES256"]).claims)


@pytest.mark.parametrize(
    "environment", [{}, {"KIEM_DEVELOPMENT": "0"}, {"KIEM_DEVELOPMENT": "yes"}]
)
def test_it_refuses_to_start_outside_development(environment: dict[str, str]) -> None:
    with pytest.raises(Trouble, match="does not start here"):
        require_development(environment)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org", ""])  # noqa: S104
def test_it_refuses_to_listen_beyond_loopback(host: str) -> None:
    with pytest.raises(Trouble, match="loopback only"):
        require_development({"KIEM_DEVELOPMENT": "1", "KIEM_HOST": host})


def test_it_starts_in_development_on_loopback() -> None:
    require_development({"KIEM_DEVELOPMENT": "1", "KIEM_HOST": "127.0.0.1"})


async def test_its_tokens_are_what_services_check(provider: httpx2.AsyncClient) -> None:
    found = await claims(provider, sub="p1", roles="employee reviewer")
    assert (found["iss"], found["aud"], found["sub"]) == (ISSUER, "kiem", "p1")
    assert found["roles"] == ["employee", "reviewer"]
    assert found["exp"] > found["iat"]


async def test_a_service_may_only_be_itself(provider: httpx2.AsyncClient) -> None:
    itself = {"client_id": "ideas", "client_secret": "i"}
    assert (await claims(provider, **itself))["roles"] == ["service"]
    other = await provider.post("/token", data={**DEV, **itself, "sub": "p1"})
    assert (other.status_code, other.json()["error"]) == (400, "unauthorized_client")


async def test_a_wrong_secret_is_refused(provider: httpx2.AsyncClient) -> None:
    answer = await provider.post("/token", data={**DEV, "client_secret": "x"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_basic_authentication_works_and_a_broken_header_is_refused(
    provider: httpx2.AsyncClient,
) -> None:
    grant = {"grant_type": "client_credentials"}
    good = await provider.post("/token", data=grant, auth=("dev", "d"))
    broken = await provider.post("/token", data=grant, headers={"authorization": "Basic %"})
    assert (good.status_code, broken.status_code) == (200, 401)


async def test_an_unknown_role_is_named(provider: httpx2.AsyncClient) -> None:
    answer = await provider.post("/token", data={**DEV, "roles": "employee king"})
    assert answer.status_code == 400
    assert "king" in answer.json()["error_description"]


async def test_discovery_leads_to_keys_and_tokens(provider: httpx2.AsyncClient) -> None:
    found = (await provider.get("/.well-known/openid-configuration")).json()
    assert found["issuer"] == ISSUER
    assert found["token_endpoint"] == f"{ISSUER}/token"
    assert "d" not in (await provider.get("/jwks")).json()["keys"][0]
