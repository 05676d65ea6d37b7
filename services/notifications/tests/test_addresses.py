"""No webhook reaches into our own network, whatever its address looks like."""

import asyncio
from ipaddress import ip_address

import pytest

from notifications.delivery.addresses import (
    Forbidden,
    NotAWebhookAddress,
    Rules,
    Target,
    choose,
    is_public,
    look_up,
    read,
)

RULES = Rules()
HERE = Rules(loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/x",  # not encrypted
        "ftp://hooks.example.org/x",
        "https://hooks.example.org:8443/x",  # a port that nobody allowed
        "https://anna:secret@hooks.example.org/x",
        "https://hooks.example.org@169.254.169.254/x",
        "https://hooks.example.org\\@10.0.0.1/x",
        "https://hooks.example.org\n.evil/x",
        "https://hooks.example.org/x#y",
        "https:///x",
        "https://[fe80::1%25eth0]/x",
        "https://hooks.example.org:99999/x",
        "https://hööks.example.org/x",
        f"https://hooks.example.org/{'x' * 2000}",
        "hooks.example.org",
        "",
    ],
)
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(NotAWebhookAddress):
        read(url, RULES)


def test_a_sound_address_keeps_its_path_and_query() -> None:
    found = read("https://Hooks.Example.org/services/T0?sig=a%2Fb", RULES)
    assert found == Target("https", "hooks.example.org", 443, "/services/T0?sig=a%2Fb")
    assert found.named == "hooks.example.org"
    assert read("https://[2606:4700::1111]:8443/", Rules(frozenset({8443}))).named == (
        "[2606:4700::1111]:8443"
    )


def test_only_named_hosts_where_hosts_are_named() -> None:
    rules = Rules(hosts=frozenset({"hooks.slack.com", "*.logic.azure.com"}))
    for url in ("https://hooks.slack.com/a", "https://prod-1.logic.azure.com/a"):
        assert read(url, rules).scheme == "https"
    for url in ("https://hooks.slack.com.evil.example/a", "https://logic.azure.com.evil/a",
                "https://xlogic.azure.com/a"):  # fmt: skip
        with pytest.raises(NotAWebhookAddress):
            read(url, rules)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",  # noqa: S104
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.2.1",
        "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00:1::",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"]
)
def test_what_is_public_is(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "127.0.0.1"],
)
async def test_a_number_however_it_is_written_is_judged_as_what_it_means(host: str) -> None:
    assert await look_up(host, 443) == ["127.0.0.1"]
    with pytest.raises(Forbidden):
        await choose(read(f"https://{host}/", RULES), RULES)


@pytest.mark.parametrize("host", ["localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"])
async def test_this_machine_is_nobodys_receiver(host: str) -> None:
    with pytest.raises(Forbidden):
        await choose(read(f"https://{host}/", RULES), RULES)


async def test_one_forbidden_address_among_several_forbids_them_all() -> None:
    async def both(_: str, __: int) -> list[str]:
        await asyncio.sleep(0)
        return ["1.1.1.1", "10.0.0.1"]

    with pytest.raises(Forbidden):
        await choose(read("https://hooks.example.org/", RULES), RULES, both)


async def test_in_development_a_public_name_still_may_not_lead_to_this_machine() -> None:
    async def here(_: str, __: int) -> list[str]:
        await asyncio.sleep(0)
        return ["127.0.0.1"]

    assert str(await choose(read("http://127.0.0.1:8080/x", HERE), HERE)) == "127.0.0.1"
    with pytest.raises(Forbidden):
        await choose(read("https://hooks.example.org/", HERE), HERE, here)
    with pytest.raises(Forbidden):
        await choose(read("https://10.0.0.1/", HERE), HERE)
    with pytest.raises(NotAWebhookAddress):
        read("http://10.0.0.1/", HERE)
