"""The development identity provider in a container gives tokens in a trial, and nowhere else."""

from importlib import import_module
from typing import Any

import httpx2
import pytest

from tests.compose.files import SERVICES, containers

BROWSERS = "http://127.0.0.1:8109"
serve: Any = import_module("deploy.compose.identity.serve")


def test_the_development_identity_provider_starts_in_a_trial_only() -> None:
    require = serve.require_a_trial
    trial = {"KIEM_DEVELOPMENT": "1", "KIEM_ISSUER": "http://identity:8109"}
    require(trial, "172.18.0.5")
    for wrong in ({"KIEM_DEVELOPMENT": ""}, {"KIEM_ISSUER": "https://login.example.org"},
                  {"KIEM_ISSUER": ""}):  # fmt: skip
        with pytest.raises(Exception, match="identity provider"):
            require({**trial, **wrong}, "172.18.0.5")
    with pytest.raises(Exception, match="public address"):
        require(trial, "8.8.8.8")
    identity = containers()["identity"]
    assert identity["profiles"] == ["development"], "nobody starts it without asking for it"


def test_the_development_identity_provider_gives_nothing_without_a_secret() -> None:
    clients = serve.clients
    with pytest.raises(Exception, match="KIEM_DEV_CLIENT_SECRET"):
        clients({f"KIEM_{name.upper()}_CLIENT_SECRET": "s" for name in (*SERVICES, "portal")})


async def test_the_development_identity_provider_is_found_from_both_sides() -> None:
    given = {f"KIEM_{n.upper()}_CLIENT_SECRET": f"of {n}" for n in (*SERVICES, "portal", "dev")}
    key = serve.ECKey.generate_key("P-256", auto_kid=True)
    issuer = serve.Issuer("http://identity:8109", "kiem", key, serve.clients(given))
    form = {"grant_type": "client_credentials", "client_id": "dev", "client_secret": "of dev"}
    for here in ("http://identity:8109", "http://127.0.0.1:32768"):
        wire = httpx2.ASGITransport(app=serve.provider(issuer, BROWSERS))
        async with httpx2.AsyncClient(transport=wire, base_url=here) as web:
            told = (await web.get("/.well-known/openid-configuration")).json()
            assert told["issuer"] == "http://identity:8109"
            assert (await web.get(told["jwks_uri"])).json()["keys"]
            assert told["token_endpoint"].startswith(here)
            assert told["authorization_endpoint"] == f"{BROWSERS}/authorize", "people use browsers"
            assert (await web.post(told["token_endpoint"], data=form)).status_code == 200


async def test_people_sign_in_for_the_portal_and_come_back_to_it_alone() -> None:
    given = {f"KIEM_{n.upper()}_CLIENT_SECRET": f"of {n}" for n in (*SERVICES, "portal", "dev")}
    given["KIEM_PORTAL_URL"] = "http://127.0.0.1:8100/"
    key = serve.ECKey.generate_key("P-256", auto_kid=True)
    issuer = serve.Issuer("http://identity:8109", "kiem", key, serve.clients(given))
    asked = {
        "client_id": "portal", "response_type": "code", "state": "s", "code_challenge": "c",
        "code_challenge_method": "S256", "redirect_uri": "http://127.0.0.1:8100/signed-in",
    }  # fmt: skip
    wire = httpx2.ASGITransport(app=serve.provider(issuer, BROWSERS))
    async with httpx2.AsyncClient(transport=wire, base_url=BROWSERS) as web:
        assert "Wie ben je?" in (await web.get("/authorize", params=asked)).text
        elsewhere = {**asked, "redirect_uri": "http://evil.example/signed-in"}
        assert (await web.get("/authorize", params=elsewhere)).status_code == 400
