"""Logs: one JSON object a line on stdout, joined to traces, without anybody's words."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import msgspec
import structlog
from structlog import processors, stdlib
from structlog.stdlib import ProcessorFormatter

from chassis.telemetry import trace_id

log: Any = structlog.get_logger()

REDACTED = "[redacted]"
SECRET = frozenset({
    "name", "names", "title", "body", "text", "words", "reason", "remark", "sentence", "sentences",
    "mail", "email", "address", "subject", "to", "recipient", "token", "authorization", "password",
    "secret", "client_secret", "keys", "payload", "data", "value", "input", "detail", "hypothesis",
    "learning", "url", "query",
})  # fmt: skip
_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.\w+")
_LOUD = ("aiokafka", "httpx", "httpx2", "httpcore", "httpcore2", "sqlalchemy", "alembic", "asyncio")

Entry = MutableMapping[str, Any]


def configure(service: str) -> None:
    """Let structlog, and everything that speaks through the standard library, say it in one way."""

    def joined(_: Any, __: str, entry: Entry) -> Entry:
        entry["service"] = service
        if found := trace_id():
            entry["trace_id"] = found
        return entry

    chain: list[Any] = [
        stdlib.add_log_level, stdlib.add_logger_name, ProcessorFormatter.remove_processors_meta,
        processors.TimeStamper(fmt="iso", utc=True), joined,
        processors.ExceptionRenderer(lambda info: exception_outline(info[1])), redact, _as_json,
    ]  # fmt: skip
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(ProcessorFormatter(processors=chain))
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    structlog.configure(
        processors=[ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=stdlib.LoggerFactory(), cache_logger_on_first_use=True,
    )  # fmt: skip
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    theirs = logging.getLogger("faststream")
    theirs.handlers, theirs.propagate = [], True


def redact(_: Any, __: str, entry: Entry) -> Entry:
    """Hide what stands under a telling key, and mail addresses wherever they stand."""
    for key, value in entry.items():
        if key in SECRET:
            entry[key] = REDACTED
        elif isinstance(value, str) and "@" in value:
            entry[key] = _ADDRESS.sub(REDACTED, value)
        elif isinstance(value, dict):
            entry[key] = redact(None, "", dict(value))
    return entry


def exception_outline(error: BaseException) -> list[str]:
    """Return an error and its causes as types and places.

    Their messages are left out: those of drivers quote the data.
    """
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < 60:  # noqa: PLR2004 - enough to find the place
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        frames = traceback.extract_tb(seen.__traceback__)[-12:]
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        if isinstance(seen, BaseExceptionGroup):
            lines += [line for inner in seen.exceptions[:3] for line in exception_outline(inner)]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return lines


def _as_json(_: Any, __: str, entry: Entry) -> str:
    return msgspec.json.encode(entry, enc_hook=str).decode()
