"""The examples that other teams copy: what they send is what we read."""

import runpy
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import aiokafka
import msgspec
import pytest

from contracts.catalog import declared
from contracts.cloudevents import decode, publishable, read
from contracts.ideas import IdeaRealised
from contracts.outside import USAGE_TOPIC, ToolUsageRecorded
from contracts.publishing.golden import Golden

HOME = Path(__file__).parents[1]
EXAMPLES = HOME.parent / "examples"
README = (HOME / "README.md").read_text()
IDEA = "0190a6c0-5b1e-7d3a-9c44-2f6d8e1b7a05"
SENT: list[dict[str, Any]] = []


def _blocks(language: str) -> list[str]:
    return [part.partition("```")[0] for part in README.split(f"```{language}\n")[1:]]


class Client:
    """Stands where the Kafka client would: keeps what is sent, gives what is to be heard."""

    def __init__(self, *topics: str, **options: Any) -> None:
        assert options["bootstrap_servers"] == "127.0.0.1:9"
        self.topics = topics

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...  # fmt: skip

    async def send_and_wait(self, topic: str, value: bytes, key: bytes, **rest: Any) -> None:
        SENT.append({"topic": topic, "value": value, "key": key, **rest})

    async def commit(self) -> None:
        SENT.append({"committed": True})

    async def __aiter__(self) -> AsyncIterator[Any]:
        event = msgspec.convert(
            {"at": datetime.now(UTC), "idea": IDEA, "author": "p-1", "by": "p-2"}, IdeaRealised
        )
        _, headers, value = publishable(event, declared(event), id="1", source="kiem/ideas")
        placed = [*headers, ("ce_subject", f"idea-{IDEA}".encode()), ("ce_sequence", b"9")]
        yield SimpleNamespace(headers=headers, value=b"{", topic=self.topics[0])
        yield SimpleNamespace(headers=placed, value=value, topic=self.topics[0])


@pytest.fixture(autouse=True)
def client(monkeypatch: pytest.MonkeyPatch) -> None:
    SENT.clear()
    monkeypatch.setenv("KIEM_KAFKA_BOOTSTRAP", "127.0.0.1:9")
    monkeypatch.setattr(aiokafka, "AIOKafkaProducer", Client)
    monkeypatch.setattr(aiokafka, "AIOKafkaConsumer", Client)


def _heard() -> Any:
    (sent,) = SENT
    assert sent["topic"] == USAGE_TOPIC
    heard = decode(read(sent["headers"], sent["value"]), sent["topic"])
    assert heard is not None
    assert sent["key"] == heard.key.encode()
    return heard


@pytest.mark.parametrize("example", ["publish_usage.py", "publish_usage_structured.py"])
def test_what_the_examples_send_is_read(example: str) -> None:
    runpy.run_path(str(EXAMPLES / example))
    heard = _heard()
    assert isinstance(heard.data, ToolUsageRecorded)
    assert (heard.data.person, heard.source) == ("p-1042", "https://crm.example.org")


@pytest.mark.parametrize("example", ["publish_usage.py", "publish_usage_structured.py"])
def test_the_examples_need_nothing_of_ours_and_ten_lines(example: str) -> None:
    text = (EXAMPLES / example).read_text()
    assert "contracts" not in text
    body = text.partition("async def main")[2].partition("asyncio.run")[0]
    lines = [line for line in body.splitlines()[1:] if line.strip(" )]},")]
    assert len(lines) <= 11, "ten lines, and the address"


def test_the_blocks_of_the_readme_do_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    alone, publish, consume = _blocks("python")
    exec(compile(alone, "README.md", "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out == "kiem.usage.ToolUsageRecorded.v1 p-1042 crm\n"
    exec(compile(publish, "README.md", "exec"), {})  # noqa: S102
    assert _heard().data.tool == "crm"
    SENT.clear()
    exec(compile(consume, "README.md", "exec"), {})  # noqa: S102
    told = capsys.readouterr().out
    assert "set aside: the data is no IdeaRealised: malformed JSON" in told
    assert f"realised: {IDEA} idea-{IDEA} 9" in told
    assert SENT == [{"committed": True}]


def test_the_record_that_the_readme_shows_is_one() -> None:
    golden = msgspec.json.decode(_blocks("json")[0], type=Golden)
    key, headers, value = golden.record()
    heard = decode(read(headers, value), golden.topic)
    assert heard is not None
    assert heard.key.encode() == key
