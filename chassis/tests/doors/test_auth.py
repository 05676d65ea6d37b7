"""Who asks is proven, or nobody."""

import asyncio
import base64
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from chassis.auth import (
    PAUSE_SECONDS,
    IssuerUnavailable,
    NotIdentified,
    Verifier,
)

from .conftest import Provider, issuer_at


class Seconds:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def verifier(provider: Provider, web: httpx2.AsyncClient, seconds: Seconds) -> Verifier:
    return Verifier(provider.url, issuer_at(provider.url, web).keys, "kiem", seconds)


async def test_a_good_token_says_who_asks_and_in_which_roles(
    provider: Provider, verifier: Verifier
) -> None:
    token = provider.token(sub="p-7", roles=["lead", "employee", 3])

    assert await verifier.verify(token) == ("p-7", frozenset({"lead", "employee"}), token, None)


async def test_rsa_keys_are_taken_too(
    provider: Provider, verifier: Verifier, rsa_key: RSAKey
) -> None:
    provider.key = rsa_key  # type: ignore[assignment]
    token = provider.token(header={"alg": "RS256", "kid": "rsa"})

    assert (await verifier.verify(token)).subject == "p-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "http://elsewhere"},
        {"iss": None},
        {"aud": "others"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": 99_999_999_999},
        {"sub": None},
        {"header": {"kid": "unknown"}},
    ],
    ids=str,
)
async def test_a_token_that_is_not_for_us_now_is_refused(
    provider: Provider, verifier: Verifier, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotIdentified) as said:
        await verifier.verify(provider.token(**changes))

    assert "p-1" not in str(said.value)


@pytest.mark.parametrize("said", ["[" * 3000, '{"iss": ["a"]}', '"text"', "{}", "\x00"])
async def test_a_token_that_says_something_strange_is_refused(
    verifier: Verifier, said: str
) -> None:
    head, claims = (base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode()
                    for part in ('{"alg":"ES256"}', said))  # fmt: skip
    with pytest.raises(NotIdentified):
        await verifier.verify(f"{head}.{claims}.c2ln")


async def test_a_token_signed_by_another_key_of_the_same_name_is_refused(
    provider: Provider, verifier: Verifier
) -> None:
    other = ECKey.generate_key("P-256", {"kid": "first"})

    with pytest.raises(NotIdentified, match="bad_signature"):
        await verifier.verify(provider.token(key=other))


async def test_algorithms_that_are_not_asked_for_are_refused(
    provider: Provider, verifier: Verifier
) -> None:
    secret = OctKey.import_key("s" * 64)
    forged = provider.token(key=secret, header={"alg": "HS256", "kid": "first"})
    _, claims, _ = provider.token().split(".")
    unsigned = f"eyJhbGciOiJub25lIn0.{claims}."

    for token in (forged, unsigned, "", "a.b.c", "ÿ", "x" * 9_000):
        with pytest.raises(NotIdentified):
            await verifier.verify(token)


async def test_keys_are_fetched_once_for_many_tokens(
    provider: Provider, verifier: Verifier
) -> None:
    await asyncio.gather(*(verifier.verify(provider.token()) for _ in range(20)))

    assert provider.visits["/jwks"] == 1


async def test_a_new_key_is_found_and_strangers_cannot_make_us_look_all_the_time(
    provider: Provider, verifier: Verifier, seconds: Seconds
) -> None:
    await verifier.verify(provider.token())
    provider.key = ECKey.generate_key("P-256", {"kid": "second"})
    for _ in range(5):
        with pytest.raises(NotIdentified):  # asked again too soon
            await verifier.verify(provider.token())
    assert provider.visits["/jwks"] == 1

    seconds.now += PAUSE_SECONDS
    await verifier.verify(provider.token())
    assert provider.visits["/jwks"] == 2


async def test_known_keys_serve_on_while_the_issuer_is_away(
    provider: Provider, verifier: Verifier, seconds: Seconds
) -> None:
    await verifier.verify(provider.token())
    provider.away = True
    seconds.now += 10_000

    assert (await verifier.verify(provider.token())).subject == "p-1"


async def test_a_slow_issuer_delays_nobody_whose_key_is_known(
    provider: Provider, verifier: Verifier, seconds: Seconds
) -> None:
    await verifier.verify(provider.token())
    seconds.now += 10_000
    provider.slow = asyncio.Event()
    renewing = asyncio.create_task(verifier.verify(provider.token()))
    async with asyncio.timeout(5):
        await provider.slow_begun.wait()
        assert (await verifier.verify(provider.token())).subject == "p-1"
    assert not renewing.done()

    provider.slow.set()
    assert (await renewing).subject == "p-1"


async def test_without_any_key_nobody_is_identified_and_the_reason_is_the_issuer(
    provider: Provider, verifier: Verifier, seconds: Seconds
) -> None:
    provider.away = True
    for _ in range(3):
        with pytest.raises(IssuerUnavailable):
            await verifier.verify(provider.token())
    assert provider.visits["/.well-known/openid-configuration"] == 1

    provider.away = False
    seconds.now += 1
    assert (await verifier.verify(provider.token())).subject == "p-1"


async def test_a_discovery_document_of_another_issuer_is_not_believed(
    provider: Provider, web: httpx2.AsyncClient
) -> None:
    with pytest.raises(IssuerUnavailable, match="another issuer"):
        await issuer_at(provider.url + "/", web).keys()


async def test_our_own_token_is_kept_for_half_of_its_life(
    provider: Provider, web: httpx2.AsyncClient
) -> None:
    source = issuer_at(provider.url, web)
    tokens = await asyncio.gather(*(source.token() for _ in range(5)))
    assert len(set(tokens)) == 1
    assert provider.visits["/token"] == 1

    provider.expires_in = 0
    short = issuer_at(provider.url, web)
    await short.token()
    await short.token()
    assert provider.visits["/token"] == 3
