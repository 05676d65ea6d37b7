"""What keeps every answer safe: what a browser may load, who may frame it, how much may come."""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing but our own files: no script or style stands within a page, and none comes from elsewhere.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_YEAR = "max-age=31536000"


def policy_of_document(page: str) -> str:
    """Return the policy for a page that a service made: its own styles, and nothing else."""
    sums = (hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(page))
    styles = " ".join(f"'sha256-{base64.b64encode(each).decode()}'" for each in sums) or "'none'"
    return (
        f"default-src 'none'; style-src {styles}; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    )


class Guarded:
    """Puts the headers on every answer, and keeps pages out of caches: they are somebody's."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app, self._secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._mark(MutableHeaders(raw=message["headers"]), scope)
            await send(message)

        await self._app(scope, receive, answer)

    def _mark(self, headers: MutableHeaders, scope: Mapping[str, Any]) -> None:
        for name, value in HEADERS.items():
            if name != "content-security-policy" or name not in headers:
                headers[name] = value
        if self._secure:
            headers["strict-transport-security"] = _YEAR
        if scope["path"].startswith("/static/"):
            headers["cache-control"] = f"public, {_YEAR}, immutable"
        else:
            headers["cache-control"] = "no-store"
            headers["vary"] = "Cookie, Accept-Language, HX-Request"
