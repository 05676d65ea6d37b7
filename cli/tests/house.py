"""What the four services and the identity provider would say, over real HTTP."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from typer.testing import Result

Kiem = Callable[..., Result]


class House:
    """What the four services and the identity provider would say, in memory."""

    def __init__(self) -> None:
        self.known: set[tuple[str, int, str]] = set()
        self.steps: list[dict[str, Any]] = []
        self.cutovers: list[str | None] = []
        self.unplaced: dict[int, dict[str, Any]] = {}
        self.usage: set[tuple[str, str]] = set()
        self.contacts: dict[str, Any] = {}
        self.tokens: list[dict[str, list[str]]] = []
        self.busy = 0
        self.answers: dict[tuple[str, str], tuple[int, Any]] = {}
        self.told: list[tuple[str, str, Any]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.lock = threading.Lock()

    def answer(self, method: str, url: str, body: bytes) -> tuple[int, Any]:
        path = urlsplit(url).path
        if path == "/token":
            self.tokens.append(parse_qs(body.decode()))
            return 200, {"access_token": "t", "expires_in": 3600}
        if self.busy > 0:
            self.busy -= 1
            return 503, {"detail": "Ask again."}
        if (method, path) in self.answers:
            self.told.append((method, url, json.loads(body) if body else None))
            return self.answers[method, path]
        return self._work(method, path, json.loads(body) if body else None)

    def _work(self, method: str, path: str, told: Any) -> tuple[int, Any]:
        found: tuple[int, Any] = 404, {"detail": "There is nothing at this path."}
        match method, path:
            case "POST", "/v1/imports/history":
                found = self._history(told)
            case "POST", "/v1/imports/assignments":
                found = 200, {"items": [self._item(told, x, "assigned") for x in told["items"]]}
            case "POST", "/v1/imports/unplaced":
                self.unplaced |= {line["line"]: line for line in told["lines"]}
                found = 200, {"kept": len(told["lines"])}
            case "GET", "/v1/imports/unplaced":
                found = 200, {"items": list(self.unplaced.values()), "next": None}
            case "POST", "/v1/usage":
                found = 200, self._usage(told)
            case "POST", "/v1/editions":
                found = 202, None
            case "PUT", "/v1/people/contacts":
                found = 200, {"items": [self._contact(item) for item in told["items"]]}
            case "PUT", _:
                self.contacts[path.split("/")[3]] = told
                found = 204, None
        return found

    def _history(self, told: Any) -> tuple[int, Any]:
        self.entered.set()
        self.gate.wait(20)
        self.cutovers.append(told.get("cutover"))
        if any(s.get("title") == "TOO LONG" for idea in told["ideas"] for s in idea["steps"]):
            return 422, {"detail": "Some fields are wrong.", "errors": [
                {"field": "ideas.0.steps.0.title", "problem": "too long"}]}  # fmt: skip
        return 200, {"items": [
            self._item(told, step, step["step"]) for idea in told["ideas"] for step in idea["steps"]
        ]}  # fmt: skip

    def _item(self, told: Any, step: Any, kind: str) -> dict[str, Any]:
        name = (told["source"], step["line"], kind)
        with self.lock:
            result = "known" if name in self.known else "recorded"
            if kind == "accepted" and step.get("reason") == "contradiction":
                result = "refused"
            elif result == "recorded":
                self.known.add(name)
                self.steps.append(step)
        reason = "It contradicts itself." if result == "refused" else None
        return {"line": step["line"], "step": kind, "result": result, "reason": reason}

    def _contact(self, item: Any) -> dict[str, Any]:
        if item["name"] == "Erased":
            return {"person": item["person"], "result": "refused", "reason": "It was erased."}
        self.contacts[item["person"]] = item
        return {"person": item["person"], "result": "kept", "reason": None}

    def _usage(self, told: Any) -> dict[str, Any]:
        new = [e for e in told if (e["source"], e["id"]) not in self.usage]
        refused = [i for i, e in enumerate(told) if e["data"]["feature"] == "forbidden"]
        self.usage |= {(e["source"], e["id"]) for e in told}
        return {
            "accepted": len(new) - len(refused), "repeated": len(told) - len(new),
            "refused": [{"index": i, "reason": "no such feature"} for i in refused],
        }  # fmt: skip


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is what some tests are about."""


def handler(house: House, address: Callable[[], str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True  # head and body are two packets, and one waits for the other
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.path == "/.well-known/openid-configuration":
                status, content = 200, {"token_endpoint": f"{address()}/token"}
            else:
                status, content = house.answer(self.command, self.path, body)
            sent = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = _any  # noqa: N815 - as the library has it

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    return Handler
