"""Asking another service over HTTP: in our own name or a caller's, within a time limit."""

from collections.abc import Mapping
from typing import Any

import httpx2

from chassis.auth import IssuerUnavailable, TokenSource

PATIENCE = 2.0  # seconds


class PeerUnavailable(Exception):
    """The other service gives no answer now; ask again later."""


class PeerRefused(PeerUnavailable):
    """The other service answered, and the answer is no: `status` says which no."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the other service answered {status}")
        self.status = status


class Peer:
    """Another service. The current trace goes along by itself."""

    def __init__(self, base_url: str, client: httpx2.AsyncClient, tokens: TokenSource) -> None:
        self._base = base_url.rstrip("/")
        self._client = client
        self._tokens = tokens

    async def get(
        self, path: str, *, token: str | None = None, params: Mapping[str, str] | None = None,
        timeout: float = PATIENCE,  # noqa: ASYNC109 - the client's own, for connect and answer
    ) -> Any:  # fmt: skip
        """Return the JSON at a path; without `token` it is asked as this service itself.

        Raises PeerUnavailable: after the time limit, without connection, and for 429 and 5xx;
        PeerRefused for the other refusals, 404 among them.
        """
        try:
            bearer = token or await self._tokens.token()
            headers = {"authorization": f"Bearer {bearer}", "accept": "application/json"}
            address = self._base + path
            answer = await self._client.get(
                address, params=params, timeout=timeout, headers=headers
            )
            if answer.is_success:
                return answer.json()
        except (httpx2.HTTPError, IssuerUnavailable, ValueError) as error:
            raise PeerUnavailable(f"{type(error).__name__} at the other service") from error
        if answer.is_server_error or answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            raise PeerUnavailable(f"the other service answered {answer.status_code}")
        raise PeerRefused(answer.status_code)
