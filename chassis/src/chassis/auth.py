"""Who asks: OpenID bearer tokens verified against the issuer's keys, and a token of our own."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx2
import structlog
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from chassis.settings import LOOPBACK, Settings

log = structlog.get_logger()

ALGORITHMS = ["RS256", "ES256"]
LEEWAY = 30  # seconds between two machines' clocks
FRESH_SECONDS = 600.0  # a key that was withdrawn is known for at most so long
PAUSE_SECONDS = 5.0  # between two looks because of an unknown key
FIRST_PAUSE_SECONDS = 1.0  # between two looks while there is no key at all
LONGEST_TOKEN = 8_192
EARLY_SECONDS = 30.0  # our own token is renewed so long before it ends


class NotIdentified(Exception):
    """Nobody valid asks; the message says what was wrong with the token."""


class IssuerUnavailable(Exception):
    """The OpenID provider does not answer, so nobody can be identified."""


class Caller(NamedTuple):
    """Who asks, in which roles; the token is for asking others in their name."""

    subject: str
    roles: frozenset[str]
    token: str


def web_client(timeout: float = 5.0) -> httpx2.AsyncClient:
    """Return an HTTP client; what runs on this machine is never asked through a proxy."""
    direct: Any = {f"all://{f'[{h}]' if ':' in h else h}": None for h in LOOPBACK}
    return httpx2.AsyncClient(timeout=timeout, mounts=direct)


class Issuer:
    """The OpenID provider: where its keys and its token endpoint are."""

    def __init__(self, url: str, client: httpx2.AsyncClient) -> None:
        self.url = url
        self._client = client
        self._found: dict[str, Any] = {}

    async def address(self, what: str) -> str:
        """Return an endpoint from the discovery document, such as `jwks_uri`."""
        if what not in self._found:
            well_known = f"{self.url.rstrip('/')}/.well-known/openid-configuration"
            self._found = await self._json(self._client.build_request("GET", well_known))
            if self._found.get("issuer") != self.url:
                self._found = {}
                raise IssuerUnavailable("the discovery document names another issuer")
        return str(self._found[what])

    async def keys(self) -> KeySet:
        request = self._client.build_request("GET", await self.address("jwks_uri"))
        return KeySet.import_key_set(await self._json(request))

    async def grant(self, form: dict[str, str]) -> dict[str, Any]:
        address = await self.address("token_endpoint")
        request = self._client.build_request("POST", address, data=form)
        return dict(await self._json(request))

    async def _json(self, request: httpx2.Request) -> Any:
        try:
            answer = await self._client.send(request)
            answer.raise_for_status()
            return answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise IssuerUnavailable(f"{type(error).__name__} at the issuer") from error


class Verifier:
    """Says who a token is for; refuses every token that it can't prove."""

    def __init__(
        self, issuer: Issuer, audience: str, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer = issuer
        self._monotonic = monotonic
        self._keys: KeySet | None = None
        self._fetched = self._tried = float("-inf")
        self._one_at_a_time = asyncio.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY, iss={"essential": True, "value": issuer.url},
            aud={"essential": True, "value": audience},
            exp={"essential": True}, sub={"essential": True},
        )  # fmt: skip

    async def verify(self, token: str) -> Caller:
        """Return whom the token is for; raises NotIdentified, or IssuerUnavailable."""
        if len(token) > LONGEST_TOKEN:
            raise NotIdentified("the token is too long")
        try:
            claims = (await self._decoded(token)).claims
            self._claims.validate(claims)
        except (JoseError, ValueError) as error:
            code = getattr(error, "error", "unreadable")
            raise NotIdentified(f"the token is not valid: {code}") from None
        roles = claims.get("roles", [])
        known = frozenset(r for r in roles if isinstance(r, str)) if isinstance(roles, list) else ()
        return Caller(str(claims["sub"]), frozenset(known), token)

    async def _decoded(self, token: str) -> jwt.Token:
        keys = await self._current(FRESH_SECONDS)
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            # The issuer may have changed its keys since: look once more, but not all the time.
            return jwt.decode(token, await self._current(PAUSE_SECONDS), algorithms=ALGORITHMS)

    async def _current(self, oldest: float) -> KeySet:
        if self._keys is not None and oldest == FRESH_SECONDS and not self._due(oldest):
            return self._keys  # also while they are being renewed: a slow issuer delays nobody
        async with self._one_at_a_time:
            if self._due(oldest):
                self._tried = self._monotonic()
                try:
                    self._keys = await self._issuer.keys()
                    self._fetched = self._tried
                except (IssuerUnavailable, JoseError) as error:
                    log.warning("auth.keys_not_renewed", error=type(error).__name__)
            if self._keys is None:
                raise IssuerUnavailable
            return self._keys

    def _due(self, oldest: float) -> bool:
        now = self._monotonic()
        pause = FIRST_PAUSE_SECONDS if self._keys is None else PAUSE_SECONDS
        return now - self._fetched >= oldest and now - self._tried >= pause


class TokenSource:
    """The service's own token (client credentials), kept until shortly before it ends."""

    def __init__(self, issuer: Issuer, settings: Settings) -> None:
        self._issuer = issuer
        secret = settings.client_secret.get_secret_value()
        self._form = {
            "grant_type": "client_credentials", "audience": settings.audience,
            "client_id": settings.client_id, "client_secret": secret,
        }  # fmt: skip
        self._token = ""
        self._until = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def token(self) -> str:
        async with self._one_at_a_time:
            if time.monotonic() >= self._until:
                asked = time.monotonic()
                granted = await self._issuer.grant(self._form)
                lasts = float(granted.get("expires_in", 60))
                self._token = str(granted["access_token"])
                self._until = asked + max(lasts - EARLY_SECONDS, lasts / 2)
            return self._token
