"""Who the command line is when it asks: tokens by client credentials."""

import threading
import time

import httpx2
from msgspec import Struct

from cli.failures import Failure
from cli.settings import DEVELOPMENT_CLIENT, Settings

_EARLY = 60


class Persona(Struct, frozen=True):
    """A subject and roles.

    Only the development provider lets one choose; elsewhere the provider decides.
    """

    subject: str
    roles: tuple[str, ...]


OPERATOR = Persona("kiem-cli", ("operator",))
PUBLISHER = Persona("kiem-cli", ("publisher",))
READER = Persona("kiem-cli", ("employee",))


class Tokens:
    """Gets tokens from the OpenID provider and keeps them while they are good."""

    def __init__(self, settings: Settings, client: httpx2.Client) -> None:
        self._settings, self._client = settings, client
        self._kept: dict[Persona, tuple[str, float]] = {}
        self._endpoint: str | None = None
        self._one_asks = threading.Lock()

    def token(self, who: Persona) -> str:
        with self._one_asks:
            kept, until = self._kept.get(who, ("", 0.0))
            if until > time.monotonic():
                return kept
            self._kept[who] = self._ask(who)
            return self._kept[who][0]

    def _ask(self, who: Persona) -> tuple[str, float]:
        issuer, name = self._settings.issuer, self._settings.client
        form = {"grant_type": "client_credentials", "client_id": name}
        form["client_secret"] = self._settings.secret
        if name == DEVELOPMENT_CLIENT:
            form |= {"sub": who.subject, "roles": " ".join(who.roles)}
        try:
            answer = self._client.post(self._token_endpoint(), data=form)
            content = answer.json()
        except (httpx2.TransportError, ValueError):
            raise Failure(
                f"The identity provider at {issuer} does not answer. Is the system up?"
                " `make up` starts it, `make status` tells how it is."
            ) from None
        if answer.is_error or "access_token" not in content:
            why = content.get("error_description") or content.get("error") or answer.status_code
            raise Failure(f"The identity provider at {issuer} gives '{name}' no token: {why}")
        lasts = float(content.get("expires_in", 300))
        return content["access_token"], time.monotonic() + max(lasts - _EARLY, 1)

    def _token_endpoint(self) -> str:
        if self._endpoint is None:
            where = f"{self._settings.issuer}/.well-known/openid-configuration"
            self._endpoint = str(self._client.get(where).json().get("token_endpoint", ""))
        return self._endpoint
