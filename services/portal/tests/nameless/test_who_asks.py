"""Who asks is who connects; only a proxy that the operator named may say that it is another."""

from typing import Any, cast

import httpx2
import pytest

from chassis.settings import SettingsWrong, example, load
from portal.main import application, server_config
from portal.settings import PortalSettings
from services.portal.tests.behind import Behind

BURST = 3
TRUSTED = "10.1.2.3, 172.18.0.0/16"


async def _answers(proxies: str, peer: str) -> set[int]:
    """Let a peer ask for more visitors than one may ask at once; return what it is answered."""
    told = {"trusted_proxies": proxies, "requests_burst": BURST, "requests_per_second": 0.001}
    settings = example(PortalSettings).model_copy(update=told)
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(Behind({}))) as services:
        config = server_config(settings, application(settings, services))
        config.load()
        transport = httpx2.ASGITransport(cast("Any", config.loaded_app), client=(peer, 1))
        async with httpx2.AsyncClient(
            transport=transport, base_url=settings.portal_url
        ) as visitors:
            return {
                (await visitors.get("/follow", headers={"x-forwarded-for": f"203.0.113.{n}"}))
                .status_code for n in range(BURST + 1)
            }  # fmt: skip


@pytest.mark.parametrize(
    ("proxies", "peer"), [("", "172.18.0.1"), (TRUSTED, "10.1.2.4"), (TRUSTED, "172.19.0.1")]
)
async def test_what_another_forwards_changes_nothing(proxies: str, peer: str) -> None:
    assert await _answers(proxies, peer) == {200, 429}


@pytest.mark.parametrize(
    ("proxies", "peer"),
    [("", "127.0.0.1"), (TRUSTED, "127.0.0.1"), (TRUSTED, "10.1.2.3"), (TRUSTED, "172.18.0.1")],
)
async def test_each_visitor_behind_a_named_proxy_is_one(proxies: str, peer: str) -> None:
    assert await _answers(proxies, peer) == {200}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("*", "no address or network"), ("proxy.example.org", "no address or network"),
        ("10.0.0.1/8", "no address or network"), ("10.1.2.3,0.0.0.0/0", "everybody"),
        ("::/0", "everybody"),
    ],
)  # fmt: skip
def test_what_is_no_proxy_is_refused(
    wrong: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, field in PortalSettings.model_fields.items():
        if field.is_required() and field.examples:
            monkeypatch.setenv(f"KIEM_{name.upper()}", str(field.examples[0]))
    monkeypatch.setenv("KIEM_TRUSTED_PROXIES", wrong)
    with pytest.raises(SettingsWrong, match=f"KIEM_TRUSTED_PROXIES.*{said}"):
        load(PortalSettings)
