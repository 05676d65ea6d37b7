"""Serves the development identity provider from a container, inside the network of one system.

It gives the client `dev` any person with any role. On a machine it listens on loopback only; a
container has to be reached by its neighbours, so here another fence stands: it serves an issuer
that only containers beside it can name, on its own private address, and the compose file puts it
on this machine's loopback and nowhere else.
"""  # noqa: INP001 - a program of one image, not a package

import os
import socket
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI, Request
from joserfc.jwk import ECKey

from local.identity import Issuer, create_app
from local.signing_in import Client
from local.trouble import Trouble

SERVICES = ("ideas", "feedback", "metrics", "notifications")
PORT = 8109


def require_a_trial(environment: Mapping[str, str], address: str) -> None:
    """Refuse to run where somebody could take this for a real identity provider."""
    if environment.get("KIEM_DEVELOPMENT") != "1":
        raise Trouble(
            "The development identity provider gives anybody any role; it does not start here.",
            "Use your organisation's OpenID provider (KIEM_ISSUER); to try Kiem out, see "
            "docs/deployment.md.",
        )
    issuer = environment.get("KIEM_ISSUER", "")
    if "." in (urlsplit(issuer).hostname or "."):
        raise Trouble(
            f"KIEM_ISSUER={issuer} can be reached from elsewhere; the development identity "
            "provider speaks for http://identity:8109 only.",
            "With a provider of your own, leave the profile `development` out.",
        )
    if not ip_address(address).is_private:
        raise Trouble(
            f"{address} is a public address; the development identity provider does not listen.",
            "Run it in the network of the compose file.",
        )


def clients(environment: Mapping[str, str]) -> dict[str, Client]:
    """Return who may ask: the four services as themselves, `dev` as anybody, people by a portal."""
    found = {
        name: Client(secret=_secret(environment, name), roles=("service",)) for name in SERVICES
    }
    portal = environment.get("KIEM_PORTAL_URL", "").rstrip("/")
    return {
        **found,
        "portal": Client(secret=_secret(environment, "portal"), redirects=(f"{portal}/signed-in",)),
        "dev": Client(secret=_secret(environment, "dev"), roles=("employee",), personas=True),
    }


def _secret(environment: Mapping[str, str], name: str) -> str:
    variable = f"KIEM_{name.upper()}_CLIENT_SECRET"
    if not environment.get(variable):
        raise Trouble(f"{variable} has no value.", "make env DEVELOPMENT=1 makes one.")
    return environment[variable]


def provider(issuer: Issuer, browsers: str) -> FastAPI:
    """Return the provider; it names its endpoints by the address at which it was asked.

    Containers know it as `identity`, this machine as 127.0.0.1; the issuer is the same for both.
    People sign in with a browser of this machine, whoever sends them: at the address `browsers`.
    """
    app = FastAPI(docs_url=None, redoc_url=None)

    @app.get("/.well-known/openid-configuration")
    async def configuration(request: Request) -> dict[str, Any]:
        here = str(request.base_url).rstrip("/")
        return {
            "issuer": issuer.issuer, "jwks_uri": f"{here}/jwks", "token_endpoint": f"{here}/token",
            "authorization_endpoint": f"{browsers.rstrip('/')}/authorize",
            "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["client_credentials", "authorization_code"],
            "id_token_signing_alg_values_supported": ["ES256"],
        }  # fmt: skip

    app.mount("", create_app(issuer))
    return app


def main(environment: Mapping[str, str]) -> None:
    """Serve until told to stop."""
    address = socket.gethostbyname(socket.gethostname())
    require_a_trial(environment, address)
    issuer = Issuer(
        environment["KIEM_ISSUER"], environment.get("KIEM_AUDIENCE") or "kiem",
        ECKey.generate_key("P-256", auto_kid=True), clients(environment),
    )  # fmt: skip
    browsers = environment.get("KIEM_BROWSERS_URL") or f"http://127.0.0.1:{PORT}"
    uvicorn.run(
        provider(issuer, browsers), host=address, port=PORT, log_level="warning", access_log=False
    )


if __name__ == "__main__":
    try:
        main(os.environ)
    except Trouble as trouble:
        raise SystemExit(str(trouble)) from None
