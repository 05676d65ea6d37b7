"""Posts one signed message to one webhook, and says what became of it."""

import asyncio
import ssl
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

import httpx2

from notifications.delivery import addresses, signing
from notifications.delivery.addresses import Forbidden, NotAWebhookAddress, Resolve, Rules
from notifications.delivery.mail import Refused, Sent, Taken, Unreachable
from notifications.projections.endpoints import Endpoint

MOST_READ = 4_096  # bytes of an answer, of which only the status counts
MOST_PAUSE = 3_600  # seconds that a receiver may ask us to wait
GONE = 410


class WebCaller:
    """Posts over HTTPS, to the address that was judged, following nobody elsewhere."""

    def __init__(self, rules: Rules, seconds: float, resolve: Resolve | None = None) -> None:
        self._rules, self._seconds, self._resolve = rules, seconds, resolve

    async def post(self, to: Endpoint, message: str, body: bytes, at: datetime) -> Sent:
        """Post a message. Nothing of what is answered is kept but the status."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(to, message, body, at)
        except NotAWebhookAddress:
            return Refused("the address is not allowed", for_good=True)
        except Forbidden as why:
            return Refused(str(why), for_good=True)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError) as error:
            return Unreachable(type(error).__name__)

    async def _post(self, to: Endpoint, message: str, body: bytes, at: datetime) -> Sent:
        target = addresses.read(to.url, self._rules)
        address = await addresses.choose(target, self._rules, self._resolve)
        host = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004
        headers = {
            "host": target.named, "content-type": "application/json", "user-agent": "Kiem",
            "accept-encoding": "identity",
            **signing.headers(message, at, body, to.secrets),
        }  # fmt: skip
        request = httpx2.Request(
            "POST", f"{target.scheme}://{host}:{target.port}{target.path}",
            headers=headers, content=body, extensions={"sni_hostname": target.host},
        )  # fmt: skip
        async with httpx2.AsyncClient(
            trust_env=False, follow_redirects=False, timeout=self._seconds, verify=_trusted()
        ) as client:
            answer = await client.send(request, stream=True)
            with suppress(httpx2.HTTPError):
                await _drain(answer)
            await answer.aclose()
        return _judge(answer)


async def _drain(answer: httpx2.Response) -> None:
    """Read a little of the answer, so that the receiver is not cut off while it speaks."""
    read = 0
    async for piece in answer.aiter_raw():
        read += len(piece)
        if read > MOST_READ:
            return


def _judge(answer: httpx2.Response) -> Sent:
    status = answer.status_code
    if answer.is_success:
        return Taken(str(status))
    asked = answer.headers.get("retry-after", "")
    seconds = min(int(asked), MOST_PAUSE) if asked.isdecimal() and len(asked) < 10 else None  # noqa: PLR2004
    pause = None if seconds is None else timedelta(seconds=seconds)
    return Refused(str(status), for_good=status == GONE, pause=pause)


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
