"""One process of a service: starts in order, serves, stops in reverse; a part that dies ends it."""

import asyncio
import json
import logging
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import nullcontext, suppress
from typing import Any, Generic, TypeVar

import uvicorn

from chassis import auth, kafka, migrate, telemetry
from chassis.components import PASSING
from chassis.database import TRANSIENT
from chassis.log import configure, log
from chassis.parts import Parts, Service, application, begin, reach_database, running
from chassis.settings import Settings, SettingsWrong, example, load

__all__ = ["Parts", "Service", "run"]


WRONG_USE, UNAVAILABLE, CRASHED, WRONG_SETTINGS = 64, 69, 70, 78
AWAY: tuple[type[BaseException], ...] = (
    *PASSING, migrate.MigrationsBehind, auth.IssuerUnavailable,
)  # fmt: skip
T = TypeVar("T", bound=Settings)


def run(name: str, settings: type[T], assemble: Callable[[Parts, T], Service]) -> None:
    """Be a service: `python -m <name> [serve | migrate | check | rewrap | openapi]`."""
    sys.exit(_Process(name, settings, assemble).main(sys.argv[1:]))


class _Process(Generic[T]):
    def __init__(self, name: str, kind: type[T], assemble: Callable[[Parts, T], Service]) -> None:
        self._name, self._kind, self._assemble = name, kind, assemble

    def main(self, words: Sequence[str]) -> int:
        """Do what the command line says; return the exit code."""
        verb = words[0] if words else "serve"
        verbs = {
            "serve": self._serve, "migrate": self._migrate, "check": self._check,
            "rewrap": self._rewrap, "openapi": self._openapi,
        }  # fmt: skip
        if len(words) > 1 or verb not in verbs:
            return _say(f"usage: python -m {self._name} [{'|'.join(verbs)}]", WRONG_USE)
        try:
            settings = example(self._kind) if verb == "openapi" else load(self._kind)
            return _loop(self._do(verbs[verb], settings))
        except (SettingsWrong, migrate.MigrationsBehind) as error:
            return _say(f"{self._name}: {error}", WRONG_SETTINGS)

    async def _do(self, verb: Callable[[Parts, T], Awaitable[int]], settings: T) -> int:
        async with auth.web_client() as client:
            parts = Parts(self._name, settings, client)
            try:
                return await verb(parts, settings)
            finally:
                await parts.db.close()

    async def _openapi(self, parts: Parts, settings: T) -> int:
        """Print the OpenAPI document; needs no settings, no database, nobody."""
        document = application(parts, self._assemble(parts, settings)).openapi()
        sys.stdout.write(json.dumps(document, indent=2, sort_keys=True) + "\n")
        return 0

    async def _migrate(self, _: Parts, settings: T) -> int:
        revision = await migrate.migrate(self._name, settings)
        sys.stdout.write(f"{self._name}: the database is at migration {revision}\n")
        return 0

    async def _rewrap(self, parts: Parts, _: T) -> int:
        """Wrap the keys of persons anew with the first of KIEM_KEYS, while the service runs on."""
        await _reach(parts)
        try:
            changed = await parts.keyring.rewrap()
        except LookupError as error:
            raise SettingsWrong(str(error)) from None
        said = f"{self._name}: {changed} keys of persons were wrapped anew with the first key"
        sys.stdout.write(f"{said}; what the service itself sealed stays under the others\n")
        return 0

    async def _check(self, parts: Parts, settings: T) -> int:
        """Ask everything that the service needs, and say what does not answer."""
        logging.disable()  # the answer is what we say, not what drivers say
        asked: list[tuple[str, str, Awaitable[Any]]] = [
            ("database", "KIEM_DATABASE_URL", _reach(parts)),
            ("kafka", "KIEM_KAFKA_BOOTSTRAP", kafka.cluster_id_of(settings.kafka_bootstrap)),
            ("issuer", "KIEM_ISSUER", auth.Issuer(settings.issuer, parts.client).keys()),
        ]
        said = ""
        for name, setting, answer in asked:
            try:
                await answer
            except AWAY as error:
                said += f"{name}: {str(error) or type(error).__name__} ({setting})\n"
        sys.stdout.write(said or f"{self._name}: all is well\n")
        return UNAVAILABLE if said else 0

    async def _serve(self, parts: Parts, settings: T) -> int:
        stop = _signalled()
        configure(self._name)
        tracing = telemetry.start(self._name, settings)
        door = _listen(settings)
        try:
            await _reach(parts)
            await begin(parts)
            return await _live(parts, self._assemble(parts, settings), door, stop)
        except TRANSIENT as error:
            log.error("process.unavailable", exc_info=error)
            return UNAVAILABLE
        finally:
            door.close()
            tracing.shutdown()


async def _reach(parts: Parts) -> None:
    await reach_database(parts.db, parts.settings.start_seconds)
    await migrate.check(parts.db, parts.name)


async def _live(parts: Parts, service: Service, door: socket.socket, stop: asyncio.Event) -> int:
    """Run everything until a signal comes or a part ends, then stop in reverse order."""
    settings, beside = parts.settings, running(parts, service)
    parts.health.components = beside
    config = uvicorn.Config(
        application(parts, service), log_config=None, access_log=False, server_header=False,
        lifespan="off", timeout_graceful_shutdown=max(1, int(settings.stop_seconds / 2)),
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[assignment, method-assign]  # ours
    serving = asyncio.create_task(server.serve(sockets=[door]), name="HTTP")
    tasks = [asyncio.create_task(part.run(), name=type(part).__name__) for part in beside]
    stopping = asyncio.create_task(stop.wait(), name="stop")
    log.info("process.started", port=door.getsockname()[1])
    await asyncio.wait([*tasks, serving, stopping], return_when=asyncio.FIRST_COMPLETED)
    dead = [task for task in (*tasks, serving) if task.done()]
    for task in dead:
        why = None if task.cancelled() else task.exception()
        log.error("process.part_ended", part=task.get_name(), exc_info=why)
    stopping.cancel()
    parts.health.stopping = True
    await asyncio.sleep(0 if dead else settings.drain_seconds)
    server.should_exit = True
    with suppress(TimeoutError):
        async with asyncio.timeout(settings.stop_seconds):
            await asyncio.wait([serving])  # the last answer goes out; then the others end
            for task in reversed(tasks):
                task.cancel()
                await asyncio.wait([task])
    log.info("process.stopped", crashed=bool(dead))
    return CRASHED if dead else 0


def _signalled() -> asyncio.Event:
    """Return what is set by the first signal; the second one ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        stop.set()
        for which in (signal.SIGTERM, signal.SIGINT):  # the next one ends the process at once
            loop.remove_signal_handler(which)
            signal.signal(which, signal.SIG_DFL)

    for which in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(which, on_signal)
    return stop


def _listen(settings: Settings) -> socket.socket:
    """Take the port before anything else is opened."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsWrong(
            f"port {settings.port} on {settings.host} can't be had ({error.strerror}): stop what "
            "listens there, or set KIEM_PORT and KIEM_HOST"
        ) from None


def _loop(main: Coroutine[Any, Any, int]) -> int:
    if sys.platform == "win32":
        return asyncio.run(main)
    import uvloop  # noqa: PLC0415

    return uvloop.run(main)


def _say(message: str, code: int) -> int:
    sys.stderr.write(message + "\n")
    return code
