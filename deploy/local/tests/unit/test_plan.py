"""What is decided before anything starts, and what is refused with a useful word."""

import shutil
import socket
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from local.databases import Addresses
from local.home import Home
from local.plan import free_base, make_plan, require_free_ports
from local.trouble import Trouble

DATABASE = Addresses(name="d", url="postgresql://app@h/d", migration_url="postgresql://owner@h/d")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "state")
    made.prepare()
    return made


def test_secrets_are_made_once_and_only_the_owner_reads_them(home: Home) -> None:
    first = home.secret("ideas-app")
    assert Home(home.folder).secret("ideas-app") == first
    assert stat.S_IMODE((home.folder / "secrets.json").stat().st_mode) == 0o600


def test_every_service_gets_a_key_and_a_secret_of_its_own(home: Home) -> None:
    plan = make_plan(home, {})
    told = [plan.service_environment(s, DATABASE, "k:1") for s in ("ideas", "feedback")]
    assert told[0]["KIEM_KEYS"] != told[1]["KIEM_KEYS"]
    assert told[0]["KIEM_CLIENT_SECRET"] != told[1]["KIEM_CLIENT_SECRET"]


def test_the_superusers_address_reaches_no_service(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIEM_POSTGRES_URL", "postgresql://root:x@h/postgres")
    told = make_plan(home, {}).service_environment("ideas", DATABASE, "k:1")
    assert "KIEM_POSTGRES_URL" not in told
    assert told["KIEM_DATABASE_URL"] == DATABASE.url


@pytest.mark.parametrize("base", ["x", "80", "65500", "-1"])
def test_a_base_that_leaves_no_room_is_refused(home: Home, base: str) -> None:
    with pytest.raises(Trouble, match=f"KIEM_PORT_BASE={base} is no number"):
        make_plan(home, {"KIEM_PORT_BASE": base})


def test_a_busy_port_is_named_and_others_are_offered(home: Home) -> None:
    base = free_base()
    plan = make_plan(home, {"KIEM_PORT_BASE": str(base)})
    somebody = socket.create_server(("127.0.0.1", plan.port("metrics")))
    with somebody, pytest.raises(Trouble) as told:
        require_free_ports(plan)
    assert f"{plan.port('metrics')} (metrics)" in told.value.what
    assert "KIEM_PORT_BASE=" in told.value.remedy


def test_servers_of_somebody_else_need_no_port_here(home: Home) -> None:
    given = {"KIEM_POSTGRES_URL": "postgresql://h/p", "KIEM_KAFKA_BOOTSTRAP": "h:9092"}
    assert {"postgres", "kafka"}.isdisjoint(make_plan(home, given).own_ports())


def test_a_full_disk_is_named_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 * 2**20))
    with pytest.raises(Trouble, match="Only 5 MB are free") as told:
        Home(tmp_path / "state").prepare()
    assert "KIEM_HOME" in told.value.remedy
