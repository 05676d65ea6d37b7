"""Signing in at the OpenID provider: the code flow, with a proof that only we can redeem."""

import base64
import hashlib
import secrets
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2

from chassis import auth
from portal.session import Flow, Session, new_csrf
from portal.settings import PortalSettings

_FLOW_SECONDS = 600
_LONGEST_CODE = 2_048


class NotSignedIn(Exception):
    """The way back from the OpenID provider does not belong to a way there."""


class Provider:
    """The organisation's OpenID provider, as the portal knows it."""

    def __init__(self, settings: PortalSettings, client: httpx2.AsyncClient) -> None:
        self._settings, self._client = settings, client
        self._issuer = auth.Issuer(settings, client)
        # The services verify the same token by the same rules.
        self._verifier = auth.Verifier(settings.issuer, self._issuer.keys, settings.audience)
        self._authorize = ""

    @property
    def redirect(self) -> str:
        return f"{self._settings.portal_url.rstrip('/')}/signed-in"

    async def way_there(self, to: str) -> tuple[str, Flow]:
        """Return where to send a browser, and what to know when it comes back."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        challenge = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code", "client_id": self._settings.client_id, "state": state,
            "redirect_uri": self.redirect, "scope": "openid", "audience": self._settings.audience,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }  # fmt: skip
        flow = Flow(state=state, verifier=verifier, to=to, ends=time.time() + _FLOW_SECONDS)
        address = await self._authorization_endpoint()
        joint = "&" if urlsplit(address).query else "?"
        return f"{address}{joint}{urlencode(asked)}", flow

    async def way_back(self, flow: Flow | None, state: str, code: str) -> Session:
        """Return who came back; raises NotSignedIn, NotIdentified or IssuerUnavailable."""
        known = flow is not None and secrets.compare_digest(flow.state.encode(), state.encode())
        if flow is None or not known or not 0 < len(code) <= _LONGEST_CODE:
            raise NotSignedIn
        granted = await self._issuer.ask("token_endpoint", {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect,
            "code_verifier": flow.verifier, "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.get_secret_value(),
        })  # fmt: skip
        return await self._session(granted)

    async def _session(self, granted: Any) -> Session:
        token = str(granted.get("access_token", ""))
        who = await self._verifier.verify(token)
        lasts = min(float(granted.get("expires_in", 300)), self._settings.session_seconds)
        return Session(
            person=who.subject, roles=tuple(sorted(who.roles)), token=token, csrf=new_csrf(),
            ends=time.time() + lasts,
        )  # fmt: skip

    async def _authorization_endpoint(self) -> str:
        if not self._authorize:
            base = self._settings.issuer.rstrip("/")
            try:
                answer = await self._client.get(f"{base}/.well-known/openid-configuration")
                self._authorize = str(answer.raise_for_status().json()["authorization_endpoint"])
            except (httpx2.HTTPError, ValueError, KeyError) as error:
                raise auth.IssuerUnavailable(f"{type(error).__name__} at the issuer") from error
        return self._authorize
