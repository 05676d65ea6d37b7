"""Who asks us, and whom we ask: tokens that are verified, a token of our own, other services."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import httpx2
from joserfc import errors, jwk, jws, jwt

from chassis.log import log
from chassis.settings import LOOPBACK, Basics

ALGORITHMS = ["RS256", "ES256"]
LEEWAY = 30  # seconds between two machines' clocks
FRESH_SECONDS = 600.0  # a key that was withdrawn is known for at most so long
PAUSE_SECONDS = 1.0  # between two looks, whatever strangers send
LONGEST_TOKEN = 8_192
PATIENCE = 2.0  # seconds for another service

AskForKeys = Callable[[], Awaitable[Any]]
"""Returns a JSON Web Key Set; raises IssuerUnavailable or PeerUnavailable."""


class NotIdentified(Exception):
    """Nobody valid asks; the message says what was wrong with the token."""


class IssuerUnavailable(Exception):
    """The OpenID provider does not answer, so nobody can be identified."""


class PeerUnavailable(Exception):
    """The other service gives no answer now; ask again later."""


class PeerRefused(PeerUnavailable):
    """The other service answered, and the answer is no: `status` says which no."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the other service answered {status}")
        self.status = status


class Caller(NamedTuple):
    """Who asks, in which roles; the token is for asking others in their name.

    With `only`, the token is for nothing else than what has this id.
    """

    subject: str
    roles: frozenset[str]
    token: str
    only: str | None = None


def web_client(timeout: float = 5.0) -> httpx2.AsyncClient:
    """Return an HTTP client; what runs on this machine is never asked through a proxy."""
    direct: Any = {f"all://{f'[{h}]' if ':' in h else h}": None for h in LOOPBACK}
    return httpx2.AsyncClient(timeout=timeout, mounts=direct)


class Issuer:
    """The OpenID provider: the keys that prove its tokens, and a token for the service itself."""

    def __init__(self, settings: Basics, client: httpx2.AsyncClient) -> None:
        self._url, self._client = settings.issuer, client
        self._form = {
            "grant_type": "client_credentials", "audience": settings.audience,
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.get_secret_value(),
        }  # fmt: skip
        self._found: dict[str, Any] = {}
        self._token, self._until = "", float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, what: str, form: Mapping[str, str] | None = None) -> Any:
        """Return the JSON at an endpoint of the discovery document, such as `jwks_uri`."""
        if what not in self._found:
            found = await self._json(f"{self._url.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self._url:
                raise IssuerUnavailable("the discovery document names another issuer")
            self._found = found
        return await self._json(str(self._found[what]), form)

    async def keys(self) -> Any:
        return await self.ask("jwks_uri")

    async def token(self) -> str:
        """Return the service's own token (client credentials), kept for half of its life."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._until:
                asked = time.monotonic()
                granted = await self.ask("token_endpoint", self._form)
                self._token = str(granted["access_token"])
                self._until = asked + float(granted.get("expires_in", 60)) / 2
            return self._token

    async def _json(self, address: str, form: Mapping[str, str] | None = None) -> Any:
        method = "GET" if form is None else "POST"
        try:
            answer = await self._client.request(method, address, data=form)
            return answer.raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise IssuerUnavailable(f"{type(error).__name__} at the issuer") from error


class Verifier:
    """Says who a token is for; refuses every token that it can't prove."""

    def __init__(
        self, issuer: str, ask: AskForKeys, audience: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._ask, self._audience, self._monotonic = ask, audience, monotonic
        self._others: dict[str, Verifier] = {}
        self._keys: jwk.KeySet | None = None
        self._fetched = self._tried = float("-inf")
        self._one_at_a_time = asyncio.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY, iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True}, sub={"essential": True},
        )  # fmt: skip

    async def verify(self, token: str) -> Caller:
        """Return whom the token is for; raises NotIdentified, or IssuerUnavailable."""
        if len(token) > LONGEST_TOKEN:
            raise NotIdentified("the token is too long")
        try:
            named = json.loads(jws.extract_compact(token.encode()).payload)["iss"]
            if other := self._others.get(named):
                return await other.verify(token)
            claims = (await self._decoded(token)).claims
            self._claims.validate(claims)
        except (errors.JoseError, ValueError, LookupError, TypeError, RecursionError) as error:
            code = getattr(error, "error", "unreadable")
            raise NotIdentified(f"the token is not valid: {code}") from None
        roles = claims.get("roles")
        known = [r for r in roles if isinstance(r, str)] if isinstance(roles, list) else []
        return Caller(str(claims["sub"]), frozenset(known), token, claims.get("only"))

    def trust(self, issuer: str, ask: AskForKeys) -> None:
        """Believe another issuer too: a token that names it is proven by its keys, and no other."""
        self._others[issuer] = Verifier(issuer, ask, self._audience, self._monotonic)

    async def _decoded(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, await self._known(FRESH_SECONDS), algorithms=ALGORITHMS)
        except errors.InvalidKeyIdError:
            # The issuer may have changed its keys since: look once more, but not all the time.
            return jwt.decode(token, await self._known(PAUSE_SECONDS), algorithms=ALGORITHMS)

    async def _known(self, oldest: float) -> jwk.KeySet:
        """Return the keys, fetched anew where they are old; who needs no new ones never waits."""
        if self._keys is None or self._due(oldest):
            async with self._one_at_a_time:
                if self._due(oldest):
                    self._tried = self._monotonic()
                    try:
                        self._keys = jwk.KeySet.import_key_set(await self._ask())
                        self._fetched = self._tried
                    except (IssuerUnavailable, PeerUnavailable, errors.JoseError) as error:
                        log.warning("auth.keys_not_renewed", error=type(error).__name__)
        if self._keys is None:
            raise IssuerUnavailable
        return self._keys

    def _due(self, oldest: float) -> bool:
        now = self._monotonic()
        return now - self._fetched >= oldest and now - self._tried >= PAUSE_SECONDS


class Peer:
    """Another service, asked in our own name or a caller's. The current trace goes along."""

    def __init__(self, base_url: str, client: httpx2.AsyncClient, issuer: Issuer) -> None:
        self._base, self._client, self._issuer = base_url.rstrip("/"), client, issuer

    async def get(
        self, path: str, *, token: str | None = None, params: Mapping[str, str] | None = None,
        timeout: float = PATIENCE,  # noqa: ASYNC109 - the client's own, for connect and answer
    ) -> Any:  # fmt: skip
        """Return the JSON at a path; without `token` it is asked as this service itself.

        Raises PeerUnavailable: after the time limit, without connection, and for 429 and 5xx;
        PeerRefused for the other refusals, 404 among them.
        """
        try:
            bearer = token or await self._issuer.token()
            headers = {"authorization": f"Bearer {bearer}", "accept": "application/json"}
            answer = await self._client.get(
                self._base + path, params=params, timeout=timeout, headers=headers
            )
            if answer.is_success:
                return answer.json()
        except (httpx2.HTTPError, IssuerUnavailable, ValueError) as error:
            raise PeerUnavailable(f"{type(error).__name__} at the other service") from error
        if answer.is_server_error or answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            raise PeerUnavailable(f"the other service answered {answer.status_code}")
        raise PeerRefused(answer.status_code)
