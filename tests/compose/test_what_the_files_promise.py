"""What the compose file and the Dockerfiles promise, read without an engine."""

import base64
import json
import re
import subprocess
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from chassis.settings import PREFIX, Basics
from contracts.catalog import TOPICS
from tests.compose.files import (
    DOCKERFILES,
    OURS,
    PORTAL,
    ROOT,
    SERVICES,
    bases,
    composed,
    containers,
    instructions,
)

LOOPBACK = "127.0.0.1:"
_GENERATE = run_path(str(ROOT / "docs/generate.py"))
ALL = list(containers())
PINNED = re.compile(r"^[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w.-]+)?$")
MADE_HERE = re.compile(r"^kiem/\w+:\$\{KIEM_VERSION:-dev\}$")
# Without a shell or a client in its image; Docker sees at least whether the process runs.
UNASKED = {"topics", "collector"}
VARIABLE = re.compile(r"\$\{(\w+)(?::?[-?][^}]*)?\}")


@pytest.mark.parametrize("name", ALL)
def test_every_image_is_pinned(name: str) -> None:
    image = containers()[name]["image"]
    assert PINNED.match(image) or ("build" in containers()[name] and MADE_HERE.match(image)), (
        f"{name}: say which version of {image}"
    )


@pytest.mark.parametrize("name", DOCKERFILES)
def test_every_image_that_ours_are_made_of_is_pinned(name: str) -> None:
    found = bases(DOCKERFILES[name])
    assert len(found) == 2, "a Python, and the uv that fills it"
    assert all(PINNED.match(base) for base in found), found


@pytest.mark.parametrize("name", ALL)
def test_every_container_is_contained(name: str) -> None:
    container = containers()[name]
    assert container["read_only"] is True
    assert container["init"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in container
    assert re.fullmatch(r"\d+[mg]", container["mem_limit"])
    assert not str(container["user"]).startswith(("0", "root"))
    assert container["networks"] == ["kiem"]
    assert "network_mode" not in container
    assert container["logging"]["options"], "a log without an end fills the disk"
    assert all(port.startswith(LOOPBACK) for port in container.get("ports", [])), (
        "what others may reach is for a proxy to decide"
    )


@pytest.mark.parametrize("name", ALL)
def test_every_container_says_how_it_is(name: str) -> None:
    container = containers()[name]
    if name in UNASKED:
        assert container["healthcheck"] == {"disable": True}
    elif name in DOCKERFILES:
        checks = [i for i in instructions(DOCKERFILES[name]) if i.startswith("HEALTHCHECK")]
        assert len(checks) == 1
        assert "/readyz" in checks[0]
    else:
        assert {"test", "interval", "timeout", "retries", "start_period"} <= set(
            container["healthcheck"]
        )


def test_what_others_wait_for_tells_its_health() -> None:
    for name, container in containers().items():
        for awaited, how in container.get("depends_on", {}).items():
            ends = awaited == "topics"
            condition = "service_completed_successfully" if ends else "service_healthy"
            assert how["condition"] == condition, f"{name} waits for {awaited}"
    for service in SERVICES:
        assert {"postgres", "topics"} <= set(containers()[service]["depends_on"])


def test_state_lies_in_named_volumes_on_one_network() -> None:
    assert list(composed()["networks"]) == ["kiem"]
    kept = set(composed()["volumes"])
    used = set()
    for name, container in containers().items():
        for volume in container.get("volumes", []):
            source, _, mode = volume.partition(":")
            if source.startswith("./"):
                assert mode.endswith(":ro"), f"{name} may write into the checkout: {volume}"
                assert (ROOT / source).exists(), f"{name} mounts what is not there: {source}"
            else:
                used.add(source)
    assert used == kept


def test_without_an_env_file_the_refusal_names_what_writes_one() -> None:
    """`docker compose up` says of the first value that is missing what its `:?` says, no more."""
    file = (ROOT / "docker-compose.yml").read_text("utf-8")
    needed = re.findall(r"\$\{(\w+):?\?([^}]*)\}", file)
    assert len(needed) > 20, "what is needed is looked up no more"
    silent = {name for name, said in needed if "run make env" not in said}
    assert not silent, f"write ${{NAME:?run make env …}} for these: {silent}"


def _kind(service: str) -> type[Basics]:
    kind: type[Basics] = _GENERATE["settings_of"](f"{service}.settings")
    return kind


@pytest.mark.parametrize("service", OURS)
def test_a_service_is_told_its_settings_and_nothing_else(service: str) -> None:
    told = set(containers()[service]["environment"]) | _of_the_image(service)
    known = {
        f"{PREFIX}{name.upper()}": field for name, field in _kind(service).model_fields.items()
    }
    strange = {name for name in told if name.startswith(PREFIX)} - set(known)
    assert not strange, f"{service} reads no such settings"
    needed = {name for name, field in known.items() if field.is_required()}
    migrates = {"KIEM_MIGRATION_DATABASE_URL"} if service != PORTAL else set()
    assert needed | migrates | {"KIEM_HOST"} <= told
    assert "KIEM_DEVELOPMENT" not in told, "moving the clock is for loopback only"


def _of_the_image(service: str) -> set[str]:
    words = " ".join(i for i in instructions(DOCKERFILES[service]) if i.startswith("ENV "))
    return set(re.findall(r"\b(KIEM_\w+)=", words))


@pytest.mark.parametrize("service", OURS)
def test_a_service_accepts_what_it_is_told(service: str, tmp_path: Path) -> None:
    values = _made(tmp_path / "env", "--development")
    told = {
        name: _filled(value, values) for name, value in containers()[service]["environment"].items()
    }
    given: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in told.items()
        if name.startswith(PREFIX) and value
    }
    settings = _kind(service)(**given)
    assert settings.issuer == "http://identity:8109"
    assert settings.port == next(
        int(port.rpartition(":")[2]) for port in containers()[service]["ports"]
    )


def _filled(text: str, values: dict[str, str]) -> str:
    """Put values in, as compose does."""

    def value(found: re.Match[str]) -> str:
        default = re.search(r"-([^}]*)\}", found[0])
        return values.get(found[1]) or (default[1] if default else "")

    return VARIABLE.sub(value, text)


def _made(file: Path, *words: str) -> dict[str, str]:
    """Let `.env` be written, and read it."""
    subprocess.run(
        [ROOT / "deploy/compose/make-env", *words, file], check=True, capture_output=True
    )
    return _read(file)


def _read(file: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", file.read_text("utf-8"), re.MULTILINE))


def test_no_secret_stands_in_the_files() -> None:
    example = _read(ROOT / ".env.example")
    secret = re.compile(r"_(PASSWORD|SECRET|KEYS?)$")
    assert not {name for name, value in example.items() if secret.search(name) and value}
    for name, container in containers().items():
        for variable, value in container.get("environment", {}).items():
            if secret.search(variable):
                assert re.fullmatch(r"\$\{\w+:(\?[^}]+|-)\}", value), f"{name} has {variable} in it"


def test_what_is_not_set_is_told_by_name(tmp_path: Path) -> None:
    made = subprocess.run(
        [ROOT / "deploy/compose/make-env", tmp_path / "env"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    values = _read(tmp_path / "env")
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text("utf-8")))
    open_ = {name for name in asked if not values.get(name)}
    assert open_ == {"KIEM_ISSUER", "KIEM_DESK", "KIEM_SENDER"}, "all that can be made is made"
    assert set(made.stdout.partition("Fill in by hand:")[2].split()) == open_


def test_who_may_tell_usage_is_said_by_the_operator_and_open_in_a_trial_only(
    tmp_path: Path,
) -> None:
    told = containers()["metrics"]["environment"]["KIEM_SOURCES"]
    assert _filled(told, _made(tmp_path / "env")) == ""
    assert _filled(told, _made(tmp_path / "trial", "--development")) == "*=*"


def test_every_variable_of_the_compose_file_is_explained() -> None:
    named = set(VARIABLE.findall((ROOT / "docker-compose.yml").read_text("utf-8")))
    example = (ROOT / ".env.example").read_text("utf-8")
    unsaid = {n for n in named if not re.search(rf"^#?{n}=", example, re.MULTILINE)}
    assert not unsaid, f"say in .env.example what these do: {unsaid}"


def test_a_written_env_is_private_and_fresh_and_stays_as_it_is(tmp_path: Path) -> None:
    file, other = tmp_path / "env", tmp_path / "other"
    first = _made(file, "--development")
    assert file.stat().st_mode & 0o077 == 0
    secrets = [first[name] for name in first if re.search(r"(PASSWORD|SECRET|KEYS?)$", name)]
    assert len(secrets) == len(set(secrets)) == 21
    for service in OURS:
        assert (
            len(base64.b64decode(first[f"KIEM_{service.upper()}_KEYS"].removeprefix("k1:"))) == 32
        )
    for service in SERVICES:
        # It becomes part of an address.
        assert re.fullmatch(r"[0-9a-f]{48}", first[f"KIEM_{service.upper()}_PASSWORD"])
    file.write_text(file.read_text().replace("KIEM_DESK=desk", "KIEM_DESK=p-1\nMINE=1"))
    again = _made(file, "--development")
    assert again == {**first, "KIEM_DESK": "p-1", "MINE": "1"}
    assert set(_made(other).values()).isdisjoint(secrets)


def test_an_older_env_gets_what_is_new(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("KIEM_IDEAS_PASSWORD=mine\nKIEM_SENDER=kiem@here.example\n")
    values = _made(file)
    assert (values["KIEM_IDEAS_PASSWORD"], values["KIEM_SENDER"]) == ("mine", "kiem@here.example")
    assert values["KIEM_DESK"] == ""
    assert len(values["KIEM_FEEDBACK_PASSWORD"]) == 48
    assert "COMPOSE_PROFILES" not in values


@pytest.mark.parametrize("service", OURS)
def test_an_image_is_made_of_its_own_folder(service: str) -> None:
    ours = {"pyproject.toml", "uv.lock", "contracts", "chassis", f"services/{service}"}
    ours |= {"history"} if service == PORTAL else set()
    copied = set()
    for line in instructions(DOCKERFILES[service]):
        words = line.split()
        if words[0] in {"COPY", "ADD"} and not words[1].startswith("--from"):
            copied |= {word.removesuffix("/pyproject.toml") for word in words[1:-1]}
    assert copied == ours
    stages = [i for i, line in enumerate(instructions(DOCKERFILES[service])) if "FROM" in line]
    last = instructions(DOCKERFILES[service])[stages[-1] :]
    assert [i for i in last if i.startswith("COPY")] == ["COPY --from=build /app /app"]
    assert "USER 10001:10001" in last
    assert any("--frozen" in i and f"--package kiem-{service}" in i for i in instructions(
        DOCKERFILES[service]
    ))  # fmt: skip


def test_the_builder_sees_source_only() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert lines[0] == "**", "what is not named stays out: .env, .git, .kiem"
    assert {"**/tests", "**/__pycache__"} <= set(lines)
    allowed = {line[1:] for line in lines if line.startswith("!")}
    assert not {name for name in allowed if not (ROOT / name).exists()}


def test_every_topic_is_made_with_its_retention(tmp_path: Path) -> None:
    """The script reads the declaration with grep and sed: hold it to what JSON says."""
    broker = tmp_path / "kafka-topics"
    said = tmp_path / "said"
    broker.write_text(f'#!/bin/sh\ncase "$*" in *--list*) echo kiem.people.events;; '
                      f'*) echo "$*" >> {said};; esac\n')  # fmt: skip
    broker.chmod(0o755)
    script = (ROOT / "deploy/compose/topics.sh").read_text("utf-8")
    script = script.replace("/opt/kafka/bin/kafka-topics.sh", str(broker))
    script = script.replace("/topics.json", str(ROOT / "deploy/topics.json"))
    subprocess.run(["bash", "-c", script], check=True)
    made = {
        words[words.index("--topic") + 1]: words
        for words in (line.split() for line in said.read_text("utf-8").splitlines())
    }
    declared = json.loads((ROOT / "deploy/topics.json").read_text("utf-8"))
    assert sorted(made) == sorted(set(TOPICS) - {"kiem.people.events"}), "what is there stays"
    for name, words in made.items():
        assert f"retention.ms={declared[name]['retention.ms']}" in words
        assert words[words.index("--partitions") + 1] == str(declared[name]["partitions"])
