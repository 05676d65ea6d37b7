"""A house of services that answers over real HTTP, and a way to type commands at it."""

import threading
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from cli.main import app

from .house import House, Kiem, Server, handler


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """The services, reachable at the addresses that the environment names."""
    found = House()
    url = ""
    server = Server(("127.0.0.1", 0), handler(found, lambda: url))
    url = f"http://127.0.0.1:{server.server_address[1]}"
    for name in ("IDEAS_URL", "FEEDBACK_URL", "METRICS_URL", "NOTIFICATIONS_URL", "ISSUER"):
        monkeypatch.setenv(f"KIEM_{name}", url)
    monkeypatch.setenv("KIEM_CLIENT_ID", "dev")
    monkeypatch.setenv("KIEM_CLIENT_SECRET", "s")
    for name in ("KIEM_CLI_CLIENT", "KIEM_CLI_SECRET", "KIEM_KAFKA_BOOTSTRAP"):
        monkeypatch.delenv(name, raising=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield found
    found.gate.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def kiem() -> Kiem:
    """Type a command; what it prints and its exit code come back."""
    runner = CliRunner()

    def type_in(*words: object) -> Result:
        found = runner.invoke(app, [str(word) for word in words])
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found

    return type_in
